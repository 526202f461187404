"""`manage.py load_demo`: the demo's data; again it adds what has passed since."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from feedback.demo.load import DAYS, SEED, load


class Command(BaseCommand):
    """Fill the stores of a demo."""

    help = "Load the demo's data (only with DEALERSHIP_ENV=demo); a second run adds the days since."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the seed, and for tests a smaller past."""
        parser.add_argument("--seed", type=int, default=SEED)
        parser.add_argument("--days", type=int, default=DAYS, help="days before today")
        parser.add_argument("--scale", type=float, default=1.0, help="share of cars a day")
        parser.add_argument("--now", type=datetime.fromisoformat, help="the present moment, with its offset")
        parser.add_argument("--processes", type=int, default=2, help="1: everything in this process")
        parser.add_argument("--only", default="", help="one store's code: its cars alone")
        parser.add_argument("--in-test", action="store_true", help="allow DEALERSHIP_ENV=test")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, unless this is no demo."""
        if not (settings.DEMO or (settings.TEST and options["in_test"])):
            raise CommandError("Demo data exist only with DEALERSHIP_ENV=demo.")
        given = {name: options[name] for name in ("seed", "days", "scale", "processes", "only")}
        load(now=options["now"] or timezone.now(), say=self.stdout.write, **given)
