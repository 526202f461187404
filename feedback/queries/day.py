"""The figures of a store-day, read from TouchpointRecord by its covering index."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Avg, Count, F, QuerySet, Sum

from dealership.models import Promise, Staff, Store, TouchpointRecord
from feedback.scores import EXECUTION, Reading, mean_of, one_figure

STRIP_DAYS = 14
WEEK = timedelta(days=7)

Strip = dict[str, dict[date, Reading]]
"""Touchpoint → day → execution reading."""


def bounds(store: Store, day: date) -> tuple[datetime, datetime]:
    """Return the first moment of a business day and that of the next."""
    start, end = (datetime.combine(one, time(), tzinfo=store.zone) for one in (day, day + timedelta(days=1)))
    return start, end


def records(*, advisor: Staff | None = None) -> QuerySet[TouchpointRecord]:
    """Return the records of the open scope that have a score, of the visits of `advisor` when asked."""
    found = TouchpointRecord.objects.filter(score__isnull=False)
    return found.filter(visit__advisor=advisor) if advisor else found


def strip(day: date, *, advisor: Staff | None = None) -> Strip:
    """Return the execution readings of `day` and the 13 days before it, in one query."""
    found: Strip = defaultdict(dict)
    days = records(advisor=advisor).filter(day__range=(day - timedelta(days=STRIP_DAYS - 1), day))
    rows = days.values("touchpoint", "day").annotate(mean=Avg("score"), n=Count("score")).order_by()
    for touchpoint, at, mean, n in rows.values_list("touchpoint", "day", "mean", "n"):
        if at:
            found[touchpoint][at] = Reading(mean, n)
    return found


def figure_of(readings: dict[date, Reading], day: date) -> Decimal | None:
    """Return the single figure of a touchpoint on a day; only the execution reading exists so far."""
    return one_figure({EXECUTION: readings.get(day, Reading())})


def store_figure(found: Strip, day: date) -> Decimal | None:
    """Return the day's figure: the plain mean of the single figures shown."""
    return mean_of(figure_of(readings, day) for readings in found.values())


@dataclass(frozen=True)
class Shares:
    """How the applicable steps of a day were recorded, and of how many cars."""

    cars: int
    steps: int
    live: int
    late: int
    bulk: int
    skipped: int

    @property
    def unrecorded(self) -> int:
        """Steps that nobody answered."""
        return self.steps - self.live - self.late - self.bulk - self.skipped


def shares(day: date, *, advisor: Staff | None = None) -> Shares:
    """Return the sums over the records of a day, in one query."""
    sums = {name: Sum(name, default=0) for name in ("steps", "live", "late", "bulk", "skipped")}
    return Shares(**records(advisor=advisor).filter(day=day).aggregate(cars=Count("visit", distinct=True), **sums))


@dataclass(frozen=True)
class Kept:
    """The promises settled on a day."""

    kept: int = 0
    late: int = 0
    broken: int = 0

    @property
    def settled(self) -> int:
        """All that count (those that the customer released do not)."""
        return self.kept + self.late + self.broken

    @property
    def rate(self) -> int | None:
        """Keeping rate in whole per cent: kept ÷ (kept + late + broken)."""
        return round(100 * self.kept / self.settled) if self.settled else None


def promises(store: Store, day: date, *, advisor: Staff | None = None) -> Kept:
    """Count the promises settled on a day by what they came to, in one query."""
    start, end = bounds(store, day)
    settled = Promise.objects.filter(settled_at__gte=start, settled_at__lt=end)
    if advisor:
        settled = settled.filter(visit__advisor=advisor)
    count = dict(settled.order_by().values_list("state").annotate(n=Count("pk")))
    State = Promise.State
    return Kept(kept=count.get(State.KEPT, 0), late=count.get(State.LATE, 0), broken=count.get(State.BROKEN, 0))


def worst_records(
    day: date, codes: Collection[str], *, advisor: Staff | None = None, each: int = 2
) -> dict[str, list[TouchpointRecord]]:
    """Return touchpoint → the records that lost most, with visit, car and customer, in one query."""
    found: dict[str, list[TouchpointRecord]] = {code: [] for code in codes}
    lost = records(advisor=advisor).filter(day=day, touchpoint__in=codes, score__lt=10)
    for record in lost.select_related("visit__vehicle", "visit__customer").order_by("score", "visit__arrived_at"):
        if len(found[record.touchpoint]) < each:
            found[record.touchpoint].append(record)
    return found


def lost_steps(day: date, codes: Collection[str], *, advisor: Staff | None = None) -> dict[str, dict[str, int]]:
    """Return touchpoint → how many steps were unrecorded, bulk, late, skipped on that day, in one query."""
    unrecorded = Sum(F("steps") - F("live") - F("late") - F("bulk") - F("skipped"))
    rows = records(advisor=advisor).filter(day=day, touchpoint__in=codes).order_by().values("touchpoint")
    rows = rows.annotate(Sum("bulk"), Sum("late"), Sum("skipped"), unrecorded=unrecorded)
    names = ("bulk", "late", "skipped", "unrecorded")
    sums = rows.values_list("touchpoint", "bulk__sum", "late__sum", "skipped__sum", "unrecorded")
    return {touchpoint: dict(zip(names, counts, strict=True)) for touchpoint, *counts in sums}


def scored_people(day: date) -> list[Staff]:
    """Return the advisors whose visits have a record on one of the 14 days, by name."""
    days = (day - timedelta(days=STRIP_DAYS - 1), day)
    ids = records().filter(day__range=days).order_by().values("visit__advisor")
    return list(Staff.objects.filter(pk__in=ids).order_by("name", "username"))
