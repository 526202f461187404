"""Loaner cars: kept by the store, set aside for a customer, moved, called off. What is lent and how: `actions.loans`.

The database alone decides whether a car is free (`loan_never_overlaps`); a car is locked first, so that the second of
two people waits and reads a sentence instead of a deadlock.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dealership.actions import events
from dealership.models import Customer, Staff, StageChange, Store, Visit
from dealership.plates import describe, normalise
from dealership.refused import Refused
from dealership.uuids import uuid7
from reception.actions.loan_files import drop_licence
from reception.models import Appointment, Loan, LoanerCar
from reception.queries.loaners import free_cars, live_loan, next_free, overdue_loan

State = Loan.State
CONSTRAINT = "loan_never_overlaps"
LONGEST = timedelta(days=60)
"""A longer loan is a slip of the finger: an accident takes 15 days (dealer facts), waiting for parts some weeks."""


@transaction.atomic
def keep_car(
    store: Store,
    *,
    plate: str,
    model: str,
    by: Staff,
    car: LoanerCar | None = None,
    mileage: int = 0,
    deposit: Decimal = Decimal(0),
    note: str = "",
    active: bool = True,
) -> LoanerCar:
    """Enter a car that the store lends, or change it.

    Raises Refused: "plate.empty", "loaner.model", "loaner.deposit" below zero, "loaner.known" for a plate that the
    store lends already, "loaner.busy" for taking a car out of use that is lent or set aside.
    """
    plate, model = normalise(plate), model.strip()
    if not plate:
        raise Refused(_("Type the plate first."), "plate.empty", field="plate")
    if not model:
        raise Refused(_("Enter the model, so that a colleague finds the car."), "loaner.model", field="model")
    if deposit < 0:
        raise Refused(_("A deposit cannot be below ¥0. Correct the amount."), "loaner.deposit", field="deposit")
    same = LoanerCar.objects.filter(plate=plate)
    if (same.exclude(pk=car.pk) if car else same).exists():
        raise Refused(_("This car is in the list already."), "loaner.known", field="plate")
    if car and not active and Loan.objects.filter(car=car, state__in=[State.BOOKED, State.OUT]).exists():
        sentence = _("This car is lent or set aside. Call that off or take it back first.")
        raise Refused(sentence, "loaner.busy", field="active")
    values = {
        "plate": plate, "model": model, "mileage": mileage, "deposit": deposit, "note": note.strip(), "active": active,
    }  # fmt: skip
    if car is None:
        return LoanerCar.objects.create(store=store, **values)
    for name, value in values.items():
        setattr(car, name, value)
    car.save(update_fields=list(values))
    return car


@transaction.atomic
def set_aside(
    car: LoanerCar,
    *,
    customer: Customer,
    since: datetime,
    until: datetime,
    by: Staff,
    visit: Visit | None = None,
    appointment: Appointment | None = None,
    id: UUID | None = None,
    now: datetime | None = None,
) -> Loan:
    """Set a car aside for a customer; the same id again returns the first loan.

    Raises Refused: "loan.period" for an end before the beginning or more than 60 days, "loan.past", "loan.car" for a
    car no longer in use, "loan.still_out" for one that is overdue, "loan.twice" where visit or appointment has a
    loaner, "loan.taken" with the next free car or time.
    """
    now = now or timezone.now()
    known = Loan.objects.filter(pk=id, car__store=car.store).first() if id else None
    if known:
        return known
    period = _period(since, until, now=now)
    # Always in this order: customer, car.
    Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    car = _locked(car)
    _refuse_second(visit, appointment)
    _refuse_missing(car, since, now)
    with _free_or_refused(car, period, now=now):
        loan = Loan.objects.create(
            id=id or uuid7(now), store_id=car.store_id, car=car, customer=customer, visit=visit,
            appointment=appointment, period=period, made_at=now, made_by=by, driver=customer.name[:80],
            deposit=car.deposit,
        )  # fmt: skip
    if visit:
        events.note(visit, kind="loan.set_aside", by=by, now=now)
    return loan


@transaction.atomic
def change(
    loan: Loan,
    *,
    by: Staff | None,
    until: datetime,
    since: datetime | None = None,
    car: LoanerCar | None = None,
    now: datetime | None = None,
) -> Loan:
    """Give a loan another time or, before it is handed out, another car.

    Raises Refused: "loan.closed" once it is back or called off, "loan.out" for another car or beginning of one that is
    out, what `set_aside` raises of car and time.
    """
    now = now or timezone.now()
    car, since = car or loan.car, since or loan.period.lower
    if loan.state == State.OUT and (car.pk != loan.car_id or since != loan.period.lower):
        raise Refused(_("The car is out. Only the end can be moved."), "loan.out", field="since")
    if loan.state not in (State.BOOKED, State.OUT):
        raise _closed()
    period = _period(since, until, now=now)
    car = _locked(car)
    if loan.state == State.BOOKED:
        _refuse_missing(car, since, now)
    with _free_or_refused(car, period, now=now, loan=loan):
        rows = Loan.objects.filter(pk=loan.pk, state=loan.state)
        if not rows.update(car=car, period=period):
            raise _closed()
    loan.car, loan.period = car, period
    return loan


@transaction.atomic
def call_off(loan: Loan, *, by: Staff | None, now: datetime | None = None) -> Loan:
    """Give a car free that was set aside; a licence photo is deleted at once. Raises Refused("loan.closed")."""
    if loan.state == State.CANCELLED:
        return loan
    if not Loan.objects.filter(pk=loan.pk, state=State.BOOKED).update(state=State.CANCELLED):
        raise _closed()
    loan.state = State.CANCELLED
    drop_licence(loan, now=now or timezone.now())
    return loan


@transaction.atomic
def appointment_changed(appointment: Appointment, *, by: Staff | None, now: datetime) -> None:
    """Follow an appointment with its loaner: moved with it, given free with it.

    Where the car is somebody else's at the new time, it is given free and the wish for one stands open again.
    """
    loans = Loan.objects.filter(appointment=appointment, state=State.BOOKED).select_related("car__store", "customer")
    for loan in loans:
        if appointment.state in (Appointment.State.CANCELLED, Appointment.State.NO_SHOW):
            call_off(loan, by=by, now=now)
        elif appointment.state == Appointment.State.BOOKED and loan.period.lower != appointment.at:
            _move_along(loan, appointment.at, by=by, now=now)


def _move_along(loan: Loan, since: datetime, *, by: Staff | None, now: datetime) -> None:
    until = since + (loan.period.upper - loan.period.lower)
    try:
        change(loan, since=since, until=until, by=by, now=now)
    except Refused:
        call_off(loan, by=by, now=now)


@transaction.atomic
def visit_cancelled(visit: Visit, change: StageChange, *, by: Staff | None, now: datetime) -> None:
    """Give free what was set aside for a visit that ends without repair; a car that is out stays out."""
    mine = Q(visit=visit) | Q(appointment__visit=visit)
    for loan in Loan.objects.filter(mine, state=State.BOOKED):
        call_off(loan, by=by, now=now)


def _period(since: datetime, until: datetime, *, now: datetime) -> DateTimeTZRange:
    if until <= since:
        raise Refused(_("The car must come back after it goes out. Correct the end."), "loan.period", field="until")
    if until - since > LONGEST:
        raise Refused(_("Nobody lends a car for more than 60 days. Correct the end."), "loan.period", field="until")
    if until <= now:
        raise Refused(_("This time is already past. Choose a later one."), "loan.past", field="until")
    return DateTimeTZRange(since, until, "[)")


def _locked(car: LoanerCar) -> LoanerCar:
    return LoanerCar.objects.select_for_update(no_key=True, of=["self"]).select_related("store").get(pk=car.pk)


def _refuse_second(visit: Visit | None, appointment: Appointment | None) -> None:
    loan = live_loan(appointment, visit)
    if loan:
        sentence = _("%(plate)s is set aside for this customer already. Change that loan instead.")
        raise Refused(sentence % {"plate": describe(loan.car.plate).display}, "loan.twice", field="car")


def _refuse_missing(car: LoanerCar, since: datetime, now: datetime) -> None:
    """Refuse a car out of use, or one that should be back and is not."""
    if not car.active:
        raise Refused(_("This car is no longer lent. Choose another."), "loan.car", field="car")
    late = overdue_loan(car, now) if since <= now else None
    if late:
        sentence = _("%(plate)s has not come back yet (due %(time)s). Choose another car, or a later time.")
        values = {"plate": describe(car.plate).display, "time": _said(car.store, late.period.upper)}
        raise Refused(sentence % values, "loan.still_out", field="car")


@contextmanager
def _free_or_refused(
    car: LoanerCar, period: DateTimeTZRange, *, now: datetime, loan: Loan | None = None
) -> Iterator[None]:
    """Write inside; where the database refuses the overlap, say which car is free instead, or from when."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as clash:
        if CONSTRAINT not in str(clash):
            raise
        raise taken(car, period, now=now, loan=loan) from clash


