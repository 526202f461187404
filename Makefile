# Everything runs from the repository root with plain python3, pip and make.
# Tools are called as modules: a console script's first line breaks in a path with a space.

PYTHON ?= python3
PY := .venv/bin/python
SERVERS := $(PY) -m dealership.launcher with-servers --
ARGS ?=
# Branch coverage that `*/actions/` must reach, in per cent.
ACTIONS_COVERAGE ?= 95
JOBS ?= 2

.PHONY: help venv demo demo-reset test lint format pytest requirements

help:
	@echo "make demo        the whole product with demo data, on this machine"
	@echo "make demo-reset  the same from an empty database"
	@echo "make test        lint and every test"
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

pytest: .venv/.stamp
	$(SERVERS) $(PY) -m pytest $(ARGS)

lint: .venv/.stamp
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

format: .venv/.stamp
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

UV_COMPILE := uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url \
	--no-emit-find-links --python-version 3.11 pyproject.toml
requirements:
	$(UV_COMPILE) -o requirements/production.txt
	$(UV_COMPILE) --extra dev -o requirements/dev.txt
