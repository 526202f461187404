"""What a customer does on the web once the phone is confirmed: book, move, call off. All by `actions.appointments`."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.actions.visits import known_or_new_car
from dealership.models import Customer, Staff, Store, Vehicle, Visit
from dealership.phones import domestic, mobile
from dealership.plates import normalise
from dealership.refused import Refused
from reception.actions import appointments
from reception.models import Appointment, PhoneCode
from reception.queries.booking import (
    advisor_in,
    advisors_of,
    choice_of,
    confirmed,
    free_at,
    moment_in,
    own_appointments,
)
from reception.queries.capacity import bay_kind_for

MOST_OPEN = 4
"""Appointments that one phone may hold on the web; a family's cars, not a joker's week."""


@transaction.atomic
def book_confirmed(
    row: PhoneCode, *, at: datetime | None = None, by: Staff | None = None, now: datetime | None = None
) -> Appointment:
    """Book what was typed, at `at` where the first choice was gone meanwhile; a second press returns the first booking.

    The booker is the customer of this phone, known or new. The owner of a car that the store knows stays its owner.
    Raises Refused: "booking.unconfirmed" without the right code, "booking.lost" when what was typed is forgotten,
    "booking.many", "appointment.full" when the place is gone.
    """
    now = now or timezone.now()
    held = PhoneCode.objects.select_for_update(no_key=True, of=("self",)).select_related("store").get(pk=row.pk)
    if held.appointment:
        return held.appointment
    _refuse_unconfirmed(held, now=now)
    if not held.booking.get("plate"):
        raise Refused(_("We no longer have what you typed. Please begin again."), "booking.lost")
    if len(own_appointments(held, now=now)) >= MOST_OPEN:
        raise Refused(_("This phone has several appointments already. Please call us for another one."), "booking.many")
    moment = at or moment_in(held.store, held.booking["at"])
    appointment = _book(held, at=moment, now=now)
    held.appointment = row.appointment = appointment
    held.save(update_fields=["appointment"])
    return appointment


@transaction.atomic
def move_own(
    row: PhoneCode, appointment: Appointment, *, at: datetime, by: Staff | None = None, now: datetime | None = None
) -> Appointment:
    """Move an appointment of this phone. Raises Refused: "booking.unconfirmed", "booking.other", "appointment.full"."""
    now = now or timezone.now()
    _refuse_other(row, appointment, now=now)
    if at == appointment.at:
        return appointment
    if not free_at(row.store, at, work=appointment.work, advisor=appointment.advisor, now=now):
        raise _full()
    return appointments.move(appointment, at=at, by=by, now=now)


@transaction.atomic
def call_off_own(
    row: PhoneCode, appointment: Appointment, *, by: Staff | None = None, now: datetime | None = None
) -> Appointment:
    """Call an appointment of this phone off. Raises Refused: "booking.unconfirmed", "booking.other"."""
    _refuse_other(row, appointment, now=now or timezone.now())
    return appointments.call_off(appointment, by=by)


def _book(row: PhoneCode, *, at: datetime | None, now: datetime) -> Appointment:
    store, typed = row.store, row.booking
    work = typed["work"] if choice_of(typed["work"]) else ""
    asked = advisor_in(advisors_of(store), typed.get("advisor", ""))
    if not work or at is None or not free_at(store, at, work=work, advisor=asked, now=now):
        raise _full()
    customer = _booker(store, row.phone, typed)
    car = _car(store, typed["plate"], customer)
    return appointments.book(
        store, customer=customer, vehicle=car, at=at, by=None, work=work, concern=typed.get("concern", ""),
        wish=typed.get("wish", ""), transport=typed.get("transport", ""), via=Appointment.Via.WEB,
        advisor=asked or _own_advisor(store, customer, car, at=at, work=work, now=now),
        bay_kind=bay_kind_for(work), now=now,
    )  # fmt: skip


def _booker(store: Store, phone: str, typed: dict[str, Any]) -> Customer:
    """Return the store's customer with this confirmed phone, the one who owns the car first, or a new one."""
    known = list(Customer.objects.filter(store=store, phone__in={phone, domestic(phone)}).order_by("created_at", "id"))
    owner = Vehicle.objects.filter(store=store, plate=normalise(typed["plate"])).values_list("owner", flat=True).first()
    of_car = [one for one in known if one.pk == owner]
    if of_car or known:
        return (of_car or known)[0]
    return Customer.objects.create(
        store=store, name=typed["name"], sex=typed["sex"], phone=domestic(phone) if mobile(domestic(phone)) else phone,
        language=typed.get("language") or store.language,
    )  # fmt: skip


def _car(store: Store, plate: str, customer: Customer) -> Vehicle:
    """Return the car; one that nobody owns yet is the booker's."""
    return known_or_new_car(store, normalise(plate), {}, {"id": customer.pk})


def _own_advisor(
    store: Store, customer: Customer, car: Vehicle, *, at: datetime, work: str, now: datetime
) -> Staff | None:
    """Return who received this customer with this car last, where that person has a place then."""
    visits = Visit.objects.filter(store=store, vehicle=car, customer=customer).exclude(advisor=None)
    last = visits.select_related("advisor").order_by("-arrived_at").first()
    if last is None or advisor_in(advisors_of(store), str(last.advisor_id)) is None:
        return None
    return last.advisor if free_at(store, at, work=work, advisor=last.advisor, now=now) else None


def _refuse_unconfirmed(row: PhoneCode, *, now: datetime) -> None:
    if not confirmed(row, now=now):
        sentence = _("Your phone is not confirmed, or that is a while ago. Let us send you a code.")
        raise Refused(sentence, "booking.unconfirmed")


def _refuse_other(row: PhoneCode, appointment: Appointment, *, now: datetime) -> None:
    _refuse_unconfirmed(row, now=now)
    if all(one.pk != appointment.pk for one in own_appointments(row, now=now)):
        raise Refused(_("This appointment is no longer open. Call us if you wonder why."), "booking.other")


def _full() -> Refused:
    return Refused(
        _("Somebody has just taken this place. Here are the next free ones."), "appointment.full", field="at"
    )
