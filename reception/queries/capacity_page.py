"""The table of places as the store edits it: one grid of half hours and weekdays for each kind of bay and advisor."""

from dataclasses import dataclass
from datetime import time
from typing import Any
from uuid import UUID

from django.utils.dates import WEEKDAYS_ABBR

from dealership.models import Bay, OpeningHours, Role, Staff, Store
from dealership.queries.staff import people_with
from reception.models import SlotCapacity
from reception.queries.capacity import half_hours

OPENS, CLOSES = time(8), time(18)
"""The grid of a store that has no opening hours yet."""


@dataclass(frozen=True)
class Thing:
    """What has places: the bays of a kind, or an advisor. `key` stands in the address."""

    key: str
    name: str
    bay_kind: str
    advisor: UUID | None
    cars: int
    """Cars in a week."""


@dataclass(frozen=True)
class Grid:
    """The cells of one thing: rows of (start, [(field name, weekday, cars or None, open)])."""

    thing: Thing
    things: list[Thing]
    days: list[tuple[int, str, int]]
    """Weekday, its name, cars of the day."""
    rows: list[tuple[time, list[tuple[str, str, int | None, bool]]]]


def field_name(weekday: int, start: time) -> str:
    """Return the name of a cell's input: c-0-0930."""
    return f"c-{weekday}-{start:%H%M}"


def grid_of(store: Store, key: str) -> Grid:
    """Return the grid of the thing with this key, of the general bays where the key names none."""
    rows = list(SlotCapacity.objects.filter(store=store))
    found = _things(store, rows)
    thing = next((one for one in found if one.key == key), found[0])
    mine = {
        (row.weekday, row.start): row.cars
        for row in rows
        if row.bay_kind == thing.bay_kind and row.advisor_id == thing.advisor
    }
    opening = {row.weekday: half_hours(row.opens, row.closes) for row in OpeningHours.objects.filter(store=store)}
    starts = {start for listed in opening.values() for start in listed} | {start for _day, start in mine}
    days = [
        (weekday, str(WEEKDAYS_ABBR[weekday]), sum(cars for (day, _start), cars in mine.items() if day == weekday))
        for weekday in range(7)
    ]
    lines = [
        (start, [
            (field_name(day, start), name, mine.get((day, start)), start in opening.get(day, []))
            for day, name, _cars in days
        ])
        for start in sorted(starts or half_hours(OPENS, CLOSES))
    ]  # fmt: skip
    return Grid(thing, found, days, lines)


def _things(store: Store, rows: list[SlotCapacity]) -> list[Thing]:
    there = set(Bay.objects.filter(store=store, kind__in=Bay.WORK_KINDS).values_list("kind", flat=True))
    listed = there | {Bay.Kind.GENERAL.value} | {row.bay_kind for row in rows if row.bay_kind}
    bays = [
        Thing(kind, str(Bay.Kind(kind).label), kind, None, _cars(rows, kind, None))
        for kind in (str(one) for one in Bay.WORK_KINDS)
        if kind in listed
    ]
    advisors: list[Staff] = [membership.staff for membership in people_with(store, [Role.ADVISOR])]
    return [*bays, *(Thing(str(one.pk), one.name, "", one.pk, _cars(rows, "", one.pk)) for one in advisors)]


def _cars(rows: list[SlotCapacity], bay_kind: str, advisor: Any) -> int:
    return sum(row.cars for row in rows if row.bay_kind == bay_kind and row.advisor_id == advisor)
