"""Brings the demo's database up to date in one process: `python -m dealership.launcher.prepare FILE`."""

import os
import sys
from pathlib import Path

import django
from django.core.management import call_command


def main(logins: Path) -> None:
    """Migrate, load the standard and the demo data, write the logins to a file.

    Each step changes nothing when nothing is new.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dealership.settings")
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_standard")
    call_command("load_demo")
    with logins.open("w") as file:
        call_command("demo_logins", stdout=file)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
