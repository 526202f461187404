"""The figures of a period, from the roll-up alone: sums of days, and windows of 28 days that end with them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet, Sum
from django.db.models.functions import Trunc
from django.urls import reverse

from dealership.models import Staff, Store
from feedback.models import DailyScore
from feedback.periods import DAY, Period
from feedback.scores import CUSTOMER, EXECUTION, SELF_CHECK, Reading, mean_of, one_figure

WHOLE = ""
"""Sums of the whole period, not of its parts."""
ONE_DAY = timedelta(days=1)
SUMS = ("n", "total", "squares", "steps", "live", "late", "bulk", "skipped")
WINDOWS = ("check_n", "check_total", "said_n", "said_total", "said_named")


class Lived(NamedTuple):
    """How a touchpoint was carried out in a part of a period; `figure` is the single figure of a day."""

    n: int = 0
    total: Decimal = Decimal(0)
    squares: Decimal = Decimal(0)
    steps: int = 0
    live: int = 0
    late: int = 0
    bulk: int = 0
    skipped: int = 0
    figure: Decimal | None = None

    @property
    def reading(self) -> Reading:
        """The execution reading."""
        return Reading(self.total / self.n, self.n) if self.n else Reading()

    @property
    def unrecorded(self) -> int:
        """Steps that nobody answered."""
        return self.steps - self.live - self.late - self.bulk - self.skipped


class Said(NamedTuple):
    """What audits and customers said in the 28 days that end with a day."""

    check_n: int = 0
    check_total: Decimal = Decimal(0)
    said_n: int = 0
    said_total: Decimal = Decimal(0)
    said_named: int = 0


Parts = dict[date, Lived]
"""First day of a part → what was lived in it."""
Weights = Mapping[str, int]
"""Reading → per cent."""
Windows = Mapping[date, Mapping[str, Said]]
"""Last day of a window → touchpoint → what was said in it."""


@dataclass(frozen=True)
class Span:
    """Which figures: a store, a period, one advisor or all."""

    store: Store
    period: Period
    advisor: Staff | None = None

    @property
    def query(self) -> str:
        """The query string that keeps the advisor."""
        return f"?advisor={self.advisor.username}" if self.advisor else ""

    def day_url(self, day: date, touchpoint: str = "") -> str:
        """Return the address of a day, or of a touchpoint of that day."""
        more = {"touchpoint": touchpoint} if touchpoint else {}
        name = "scores-touchpoint" if touchpoint else "scores"
        return reverse(name, kwargs={"store": self.store.code, "day": day, **more}) + self.query

    def url(self, name: str, period: Period | None = None, *, touchpoint: str = "") -> str:
        """Return the address of a page of these figures, of another period where one is given."""
        more = {"touchpoint": touchpoint} if touchpoint else {}
        return (period or self.period).url(name, self.store, **more) + self.query


@dataclass(frozen=True)
class Scored:
    """A touchpoint of a period: the sums of its records, its three readings and the single figure."""

    lived: Lived
    readings: Mapping[str, Reading] = field(default_factory=dict)
    figure: Decimal | None = None
    named: int = 0

    @property
    def execution(self) -> Reading:
        """The mean of the period's records."""
        return self.readings.get(EXECUTION, Reading())

    @property
    def check(self) -> Reading:
        """The mean of the audits."""
        return self.readings.get(SELF_CHECK, Reading())

    @property
    def customer(self) -> Reading:
        """The mean of what customers said; `named` of them named this touchpoint."""
        return self.readings.get(CUSTOMER, Reading())


def rows_of(
    stores: Collection[Store], period: Period, *, advisor: Staff | None = None, touchpoint: str = ""
) -> QuerySet[DailyScore]:
    """Return the stored rows of a period: of everybody, or of one advisor; of one touchpoint when asked."""
    days = (period.first, period.last)
    rows = DailyScore.objects.filter(store__in=list(stores), advisor=advisor, day__range=days).order_by()
    return rows.filter(touchpoint=touchpoint) if touchpoint else rows


