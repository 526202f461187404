"""On duty and the turn order (轮序)."""

from datetime import datetime

from django.utils import timezone

from dealership.models import Membership, Staff, Store


def set_on_duty(store: Store, *, by: Staff, on: bool, now: datetime | None = None) -> int:
    """Sign `by` in or out for today; signing in twice keeps the first moment. Returns the memberships changed."""
    mine = Membership.objects.filter(store=store, staff=by)
    if on:
        return mine.filter(on_duty_since=None).update(on_duty_since=now or timezone.now())
    return mine.exclude(on_duty_since=None).update(on_duty_since=None)


def took_turn(store: Store, *, staff: Staff, now: datetime | None = None) -> None:
    """Put an advisor at the end of the turn order."""
    Membership.objects.filter(store=store, staff=staff).update(last_turn_at=now or timezone.now())
