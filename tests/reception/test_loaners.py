"""Loaners: set aside once, moved, called off; handed out and taken back by signature; the licence deleted in time."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django_scopes import scope

from dealership.actions.stages import advance
from dealership.models import Event
from dealership.queries.next import next_steps
from dealership.refused import Refused
from dealership.uuids import uuid7
from reception.actions import appointments, loan_files
from reception.actions.appointments import book_plate, move
from reception.actions.loaners import call_off, change, keep_car
from reception.actions.loans import give_deposit_back, hand_out, take_back, terms_tag
from reception.models import Appointment, Loan, LoanerCar
from reception.queries.loaners import Difference, difference, free_cars, last_damage, next_free, wishes
from tests.cast import Cast, at
from tests.reception.desk import SIGNATURE
from tests.reception.lending import FIRST, SECOND, back, customer, details, lent, licence, loaner, out

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _scope(cast: Cast):
    with scope(store=cast.store):
        yield


def refusal(function, *args, **given) -> Refused:
    with pytest.raises(Refused) as refused:
        function(*args, **given)
    return refused.value


# Cars.


def test_a_car_is_entered_and_changed(cast: Cast):
    car = loaner(cast)
    same = keep_car(cast.store, car=car, plate=" 沪a·10001", model="朗逸 2023款", mileage=12_500, by=cast.manager)
    assert (same.pk, same.plate, same.model, same.mileage) == (car.pk, FIRST, "朗逸 2023款", 12_500)
    assert LoanerCar.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"plate": " "}, "plate.empty"),
        ({"model": " "}, "loaner.model"),
        ({"deposit": Decimal(-1)}, "loaner.deposit"),
        ({}, "loaner.known"),
    ],
)
def test_a_car_is_refused(cast: Cast, given, code):
    loaner(cast)
    values = {"plate": FIRST, "model": "朗逸", "by": cast.manager} | given
    assert refusal(keep_car, cast.store, **values).code == code


def test_a_car_that_is_set_aside_stays_in_use(cast: Cast):
    car = loaner(cast)
    lent(cast, car)
    refused = refusal(keep_car, cast.store, car=car, plate=FIRST, model="朗逸", active=False, by=cast.manager)
    assert refused.code == "loaner.busy"


# Set aside.


def test_a_car_is_set_aside_with_its_usual_deposit(cast: Cast):
    visit = cast.visit()
    loan = lent(cast, loaner(cast), visit=visit, customer=visit.customer)
    assert (loan.state, loan.driver, loan.deposit, loan.made_by) == ("booked", "王建国", 2000, cast.advisor)
    assert (loan.period.lower, loan.period.upper) == (at("09:00"), at("17:00"))
    assert Event.objects.filter(visit=visit, kind="loan.set_aside").count() == 1


def test_the_same_id_is_one_loan(cast: Cast):
    car, id_ = loaner(cast), uuid7()
    assert lent(cast, car, id=id_) == lent(cast, car, id=id_)
    assert Loan.objects.count() == 1


@pytest.mark.parametrize(
    ("since", "until", "code"),
    [
        (at("17:00"), at("09:00"), "loan.period"),
        (at("09:00"), at("09:00") + timedelta(days=61), "loan.period"),
        (at("06:00"), at("07:59"), "loan.past"),
    ],
)
def test_a_time_is_refused(cast: Cast, since, until, code):
    loan = lent(cast, loaner(cast), since="20:00", until="21:00")
    assert refusal(change, loan, since=since, until=until, by=cast.advisor, now=at("08:00")).code == code


def test_a_taken_car_names_the_free_one(cast: Cast):
    first = loaner(cast)
    loaner(cast, SECOND, model="ID.4")
    lent(cast, first)
    refused = refusal(lent, cast, first, since="16:59", until="18:00", customer=customer(cast, "李娜"))
    assert (refused.code, refused.field) == ("loan.taken", "car")
    assert "沪A·D10002 ID.4" in refused.message


def test_without_a_free_car_the_next_time_is_named(cast: Cast):
    first, second = loaner(cast), loaner(cast, SECOND)
    lent(cast, first)
    lent(cast, second, until="18:30", customer=customer(cast, "李娜"))
    refused = refusal(lent, cast, first, since="10:00", until="12:00", customer=customer(cast, "赵强"))
    assert "沪A·10001" in refused.message
    assert "17:00" in refused.message
    assert next_free(cast.store, at("10:00"), timedelta(hours=2), now=at("08:00")) == (first, at("17:00"))


def test_a_gap_between_two_loans_is_used_only_when_it_is_long_enough(cast: Cast):
    car = loaner(cast)
    lent(cast, car, until="12:00")
    lent(cast, car, since="14:00", customer=customer(cast, "李娜"))
    assert next_free(cast.store, at("10:00"), timedelta(hours=2), now=at("08:00")) == (car, at("12:00"))
    assert next_free(cast.store, at("10:00"), timedelta(hours=3), now=at("08:00")) == (car, at("17:00"))


def test_one_ends_when_the_next_begins(cast: Cast):
    car = loaner(cast)
    lent(cast, car, until="12:00")
    assert lent(cast, car, since="12:00", customer=customer(cast, "李娜")).state == "booked"


def test_the_database_itself_refuses_an_overlap(cast: Cast):
    loan = lent(cast, loaner(cast))
    same = {"store": cast.store, "car": loan.car, "customer": loan.customer, "made_at": at("08:00")}
    period = DateTimeTZRange(at("16:59"), at("18:00"))
    with pytest.raises(IntegrityError, match="loan_never_overlaps"), transaction.atomic():
        Loan.objects.create(**same, period=period)
    Loan.objects.create(**same, period=period, state=Loan.State.CANCELLED)


def test_a_visit_has_one_loaner(cast: Cast):
    visit = cast.visit()
    lent(cast, loaner(cast), visit=visit, customer=visit.customer)
    second = loaner(cast, SECOND)
    assert refusal(lent, cast, second, visit=visit, customer=visit.customer).code == "loan.twice"


def test_a_car_out_of_use_is_not_lent(cast: Cast):
    assert refusal(lent, cast, loaner(cast, active=False)).code == "loan.car"


def test_a_car_that_should_be_back_is_not_lent_now_but_later(cast: Cast):
    car = loaner(cast)
    out(cast, lent(cast, car, until="12:00"))
    other = customer(cast, "李娜")
    assert refusal(lent, cast, car, since="12:10", customer=other, now=at("12:15")).code == "loan.still_out"
    assert free_cars(cast.store, at("12:15"), at("15:00"), now=at("12:15")) == []
    assert lent(cast, car, since="15:00", customer=other, now=at("12:15")).state == "booked"


def test_a_loan_moves_to_another_car_and_time(cast: Cast):
    loan, other = lent(cast, loaner(cast)), loaner(cast, SECOND)
    change(loan, car=other, since=at("10:00"), until=at("11:00"), by=cast.advisor, now=at("08:10"))
    loan.refresh_from_db()
    assert (loan.car, loan.period.lower, loan.period.upper) == (other, at("10:00"), at("11:00"))


def test_a_loan_is_not_moved_into_anothers_time(cast: Cast):
    car = loaner(cast)
    loan = lent(cast, car, until="12:00")
    lent(cast, car, since="12:00", customer=customer(cast, "李娜"))
    assert refusal(change, loan, until=at("13:00"), by=cast.advisor, now=at("08:10")).code == "loan.taken"


def test_of_a_car_that_is_out_only_the_end_moves(cast: Cast):
    loan, other = out(cast, lent(cast, loaner(cast))), loaner(cast, SECOND)
    assert change(loan, until=at("18:00"), by=cast.advisor, now=at("12:00")).period.upper == at("18:00")
    assert refusal(change, loan, car=other, until=at("19:00"), by=cast.advisor, now=at("12:00")).code == "loan.out"


def test_called_off_the_car_is_free_and_the_licence_gone(cast: Cast):
    car = loaner(cast)
    loan = licence(cast, lent(cast, car))
    name = loan.licence_photo.name
    assert call_off(call_off(loan, by=cast.advisor), by=cast.advisor).state == "cancelled"
    assert not default_storage.exists(name)
    assert lent(cast, car, customer=customer(cast, "李娜")).state == "booked"
    assert refusal(change, loan, until=at("18:00"), by=cast.advisor, now=at("08:10")).code == "loan.closed"


def booked(cast: Cast, clock: str = "10:00") -> Appointment:
    return book_plate(
        cast.store, plate="沪A8K2D6", name="王建国", phone="13800001234", at=at(clock), by=cast.advisor,
        now=at("07:00"), transport="loaner", capacity=False,
    )  # fmt: skip


def test_a_loaner_follows_its_appointment(cast: Cast):
    row, car = booked(cast), loaner(cast)
    loan = lent(cast, car, since="10:00", until="16:00", appointment=row, customer=row.customer)
    move(row, at=at("11:30"), by=cast.advisor, now=at("08:10"))
    loan.refresh_from_db()
    assert (loan.period.lower, loan.period.upper) == (at("11:30"), at("17:30"))
    appointments.call_off(row, by=cast.advisor)
    loan.refresh_from_db()
    assert loan.state == "cancelled"


def test_a_loaner_that_cannot_follow_is_given_free_and_the_wish_stands_again(cast: Cast):
    row, car = booked(cast), loaner(cast)
    loan = lent(cast, car, since="10:00", until="12:00", appointment=row, customer=row.customer)
    lent(cast, car, since="13:00", until="18:00", customer=customer(cast, "李娜", "沪B00001"))
    assert wishes(cast.store, at("08:00")) == []
    move(row, at=at("14:00"), by=cast.advisor, now=at("08:10"))
    loan.refresh_from_db()
    assert loan.state == "cancelled"
    assert [wish.appointment for wish in wishes(cast.store, at("08:10"))] == [row]


def test_a_visit_that_ends_without_repair_gives_its_loaner_free(cast: Cast):
    visit = cast.visit()
    loan = lent(cast, loaner(cast), visit=visit, customer=visit.customer)
    advance(visit, to="cancelled", by=cast.advisor, reason="no time", now=at("09:00"))
    loan.refresh_from_db()
    assert loan.state == "cancelled"


# Out.


def test_a_car_goes_out_by_signature(cast: Cast):
    visit = cast.visit()
    loan = out(cast, lent(cast, loaner(cast), visit=visit, customer=visit.customer))
    loan.refresh_from_db()
    assert (loan.state, loan.out_at, loan.out_by, loan.out_mileage) == ("out", at("09:05"), cast.advisor, 12_010)
    assert (loan.out_energy, loan.out_damage) == ({"fuel": 6}, "前杠有划痕")
    assert loan.out_signature.name.startswith(f"hq/loans/{loan.pk}/")
    assert Event.objects.filter(visit=visit, kind="loan.out").count() == 1
    again = hand_out(loan, signature=SIGNATURE, seen="", by=cast.supervisor, now=at("09:06"))
    assert (again.out_at, again.out_by) == (at("09:05"), cast.advisor)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"driver": " "}, "loan.driver"),
        ({"licence_no": "12"}, "loan.licence"),
        ({"licence_no": "12-4"}, "loan.licence"),
        ({"mileage": 11_999}, "loan.mileage"),
        ({"energy": {}}, "loan.energy"),
        ({"energy": {"fuel": 9}}, "loan.energy"),
        ({"energy": {"steam": 1}}, "loan.energy"),
        ({"deposit": Decimal(-1)}, "loan.deposit"),
        ({"deposit_note": " "}, "loan.deposit_note"),
    ],
)
def test_details_are_refused(cast: Cast, given, code):
    assert refusal(details, cast, lent(cast, loaner(cast)), **given).code == code


def test_nothing_goes_out_half_written(cast: Cast):
    loan = lent(cast, loaner(cast))
    given = {"signature": SIGNATURE, "by": cast.advisor, "now": at("09:05")}
    assert refusal(hand_out, loan, seen="", **given).code == "loan.details"
    details(cast, loan)
    assert refusal(hand_out, loan, seen=terms_tag(loan), **given).code == "loan.licence_photo"
    licence(cast, loan)
    seen = terms_tag(loan)
    assert refusal(hand_out, loan, seen=seen, **(given | {"signature": ""})).code == "signature.missing"
    assert refusal(hand_out, loan, seen=seen, **(given | {"now": at("17:00")})).code == "loan.late"
    details(cast, loan, deposit=Decimal(0))
    assert refusal(hand_out, loan, seen=seen, **given).code == "loan.changed"


def test_a_car_is_not_given_to_two(cast: Cast):
    car = loaner(cast)
    out(cast, lent(cast, car, until="12:00"))
    next_one = lent(cast, car, since="12:30", customer=customer(cast, "李娜"))
    assert refusal(out, cast, next_one, now=at("12:40")).code == "loan.car_out"


def test_an_early_start_does_not_cut_into_anothers_time(cast: Cast):
    car = loaner(cast)
    lent(cast, car, until="12:00", customer=customer(cast, "李娜"))
    loan = lent(cast, car, since="12:00")
    assert refusal(out, cast, loan, now=at("11:50")).code == "loan.taken"


def test_an_early_start_is_kept(cast: Cast):
    assert out(cast, lent(cast, loaner(cast)), now=at("08:40")).period.lower == at("08:40")


# Back.


def test_a_car_comes_back_and_the_rest_of_its_time_is_free(cast: Cast):
    car = loaner(cast)
    loan = back(cast, out(cast, lent(cast, car)), damage="后杠擦伤", deposit_back=True)
    loan.refresh_from_db()
    car.refresh_from_db()
    assert (loan.state, loan.back_by, car.mileage) == ("back", cast.advisor, 12_095)
    assert (loan.period.upper, loan.deposit_back_at) == (at("16:30"), at("16:30"))
    assert difference(loan, mileage=loan.back_mileage, energy=loan.back_energy) == Difference(85, 2, 0)
    assert last_damage(car) == "后杠擦伤"
    assert free_cars(cast.store, at("16:30"), at("17:00"), now=at("16:31")) == [car]
    assert back(cast, loan, mileage=13_000).back_mileage == 12_095


def test_a_late_car_leaves_the_next_loan_alone(cast: Cast):
    car = loaner(cast)
    loan = out(cast, lent(cast, car, until="12:00"))
    lent(cast, car, since="12:00", customer=customer(cast, "李娜"))
    assert back(cast, loan, now=at("12:40")).period.upper == at("12:00")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"mileage": 12_009}, "loan.mileage"),
        ({"mileage": 122_095}, "loan.mileage_far"),
        ({"energy": {}}, "loan.energy"),
        ({"signature": ""}, "signature.missing"),
        ({"signature": "data:image/png;base64,AAAA"}, "image.unreadable"),
    ],
)
def test_a_return_is_refused(cast: Cast, given, code):
    assert refusal(back, cast, out(cast, lent(cast, loaner(cast))), **given).code == code


def test_a_long_drive_that_is_right_is_kept(cast: Cast):
    loan = out(cast, lent(cast, loaner(cast)))
    refused = refusal(back, cast, loan, mileage=14_000)
    assert refused.confirm == "mileage_right"
    assert back(cast, loan, mileage=14_000, mileage_right=True).state == "back"


def test_what_is_not_out_does_not_come_back(cast: Cast):
    loan = lent(cast, loaner(cast))
    given = {"mileage": 12_095, "energy": {"fuel": 4}, "signature": SIGNATURE, "by": cast.advisor}
    assert refusal(take_back, loan, **given).code == "loan.not_out"


def test_the_deposit_is_given_back_once(cast: Cast):
    loan = out(cast, lent(cast, loaner(cast)))
    assert refusal(give_deposit_back, loan, by=cast.advisor).code == "loan.not_back"
    loan = back(cast, loan)
    assert loan.deposit_back_at is None
    give_deposit_back(loan, by=cast.advisor, now=at("16:40"))
    give_deposit_back(loan, by=cast.advisor, now=at("16:50"))
    loan.refresh_from_db()
    assert loan.deposit_back_at == at("16:40")
    loan.deposit = Decimal(0)
    assert refusal(give_deposit_back, loan, by=cast.advisor).code == "loan.no_deposit"


# The licence.


def test_the_licence_photo_is_deleted_thirty_days_after_the_return(cast: Cast):
    loan = back(cast, out(cast, lent(cast, loaner(cast))))
    kept = licence(cast, lent(cast, loaner(cast, SECOND)))
    name, due = loan.licence_photo.name, at("16:30") + timedelta(days=30)
    assert loan_files.sweep(due - timedelta(seconds=1)) == 0
    assert default_storage.exists(name)
    assert (loan_files.sweep(due), loan_files.sweep(due)) == (1, 0)
    loan.refresh_from_db()
    kept.refresh_from_db()
    assert (loan.licence_photo.name, loan.licence_deleted_at) == ("", due)
    assert not default_storage.exists(name)
    assert default_storage.exists(kept.licence_photo.name)
    assert loan.out_signature


def test_a_file_that_is_gone_already_does_not_stop_the_sweep(cast: Cast):
    loan = back(cast, out(cast, lent(cast, loaner(cast))))
    default_storage.delete(loan.licence_photo.name)
    assert loan_files.sweep(at("16:31") + timedelta(days=30)) == 1


def test_a_photo_taken_again_replaces_the_first(cast: Cast, django_capture_on_commit_callbacks):
    loan = licence(cast, lent(cast, loaner(cast)))
    first = loan.licence_photo.name
    with django_capture_on_commit_callbacks(execute=True):
        licence(cast, loan)
    assert loan.licence_photo.name != first
    assert (default_storage.exists(first), default_storage.exists(loan.licence_photo.name)) == (False, True)


def test_no_licence_is_photographed_after_the_return(cast: Cast):
    loan = back(cast, out(cast, lent(cast, loaner(cast))))
    assert refusal(licence, cast, loan).code == "loan.closed"


# Overdue.


def test_an_overdue_loan_stands_in_the_next_steps(cast: Cast):
    visit = cast.visit()
    loan = out(cast, lent(cast, loaner(cast), until="12:00", visit=visit, customer=visit.customer))

    def lines(staff, now):
        return [step.url for step in next_steps(cast.store, staff, now=now) if f"/loaners/{loan.pk}/" in step.url]

    assert lines(cast.advisor, at("11:59")) == []
    assert len(lines(cast.advisor, at("12:01"))) == 1
    assert len(lines(cast.supervisor, at("12:01"))) == 1
    assert lines(cast.advisor3, at("12:01")) == []
    assert lines(cast.technician, at("12:01")) == []
    back(cast, loan, now=at("12:30"))
    assert lines(cast.advisor, at("12:31")) == []


def test_an_overdue_loan_without_a_visit_stands_with_the_customers_last_one(cast: Cast):
    visit = cast.visit()
    out(cast, lent(cast, loaner(cast), until="12:00", customer=visit.customer))
    steps = [step for step in next_steps(cast.store, cast.manager, now=at("12:01")) if "/loaners/" in step.url]
    assert [step.visit for step in steps] == [visit]
