"""The roll-up of all days of the demo, computed at the end of a load."""

from datetime import datetime

from django.db.models import Min

from dealership.models import Store, TouchpointRecord, business_day
from feedback.actions.scores import days_until, rebuild


def fill(store: Store, *, now: datetime) -> None:
    """Compute every day from the first that has a record to today; again it changes only what has changed."""
    first = TouchpointRecord.objects.filter(store=store).aggregate(first=Min("day"))["first"]
    if first:
        rebuild(store, days_until(first, business_day(store, now)))
