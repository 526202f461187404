"""The places of a half hour: edited by the store, claimed by whoever books."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dealership.models import Bay, OpeningHours, Staff, Store
from dealership.refused import Refused
from reception.models import Appointment, SlotCapacity
from reception.queries.capacity import (
    HALF_HOUR,
    Booked,
    booked_in,
    half_hour_of,
    half_hours,
    has_table,
    holidays_of,
    kinds_of,
    known_kind,
    next_free,
    opens_at,
    places_left,
)

MOST_CARS = 50
BAYS_A_CAR = 3
"""A car stands in a general bay for about three half hours (own assumption): so many bays take one car each."""


class Cell(NamedTuple):
    """One thing that has places in a half hour: the bays of a kind, or an advisor."""

    start: time
    bay_kind: str = ""
    advisor: UUID | None = None


def claim_place(
    store: Store, *, at: datetime, work: str, bay_kind: str, advisor: Staff | None, by: Staff | None,
    but: Appointment | None = None,
) -> None:  # fmt: skip
    """Take a place in the half hour of `at`, inside the caller's transaction; its rows stay locked until the end.

    Without a table of places staff may take any time, the web none. Raises Refused: "appointment.full".
    """
    begin = half_hour_of(store, at)
    rows = list(
        SlotCapacity.objects.select_for_update()
        .filter(store=store, weekday=begin.weekday(), start=begin.time())
        .order_by("pk")
    )
    if not rows and by and not has_table(store):
        return
    # Counted after the lock: what another booking has just taken is seen.
    kinds = kinds_of(store)
    booked = [
        Booked(known_kind(one.bay_kind, kinds), one.advisor_id)
        for one in booked_in(store, begin, begin + HALF_HOUR, but=but)
    ]
    kind = known_kind(bay_kind, kinds)
    left, _people = places_left(rows, booked, kind=kind, advisor=advisor.pk if advisor else None)
    day = begin.date()
    if left and opens_at(holidays_of(store, day, day), day, begin.time()):
        return
    raise Refused(_full(store, begin, work=work, advisor=advisor), "appointment.full", field="at")


def _full(store: Store, begin: datetime, *, work: str, advisor: Staff | None) -> str:
    free = next_free(store, begin, work=work, advisor=advisor)
    if not free:
        return _("This half hour has no free place. Choose another time.")
    near = [slot for slot in free if slot.at.date() == begin.date()]
    clock = [f"{slot.at:%H:%M}" if near else f"{slot.at:%m-%d %H:%M}" for slot in near or free]
    return _("This half hour has no free place. Free: %(times)s.") % {"times": ", ".join(clock)}


@transaction.atomic
def set_places(store: Store, *, weekday: int, cells: Mapping[Cell, int | None], by: Staff) -> int:
    """Keep what a weekday takes: a number of cars for each cell, None takes it off the table. Returns the rows left.

    Raises Refused: "capacity.weekday", "capacity.cars" for a number out of 0 to `MOST_CARS`.
    """
    if weekday not in range(7):
        raise Refused(_("This is no day of the week. Reload the page."), "capacity.weekday")
    if any(cars is not None and not 0 <= cars <= MOST_CARS for cars in cells.values()):
        raise Refused(_("A half hour takes 0 to %(most)s cars. Correct the number.") % {"most": MOST_CARS},
                      "capacity.cars")  # fmt: skip
    day = SlotCapacity.objects.filter(store=store, weekday=weekday)
    have = {Cell(row.start, row.bay_kind, row.advisor_id): row for row in day.select_for_update().order_by("pk")}
    gone = [have[cell].pk for cell, cars in cells.items() if cars is None and cell in have]
    SlotCapacity.objects.filter(pk__in=gone).delete()
    for cell, cars in cells.items():
        if cars is not None and cell in have and have[cell].cars != cars:
            have[cell].cars = cars
            have[cell].save(update_fields=["cars"])
    SlotCapacity.objects.bulk_create(
        SlotCapacity(store=store, weekday=weekday, start=cell.start, bay_kind=cell.bay_kind, advisor_id=cell.advisor,
                     cars=cars)
        for cell, cars in cells.items() if cars is not None and cell not in have
    )  # fmt: skip
    return day.count()


@transaction.atomic
def set_week(
    store: Store,
    *,
    cars: Mapping[tuple[int, time], int | None],
    bay_kind: str = "",
    advisor: UUID | None = None,
    by: Staff,
) -> int:
    """Keep what the bays of a kind, or an advisor, take in the half hours of a week: (weekday, start) → cars.

    What other bays and advisors take stays. Returns the half hours kept. Raises Refused: what `set_places` raises.
    """
    for weekday in sorted({weekday for weekday, _start in cars}):
        cells = {Cell(start, bay_kind, advisor): number for (day, start), number in cars.items() if day == weekday}
        set_places(store, weekday=weekday, cells=cells, by=by)
    return SlotCapacity.objects.filter(store=store, bay_kind=bay_kind, advisor=advisor).count()


@transaction.atomic
def copy_day(store: Store, *, weekday: int, to: list[int], by: Staff) -> int:
    """Give other weekdays the places of one; what they had is gone. Returns the number of days written.

    Raises Refused: "capacity.weekday", "capacity.empty" for a day without places.
    """
    mine = {
        Cell(row.start, row.bay_kind, row.advisor_id): row.cars
        for row in SlotCapacity.objects.filter(store=store, weekday=weekday)
    }
    if not mine:
        raise Refused(_("This day has no places yet. Enter some first."), "capacity.empty")
    days = sorted(set(to) - {weekday})
    for day in days:
        theirs = SlotCapacity.objects.filter(store=store, weekday=day)
        gone: dict[Cell, int | None] = {Cell(row.start, row.bay_kind, row.advisor_id): None for row in theirs}
        set_places(store, weekday=day, cells={**gone, **mine}, by=by)
    return len(days)


@transaction.atomic
def fill_usual(store: Store, by: Staff | None) -> int:
    """Make the table from the opening hours and the bays; what the store entered already stays. Returns the new rows.

    General bays take a third of their number each half hour, every express bay one car; the last hour takes none.
    Raises Refused: "capacity.hours" for a store without opening hours.
    """
    hours = list(OpeningHours.objects.filter(store=store))
    if not hours:
        raise Refused(_("This store has no opening hours yet. Enter them first."), "capacity.hours")
    kinds = list(Bay.objects.filter(store=store).values_list("kind", flat=True))
    usual = {Bay.Kind.GENERAL: max(kinds.count(Bay.Kind.GENERAL) // BAYS_A_CAR, 1)}
    if express := kinds.count(Bay.Kind.EXPRESS):
        usual[Bay.Kind.EXPRESS] = express
    rows = [
        SlotCapacity(store=store, weekday=day.weekday, start=start, bay_kind=kind, cars=cars)
        for day in hours for start in half_hours(day.opens, day.closes)[:-2] for kind, cars in usual.items()
    ]  # fmt: skip
    before = SlotCapacity.objects.filter(store=store).count()
    SlotCapacity.objects.bulk_create(rows, ignore_conflicts=True)
    return SlotCapacity.objects.filter(store=store).count() - before