def lived_by_store(
    stores: Collection[Store], period: Period, *, by: str, advisor: Staff | None = None, touchpoint: str = ""
) -> dict[UUID, dict[str, Parts]]:
    """Return store → touchpoint ("" is the whole day) → first day of each part → its sums, in one query."""
    rows = rows_of(stores, period, advisor=advisor, touchpoint=touchpoint)
    keys = ("store_id", "touchpoint")
    if by == DAY:
        listed = rows.values_list(*keys, "day", *SUMS, "figure")
    else:
        sums = {f"sum_{name}": Sum(name) for name in SUMS}
        grouped = rows.values(*keys)
        if by != WHOLE:
            grouped = rows.annotate(part=Trunc("day", by)).values(*keys, "part")
        part = () if by == WHOLE else ("part",)
        listed = grouped.annotate(**sums).values_list(*keys, *part, *sums)
    found: dict[UUID, dict[str, Parts]] = defaultdict(lambda: defaultdict(dict))
    for store_id, touchpoint, *values in listed:
        start = period.first if by == WHOLE else max(values.pop(0), period.first)
        found[store_id][touchpoint][start] = Lived(*values)
    return found


def lived(span: Span, period: Period, *, by: str, touchpoint: str = "") -> dict[str, Parts]:
    """Return touchpoint → part → sums of one store, in one query."""
    found = lived_by_store([span.store], period, by=by, advisor=span.advisor, touchpoint=touchpoint)
    return found.get(span.store.pk, {})


def windows_by_store(
    stores: Collection[Store], ends: Collection[date], *, advisor: Staff | None = None
) -> dict[UUID, dict[date, dict[str, Said]]]:
    """Return store → last day → touchpoint → what was said in the 28 days up to it, in one query.

    The day before the last stands by: today has no row before its first car has left a stage.
    """
    days = {*ends, *(end - ONE_DAY for end in sorted(ends)[-1:])}
    rows = DailyScore.objects.filter(store__in=list(stores), advisor=advisor, day__in=days).order_by()
    found: dict[UUID, dict[date, dict[str, Said]]] = defaultdict(lambda: defaultdict(dict))
    for store_id, day, touchpoint, *values in rows.values_list("store_id", "day", "touchpoint", *WINDOWS):
        found[store_id][day][touchpoint] = Said(*values)
    return found


def windows(span: Span, ends: Collection[date]) -> dict[date, dict[str, Said]]:
    """Return last day → touchpoint → what was said, of one store, in one query."""
    return windows_by_store([span.store], ends, advisor=span.advisor).get(span.store.pk, {})


def sum_of(parts: Iterable[Lived]) -> Lived:
    """Add the sums of parts up."""
    listed = [part[:8] for part in parts]
    return Lived(*(sum(values) for values in zip(*listed, strict=True))) if listed else Lived()  # type: ignore[arg-type]


def scored(touchpoint: str, parts: Iterable[Lived], said: Windows, ends: Iterable[date], weights: Weights) -> Scored:
    """Return the readings and the single figure of a touchpoint over parts and the windows that end on `ends`."""
    whole = sum_of(parts)
    checks, checked, answers, heard, named = 0, Decimal(0), 0, Decimal(0), 0
    for end in ends:
        one = (said.get(end) or said.get(end - ONE_DAY) or {}).get(touchpoint)
        if one:
            checks, checked = checks + one.check_n, checked + one.check_total
            answers, heard, named = answers + one.said_n, heard + one.said_total, named + one.said_named
    readings = {
        EXECUTION: whole.reading,
        SELF_CHECK: Reading(checked / checks, checks) if checks else Reading(),
        CUSTOMER: Reading(heard / answers, answers) if answers else Reading(),
    }
    return Scored(whole, readings, one_figure(readings, weights), named)


def store_figure(rows: Iterable[Scored]) -> Decimal | None:
    """Return the figure of the store: the plain mean of the single figures shown."""
    return mean_of(row.figure for row in rows)
