"""Appointments: made, moved, confirmed, kept, missed or called off. The one door of `Appointment.state`."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from dealership import wiring
from dealership.actions.visits import known_or_new_car
from dealership.models import Customer, Staff, Store, Vehicle, Visit, Work, business_day
from dealership.plates import normalise
from dealership.refused import Refused
from dealership.uuids import uuid7
from reception.actions.capacity import claim_place
from reception.models import Appointment
from reception.queries.capacity import bay_kind_for

State, Via = Appointment.State, Appointment.Via
MOVED = "moved"
"""The `close_reason` of a time that was given up for another."""


@transaction.atomic
def book(
    store: Store,
    *,
    customer: Customer,
    vehicle: Vehicle,
    at: datetime,
    by: Staff | None,
    work: str = Work.SERVICE,
    wish: str = "",
    concern: str = "",
    transport: str = "",
    bay_kind: str | None = None,
    quote_amount: Decimal | None = None,
    quote_note: str = "",
    advisor: Staff | None = None,
    via: str = Via.PHONE,
    capacity: bool = True,
    reference: str = "",
    id: UUID | None = None,
    now: datetime | None = None,
) -> Appointment:
    """Book a car for a time; the same id again, or the same reference of another system, returns the first booking.

    `by` None: the customer. With `capacity` a place in the half hour is claimed (`actions.capacity.claim_place`).
    Raises Refused: "appointment.past" for a time that is over, "appointment.quote" for a quote below zero,
    "appointment.full".
    """
    now = now or timezone.now()
    if first := _first_booking(id, reference):
        return first
    _ask_later(at, now)
    if quote_amount is not None and quote_amount < 0:
        raise Refused(_("A quote cannot be below ¥0. Correct the amount."), "appointment.quote", field="quote_amount")
    kind = bay_kind or bay_kind_for(work)
    if capacity:
        claim_place(store, at=at, work=work, bay_kind=kind, advisor=advisor, by=by)
    appointment, made = Appointment.objects.get_or_create(
        pk=id or uuid7(now),
        defaults={
            "store": store, "customer": customer, "vehicle": vehicle, "at": at, "work": work, "wish": wish.strip(),
            "concern": concern.strip(), "transport": transport, "bay_kind": kind, "via": via, "reference": reference,
            "quote_amount": quote_amount, "quote_note": quote_note.strip(), "advisor": advisor,
            "made_by": by, "made_at": now,
        },
    )  # fmt: skip
    if made:
        _tell_apps(appointment, by=by, now=now)
    return appointment


def _first_booking(id: UUID | None, reference: str) -> Appointment | None:
    rows = Appointment.objects.select_related("store", "customer", "vehicle", "advisor")
    if id and (first := rows.filter(pk=id).first()):
        return first
    return rows.filter(reference=reference).first() if reference else None


def _ask_later(at: datetime, now: datetime) -> None:
    if at < now:
        raise Refused(_("This time is already past. Choose a later one."), "appointment.past", field="at")


@transaction.atomic
def move(
    appointment: Appointment,
    *,
    at: datetime,
    by: Staff | None,
    advisor: Staff | None = None,
    capacity: bool = True,
    now: datetime | None = None,
) -> Appointment:
    """Agree on another time, and on another advisor where one is given.

    Effects, in order: claims a place in the new half hour; gives the old one back, which stays in the list as called
    off for `MOVED`; a confirmation of the old time is no more; the apps are told.
    Raises Refused: "appointment.past", "appointment.closed", "appointment.full".
    """
    now = now or timezone.now()
    _ask_later(at, now)
    was = Appointment.objects.select_for_update(of=("self",)).filter(pk=appointment.pk, state=State.BOOKED).first()
    if was is None:
        raise Refused(_("This appointment is no longer open. Reload the list."), "appointment.closed")
    advisor = advisor or appointment.advisor
    if was.at == at and was.advisor_id == (advisor.pk if advisor else None):
        return appointment
    if capacity:
        claim_place(
            appointment.store, at=at, work=was.work, bay_kind=was.bay_kind, advisor=advisor, by=by, but=appointment
        )
    appointment.at, appointment.advisor = at, advisor
    appointment.confirmed_at = appointment.confirmed_by = None
    appointment.save(update_fields=["at", "advisor", "confirmed_at", "confirmed_by"])
    if was.at != at:
        _leave_mark(was, now=now)
    _tell_apps(appointment, by=by, now=now)
    return appointment


def _leave_mark(was: Appointment, *, now: datetime) -> None:
    """Write the time that was given up as a row of its own: the day's list and the on-time share need it."""
    was.pk, was._state.adding, was.reference = uuid7(now), True, ""
    was.state, was.close_reason, was.closed_at = State.CANCELLED, MOVED, now
    was.save(force_insert=True)


