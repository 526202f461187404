"""How many cars a half hour takes, and what is left of it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone

from dealership.models import Bay, Holiday, Staff, Store, Work, business_day
from reception.models import Appointment, SlotCapacity

HALF_HOUR = timedelta(minutes=30)
HOLDS_A_PLACE = (Appointment.State.BOOKED, Appointment.State.ARRIVED)
BAY_OF_WORK = {Work.EXPRESS: Bay.Kind.EXPRESS}
"""Work that needs a bay of its own kind; all other work stands in a general bay."""


@dataclass(frozen=True)
class Slot:
    """A half hour with places: `left` cars may still be booked; `advisors` have a place, [] where nobody is listed."""

    at: datetime
    left: int
    advisors: list[Staff]


class Booked(NamedTuple):
    """What an appointment takes of its half hour."""

    bay_kind: str
    advisor: UUID | None


def bay_kind_for(work: str) -> str:
    """Return the kind of bay (`Bay.Kind`) that a kind of work needs."""
    return str(BAY_OF_WORK.get(Work(work), Bay.Kind.GENERAL))


def half_hour_of(store: Store, moment: datetime) -> datetime:
    """Return the beginning of the half hour of `moment`, in the store's time zone."""
    local = moment.astimezone(store.zone)
    return local.replace(minute=local.minute // 30 * 30, second=0, microsecond=0)


def half_hours(opens: time, closes: time) -> list[time]:
    """Return the beginnings of the half hours from `opens` to before `closes`; those past midnight are left out."""
    begin, end = opens.hour * 2 + opens.minute // 30, closes.hour * 2 + closes.minute // 30
    return [time(half // 2, half % 2 * 30) for half in range(begin, end if closes > opens else 48)]


def has_table(store: Store) -> bool:
    """Tell whether the store says at all how many cars it takes."""
    return SlotCapacity.objects.filter(store=store).exists()


def known_kind(kind: str, kinds: Iterable[str]) -> str:
    """Return the kind under which places are counted: a store that lists no express bays books them as general."""
    return kind if kind in kinds else str(Bay.Kind.GENERAL)


def kinds_of(store: Store) -> set[str]:
    """Return the kinds of bay that the store's table lists."""
    return set(SlotCapacity.objects.filter(store=store).exclude(bay_kind="").values_list("bay_kind", flat=True))


def booked_in(store: Store, begin: datetime, end: datetime, *, but: Appointment | None = None) -> list[Appointment]:
    """Return the appointments that hold a place from `begin` to before `end`, without `but`."""
    rows = Appointment.objects.filter(store=store, state__in=HOLDS_A_PLACE, at__gte=begin, at__lt=end)
    return list(rows.exclude(pk=but.pk) if but else rows)


def places_left(
    rows: Sequence[SlotCapacity], booked: Sequence[Booked], *, kind: str, advisor: UUID | None = None
) -> tuple[int, list[UUID]]:
    """Return how many cars one half hour still takes, and the ids of the advisors who have a place.

    Counted are the bays of `kind`; where the half hour lists advisors, their places too: a car booked without one
    takes the place of somebody. With `advisor` (an id) only that person counts.
    """
    bays = sum(row.cars for row in rows if row.bay_kind == kind) - sum(one.bay_kind == kind for one in booked)
    people = {row.advisor_id: row.cars for row in rows if row.advisor_id}
    if not people:
        return max(bays, 0), []
    taken = Counter(one.advisor if one.advisor in people else None for one in booked)
    free = {id_: cars - taken[id_] for id_, cars in people.items() if cars > taken[id_]}
    hands = sum(free.values()) - taken[None]
    if advisor:
        hands = min(hands, free.get(advisor, 0))
    left = max(min(bays, hands), 0)
    return left, list(free) if left else []


@dataclass(frozen=True)
class Places:
    """The table of a store and what is booked on some days, read once."""

    store: Store
    rows: dict[tuple[int, time], list[SlotCapacity]]
    booked: dict[datetime, list[Booked]]
    shut: dict[date, tuple[time, time] | None]
    people: dict[object, Staff]
    kinds: set[str]

    def slots(self, day: date, *, work: str, advisor: Staff | None = None, now: datetime) -> list[Slot]:
        """Return the half hours of a day that have a place and are not past, by time."""
        return [slot for slot in self.all_slots(day, work=work, advisor=advisor) if slot.left and slot.at >= now]

    def all_slots(self, day: date, *, work: str, advisor: Staff | None = None) -> list[Slot]:
        """Return every half hour of a day that the table lists, the full ones with `left` 0."""
        kind = known_kind(bay_kind_for(work), self.kinds)
        found = []
        for start in sorted(start for weekday, start in self.rows if weekday == day.weekday()):
            if not opens_at(self.shut, day, start):
                continue
            at = datetime.combine(day, start, self.store.zone)
            rows, booked = self.rows[day.weekday(), start], self.booked.get(at, [])
            left, ids = places_left(rows, booked, kind=kind, advisor=advisor.pk if advisor else None)
            found.append(Slot(at, left, [self.people[id_] for id_ in ids if id_ in self.people]))
        return found


def opens_at(shut: dict[date, tuple[time, time] | None], day: date, start: time) -> bool:
    """Tell whether a holiday leaves the half hour from `start` open; `shut` maps a holiday to its hours or None."""
    if day not in shut:
        return True
    own = shut[day]
    return own is not None and own[0] <= start < own[1]


def holidays_of(store: Store, first: date, last: date) -> dict[date, tuple[time, time] | None]:
    """Return the holidays of these days with their own hours, None where the store is closed."""
    days = Holiday.objects.filter(store=store, date__gte=first, date__lte=last)
    rows = days.values_list("date", "opens", "closes")
    return {day: (opens, closes) if opens and closes else None for day, opens, closes in rows}


def places_of(store: Store, first: date, last: date) -> Places:
    """Read the table and what is booked on the days `first` to `last`, in three queries."""
    rows: dict[tuple[int, time], list[SlotCapacity]] = {}
    people: dict[object, Staff] = {}
    for row in SlotCapacity.objects.filter(store=store).select_related("advisor"):
        rows.setdefault((row.weekday, row.start), []).append(row)
        if row.advisor and row.advisor.is_active:
            people[row.advisor_id] = row.advisor
    kinds = {row.bay_kind for listed in rows.values() for row in listed if row.bay_kind}
    begin = datetime.combine(first, time.min, store.zone)
    end = datetime.combine(last + timedelta(days=1), time.min, store.zone)
    booked: dict[datetime, list[Booked]] = {}
    for one in booked_in(store, begin, end):
        taken = Booked(known_kind(one.bay_kind, kinds), one.advisor_id)
        booked.setdefault(half_hour_of(store, one.at), []).append(taken)
    return Places(store, rows, booked, holidays_of(store, first, last), people, kinds)


def free_slots(
    store: Store, day: date, *, work: str, advisor: Staff | None = None, now: datetime | None = None
) -> list[Slot]:
    """Return the half hours of `day` in which a car for `work` may be booked; [] for a store without a table."""
    return places_of(store, day, day).slots(day, work=work, advisor=advisor, now=now or timezone.now())


def free_days(
    store: Store, first: date, *, days: int, work: str, advisor: Staff | None = None, now: datetime | None = None
) -> dict[date, list[Slot]]:
    """Return the free half hours of so many days from `first`, [] for a full or closed day, in three queries."""
    places, now = places_of(store, first, first + timedelta(days=days - 1)), now or timezone.now()
    listed = [first + timedelta(days=number) for number in range(days)]
    return {day: places.slots(day, work=work, advisor=advisor, now=now) for day in listed}


def next_free(store: Store, after: datetime, *, work: str, advisor: Staff | None = None, count: int = 3) -> list[Slot]:
    """Return the next free half hours from `after` on, within a week."""
    days = free_days(store, business_day(store, after), days=7, work=work, advisor=advisor, now=after)
    return [slot for slots in days.values() for slot in slots][:count]
