"""A car at the gate."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership import vin
from dealership.access import may, refuse_unless
from dealership.actions import events
from dealership.actions.duty import took_turn
from dealership.actions.ticks import tick_by_record
from dealership.actions.visits import open_visit, take
from dealership.models import Arrival, Customer, Operation, Staff, Store, Vehicle, Visit, Work
from dealership.plates import normalise
from dealership.refused import Refused
from dealership.uuids import uuid7
from reception.actions.appointments import keep
from reception.actions.cameras import note_let_in
from reception.actions.lanes import announce
from reception.models import Appointment
from reception.queries.appointments import booked_words, expected_today
from reception.queries.lanes import LaneChoice, arrival_of, lane_of
from reception.queries.receivers import receiver

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
    vehicle: dict[str, Any] | None = None,
    tell: bool = True,
    id: UUID | None = None,
    now: datetime | None = None,
) -> Visit:
    """Let a car in (放行) and return its visit; the same id, or a car that is in the yard already, returns the first.

    Effects, in order: finds today's appointment; opens the visit in the lane of the store's rules, with the customer
    (name, sex, phone) and vehicle given where the car is new; a car that goes first is marked, a comeback is told to
    whoever leads; the appointment is kept and its quote noted; unless `tell` is False (who lets it in receives it),
    whoever receives (queries.receivers) is told (`offered_to`); the gate's steps tick themselves.
    Raises Refused: "plate.empty", "arrival.customer" for a new car without surname and phone.
    """
    now = now or timezone.now()
    plate = normalise(plate)
    if id and (first := Visit.objects.filter(pk=id).first()):
        return first.joined_to or first
    _ask_for_customer(plate, customer or {})
    given = {"works": works, "words": words, "arrival": arrival, "customer": customer, "vehicle": vehicle}
    return _let_in(store, by=by, plate=plate, id=id or uuid7(now), tell=tell, now=now, **given)


def _let_in(store: Store, *, by: Staff, plate: str, id: UUID, tell: bool, now: datetime, **given: Any) -> Visit:
    appointment = expected_today(store, plate, now)
    if appointment:
        given |= {
            "works": given["works"] or [appointment.work],
            "words": given["words"] or booked_words(appointment),
        }
    car = Vehicle.objects.filter(plate=plate).select_related("owner").first()
    given["arrival"] = arrival_of(given["arrival"], booked=appointment is not None, vehicle=car)
    choice = _lane(store, car, now=now, **given)
    visit = open_visit(store, by=by, id=id, plate=plate, lane=choice.lane, now=now, **given)
    note_let_in(visit, now=now)
    if visit.pk != id:
        return visit
    announce(visit, choice, by=by, now=now)
    if appointment:
        _keep(appointment, visit, by=by, now=now)
    if tell:
        _tell_advisor(visit, appointment, now=now)
    tick_by_record(visit, steps=GATE_STEPS, record=visit, by=by, now=now)
    return visit


def _lane(
    store: Store, car: Vehicle | None, *, arrival: str, works: Sequence[str], words: str, now: datetime, **_others: Any
) -> LaneChoice:
    return lane_of(
        store, arrival=arrival, works=works or [Work.SERVICE], customer=car.owner if car else None, vehicle=car,
        now=now, words=words,
    )  # fmt: skip


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
    """Offer the car to whoever receives, who then stands last in the turn order."""
    advisor = receiver(visit.store, appointment, visit.customer, now)
    if advisor is None:
        return
    visit.offered_to = advisor
    visit.save(update_fields=["offered_to"])
    took_turn(visit.store, staff=advisor, now=now)


def apply_open(store: Store, operations: list[Operation]) -> None:
    """Open the visits that tablets opened, as the guard's form does; nothing is asked for that was not known.

    Payload {"plate", "arrival", "works", "words", "customer": {"id", "name", "sex", "phone"}, "vehicle": {"make",
    "model", "year", "energy", "body", "vin"}, "take"}. With `take` nobody else is told: the author is the car's
    advisor and has greeted; a colleague who was faster keeps the car. Raises Refused: "role", "plate.empty"; ValueError
    for a payload of another shape.
    """
    for op in operations:
        refuse_unless(op.staff, store, "reception.actions.arrivals.record_arrival")
        taking = op.payload.get("take") is True and may(op.staff, store, take)
        visit = Visit.objects.filter(pk=op.visit).first()
        visit = (visit.joined_to or visit) if visit else _opened(store, op, tell=not taking)
        if taking and visit.advisor_id is None and not visit.ended:
            take(visit, by=op.staff, now=op.moment)
        Operation.objects.filter(pk=op.pk).update(visit=visit.pk)


def _opened(store: Store, op: Operation, *, tell: bool) -> Visit:
    given = op.payload
    return _let_in(
        store, by=op.staff, id=op.visit, plate=normalise(_text(given.get("plate"), 20)), tell=tell, now=op.moment,
        arrival=_choice(given.get("arrival"), Arrival.values, Arrival.WALK_IN),
        works=[work for work in given.get("works") or [] if work in Work.values],
        words=_text(given.get("words"), 500), customer=_customer(given.get("customer") or {}),
        vehicle=_vehicle(given.get("vehicle") or {}),
    )  # fmt: skip


def _customer(given: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": UUID(given["id"]) if given.get("id") else None,
        "name": _text(given.get("name"), 80),
        "sex": _choice(given.get("sex"), Customer.Sex.values, ""),
        "phone": _text(given.get("phone"), 20),
    }


def _vehicle(given: dict[str, Any]) -> dict[str, Any]:
    year = str(given.get("year") or "")
    return {
        "make": _text(given.get("make"), 40),
        "model": _text(given.get("model"), 60),
        "year": int(year) if year.isdecimal() and len(year) == 4 else None,
        "energy": _choice(given.get("energy"), Vehicle.Energy.values, ""),
        "body": _choice(given.get("body"), Vehicle.Body.values, ""),
        "vin": vin.normalise(_text(given.get("vin"), 40))[: vin.LENGTH],
    }


def _text(value: Any, length: int) -> str:
    if not isinstance(value, str | None):
        raise ValueError(f"{value!r} is no text.")
    return (value or "").strip()[:length]


def _choice(value: Any, choices: Sequence[str], default: str) -> str:
    return value if value in choices else default
