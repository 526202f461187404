"""The figures of a store-day: rows of the roll-up, of today as they are at this moment, and what stands beside them."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Count, QuerySet

from dealership.models import Promise, Staff, Store, TouchpointRecord
from feedback.models import DailyScore
from feedback.queries.daily import daily_rows
from feedback.scores import CUSTOMER, EXECUTION, SELF_CHECK, Reading

STRIP_DAYS = 14
WEEK = timedelta(days=7)
WHOLE = ""
"""The touchpoint of the row of a whole day."""
NO_ROW = DailyScore()

Strip = dict[str, dict[date, DailyScore]]
"""Touchpoint, or "" for the whole day → day → its row."""


def bounds(store: Store, day: date) -> tuple[datetime, datetime]:
    """Return the first moment of a business day and that of the next."""
    start, end = (datetime.combine(one, time(), tzinfo=store.zone) for one in (day, day + timedelta(days=1)))
    return start, end


def records(*, advisor: Staff | None = None) -> QuerySet[TouchpointRecord]:
    """Return the records of the open scope that have a score, of the visits of `advisor` when asked."""
    found = TouchpointRecord.objects.filter(score__isnull=False)
    return found.filter(visit__advisor=advisor) if advisor else found


def strip(store: Store, day: date, *, advisor: Staff | None = None) -> Strip:
    """Return the rows of `day` and the 13 days before it, in at most two queries."""
    found: Strip = defaultdict(dict)
    for row in daily_rows([store], day - timedelta(days=STRIP_DAYS - 1), day, advisor=advisor):
        found[row.touchpoint][row.day] = row
    return found


def readings_of(row: DailyScore) -> dict[str, Reading]:
    """Return reading → its mean and n, of a row of one touchpoint."""
    return {
        EXECUTION: reading_of(row.total, row.n),
        SELF_CHECK: reading_of(row.check_total, row.check_n),
        CUSTOMER: reading_of(row.said_total, row.said_n),
    }


def reading_of(total: Decimal, n: int) -> Reading:
    """Return the mean of a sum."""
    return Reading(total / n, n) if n else Reading()


def figure_of(rows: dict[date, DailyScore], day: date) -> Decimal | None:
    """Return the single figure of a touchpoint (or of the whole day) on a day."""
    return rows.get(day, NO_ROW).figure


def store_figure(found: Strip, day: date) -> Decimal | None:
    """Return the day's figure: the plain mean of the single figures shown."""
    return figure_of(found.get(WHOLE, {}), day)


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


def shares(row: DailyScore) -> Shares:
    """Return the sums of the row of a whole day."""
    return Shares(cars=row.n, steps=row.steps, live=row.live, late=row.late, bulk=row.bulk, skipped=row.skipped)


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


def scored_people(day: date) -> list[Staff]:
    """Return the advisors whose visits have a record on one of the 14 days, by name."""
    days = (day - timedelta(days=STRIP_DAYS - 1), day)
    ids = records().filter(day__range=days).order_by().values("visit__advisor")
    return list(Staff.objects.filter(pk__in=ids).order_by("name", "username"))
