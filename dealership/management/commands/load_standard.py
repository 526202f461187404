"""`manage.py load_standard`: write the product's standard into the database."""

from typing import Any

from django.core.management.base import BaseCommand

from dealership.actions.standards import load
from dealership.standard.data import load as read


class Command(BaseCommand):
    """Load the newest version of the standard from its data files."""

    help = "Load the product's standard (idempotent)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and say which version."""
        standard = load(read())
        self.stdout.write(f"Standard version {standard.number} loaded.")
