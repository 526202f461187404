"""Appointments: made, kept, missed or called off. The one door of `Appointment.state`."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from dealership import wiring
from dealership.actions.visits import known_or_new_car
from dealership.models import Customer, Staff, Store, Vehicle, Visit, Work
from dealership.plates import normalise
from dealership.refused import Refused
from dealership.uuids import uuid7
from reception.models import Appointment

State = Appointment.State


@transaction.atomic
def book(
    store: Store,
    *,
    customer: Customer,
    vehicle: Vehicle,
    at: datetime,
    by: Staff,
    work: str = Work.SERVICE,
    wish: str = "",
    quote_amount: Decimal | None = None,
    quote_note: str = "",
    advisor: Staff | None = None,
    id: UUID | None = None,
    now: datetime | None = None,
) -> Appointment:
    """Book a car for a time; the same id again returns the first booking.

    Raises Refused: "appointment.past" for a time that is over, "appointment.quote" for a quote below zero.
    """
    now = now or timezone.now()
    if at < now:
        raise Refused(_("This time is already past. Choose a later one."), "appointment.past", field="at")
    if quote_amount is not None and quote_amount < 0:
        raise Refused(_("A quote cannot be below ¥0. Correct the amount."), "appointment.quote", field="quote_amount")
    appointment, made = Appointment.objects.get_or_create(
        pk=id or uuid7(now),
        defaults={
            "store": store, "customer": customer, "vehicle": vehicle, "at": at, "work": work, "wish": wish.strip(),
            "quote_amount": quote_amount, "quote_note": quote_note.strip(), "advisor": advisor,
            "made_by": by, "made_at": now,
        },
    )  # fmt: skip
    if made:
        _tell_apps(appointment, by=by, now=now)
    return appointment


@transaction.atomic
def move(appointment: Appointment, *, at: datetime, by: Staff, now: datetime | None = None) -> Appointment:
    """Agree on another time. Raises Refused: "appointment.past", "appointment.closed"."""
    now = now or timezone.now()
    if at < now:
        raise Refused(_("This time is already past. Choose a later one."), "appointment.past", field="at")
    if not Appointment.objects.filter(pk=appointment.pk, state=State.BOOKED).update(at=at):
        raise Refused(_("This appointment is no longer open. Reload the list."), "appointment.closed")
    appointment.at = at
    _tell_apps(appointment, by=by, now=now)
    return appointment


@transaction.atomic
def book_plate(
    store: Store,
    *,
    plate: str,
    by: Staff,
    name: str = "",
    sex: str = "",
    phone: str = "",
    model: str = "",
    id: UUID | None = None,
    now: datetime | None = None,
    **appointment: object,
) -> Appointment:
    """Book by plate: the car and its owner are known, or made from name, form of address and phone.

    Raises Refused: "plate.empty", "appointment.customer" for a new car without name and phone; what `book` raises.
    """
    plate = normalise(plate)
    if not plate:
        raise Refused(_("Type the plate first."), "plate.empty", field="plate")
    known = Vehicle.objects.filter(plate=plate).exclude(owner=None).exists()
    if not known and not (name.strip() and phone.strip()):
        raise Refused(
            _("This car is new here. Enter the customer's name and phone too."), "appointment.customer", field="name"
        )
    given = {"name": name.strip(), "sex": sex, "phone": phone.strip()}
    car = known_or_new_car(store, plate, {"model": model.strip()}, given)
    return book(store, customer=car.owner, vehicle=car, by=by, id=id, now=now, **appointment)  # type: ignore[arg-type]


@transaction.atomic
def keep(appointment: Appointment, *, visit: Visit, by: Staff | None) -> Appointment:
    """Note that the car has come: the visit is the appointment's."""
    moved = Appointment.objects.filter(pk=appointment.pk, state=State.BOOKED).update(state=State.ARRIVED, visit=visit)
    if moved:
        appointment.state, appointment.visit = State.ARRIVED, visit
        _tell_apps(appointment, by=by, now=timezone.now())
    return appointment


def miss(appointment: Appointment, *, by: Staff) -> Appointment:
    """Note that nobody came (未到店)."""
    return _close(appointment, State.NO_SHOW, by=by)


def call_off(appointment: Appointment, *, by: Staff) -> Appointment:
    """Call an appointment off for the customer."""
    return _close(appointment, State.CANCELLED, by=by)


@transaction.atomic
def _close(appointment: Appointment, state: str, *, by: Staff) -> Appointment:
    if appointment.state == state:
        return appointment
    if not Appointment.objects.filter(pk=appointment.pk, state=State.BOOKED).update(state=state):
        raise Refused(_("This appointment is no longer open. Reload the list."), "appointment.closed")
    appointment.state = state
    _tell_apps(appointment, by=by, now=timezone.now())
    return appointment


def _tell_apps(appointment: Appointment, *, by: Staff | None, now: datetime) -> None:
    for path in wiring.APPOINTMENTS:
        import_string(path)(appointment, by=by, now=now)
