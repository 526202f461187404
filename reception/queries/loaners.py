"""Which loaner is free when, who has which, who is late."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q, QuerySet

from dealership.models import Customer, Store, Vehicle, Visit
from dealership.stages import ENDED
from reception.models import Appointment, Loan, LoanerCar, RepairOrder

State = Loan.State
LIVE = (State.BOOKED, State.OUT)
SEEN_AHEAD = timedelta(days=60)
"""How far the next free time is looked for."""


class Free(NamedTuple):
    """A car and the moment from which it is free long enough."""

    car: LoanerCar
    at: datetime


def cars_of(store: Store, *, active: bool = True) -> list[LoanerCar]:
    """Return the cars that the store lends, by plate; with `active` False those out of use too."""
    rows = LoanerCar.objects.filter(store=store)
    return list(rows.filter(active=True) if active else rows)


def loans_between(store: Store, start: datetime, end: datetime) -> list[Loan]:
    """Return the loans that touch a time, and those that are out or came back late into it, with their people."""
    touching = Q(period__overlap=DateTimeTZRange(start, end)) | Q(state=State.OUT) | Q(back_at__gte=start)
    rows = Loan.objects.filter(touching, store=store).exclude(state=State.CANCELLED)
    return sorted(rows.select_related("customer", "car"), key=lambda loan: loan.period.lower)


def overdue_loan(car: LoanerCar, now: datetime) -> Loan | None:
    """Return the loan of a car that should have ended and has not."""
    return Loan.objects.filter(car=car, state=State.OUT, period__endswith__lt=now).first()


def overdue_loans(store: Store, now: datetime) -> QuerySet[Loan]:
    """Return the loans that should have ended, the longest overdue first."""
    rows = Loan.objects.filter(store=store, state=State.OUT, period__endswith__lt=now)
    people = ("car", "customer", "visit__vehicle", "visit__advisor", "appointment__visit__vehicle", "made_by")
    return rows.select_related(*people).order_by("period__endswith")


def late(loan: Loan, now: datetime) -> timedelta:
    """Return how long the car has been overdue, or was when it came back; zero where it was not."""
    end = now if loan.state == State.OUT else loan.back_at or loan.period.upper
    return max(end - loan.period.upper, timedelta())


def free_cars(
    store: Store, start: datetime, end: datetime, *, now: datetime, but: Loan | None = None
) -> list[LoanerCar]:
    """Return the cars that are free for the whole time, `but` left out of account."""
    busy = _busy(store, start, now, but)
    return [car for car in cars_of(store) if all(b <= start or a >= end for a, b in busy[car.pk])]


def next_free(
    store: Store, since: datetime, length: timedelta, *, now: datetime, but: Loan | None = None
) -> Free | None:
    """Return the car that is free for `length` soonest after `since`, within 60 days."""
    busy = _busy(store, since, now, but)
    found = [Free(car, _first_gap(busy[car.pk], since, length)) for car in cars_of(store)]
    soon = [free for free in found if free.at <= since + SEEN_AHEAD]
    return min(soon, key=lambda free: (free.at, free.car.plate), default=None)


def _busy(
    store: Store, since: datetime, now: datetime, but: Loan | None
) -> dict[UUID, list[tuple[datetime, datetime]]]:
    """Return car → (from, until) of its open loans that end after `since`; an overdue one lasts until now at least."""
    busy: dict[UUID, list[tuple[datetime, datetime]]] = defaultdict(list)
    rows = Loan.objects.filter(store=store, state__in=LIVE)
    for loan in rows.exclude(pk=but.pk) if but else rows:
        end = max(loan.period.upper, now + timedelta(minutes=1)) if loan.state == State.OUT else loan.period.upper
        if end > since:
            busy[loan.car_id].append((loan.period.lower, end))
    return busy


def _first_gap(busy: Iterable[tuple[datetime, datetime]], since: datetime, length: timedelta) -> datetime:
    at = since
    for start, end in sorted(busy):
        if start >= at + length:
            break
        at = max(at, end)
    return at


@dataclass(frozen=True)
class Wish:
    """Somebody who wants a loaner and has none: an appointment, or a visit whose customer will not wait."""

    customer: Customer
    vehicle: Vehicle
    at: datetime
    appointment: Appointment | None = None
    visit: Visit | None = None


def wishes(store: Store, now: datetime) -> list[Wish]:
    """Return who wants a loaner and has none, by time, in two queries."""
    live = Loan.objects.filter(store=store, state__in=[*LIVE, State.BACK])
    booked = Appointment.objects.filter(
        store=store, state=Appointment.State.BOOKED, transport=Appointment.Transport.LOANER,
        at__gte=now - timedelta(hours=12),
    ).exclude(pk__in=live.exclude(appointment=None).values("appointment"))  # fmt: skip
    found = [
        Wish(one.customer, one.vehicle, one.at, appointment=one)
        for one in booked.select_related("customer", "vehicle")[:20]
    ]
    orders = RepairOrder.objects.filter(store=store, waiting=RepairOrder.Waiting.LOANER, visit__joined_to=None)
    orders = orders.exclude(visit__stage__in=ENDED).exclude(visit__customer=None)
    orders = orders.exclude(visit__in=live.exclude(visit=None).values("visit"))
    here = [order.visit for order in orders.select_related("visit__customer", "visit__vehicle")[:20]]
    found += [Wish(one.customer, one.vehicle, one.arrived_at, visit=one) for one in here if one.customer]
    return sorted(found, key=lambda wish: wish.at)


def loan_of_visit(visit: Visit) -> Loan | None:
    """Return the last loan of a visit or of the appointment that it came from, one called off left out."""
    rows = Loan.objects.filter(Q(visit=visit) | Q(appointment__visit=visit), store=visit.store_id)
    return rows.exclude(state=State.CANCELLED).select_related("car").order_by("-made_at").first()


def live_loan(appointment: Appointment | None, visit: Visit | None) -> Loan | None:
    """Return the loan set aside or out for an appointment or visit, None where there is none."""
    if not appointment and not visit:
        return None
    mine = Q(appointment=appointment) if appointment else Q(visit=visit) | Q(appointment__visit=visit)
    if appointment and visit:
        mine |= Q(visit=visit)
    return Loan.objects.filter(mine, state__in=LIVE).select_related("car").first()


def wants_loaner(visit: Visit) -> bool:
    """Tell whether a loaner was wished for, with the appointment or when the work was agreed."""
    wished = Appointment.objects.filter(visit=visit, transport=Appointment.Transport.LOANER)
    return wished.exists() or RepairOrder.objects.filter(visit=visit, waiting=RepairOrder.Waiting.LOANER).exists()


@dataclass(frozen=True)
class Difference:
    """What changed while the car was out: km driven, eighths of a tank and per cent of charge missing (0: none)."""

    km: int
    fuel: int
    charge: int


def difference(loan: Loan, *, mileage: int, energy: dict[str, int]) -> Difference:
    """Return the difference between how a car went out and these values."""
    missing = {kind: max(loan.out_energy[kind] - energy.get(kind, 0), 0) for kind in loan.out_energy}
    return Difference(mileage - (loan.out_mileage or 0), missing.get("fuel", 0), missing.get("charge", 0))


def last_damage(car: LoanerCar) -> str:
    """Return the damage that the car had when it was last seen."""
    seen = Loan.objects.filter(car=car).exclude(out_at=None).order_by("-out_at").first()
    return (seen.back_damage or seen.out_damage) if seen else ""
