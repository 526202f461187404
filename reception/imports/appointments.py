"""Appointments of another system, one row a booking. They are facts already: no place is asked for."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dealership import plates
from dealership.models import Role, Staff, Store, Vehicle, Work
from dealership.queries.staff import people_with
from dealership.refused import Refused
from reception.actions.appointments import book_plate, move
from reception.imports.cells import Bad, Cells, Column, Row, Wanted, squeezed
from reception.imports.reasons import Reason
from reception.imports.words import headings, known_words
from reception.models import Appointment

MOST = Decimal("999999.99")
HEADINGS = headings("appointments")
WORKS, TRANSPORTS = known_words("appointments", "works"), known_words("appointments", "transports")

COLUMNS = (
    Column("plate", gettext_lazy("Plate"), HEADINGS["plate"], needed=True, example="沪A·8K2D6"),
    Column("at", gettext_lazy("Agreed time"), HEADINGS["at"], example="2026-11-21 09:30"),
    Column("day", gettext_lazy("Day"), HEADINGS["day"], example="2026-11-21"),
    Column("clock", gettext_lazy("Time"), HEADINGS["clock"], example="9:30"),
    Column("name", gettext_lazy("Name"), HEADINGS["name"], example="王建国"),
    Column("phone", gettext_lazy("Phone"), HEADINGS["phone"], example="13800001234"),
    Column("model", gettext_lazy("Model"), HEADINGS["model"], example="途观L"),
    Column("work", gettext_lazy("Work"), HEADINGS["work"], example="保养"),
    Column("concern", gettext_lazy("Concern"), HEADINGS["concern"], example="刹车有异响"),
    Column("wish", gettext_lazy("Wish"), HEADINGS["wish"], example="顺便洗车"),
    Column("quote", gettext_lazy("Quote given, ¥"), HEADINGS["quote"], example="1026"),
    Column("advisor", gettext_lazy("Advisor"), HEADINGS["advisor"], example="周敏"),
    Column("transport", gettext_lazy("Way on"), HEADINGS["transport"], example="代步车"),
    Column("reference", gettext_lazy("Reference"), HEADINGS["reference"], example="YY261121007"),
)
CHANGED_BY = ("concern", "wish", "work", "transport", "quote_amount")
"""What a second file may change of a booking, besides its time."""


def check(store: Store, row: Row) -> Wanted | list[Bad]:
    """Read a booking; a new car needs name and phone, the time must be to come."""
    cells = Cells(row)
    reference = cells.text("reference", most=40)
    plate = plates.normalise(cells.text("plate", most=40, needed=True))
    at = _moment(cells, store)
    advisor = _advisor(cells, store)
    values = {
        "plate": plate, "at": at, "advisor": advisor, "reference": reference,
        "name": cells.text("name", most=80), "phone": cells.text("phone", most=20),
        "model": cells.text("model", most=60), "work": cells.choice("work", WORKS) or str(Work.SERVICE),
        "concern": cells.text("concern", most=300), "wish": cells.text("wish", most=300),
        "quote_amount": cells.decimal("quote", most=MOST), "transport": cells.choice("transport", TRANSPORTS),
    }  # fmt: skip
    if len(plate) > 12:
        cells.refuse("plate", Reason.TOO_LONG, most=12)
    if plate and not Vehicle.objects.filter(plate=plate).exclude(owner=None).exists():
        for name in ("name", "phone"):
            if not values[name] and not any(one.field == name for one in cells.bad):
                cells.refuse(name, Reason.MISSING)
    if at and at < timezone.now() and _known(store, values) is None:
        cells.refuse("at" if row.cells.get("at") else "day", _("This time is already past."))
    if cells.bad:
        return cells.bad
    return Wanted(("reference", reference) if reference else (plate, at), values)


def take(store: Store, wanted: Wanted, *, by: Staff, now: datetime) -> str:
    """Book it, or bring the booking of its reference up to what the file says now."""
    values: dict[str, Any] = dict(wanted.values)
    row = _known(store, values)
    if row is None:
        book_plate(store, by=by, via=Appointment.Via.IMPORT, capacity=False, now=now, **values)
        return "new"
    if row.state != Appointment.State.BOOKED:
        return "same"
    changed = [name for name in CHANGED_BY if values[name] and getattr(row, name) != values[name]]
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        row.save(update_fields=changed)
    if row.at == values["at"]:
        return "changed" if changed else "same"
    if row.vehicle.plate != values["plate"]:
        raise Refused(_("This reference belongs to another car: %(plate)s.") % {"plate": row.vehicle.plate},
                      "appointment.reference")  # fmt: skip
    move(row, at=values["at"], by=by, capacity=False, now=now)
    return "changed"


def _moment(cells: Cells, store: Store) -> datetime | None:
    """Return the agreed time: one cell, or a day and a clock in two."""
    if cells.row.cells.get("at") or not cells.row.cells.get("day"):
        return cells.moment("at", zone=store.zone, needed=True)
    day, clock = cells.day("day", needed=True), cells.clock("clock", needed=True)
    return datetime.combine(day, clock, store.zone) if day and clock else None


def _advisor(cells: Cells, store: Store) -> Staff | None:
    name = squeezed(cells.text("advisor", most=60))
    if not name:
        return None
    people = [membership.staff for membership in people_with(store, [Role.ADVISOR])]
    found = next((one for one in people if name in (squeezed(one.name), squeezed(one.username))), None)
    if found is None:
        cells.refuse("advisor", _("No advisor of this store has this name."))
    return found


def _known(store: Store, values: dict[str, Any]) -> Appointment | None:
    """Return the booking that a row means: of its reference, else of this car at this very time."""
    rows = Appointment.objects.filter(store=store).select_related("store", "customer", "vehicle", "advisor")
    if values["reference"]:
        return rows.filter(reference=values["reference"]).first()
    booked = rows.filter(vehicle__plate=values["plate"], at=values["at"], state=Appointment.State.BOOKED)
    return booked.first() if values["at"] else None
