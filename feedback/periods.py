"""Weeks, months, quarters and years of business days, and the parts that pages cut them into."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.urls import reverse

from dealership.models import Store
from feedback.scores import WINDOW_DAYS

DAY, WEEK, MONTH, QUARTER, YEAR = "day", "week", "month", "quarter", "year"
KINDS = (WEEK, MONTH, QUARTER, YEAR)
"""What a page can show; a day has a page of its own."""
COLUMN = {DAY: DAY, WEEK: DAY, MONTH: DAY, QUARTER: WEEK, YEAR: MONTH}
"""Kind → what its heat map has as columns."""
POINT = {DAY: DAY, WEEK: DAY, MONTH: DAY, QUARTER: WEEK, YEAR: WEEK}
"""Kind → what a point of its trend is."""


@dataclass(frozen=True)
class Period:
    """A stretch of business days, both ends included."""

    kind: str
    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def previous(self) -> "Period":
        """The period of the same kind before it."""
        return period_of(self.kind, self.first - timedelta(days=1))

    @property
    def next(self) -> "Period":
        """The period of the same kind after it."""
        return period_of(self.kind, self.last + timedelta(days=1))

    def until(self, today: date) -> "Period":
        """Return the part of it that has been: not beyond `today`."""
        return Period(self.kind, self.first, min(self.last, today))

    def before(self, today: date) -> "Period":
        """Return what it is compared with: the period before, of one that still runs only as many of its days."""
        if today >= self.last:
            return self.previous
        earlier = self.previous
        elapsed = (today - self.first).days
        return Period(self.kind, earlier.first, min(earlier.last, earlier.first + timedelta(days=elapsed)))

    def parts(self, by: str) -> tuple["Period", ...]:
        """Return the days, weeks or months that it consists of, in order; those at its ends are cut to it."""
        found, day = [], self.first
        while day <= self.last:
            whole = period_of(by, day)
            found.append(Period(by, max(whole.first, self.first), min(whole.last, self.last)))
            day = whole.last + timedelta(days=1)
        return tuple(found)

    def url(self, name: str, store: Store, **more: Any) -> str:
        """Return the address of a store's page of this period."""
        return reverse(name, kwargs={"store": store.code, "kind": self.kind, "day": self.first, **more})

    def chain_url(self, name: str = "chain-period") -> str:
        """Return the address of a page of all stores of this period."""
        return reverse(name, kwargs={"kind": self.kind, "day": self.first})


def period_of(kind: str, day: date) -> Period:
    """Return the period of a kind that holds `day`; weeks begin on Monday. Raises KeyError for another kind."""
    first, last = {DAY: _day, WEEK: _week, MONTH: _month, QUARTER: _quarter, YEAR: _year}[kind](day)
    return Period(kind, first, last)


def stretch(last: date, days: int) -> Period:
    """Return the `days` days that end with `last`."""
    return Period(DAY, last - timedelta(days=days - 1), last)


def window_ends(period: Period) -> tuple[date, ...]:
    """Return the last days of the whole windows of 28 days that fit into a period, counted back from its end.

    At least one, which then reaches back before its beginning. Self-check and customers of a period are the sums of
    these windows (own rule, `docs/scores.md`): they never overlap, and each is a stored sum.
    """
    windows = max(1, period.days // WINDOW_DAYS)
    return tuple(period.last - timedelta(days=WINDOW_DAYS * number) for number in range(windows))


def _day(day: date) -> tuple[date, date]:
    return day, day


def _week(day: date) -> tuple[date, date]:
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def _month(day: date) -> tuple[date, date]:
    return _months(day.year, day.month, 1)


def _quarter(day: date) -> tuple[date, date]:
    return _months(day.year, day.month - (day.month - 1) % 3, 3)


def _year(day: date) -> tuple[date, date]:
    return _months(day.year, 1, 12)


def _months(year: int, month: int, count: int) -> tuple[date, date]:
    first = date(year, month, 1)
    after = date(year + (month + count - 1) // 12, (month + count - 1) % 12 + 1, 1)
    return first, after - timedelta(days=1)