def taken(car: LoanerCar, period: DateTimeTZRange, *, now: datetime, loan: Loan | None = None) -> Refused:
    """Return the refusal of a car that somebody else has for a part of `period`."""
    store, plate = car.store, describe(car.plate).display
    others = [each for each in free_cars(store, period.lower, period.upper, now=now, but=loan) if each.pk != car.pk]
    if others:
        free = " / ".join(f"{describe(each.plate).display} {each.model}" for each in others[:3])
        sentence = _("%(plate)s was given to somebody else for this time. Free for the whole time: %(cars)s.")
        return Refused(sentence % {"plate": plate, "cars": free}, "loan.taken", field="car")
    found = next_free(store, period.lower, period.upper - period.lower, now=now, but=loan)
    if found is None:
        sentence = _("%(plate)s was given to somebody else, and no other car is free. Offer to drive the customer.")
        return Refused(sentence % {"plate": plate}, "loan.taken", field="car")
    sentence = _("%(plate)s was given to somebody else for this time. The next free one: %(other)s from %(time)s.")
    values = {"plate": plate, "other": describe(found.car.plate).display, "time": _said(store, found.at)}
    return Refused(sentence % values, "loan.taken", field="car")


def _said(store: Store, moment: datetime) -> str:
    local = moment.astimezone(store.zone)
    return f"{date_format(local, 'MONTH_DAY_FORMAT')} {local:%H:%M}"


def _closed() -> Refused:
    return Refused(_("This loan is no longer open. Reload the page."), "loan.closed")
