"""Business time counts only while the store is open, in the store's own zone."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealership.hours import NeverOpen, add_business_minutes, business_day, business_minutes

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
DAILY = [(weekday, time(8), time(18)) for weekday in range(7)]
WEEKDAYS = [(weekday, time(8), time(18)) for weekday in range(5)]
SPLIT = [
    (weekday, opens, closes)
    for weekday in range(6)
    for opens, closes in [(time(13, 30), time(18)), (time(8), time(12))]
]
NATIONAL_DAY = {date(2026, 10, 1): None, date(2026, 10, 2): (time(9), time(12))}

moments = st.integers(0, 60 * 24 * 60).map(lambda m: datetime(2026, 9, 1, tzinfo=UTC) + timedelta(minutes=m))


def at(month, day, hour, minute=0):
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("open_hours", "start", "end", "minutes"),
    [
        (DAILY, at(11, 22, 8, 31), at(11, 22, 11, 26), 175),
        (DAILY, at(11, 22, 17, 30), at(11, 23, 8, 30), 60),
        (DAILY, at(11, 22, 6), at(11, 22, 7, 59), 0),
        (DAILY, at(11, 22, 12), at(11, 22, 11), 0),
        (WEEKDAYS, at(11, 20, 17), at(11, 23, 9), 120),  # Friday to Monday
        (SPLIT, at(11, 20, 11), at(11, 20, 14), 90),
        (DAILY, at(9, 30, 17), at(10, 3, 9), 300),  # closed, then 9 to 12, then from 8
        ([], at(11, 22, 8), at(11, 23, 8), 0),
    ],
)
def test_business_minutes_counts_open_time_only(open_hours, start, end, minutes):
    assert business_minutes(open_hours, NATIONAL_DAY, start, end, SHANGHAI) == minutes


def test_business_minutes_follows_hours_past_midnight():
    night = [(4, time(20), time(2))]
    assert business_minutes(night, {}, at(11, 21, 1), at(11, 21, 5), SHANGHAI) == 60


def test_business_minutes_are_real_minutes_when_the_clocks_change():
    all_day = [(6, time(0), time(0))]
    sunday = datetime(2026, 10, 25, tzinfo=BERLIN)
    assert business_minutes(all_day, {}, sunday, sunday + timedelta(days=2), BERLIN) == 25 * 60


@pytest.mark.parametrize(
    ("moment", "minutes", "expected"),
    [
        (at(11, 22, 9), 90, at(11, 22, 10, 30)),
        (at(11, 22, 17, 30), 30, at(11, 22, 18)),
        (at(11, 22, 17, 30), 31, at(11, 23, 8, 1)),
        (at(11, 22, 6), 0, at(11, 22, 8)),
        (at(11, 22, 18), 0, at(11, 23, 8)),
        (at(11, 22, 19), 0, at(11, 23, 8)),
        (at(9, 30, 17), 61, at(10, 2, 9, 1)),
        (at(11, 1, 8), 600 * 20, at(11, 20, 18)),
    ],
)
def test_add_business_minutes_skips_closed_time(moment, minutes, expected):
    assert add_business_minutes(DAILY, NATIONAL_DAY, moment, minutes, SHANGHAI) == expected


@given(moments, st.integers(0, 5000))
def test_add_business_minutes_is_the_inverse_of_business_minutes(moment, minutes):
    later = add_business_minutes(SPLIT, NATIONAL_DAY, moment, minutes, SHANGHAI)
    assert later.tzinfo is SHANGHAI
    assert business_minutes(SPLIT, NATIONAL_DAY, moment, later, SHANGHAI) == minutes


@given(moments, moments, moments)
def test_business_minutes_add_up(one, two, three):
    first, middle, last = sorted([one, two, three])
    parts = [(first, middle), (middle, last)]
    whole = business_minutes(SPLIT, NATIONAL_DAY, first, last, SHANGHAI)
    assert sum(business_minutes(SPLIT, NATIONAL_DAY, *part, SHANGHAI) for part in parts) == whole


def test_add_business_minutes_refuses_negative_minutes_and_a_store_without_hours():
    with pytest.raises(ValueError, match="not taken away"):
        add_business_minutes(DAILY, {}, at(11, 22, 9), -1, SHANGHAI)
    with pytest.raises(NeverOpen):
        add_business_minutes([], {}, at(11, 22, 9), 1, SHANGHAI)


def test_business_day_is_the_local_date():
    late_in_utc = datetime(2026, 11, 21, 16, 0, tzinfo=UTC)
    assert business_day(SHANGHAI, late_in_utc) == date(2026, 11, 22)
    assert business_day(BERLIN, late_in_utc) == date(2026, 11, 21)
    with pytest.raises(ValueError, match="aware"):
        business_day(SHANGHAI, late_in_utc.replace(tzinfo=None))
