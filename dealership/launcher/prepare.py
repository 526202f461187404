"""Brings the demo's database up to date in one process: `python -m dealership.launcher.prepare`."""

import os

import django
from django.core.management import call_command


def main() -> None:
    """Migrate, load the standard and the demo data; each changes nothing when nothing is new."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dealership.settings")
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_standard")
    call_command("load_demo")


if __name__ == "__main__":
    main()
