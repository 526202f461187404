"""Customers who wait for the first greeting, and how long they may."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from dealership.models import Situation, Store, Visit, business_day
from dealership.queries.board import NOBODY_THERE, minutes, open_visits
from dealership.stages import Stage
from reception.models import RushWeek, WaitAlert, WaitLimit
from reception.waiting import MINUTES, kind_of


def limit_of(store: Store, now: datetime) -> timedelta:
    """Return how long a customer may wait today, in two queries (wired for the kernel)."""
    day = business_day(store, now)
    rush = RushWeek.objects.filter(store=store, first__lte=day, last__gte=day).exists()
    return timedelta(minutes=minutes_of(store)[kind_of(day, rush=rush)])


def minutes_of(store: Store) -> dict[str, int]:
    """Return the limit of each kind of day, the store's own or the product's."""
    own = dict(WaitLimit.objects.filter(store=store).values_list("day", "minutes"))
    return {day: own.get(day, usual) for day, usual in MINUTES.items()}


def waiting(store: Store, now: datetime) -> QuerySet[Visit]:
    """Return the cars of today whose customer stands there and has not been greeted, the longest first."""
    day = datetime.combine(business_day(store, now), time.min, store.zone)
    left_here = Situation.objects.filter(visit=OuterRef("pk"), kind=Situation.Kind.OUT_OF_HOURS, until=None)
    rows = open_visits(store).filter(stage=Stage.RECEPTION, greeted_at=None, arrived_at__gte=day, arrived_at__lte=now)
    return rows.exclude(arrival__in=NOBODY_THERE).filter(~Exists(left_here)).order_by("arrived_at")


@dataclass(frozen=True)
class TooLong:
    """Customers who wait beyond the limit; minutes are whole ones."""

    cars: int
    longest: int
    limit: int


def too_long(store: Store, now: datetime) -> TooLong | None:
    """Return who waits beyond today's limit, None when nobody does."""
    limit = limit_of(store, now)
    late = list(waiting(store, now).filter(arrived_at__lt=now - limit).values_list("arrived_at", flat=True))
    return TooLong(len(late), minutes(now - late[0]), minutes(limit)) if late else None


def own_limits(store: Store) -> bool:
    """Tell whether the store has limits of its own."""
    return WaitLimit.objects.filter(store=store).exists()


def rush_weeks(store: Store, now: datetime) -> list[RushWeek]:
    """Return the days of rush that are not over, by date."""
    return list(RushWeek.objects.filter(store=store, last__gte=business_day(store, now)).order_by("first"))


def alerts_since(store: Store, now: datetime) -> list[WaitAlert]:
    """Return the alerts of the last seven days, the newest first, ten at most."""
    return list(WaitAlert.objects.filter(store=store, since__gt=now - timedelta(days=7)).order_by("-since")[:10])
