"""A loaner goes out and comes back: driver, state of the car, deposit, contract, signatures.

The one door from "set aside" to "out" to "back" (`Loan.state`).
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.actions import events
from dealership.actions.attachments import signature_bytes
from dealership.models import Staff
from dealership.plates import describe
from dealership.refused import Refused
from reception.actions.loan_files import file_name
from reception.actions.loaners import taken
from reception.models import Loan, LoanerCar

State = Loan.State
LICENCE_DIGITS = 4
TANK, FULL = 8, 100
"""Eighths of a tank, per cent of a battery."""
MOST_KM_A_DAY = 1200
"""More than this is asked back: it is nearly always a digit too many."""


@transaction.atomic
def note_details(
    loan: Loan,
    *,
    driver: str,
    licence_no: str,
    mileage: int,
    energy: Mapping[str, int],
    by: Staff,
    damage: str = "",
    deposit: Decimal = Decimal(0),
    deposit_note: str = "",
) -> Loan:
    """Write down what the contract says, before the customer reads and signs it.

    Raises Refused: "loan.closed" once it is out, "loan.driver", "loan.licence", "loan.mileage" below the car's last,
    "loan.energy", "loan.deposit" below zero, "loan.deposit_note" for a deposit that nobody says how it was left.
    """
    driver, licence_no, deposit_note = driver.strip(), licence_no.strip().upper(), deposit_note.strip()
    if not driver:
        raise Refused(_("Enter who drives, as it stands on the licence."), "loan.driver", field="driver")
    if len(licence_no) != LICENCE_DIGITS or not licence_no.isalnum():
        raise Refused(_("Enter the last four characters of the licence number."), "loan.licence", field="licence_no")
    if mileage < loan.car.mileage:
        sentence = _("The car had %(km)s km before. Read the mileage once more.")
        raise Refused(sentence % {"km": f"{loan.car.mileage:,}"}, "loan.mileage", field="mileage")
    _check_energy(energy)
    if deposit < 0:
        raise Refused(_("A deposit cannot be below ¥0. Correct the amount."), "loan.deposit", field="deposit")
    if deposit and not deposit_note:
        raise Refused(_("Say how the deposit was left."), "loan.deposit_note", field="deposit_note")
    values = {
        "driver": driver, "licence_no": licence_no, "out_mileage": mileage, "out_energy": dict(energy),
        "out_damage": damage.strip(), "deposit": deposit, "deposit_note": deposit_note if deposit else "",
    }  # fmt: skip
    return _moved(loan, State.BOOKED, values)


@transaction.atomic
def hand_out(loan: Loan, *, signature: str | bytes, seen: str, by: Staff, now: datetime | None = None) -> Loan:
    """Lend the car by the customer's signature; a second press changes nothing.

    `seen` is the `terms_tag` of the contract that the customer read.

    Raises Refused: "loan.details" and "loan.licence_photo" while something is missing, "loan.changed" when the contract
    says something else now, "loan.car_out" while another customer still has the car, "loan.taken" for a car that goes
    out early into somebody else's time, "loan.late" after its planned end, "loan.closed", "signature.missing".
    """
    now = now or timezone.now()
    loan = _whole(loan)
    if loan.state == State.OUT:
        return loan
    if loan.state != State.BOOKED:
        raise Refused(_("This loan is no longer open. Reload the page."), "loan.closed")
    _refuse_unready(loan, seen, now)
    content = signature_bytes(signature)
    car = LoanerCar.objects.select_for_update(no_key=True, of=["self"]).select_related("store").get(pk=loan.car_id)
    _refuse_out(loan, car)
    period = DateTimeTZRange(min(loan.period.lower, now), loan.period.upper, "[)")
    values = {"state": State.OUT, "out_at": now, "out_by": by, "period": period, "out_signature": _kept(loan, content)}
    try:
        with transaction.atomic():
            _moved(loan, State.BOOKED, values)
    except IntegrityError as clash:
        default_storage.delete(str(values["out_signature"]))
        raise taken(car, period, now=now, loan=loan) from clash
    _note(loan, "loan.out", by, now)
    return loan


@transaction.atomic
def take_back(
    loan: Loan,
    *,
    mileage: int,
    energy: Mapping[str, int],
    signature: str | bytes,
    by: Staff,
    damage: str = "",
    deposit_back: bool = False,
    mileage_right: bool = False,
    now: datetime | None = None,
) -> Loan:
    """Take the car back by the customer's signature; the rest of its time is free from now on.

    A second press changes nothing. Raises Refused: "loan.not_out", "loan.mileage" below what it went out with,
    "loan.mileage_far" asked back for more than 1,200 km a day, "loan.energy", "signature.missing".
    """
    now = now or timezone.now()
    loan = _whole(loan)
    if loan.state == State.BACK:
        return loan
    if loan.state != State.OUT:
        raise Refused(_("This car has not gone out yet."), "loan.not_out")
    _check_mileage_back(loan, mileage, mileage_right, now)
    _check_energy(energy)
    content = signature_bytes(signature)
    # A late car keeps its planned time: what lies after it may be somebody else's.
    until = max(min(loan.period.upper, now), loan.period.lower + timedelta(minutes=1))
    values = {
        "state": State.BACK, "back_at": now, "back_by": by, "back_mileage": mileage, "back_energy": dict(energy),
        "back_damage": damage.strip(), "back_signature": _kept(loan, content),
        "period": DateTimeTZRange(loan.period.lower, until, "[)"),
        "deposit_back_at": now if deposit_back and loan.deposit else None,
    }  # fmt: skip
    _moved(loan, State.OUT, values)
    LoanerCar.objects.filter(pk=loan.car_id).update(mileage=mileage)
    _note(loan, "loan.back", by, now)
    return loan


@transaction.atomic
def give_deposit_back(loan: Loan, *, by: Staff, now: datetime | None = None) -> Loan:
    """Note that the customer has the deposit back. Raises Refused: "loan.no_deposit", "loan.not_back"."""
    if not loan.deposit:
        raise Refused(_("No deposit was left."), "loan.no_deposit")
    if loan.state != State.BACK:
        raise Refused(_("The car must be back first."), "loan.not_back")
    now = now or timezone.now()
    if Loan.objects.filter(pk=loan.pk, deposit_back_at=None).update(deposit_back_at=now):
        loan.deposit_back_at = now
    return loan


def terms_tag(loan: Loan) -> str:
    """Return a tag of everything that the contract says: another tag, another contract."""
    said = (
        loan.car_id, loan.driver, loan.licence_no, loan.out_mileage, sorted(loan.out_energy.items()), loan.out_damage,
        Decimal(loan.deposit).quantize(Decimal("0.01")), loan.deposit_note, loan.period.upper.timestamp(),
    )  # fmt: skip
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def ready_to_sign(loan: Loan) -> bool:
    """Tell whether everything that the contract says is written down."""
    return loan.out_mileage is not None and bool(loan.driver and loan.licence_no and loan.out_energy)


def _refuse_unready(loan: Loan, seen: str, now: datetime) -> None:
    if not ready_to_sign(loan):
        raise Refused(_("Write down driver, mileage and fuel or charge first."), "loan.details")
    if not loan.licence_photo:
        raise Refused(_("Take a photo of the driver's licence first."), "loan.licence_photo", field="photo")
    if seen != terms_tag(loan):
        sentence = _("The contract has changed meanwhile. Show it to the customer once more.")
        raise Refused(sentence, "loan.changed", field="signature")
    if now >= loan.period.upper:
        raise Refused(_("The planned end is past. Agree on a new one first."), "loan.late", field="until")


def _refuse_out(loan: Loan, car: LoanerCar) -> None:
    """Refuse a car that another customer still has; the row of the car is locked."""
    if Loan.objects.filter(car=car, state=State.OUT).exclude(pk=loan.pk).exists():
        sentence = _("%(plate)s has not come back from another customer yet. Change to another car.")
        raise Refused(sentence % {"plate": describe(car.plate).display}, "loan.car_out", field="car")


def _check_mileage_back(loan: Loan, mileage: int, right: bool, now: datetime) -> None:
    out, since = loan.out_mileage or 0, loan.out_at or now
    if mileage < out:
        sentence = _("The car went out with %(km)s km. Read the mileage once more.")
        raise Refused(sentence % {"km": f"{out:,}"}, "loan.mileage", field="mileage")
    days = (now - since).days + 1
    if mileage - out > MOST_KM_A_DAY * days and not right:
        sentence = _("%(km)s km in %(days)s days: is that right?")
        values = {"km": f"{mileage - out:,}", "days": days}
        raise Refused(sentence % values, "loan.mileage_far", field="mileage", confirm="mileage_right")


def _check_energy(energy: Mapping[str, int]) -> None:
    limits = {"fuel": TANK, "charge": FULL}
    if not energy or any(not 0 <= value <= limits.get(kind, -1) for kind, value in energy.items()):
        raise Refused(_("Note how much fuel or charge the car has."), "loan.energy", field="fuel")


def _whole(loan: Loan) -> Loan:
    """Return the loan as it stands now, its row locked."""
    rows = Loan.objects.select_for_update(of=["self"])
    return rows.select_related("car", "store", "customer", "visit", "appointment__visit").get(pk=loan.pk)


def _moved(loan: Loan, state: str, values: dict[str, object]) -> Loan:
    if not Loan.objects.filter(pk=loan.pk, state=state).update(**values):
        raise Refused(_("This loan is no longer open. Reload the page."), "loan.closed")
    for name, value in values.items():
        setattr(loan, name, value)
    return loan


def _kept(loan: Loan, content: bytes) -> str:
    return default_storage.save(file_name(loan, "png"), ContentFile(content))


def _note(loan: Loan, kind: str, by: Staff, now: datetime) -> None:
    visit = loan.visit or (loan.appointment.visit if loan.appointment else None)
    if visit:
        events.note(visit, kind=kind, by=by, now=now)
