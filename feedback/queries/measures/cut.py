"""Which part of the facts is measured: a store, a period and the one before it, everybody, one advisor or each."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from dealership.models import Staff, Store, business_day
from feedback.intervals import Interval, Number, Sample, mean_interval, wilson
from feedback.periods import DAY, Period, window_ends
from feedback.queries.day import bounds
from feedback.scores import WINDOW_DAYS

Side = tuple[UUID | None, bool]
"""Whose (None: everybody together), and whether it is the period itself (or the one before it)."""


@dataclass(frozen=True)
class Taken:
    """A figure as it was measured: percent are 0 to 100, minutes and points as they are."""

    value: float | None
    n: int
    interval: Interval | None = None


Found = dict[Side, dict[str, Taken]]
"""Side → code of the figure → what was measured."""


@dataclass(frozen=True)
class Cut:
    """A period of a store with the one before it; `each` tells the advisors apart."""

    store: Store
    period: Period
    now: datetime
    advisor: Staff | None = None
    each: bool = False

    @property
    def until(self) -> Period:
        """The part of the period that has been."""
        return self.period.until(business_day(self.store, self.now))

    @property
    def before(self) -> Period:
        """What the period is compared with: of one that still runs as many days; of days the same weekdays before."""
        if self.period.kind != DAY:
            return self.period.before(business_day(self.store, self.now))
        back = timedelta(days=-(-self.period.days // 7) * 7)
        return Period(DAY, self.period.first - back, self.period.last - back)

    @property
    def params(self) -> dict[str, Any]:
        """The parameters of every statement: `first` ≤ t < `pause` is before, `start` ≤ t < `end` is the period."""
        before, period = self.before, self.period
        return {
            "store": self.store.pk,
            "advisor": self.advisor.pk if self.advisor else None,
            "each": self.each,
            "first": bounds(self.store, before.first)[0],
            "pause": bounds(self.store, before.last)[1],
            "start": bounds(self.store, period.first)[0],
            "end": bounds(self.store, period.last)[1],
            "first_day": before.first,
            "pause_day": before.last,
            "start_day": period.first,
            "last_day": period.last,
            "said_day": window_ends(self.until)[-1] - timedelta(days=WINDOW_DAYS - 1),
            "moment": self.now,
            "zone": self.store.timezone,
        }


def measured(cut: Cut, sql: str, read: Callable[[dict[str, Any]], dict[str, Taken]], **more: Any) -> Found:
    """Run a statement that answers a row for each (`who`, `now`) and read each row's figures."""
    found: Found = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(sql, cut.params | more)
        names = [column.name for column in cursor.description or ()]
        for values in cursor.fetchall():
            row = dict(zip(names, values, strict=True))
            found[row.pop("who"), row.pop("now")].update(read(row))
    return found


def grouped(facts: str, sums: str, *, by: str = "") -> str:
    """Return the statement that sums facts (columns `advisor` and `at`) up for each side: `who` and `now`."""
    keys = f", {by}" if by else ""
    return (
        f"SELECT CASE WHEN %(each)s THEN advisor END AS who, at >= %(start)s AS now, {sums} "  # noqa: S608 own texts
        f"FROM ({facts}) facts GROUP BY 1, 2{keys}"
    )


def share(hits: int, n: int) -> Taken:
    """Return `hits` of `n` in per cent with Wilson's interval."""
    interval = wilson(hits, n)
    scaled = Interval(100 * interval.low, 100 * interval.high) if interval else None
    return Taken(100 * hits / n if n else None, n, scaled)


def mean(n: int, total: Number | None, squares: Number | None, *, high: float = 10) -> Taken:
    """Return a mean of values from 0 to `high` with its interval."""
    sums = (n, total or 0, squares or 0)
    return Taken(Sample(*sums).mean, n, mean_interval(*sums, high=high))


def middle(value: float | None, n: int) -> Taken:
    """Return a median or another quantile: it has an n, but no interval here."""
    return Taken(None if value is None else float(value), n)
