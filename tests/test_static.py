"""What the pages load: the cut style sheet is current, and every module has one name."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.management.commands.collectstatic import Command as Collect
from django.contrib.staticfiles.storage import staticfiles_storage
from django.test import override_settings

STATIC = settings.BASE_DIR / "static"
IMPORTED = re.compile(r'(?:from|import)\s*"(\./[^"]+|\.\./[^"]+)"')


def test_cut_style_sheet_is_what_deploy_cut_makes():
    library = STATIC / "vendor" / "tabler" / "tabler.min.css"
    command = [sys.executable, settings.BASE_DIR / "deploy" / "cut", library, *sorted(STATIC.glob("*.css"))]
    made = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert made == (STATIC / "vendor" / "tabler" / "tabler.cut.css").read_text("utf-8")


@pytest.fixture
def collected(tmp_path: Path) -> Path:
    """Static files as production serves them."""
    storages = settings.STORAGES | {"staticfiles": {"BACKEND": "dealership.staticfiles.ModuleStaticFilesStorage"}}
    with override_settings(STORAGES=storages, STATIC_ROOT=tmp_path):
        command = Collect()
        command.set_options(
            interactive=False, verbosity=0, link=False, clear=False, dry_run=False, ignore_patterns=[],
            use_default_ignore_patterns=True, post_process=True,
        )  # fmt: skip
        command.storage = staticfiles_storage
        command.collect()
    return tmp_path


def test_production_imports_modules_by_their_hashed_names(collected: Path):
    plain = {
        f"{path.relative_to(collected)}: {name}"
        for path in collected.glob("js/*.*.js")
        for name in IMPORTED.findall(path.read_text("utf-8"))
        if not re.search(r"\.[0-9a-f]{12}\.(min\.)?js$", name)
    }
    assert plain == set()
