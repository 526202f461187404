"""At the gate: booked, known or new; told at once; a second press or a car in the yard is the same visit."""

from decimal import Decimal

import pytest
from django_scopes import scope

from dealership.models import Event, StepTick, Visit
from dealership.refused import Refused
from dealership.uuids import uuid7
from reception.actions.appointments import book_plate
from reception.actions.arrivals import record_arrival
from tests.cast import Cast, at

pytestmark = pytest.mark.django_db
WANG = {"name": "王", "sex": "m", "phone": "13800001234"}


@pytest.fixture(autouse=True)
def _scope(cast: Cast):
    with scope(store=cast.store):
        yield


def arrive(cast: Cast, plate: str = "沪A8K2D6", when: str = "08:31", **given) -> Visit:
    return record_arrival(cast.store, by=cast.guard, plate=plate, now=at(when), **({"customer": WANG} | given))


def test_walk_in_opens_a_visit_and_ticks_the_gate(cast: Cast):
    visit = arrive(cast, works=["service"])
    assert (visit.arrival, visit.works, visit.lane, visit.stage) == ("walk_in", ["service"], "general", "reception")
    assert visit.customer.name == "王"
    ticks = StepTick.objects.filter(visit=visit).values_list("touchpoint", "step", "evidence", "staff__username")
    evidence = f"dealership.Visit:{visit.pk}"
    assert sorted(ticks) == [
        ("1.1", "admit", evidence, "guard"), ("1.1", "plate", evidence, "guard"), ("1.2", "notify", evidence, "guard"),
        ("1.2", "purpose", evidence, "guard"), ("1.3", "lane", evidence, "guard"),
    ]  # fmt: skip


def test_booked_car_brings_work_wish_quote_and_its_advisor(cast: Cast):
    appointment = book_plate(
        cast.store, plate="沪A·8K2D6", by=cast.advisor, name="王建国", sex="m", phone="13800001234", at=at("08:30"),
        work="repair", wish="刹车有响声", quote_amount=Decimal(1026), advisor=cast.advisor3, now=at("08:00"),
    )  # fmt: skip
    visit = arrive(cast, customer=None)
    appointment.refresh_from_db()
    assert (visit.arrival, visit.works, visit.words) == ("booked", ["repair"], "刹车有响声")
    assert (visit.offered_to, visit.advisor) == (cast.advisor3, None)
    assert (appointment.state, appointment.visit) == ("arrived", visit)
    note = Event.objects.get(visit=visit, kind="reception.appointment")
    assert (note.data["quote"], note.data["wish"]) == ("1026.00", "刹车有响声")


def test_what_the_customer_says_at_the_gate_wins_over_the_booking(cast: Cast):
    book_plate(cast.store, plate="沪A8K2D6", by=cast.advisor, name="王", phone="1", at=at("08:30"), now=at("08:00"))
    assert arrive(cast, works=["express"]).lane == "express"


def test_cars_go_round_the_advisors_on_duty(cast: Cast):
    told = [arrive(cast, plate=f"沪A0000{n}", when=f"08:3{n}").offered_to.username for n in range(3)]
    assert told == ["advisor", "advisor3", "advisor"]


def test_appointment_of_an_absent_advisor_goes_to_the_next(cast: Cast):
    cast.advisor3.memberships.update(on_duty_since=None)
    book_plate(
        cast.store, plate="沪A8K2D6", by=cast.advisor, name="王", phone="1", at=at("08:30"), advisor=cast.advisor3,
        now=at("08:00"),
    )  # fmt: skip
    assert arrive(cast).offered_to == cast.advisor


def test_nobody_on_duty_still_lets_the_car_in(cast: Cast):
    cast.store.memberships.update(on_duty_since=None)
    assert arrive(cast).offered_to is None


def test_second_press_and_second_entry_are_the_same_visit(cast: Cast):
    id_ = uuid7()
    visit = arrive(cast, id=id_)
    assert arrive(cast, id=id_, when="08:32") == visit
    again = arrive(cast, when="08:33")
    assert again == visit
    assert Visit.objects.filter(joined_to=None).count() == 1
    assert StepTick.objects.filter(visit=visit).count() == 5


def test_known_car_needs_no_customer(cast: Cast):
    first = cast.visit("沪A8K2D6")
    Visit.objects.update(stage="closed", left_at=at("09:00"))
    visit = arrive(cast, when="10:00", customer=None)
    assert visit.customer == first.customer


@pytest.mark.parametrize(
    ("plate", "customer", "code"),
    [
        ("  ", WANG, "plate.empty"),
        ("沪A8K2D6", None, "arrival.customer"),
        ("沪A8K2D6", {"name": "王", "phone": " "}, "arrival.customer"),
    ],
)
def test_arrival_refused(cast: Cast, plate, customer, code):
    with pytest.raises(Refused) as refused:
        arrive(cast, plate=plate, customer=customer)
    assert refused.value.code == code
    assert Visit.objects.count() == 0


def test_plate_no_rule_knows_is_let_in(cast: Cast):
    assert arrive(cast, plate="X-12 临时").vehicle.plate == "X12临时"
