"""A car at the gate."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.actions import events
from dealership.actions.duty import took_turn
from dealership.actions.ticks import tick_by_record
from dealership.actions.visits import open_visit
from dealership.models import Arrival, Staff, Store, Vehicle, Visit
from dealership.plates import normalise
from dealership.refused import Refused
from dealership.uuids import uuid7
from reception.actions.appointments import keep
from reception.models import Appointment
from reception.queries.appointments import expected_today, receiver

GATE_STEPS = ("1.1/plate", "1.1/admit", "1.2/purpose", "1.2/notify", "1.3/lane")
"""What a recorded arrival proves: the plate was read, the purpose is known, desk and customer see the lane."""


@transaction.atomic
def record_arrival(
    store: Store,
    *,
    by: Staff,
    plate: str,
    works: Sequence[str] = (),
    words: str = "",
    arrival: str = Arrival.WALK_IN,
    customer: dict[str, Any] | None = None,
    id: UUID | None = None,
    now: datetime | None = None,
) -> Visit:
    """Let a car in (放行) and return its visit; the same id, or a car that is in the yard already, returns the first.

    Effects, in order: finds today's appointment; opens the visit with the customer given (name, sex, phone) where
    the car is new; the appointment is kept and its quote noted; the appointment's advisor, when on duty, else the
    next in turn is told (`offered_to`); the gate's steps tick themselves.
    Raises Refused: "plate.empty", "arrival.customer" for a new car without surname and phone.
    """
    now = now or timezone.now()
    plate = normalise(plate)
    if id and (first := Visit.objects.filter(pk=id).first()):
        return first.joined_to or first
    _ask_for_customer(plate, customer or {})
    id = id or uuid7(now)
    appointment = expected_today(store, plate, now)
    if appointment:
        arrival = Arrival.BOOKED
        works, words = works or [appointment.work], words or appointment.wish
    visit = open_visit(
        store, by=by, id=id, plate=plate, arrival=arrival, works=works, words=words, customer=customer, now=now
    )
    if visit.pk != id:
        return visit
    if appointment:
        _keep(appointment, visit, by=by, now=now)
    _tell_advisor(visit, appointment, now=now)
    tick_by_record(visit, steps=GATE_STEPS, record=visit, by=by, now=now)
    return visit


def _ask_for_customer(plate: str, customer: dict[str, Any]) -> None:
    if not plate:
        raise Refused(_("Type the plate first."), "plate.empty", field="plate")
    known = Vehicle.objects.filter(plate=plate).exclude(owner=None).exists()
    for name in () if known else ("name", "phone"):
        if not str(customer.get(name, "")).strip():
            raise Refused(
                _("This car is new here. Ask for surname and phone, then let it in."), "arrival.customer", field=name
            )


def _keep(appointment: Appointment, visit: Visit, *, by: Staff, now: datetime) -> None:
    keep(appointment, visit=visit, by=by)
    quote = appointment.quote_amount
    facts = {"at": appointment.at.isoformat(), "wish": appointment.wish, "quote_note": appointment.quote_note}
    events.note(
        visit, kind="reception.appointment", by=by, now=now, quote=None if quote is None else str(quote), **facts
    )


def _tell_advisor(visit: Visit, appointment: Appointment | None, *, now: datetime) -> None:
    """Offer the car to whoever receives; in turn order, so that the next car goes to the next advisor."""
    advisor = receiver(visit.store, appointment)
    if advisor is None:
        return
    visit.offered_to = advisor
    visit.save(update_fields=["offered_to"])
    took_turn(visit.store, staff=advisor, now=now)
