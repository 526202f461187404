"""A store that lends cars: what the tests of loaners stand on."""

import io
from datetime import datetime

from django_scopes import scope

from dealership.models import Customer, Vehicle
from reception.actions.loan_files import keep_licence
from reception.actions.loaners import keep_car, set_aside
from reception.actions.loans import hand_out, note_details, take_back, terms_tag
from reception.models import Loan, LoanerCar
from tests import pictures
from tests.cast import Cast, at
from tests.reception.desk import SIGNATURE

FIRST, SECOND = "沪A10001", "沪AD10002"


def loaner(cast: Cast, plate: str = FIRST, **given) -> LoanerCar:
    """Return a car that the store lends, with 12,000 km and a deposit of ¥2,000."""
    given = {"model": "朗逸", "mileage": 12_000, "deposit": 2000} | given
    with scope(store=cast.store):
        return keep_car(cast.store, plate=plate, by=cast.manager, **given)


def customer(cast: Cast, name: str = "王建国", plate: str = "沪A8K2D6") -> Customer:
    """Return a customer who has a car."""
    with scope(store=cast.store):
        known = Vehicle.objects.filter(plate=plate).select_related("owner").first()
        if known and known.owner and known.owner.name == name:
            return known.owner
        person = Customer.objects.create(store=cast.store, name=name, sex="m")
        Vehicle.objects.get_or_create(store=cast.store, plate=plate, defaults={"owner": person, "model": "途观L"})
        return person


def lent(cast: Cast, car: LoanerCar, since: str = "09:00", until: str = "17:00", **given) -> Loan:
    """Return a loan that is set aside at 8:00 for these hours."""
    day, until_day = given.pop("day", "2026-11-20"), given.pop("until_day", None)
    given.setdefault("customer", customer(cast))
    given = {"now": at("08:00"), "by": cast.advisor} | given
    with scope(store=cast.store):
        return set_aside(car, since=at(since, day), until=at(until, until_day or day), **given)


def details(cast: Cast, loan: Loan, **given) -> Loan:
    """Write down what the contract says."""
    values = {
        "driver": "王建国", "licence_no": "1234", "mileage": 12_010, "energy": {"fuel": 6}, "damage": "前杠有划痕",
        "deposit": 2000, "deposit_note": "微信", "by": cast.advisor,
    }  # fmt: skip
    with scope(store=cast.store):
        return note_details(loan, **(values | given))


def licence(cast: Cast, loan: Loan) -> Loan:
    """Keep a photo of the licence."""
    with scope(store=cast.store):
        return keep_licence(loan, file=io.BytesIO(pictures.picture(800, 600)), by=cast.advisor)


def out(cast: Cast, loan: Loan, now: datetime | None = None, **given) -> Loan:
    """Return the loan handed out at 9:05."""
    details(cast, loan, **given)
    licence(cast, loan)
    with scope(store=cast.store):
        return hand_out(loan, signature=SIGNATURE, seen=terms_tag(loan), by=cast.advisor, now=now or at("09:05"))


def back(cast: Cast, loan: Loan, now: datetime | None = None, **given) -> Loan:
    """Return the loan taken back at 16:30, 85 km later with two eighths less."""
    values = {"mileage": 12_095, "energy": {"fuel": 4}, "signature": SIGNATURE, "by": cast.advisor}
    with scope(store=cast.store):
        return take_back(loan, now=now or at("16:30"), **(values | given))
