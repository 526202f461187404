"""Business time: pure arithmetic on opening hours, holidays and aware datetimes.

`open_hours` holds (weekday, opens, closes) with Monday = 0; `holidays` maps a date to its own hours or
to None when the store stays shut. A closing time that is not after the opening time lies on the next day.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

OpenHours = Iterable[tuple[int, time, time]]
Holidays = Mapping[date, tuple[time, time] | None]

LONGEST_CLOSURE = timedelta(days=60)
"""How far ahead the next opening is looked for; no dealership is closed longer."""


class NeverOpen(ValueError):
    """The store has no opening hours in the next `LONGEST_CLOSURE`."""


def business_day(tz: ZoneInfo, moment: datetime) -> date:
    """Return the local date of the aware `moment`."""
    if moment.tzinfo is None:
        raise ValueError("A business day needs an aware datetime.")
    return moment.astimezone(tz).date()


def business_minutes(open_hours: OpenHours, holidays: Holidays, start: datetime, end: datetime, tz: ZoneInfo) -> int:
    """Return the whole minutes between two aware moments in which the store is open; 0 when reversed."""
    worked = timedelta()
    # The day before counts too: its hours may run past midnight.
    day, last = business_day(tz, start) - timedelta(days=1), business_day(tz, end)
    for opens, closes in _spans(open_hours, holidays, day, last, tz):
        worked += max(min(closes, end) - max(opens, start), timedelta())
    return worked // timedelta(minutes=1)


def add_business_minutes(
    open_hours: OpenHours, holidays: Holidays, moment: datetime, minutes: int, tz: ZoneInfo
) -> datetime:
    """Return the moment, in `tz`, at which `minutes` of open time have passed since the aware `moment`.

    With 0 it is the moment itself or, when the store is closed, the next opening. Raises ValueError for
    negative minutes, NeverOpen when no opening comes.
    """
    if minutes < 0:
        raise ValueError("Business minutes are added, not taken away.")
    left = timedelta(minutes=minutes)
    day = business_day(tz, moment) - timedelta(days=1)
    patience = LONGEST_CLOSURE + timedelta(days=minutes // 60)
    for opens, closes in _spans(open_hours, holidays, day, day + patience, tz):
        begin = max(opens, moment)
        if begin < closes and left <= closes - begin:
            # Added in UTC: adding to a local datetime would ignore a change of the clocks.
            return (begin.astimezone(UTC) + left).astimezone(tz)
        left -= max(closes - begin, timedelta())
    raise NeverOpen("No opening hours were found for this store.")


def _spans(
    open_hours: OpenHours, holidays: Holidays, first: date, last: date, tz: ZoneInfo
) -> Iterator[tuple[datetime, datetime]]:
    """Yield (opens, closes) in UTC for each opening of the dates `first` to `last`, in order."""
    week: dict[int, list[tuple[time, time]]] = {}
    for weekday, opens, closes in open_hours:
        week.setdefault(weekday, []).append((opens, closes))
    day = first
    while day <= last:
        hours = sorted(week.get(day.weekday(), []))
        if day in holidays:
            own = holidays[day]
            hours = [] if own is None else [own]
        for opens, closes in hours:
            end = day if closes > opens else day + timedelta(days=1)
            yield _utc(day, opens, tz), _utc(end, closes, tz)
        day += timedelta(days=1)


def _utc(day: date, clock: time, tz: ZoneInfo) -> datetime:
    # Python subtracts two datetimes of one zone by the wall clock, wrong on the day the clocks change.
    return datetime.combine(day, clock, tzinfo=tz).astimezone(UTC)
