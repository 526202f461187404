"""`manage.py scores --rebuild`: compute the roll-up of store-days anew, from the records."""

from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Min
from django.utils import timezone
from django_scopes import scope

from dealership.models import Store, TouchpointRecord, business_day
from feedback.actions.scores import days_until, rebuild


class Command(BaseCommand):
    """Rebuild daily scores."""

    help = "Compute the daily scores of stores anew; without --from since the first day that has a record."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the stores and days."""
        parser.add_argument("--rebuild", action="store_true", required=True, help="compute now")
        parser.add_argument("--store", default="", help="one store's code")
        parser.add_argument("--from", dest="first", type=date.fromisoformat, help="first day, 2026-11-01")
        parser.add_argument("--until", dest="last", type=date.fromisoformat, help="last day; today without it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compute each day in a transaction of its own, the oldest first."""
        stores = Store.objects.filter(code=options["store"]) if options["store"] else Store.objects.all()
        if not stores:
            raise CommandError("No store has this code.")
        for store in stores.order_by("code"):
            with scope(store=store):
                days = _days(store, options["first"], options["last"])
                self.stdout.write(f"{store.name}: {rebuild(store, days)} days")


def _days(store: Store, first: date | None, last: date | None) -> list[date]:
    today = business_day(store, timezone.now())
    earliest = first or TouchpointRecord.objects.filter(store=store).aggregate(first=Min("day"))["first"]
    return days_until(earliest or today + timedelta(days=1), min(last or today, today))
