# Everything runs from the repository root with plain python3, pip and make.
# Tools are called as modules: a console script's first line breaks in a path with a space.

PYTHON ?= python3
PY := .venv/bin/python
SERVERS := $(PY) -m dealership.launcher with-servers --
ARGS ?=
# Branch coverage that `*/actions/` must reach, in per cent.
ACTIONS_COVERAGE ?= 95
JOBS ?= 2
PYTEST = $(SERVERS) $(PY) -m pytest -q -n $(JOBS)
# Whether any test carries a marker: pytest calls an empty selection a failure.
marked = grep -rqs --include='*.py' 'pytest\.mark\.$(1)' tests

.PHONY: help venv demo demo-reset test journey offline bench faults lint format pytest requirements

help:
	@echo "make demo        the whole product with demo data, on this machine"
	@echo "make demo-reset  the same from an empty database"
	@echo "make test        lint and every test"
	@echo "make journey     two cars through all five stages, nine to the agreement, and the customer's link"
	@echo "make offline     the bay tablet without network, browser and server killed"
	@echo "make faults      killed workers, broker, database and providers: nothing lost, nothing twice"
	@echo "make bench       messages, pages, roll-up and sync, as ratios on a long past"
	@echo "make lint        ruff, mypy, import order, migrations, the standard's texts"
	@echo "make pytest ARGS='tests/test_x.py -q'   some tests, with private servers"
	@echo "make requirements  pins after a change in pyproject.toml (needs uv)"

# A half-made environment has no stamp and is completed by the next call.
.venv/.stamp: requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name it with PYTHON=...")'
	@test -x $(PY) || $(PYTHON) -m venv .venv || { rm -rf .venv; echo "python3 -m venv failed (Debian: apt-get install python3-venv)" >&2; exit 1; }
	@echo "Installing the pinned requirements into .venv ..."
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

.venv: .venv/.stamp
venv: .venv/.stamp

demo: .venv/.stamp
	@exec $(PY) -m dealership.launcher demo

demo-reset: .venv/.stamp
	@exec $(PY) -m dealership.launcher reset

# Some tests: make pytest ARGS="tests/test_x.py -q"
pytest: .venv/.stamp
	@$(SERVERS) $(PY) -m pytest $(ARGS)

test: lint
	@.ci/browser
	$(PYTEST) -m "not browser and not journey and not offline and not faults" --cov --cov-report=
	$(PY) -m coverage report --include='*/actions/*' --fail-under=$(ACTIONS_COVERAGE)
	@if $(call marked,browser); then set -x; $(PYTEST) -m "browser and not journey and not offline and not faults"; fi
	@if $(call marked,journey); then JOURNEY_FORM=minute PICTURES_DIR=.data/journey $(MAKE) --no-print-directory journey; fi
	@if $(call marked,offline); then OFFLINE_FORM=minute $(MAKE) --no-print-directory offline; fi
	BENCH_FORM=minute $(MAKE) --no-print-directory bench
	@if $(call marked,faults); then FAULTS_FORM=minute $(MAKE) --no-print-directory faults; fi

# Two cars from the gate to the farewell, nine more to the agreement, in a browser; writes the README's pictures.
# JOURNEY_FORM=minute: one of the nine.
journey: .venv/.stamp
	PICTURES_DIR=$(or $(PICTURES_DIR),docs/pictures) $(SERVERS) $(PY) -m pytest tests/journey -m journey -q $(ARGS)

# The tablet's stories: killed browsers, lost answers, wrong clocks. OFFLINE_FORM=minute: the same with smaller numbers.
offline: .venv/.stamp
	$(SERVERS) $(PY) -m pytest tests/offline -m offline -q -n $(JOBS) $(ARGS)

# What is killed and what was counted then, a line each (docs/faults.md). FAULTS_FORM=minute: with smaller numbers.
faults: .venv/.stamp
	$(SERVERS) $(PY) -m pytest tests/faults -m faults -q -n $(JOBS) $(ARGS)

# Messages against empty Celery tasks; pages, roll-up and sync on a long past. BENCH_FORM=minute: a tenth of both.
bench: .venv/.stamp
	$(SERVERS) $(PY) -m bench.outbox
	$(SERVERS) $(PY) -m bench.scores

lint: .venv/.stamp
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	DEALERSHIP_ENV=test $(PY) -m mypy
	$(PY) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'
	$(SERVERS) $(PY) manage.py makemigrations --check --dry-run
	DEALERSHIP_ENV=test $(PY) manage.py standard --check

format: .venv/.stamp
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

UV_COMPILE := uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url \
	--no-emit-find-links --python-version 3.11 pyproject.toml
requirements:
	$(UV_COMPILE) -o requirements/production.txt
	$(UV_COMPILE) --extra dev -o requirements/dev.txt
