"""One day of appointments: who comes, what is free, and the days around it."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dealership.models import Bay, Store, business_day
from reception.models import Appointment
from reception.queries.appointments import AHEAD, of_days
from reception.queries.capacity import HOLDS_A_PLACE, Places, half_hour_of, known_kind, places_of
from reception.queries.punctuality import lateness

State = Appointment.State


@dataclass(frozen=True)
class FreeTime:
    """A half hour as the picture draws it: one mark for each place, taken, free or over the number."""

    at: datetime
    taken: int
    free: int
    over: int
    past: bool

    @property
    def marks(self) -> list[str]:
        """A word for each mark, the taken ones first."""
        return ["taken"] * self.taken + ["over"] * self.over + ["free"] * self.free


@dataclass(frozen=True)
class DayRow:
    """An appointment in the day's list. `met`: see `queries.punctuality.lateness`."""

    appointment: Appointment
    met: str
    overdue: bool
    """Not here yet, a quarter of an hour after the agreed time."""
    may_reopen: bool


@dataclass(frozen=True)
class DayOf:
    """A day in the strip: how many are expected and how many places are free (None without a table)."""

    day: date
    cars: int
    free: int | None


@dataclass(frozen=True)
class Day:
    """What the page of a day shows; `times` is empty for a store without a table."""

    day: date
    rows: list[DayRow]
    times: list[FreeTime]
    week: list[DayOf]

    today: bool

    @property
    def shown(self) -> list[FreeTime]:
        """The half hours of the picture: of today only those that are to come."""
        return [one for one in self.times if not (self.today and one.past)]

    @property
    def expected(self) -> int:
        """Cars that have not come yet."""
        return sum(row.appointment.state == State.BOOKED for row in self.rows)


def day_of(store: Store, day: date, now: datetime) -> Day:
    """Return a day with the strip of the days from today (or from the day itself where it is outside), in 4 queries."""
    today = business_day(store, now)
    first = today if today <= day <= today + AHEAD else day
    rows = of_days(store, first, first + AHEAD)
    places = places_of(store, first, first + AHEAD)
    by_day: dict[date, list[Appointment]] = {}
    for row in rows:
        by_day.setdefault(business_day(store, row.at), []).append(row)
    days = [first + timedelta(days=number) for number in range(AHEAD.days + 1)]
    week = [DayOf(one, _cars(by_day.get(one, [])), _free(places, one, now)) for one in days]
    listed = [_row(row, today, now, store) for row in by_day.get(day, [])]
    return Day(day, listed, _times(places, by_day.get(day, []), day, now), week, day == today)


def _row(row: Appointment, today: date, now: datetime, store: Store) -> DayRow:
    closed = row.state in (State.NO_SHOW, State.CANCELLED) and row.close_reason != "moved"
    overdue = row.state == State.BOOKED and row.at + timedelta(minutes=15) < now
    return DayRow(row, lateness(row), overdue, closed and business_day(store, row.at) >= today)


def _cars(rows: list[Appointment]) -> int:
    return sum(row.state in HOLDS_A_PLACE for row in rows)


def _free(places: Places, day: date, now: datetime) -> int | None:
    if not places.rows:
        return None
    return sum(time_.free for time_ in _times(places, [], day, now, whole=False) if not time_.past)


def _times(places: Places, rows: list[Appointment], day: date, now: datetime, *, whole: bool = True) -> list[FreeTime]:
    """Draw each half hour of the table; with `whole` those too in which a car comes outside of it."""
    found = {slot.at: slot.left for slot in places.all_slots(day, work="service")}
    kinds = {
        slot.at: slot.left for slot in places.all_slots(day, work="express")
    } if Bay.Kind.EXPRESS in places.kinds else {}  # fmt: skip
    taken = Counter(half_hour_of(places.store, row.at) for row in rows if row.state in HOLDS_A_PLACE)
    moments = sorted({*found, *kinds, *(taken if whole else ())})
    times = []
    for at in moments:
        free = found.get(at, 0) + kinds.get(at, 0)
        count = taken[at] if whole else len(places.booked.get(at, []))
        over = max(count - _cars_of(places, at), 0)
        times.append(FreeTime(at, count - over, free, over, at + timedelta(minutes=30) <= now))
    return times


def _cars_of(places: Places, at: datetime) -> int:
    start = time(at.hour, at.minute)
    return sum(
        row.cars for row in places.rows.get((at.weekday(), start), [])
        if row.bay_kind and known_kind(row.bay_kind, places.kinds) == row.bay_kind
    )  # fmt: skip