@transaction.atomic
def confirm(appointment: Appointment, *, by: Staff, now: datetime | None = None) -> Appointment:
    """Note that the customer said the time again; pressed twice, the first stays.

    Raises Refused: "appointment.closed".
    """
    now = now or timezone.now()
    if appointment.confirmed_at:
        return appointment
    open_rows = Appointment.objects.filter(pk=appointment.pk, state=State.BOOKED)
    if not open_rows.update(confirmed_at=now, confirmed_by=by):
        raise Refused(_("This appointment is no longer open. Reload the list."), "appointment.closed")
    appointment.confirmed_at, appointment.confirmed_by = now, by
    return appointment


@transaction.atomic
def book_plate(
    store: Store,
    *,
    plate: str,
    by: Staff | None,
    name: str = "",
    sex: str = "",
    phone: str = "",
    model: str = "",
    id: UUID | None = None,
    now: datetime | None = None,
    **appointment: Any,
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
    return book(store, customer=car.owner, vehicle=car, by=by, id=id, now=now, **appointment)  # type: ignore[arg-type] # it has an owner by now


@transaction.atomic
def keep(appointment: Appointment, *, visit: Visit, by: Staff | None) -> Appointment:
    """Note that the car has come: the visit is the appointment's."""
    moved = Appointment.objects.filter(pk=appointment.pk, state=State.BOOKED).update(state=State.ARRIVED, visit=visit)
    if moved:
        appointment.state, appointment.visit = State.ARRIVED, visit
        _tell_apps(appointment, by=by, now=timezone.now())
    return appointment


def miss(appointment: Appointment, *, by: Staff, reason: str = "", now: datetime | None = None) -> Appointment:
    """Note that nobody came (未到店). Raises Refused: "appointment.closed"."""
    return _close(appointment, State.NO_SHOW, by=by, reason=reason, now=now)


def call_off(
    appointment: Appointment, *, by: Staff | None, reason: str = "", now: datetime | None = None
) -> Appointment:
    """Call an appointment off for the customer. Raises Refused: "appointment.closed"."""
    return _close(appointment, State.CANCELLED, by=by, reason=reason, now=now)


@transaction.atomic
def _close(appointment: Appointment, state: str, *, by: Staff | None, reason: str, now: datetime | None) -> Appointment:
    if appointment.state == state:
        return appointment
    now, reason = now or timezone.now(), reason.strip()[:120]
    open_rows = Appointment.objects.filter(pk=appointment.pk, state=State.BOOKED)
    if not open_rows.update(state=state, closed_at=now, close_reason=reason):
        raise Refused(_("This appointment is no longer open. Reload the list."), "appointment.closed")
    appointment.state, appointment.closed_at, appointment.close_reason = state, now, reason
    _tell_apps(appointment, by=by, now=now)
    return appointment


@transaction.atomic
def reopen(appointment: Appointment, *, by: Staff, now: datetime | None = None) -> Appointment:
    """Take back that nobody came or that it was called off: the appointment stands as before.

    A time to come claims its place anew. Raises Refused: "appointment.day_over" from the day after on,
    "appointment.moved" for a time that was given up for another, "appointment.full".
    """
    now = now or timezone.now()
    store = appointment.store
    if business_day(store, appointment.at) < business_day(store, now):
        raise Refused(_("This day is over. Book a new time."), "appointment.day_over")
    if appointment.close_reason == MOVED:
        raise Refused(_("This car has another time now. Move that one."), "appointment.moved")
    if appointment.at >= now:
        claim_place(
            store, at=appointment.at, work=appointment.work, bay_kind=appointment.bay_kind,
            advisor=appointment.advisor, by=by, but=appointment,
        )  # fmt: skip
    closed = Appointment.objects.filter(pk=appointment.pk, state__in=[State.NO_SHOW, State.CANCELLED])
    if closed.update(state=State.BOOKED, closed_at=None, close_reason=""):
        appointment.state, appointment.closed_at, appointment.close_reason = State.BOOKED, None, ""
        _tell_apps(appointment, by=by, now=now)
    return appointment


def _tell_apps(appointment: Appointment, *, by: Staff | None, now: datetime) -> None:
    for path in wiring.APPOINTMENTS:
        import_string(path)(appointment, by=by, now=now)
