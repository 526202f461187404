"""Weeks, months, quarters and years."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from feedback.periods import KINDS, Period, period_of, stretch, window_ends

DAY = date(2026, 11, 20)  # a Friday


@pytest.mark.parametrize(
    ("kind", "first", "last"),
    [
        ("day", DAY, DAY),
        ("week", date(2026, 11, 16), date(2026, 11, 22)),
        ("month", date(2026, 11, 1), date(2026, 11, 30)),
        ("quarter", date(2026, 10, 1), date(2026, 12, 31)),
        ("year", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_period_holds_its_day(kind: str, first: date, last: date):
    assert period_of(kind, DAY) == Period(kind, first, last)


@pytest.mark.parametrize("kind", KINDS)
def test_periods_follow_each_other_without_a_gap(kind: str):
    day = date(2023, 12, 30)
    while day < date(2025, 2, 1):
        one = period_of(kind, day)
        assert one.previous.last + timedelta(days=1) == one.first
        assert one.next.first == one.last + timedelta(days=1)
        assert one.previous.next == one
        day += timedelta(days=9)


def test_leap_year_has_its_day():
    assert period_of("month", date(2028, 2, 3)).days == 29
    assert period_of("year", date(2028, 2, 3)).days == 366


def test_running_period_is_compared_with_as_many_days_of_the_one_before():
    month = period_of("month", DAY)
    assert month.until(DAY).days == 20
    assert month.before(DAY) == Period("month", date(2026, 10, 1), date(2026, 10, 20))
    assert month.before(date(2026, 11, 30)) == period_of("month", date(2026, 10, 5))
    march = period_of("month", date(2026, 3, 30))
    assert march.before(date(2026, 3, 30)) == Period("month", date(2026, 2, 1), date(2026, 2, 28))


@pytest.mark.parametrize(
    ("kind", "by", "n"), [("week", "day", 7), ("month", "day", 30), ("quarter", "week", 14), ("year", "month", 12)]
)
def test_parts_tile_the_period(kind: str, by: str, n: int):
    period = period_of(kind, DAY)
    parts = period.parts(by)
    assert len(parts) == n
    assert (parts[0].first, parts[-1].last) == (period.first, period.last)
    assert sum(part.days for part in parts) == period.days


def test_windows_of_28_days_end_with_the_period_and_never_overlap():
    assert window_ends(period_of("week", DAY)) == (date(2026, 11, 22),)
    assert window_ends(period_of("month", DAY)) == (date(2026, 11, 30),)
    assert len(window_ends(period_of("quarter", DAY))) == 3
    year = window_ends(period_of("year", DAY))
    assert len(year) == 13
    assert {before - after for before, after in pairwise(year)} == {timedelta(days=28)}


def test_stretch_ends_with_its_day():
    assert stretch(DAY, 28) == Period("day", date(2026, 10, 24), DAY)
