"""Appointments: booked once, kept by the arrival, missed or called off."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django_scopes import scope

from dealership.models import Customer, Vehicle
from dealership.refused import Refused
from dealership.uuids import uuid7
from reception.actions.appointments import book, book_plate, call_off, miss
from reception.models import Appointment
from reception.queries.appointments import expected_today, of_days
from tests.cast import Cast, at

pytestmark = pytest.mark.django_db
WANG = {"name": "王建国", "sex": "m", "phone": "13800001234"}


@pytest.fixture(autouse=True)
def _scope(cast: Cast):
    with scope(store=cast.store):
        yield


def booked(cast: Cast, plate: str = "沪A8K2D6", when: str = "08:30", **given) -> Appointment:
    given = WANG | {"at": at(when), "now": at("08:00"), "work": "service"} | given
    return book_plate(cast.store, plate=plate, by=cast.advisor, **given)


def test_new_car_is_booked_with_its_customer(cast: Cast):
    appointment = booked(cast, model="途观L", quote_amount=Decimal(1026), wish="异响")
    assert (appointment.vehicle.plate, appointment.vehicle.model) == ("沪A8K2D6", "途观L")
    assert (appointment.customer.name, appointment.customer.phone) == ("王建国", "13800001234")
    assert (appointment.state, appointment.quote_amount, appointment.wish) == ("booked", Decimal(1026), "异响")
    assert appointment.made_by == cast.advisor


def test_known_car_needs_no_customer(cast: Cast):
    first = booked(cast)
    again = booked(cast, when="16:00", name="", phone="", sex="")
    assert again.customer == first.customer
    assert Customer.objects.count() == 1


def test_same_id_books_once(cast: Cast):
    id_ = uuid7()
    assert booked(cast, id=id_) == booked(cast, id=id_)
    assert Appointment.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"plate": " "}, "plate.empty"),
        ({"phone": ""}, "appointment.customer"),
        ({"at": at("07:59")}, "appointment.past"),
        ({"quote_amount": Decimal(-1)}, "appointment.quote"),
    ],
)
def test_booking_refused(cast: Cast, given, code):
    with pytest.raises(Refused) as refused:
        booked(cast, **given)
    assert refused.value.code == code
    assert (Appointment.objects.count(), Customer.objects.count(), Vehicle.objects.count()) == (0, 0, 0)


def test_known_rows_are_booked_directly(cast: Cast):
    visit = cast.visit()
    back = book(
        cast.store, customer=visit.customer, vehicle=visit.vehicle, at=at("09:00") + timedelta(days=3),
        work="repair", by=cast.advisor, now=at("11:00"),
    )  # fmt: skip
    assert (back.vehicle, back.work, back.state) == (visit.vehicle, "repair", "booked")


def test_missed_and_called_off_once(cast: Cast):
    missed = miss(booked(cast), by=cast.advisor)
    assert (missed.state, miss(missed, by=cast.advisor).state) == ("no_show", "no_show")
    with pytest.raises(Refused) as refused:
        call_off(missed, by=cast.advisor)
    assert refused.value.code == "appointment.closed"
    assert call_off(booked(cast), by=cast.advisor).state == "cancelled"


def test_nearest_open_appointment_of_today_is_expected(cast: Cast):
    booked(cast, when="15:00")
    near = booked(cast, when="09:00")
    call_off(booked(cast, when="08:40"), by=cast.advisor)
    booked(cast, at=at("08:35", "2026-11-21"))
    assert expected_today(cast.store, "沪A8K2D6", at("08:31")) == near
    assert expected_today(cast.store, "沪B12345", at("08:31")) is None


def test_list_of_days_is_by_time_and_ends_at_local_midnight(cast: Cast):
    late, early = booked(cast, when="23:30"), booked(cast, when="09:00")
    tomorrow = booked(cast, at=at("00:10", "2026-11-21"))
    day = at("12:00").date()
    assert of_days(cast.store, day, day) == [early, late]
    assert of_days(cast.store, day, day + timedelta(days=1)) == [early, late, tomorrow]
