"""Who receives: agreed, known, or next in turn."""

import pytest
from django_scopes import scope

from dealership.models import Visit
from reception.actions.appointments import book_plate
from reception.actions.arrivals import record_arrival
from reception.queries.receivers import bound, receiver
from tests.cast import Cast, at

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _scope(cast: Cast):
    with scope(store=cast.store):
        yield


def known_by(cast: Cast, advisor: str, plate: str = "沪A8K2D6") -> Visit:
    """Return a past visit of the car that this advisor looked after."""
    visit = cast.visit(plate, now=at("09:00", "2026-09-01"))
    Visit.objects.filter(pk=visit.pk).update(
        stage="closed", left_at=at("12:00", "2026-09-01"), advisor=getattr(cast, advisor)
    )
    cast.store.memberships.update(last_turn_at=None)
    return visit


def arrive(cast: Cast, plate: str = "沪A8K2D6", when: str = "08:31") -> Visit:
    return record_arrival(cast.store, by=cast.guard, plate=plate, customer={"name": "王", "phone": "1"}, now=at(when))


def test_own_advisor_receives_out_of_turn(cast: Cast):
    known_by(cast, "advisor3")
    assert receiver(cast.store, None, None, at("08:31")) == cast.advisor
    assert arrive(cast).offered_to == cast.advisor3


def test_own_advisor_off_duty_leaves_it_to_the_turn(cast: Cast):
    known_by(cast, "advisor3")
    cast.advisor3.memberships.update(on_duty_since=None)
    assert arrive(cast).offered_to == cast.advisor


def test_own_advisor_with_one_car_is_free_soon_with_two_is_not(cast: Cast):
    known_by(cast, "advisor3")
    for number in (1, 2):
        visit = cast.visit(f"沪A0000{number}", now=at("08:30"), customer={"name": "李", "phone": "2"})
        Visit.objects.filter(pk=visit.pk).update(advisor=cast.advisor3)
        cast.store.memberships.update(last_turn_at=None)
        minutes = bound(cast.store, cast.advisor3, at("08:31")).total_seconds() / 60
        told = receiver(cast.store, None, Visit.objects.earliest("arrived_at").customer, at("08:31"))
        assert (minutes, told) == [(6, cast.advisor3), (12, cast.advisor)][number - 1]


def test_car_that_waits_for_an_advisor_binds_them_whole(cast: Cast):
    cast.advisor3.memberships.update(on_duty_since=None)
    arrive(cast, plate="沪A00001", when="08:10")
    assert bound(cast.store, cast.advisor, at("08:31")).total_seconds() == 7 * 60


def test_booked_advisor_goes_before_the_own(cast: Cast):
    known_by(cast, "advisor3")
    book_plate(cast.store, plate="沪A8K2D6", by=cast.advisor, name="王", phone="1", at=at("08:30"),
               advisor=cast.advisor, now=at("08:00"))  # fmt: skip
    assert arrive(cast).offered_to == cast.advisor


def test_receiver_costs_at_most_five_queries(cast: Cast, django_assert_max_num_queries):
    customer = known_by(cast, "advisor3").customer
    with django_assert_max_num_queries(5):
        receiver(cast.store, None, customer, at("08:31"))
