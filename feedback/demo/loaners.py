"""Three loaner cars: one out, one overdue, one that came back and is set aside; one customer still waits for a car."""

import io
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from PIL import Image, ImageDraw

from dealership.models import Customer, Staff, Store, Visit
from dealership.queries.board import open_visits
from dealership.stages import Stage
from feedback.demo.people import Crew
from feedback.demo.signatures import signature_png
from reception.actions.loan_files import keep_licence
from reception.actions.loaners import keep_car, set_aside
from reception.actions.loans import hand_out, note_details, take_back, terms_tag
from reception.models import Appointment, Loan, LoanerCar

CARS = (
    ("沪A3J1A7", "朗逸 2023款", 14_260, 2000),
    ("沪A9F4C2", "途岳 2022款", 31_480, 2000),
    ("沪AD55621", "ID.4 2023款", 8_930, 3000),
)


@dataclass(frozen=True)
class Desk:
    """Who lends, and the chance that draws the signatures."""

    by: Staff
    source: Random


def lend(store: Store, crew: Crew, *, now: datetime) -> int:
    """Enter the cars and their loans, once a store; return how many loans there are."""
    if LoanerCar.objects.exists():
        return 0
    cars = [
        keep_car(store, plate=plate, model=model, mileage=km, deposit=Decimal(deposit), by=crew.one("manager"))
        for plate, model, km, deposit in CARS
    ]
    desk = Desk(crew.one("advisor"), Random(f"{store.code}/loaners"))
    inside = [
        visit for visit in open_visits(store).filter(stage=Stage.WORKSHOP).order_by("arrived_at") if visit.customer
    ]
    loans = [_came_back(cars[2], desk, store, now)]
    for car, visit, hours in zip(cars, inside, (4, -2), strict=False):
        loans.append(_out(car, visit, desk, now=now, until=now + timedelta(hours=hours)))
    ahead = list(Appointment.objects.filter(state=Appointment.State.BOOKED, at__gt=now + timedelta(hours=1))[:2])
    Appointment.objects.filter(pk__in=[row.pk for row in ahead]).update(transport=Appointment.Transport.LOANER)
    for row in ahead[:1]:
        until = row.at + timedelta(hours=7)
        loans.append(
            set_aside(
                cars[2], customer=row.customer, since=row.at, until=until, by=desk.by, appointment=row,
                now=now - timedelta(minutes=50),
            )
        )  # fmt: skip
    return len([loan for loan in loans if loan])


def _out(car: LoanerCar, visit: Visit, desk: Desk, *, now: datetime, until: datetime) -> Loan:
    customer = visit.customer
    if customer is None:
        raise LookupError("A car without a customer wants no loaner.")
    since = now - timedelta(hours=2) if until > now else until - timedelta(hours=17)
    loan = set_aside(
        car, customer=customer, since=since, until=until, by=desk.by, visit=visit,
        now=since - timedelta(minutes=30),
    )  # fmt: skip
    return _signed(loan, desk, since)


def _signed(loan: Loan, desk: Desk, at: datetime) -> Loan:
    electric = len(loan.car.plate) > 7
    note_details(
        loan, driver=loan.customer.name, licence_no=f"{desk.source.randint(0, 9999):04}", mileage=loan.car.mileage,
        energy={"charge": 88} if electric else {"fuel": 6}, damage="前杠右侧轻微划痕", deposit=loan.car.deposit,
        deposit_note="wechat", by=desk.by,
    )  # fmt: skip
    keep_licence(loan, file=io.BytesIO(_licence()), by=desk.by)
    return hand_out(loan, signature=signature_png(desk.source), seen=terms_tag(loan), by=desk.by, now=at)


def _came_back(car: LoanerCar, desk: Desk, store: Store, now: datetime) -> Loan | None:
    customer = Customer.objects.filter(company="").order_by("-id").first()
    if customer is None:
        return None
    since = now - timedelta(days=1, hours=2)
    loan = set_aside(
        car, customer=customer, since=since, until=since + timedelta(hours=8), by=desk.by,
        now=since - timedelta(hours=3),
    )  # fmt: skip
    loan = _signed(loan, desk, since)
    return take_back(
        loan, mileage=car.mileage + 64, energy={"charge": 61}, signature=signature_png(desk.source), by=desk.by,
        deposit_back=True, now=since + timedelta(hours=7),
    )  # fmt: skip


def _licence() -> bytes:
    """Return a picture that is plainly no real licence: a card without a name."""
    image = Image.new("RGB", (880, 600), "#E7EEF0")
    pen = ImageDraw.Draw(image)
    pen.rectangle((40, 40, 840, 560), outline="#004B5C", width=6)
    pen.rectangle((80, 120, 300, 420), fill="#B9D8DD")
    for row, right in enumerate((780, 700, 760, 620)):
        pen.rectangle((340, 140 + 80 * row, right, 170 + 80 * row), fill="#CBD5DA")
    written = io.BytesIO()
    image.save(written, "JPEG", quality=80)
    return written.getvalue()
