"""The gate's page: who sees what, the live lookup, letting in, the free tap."""

from datetime import datetime

import pytest
from django.urls import reverse
from django_scopes import scope

from dealership.models import StepTick, Visit
from dealership.uuids import uuid7
from reception.actions.appointments import book_plate
from reception.actions.arrivals import record_arrival
from tests.cast import SHANGHAI, Cast, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def guard(cast: Cast, client):
    client.force_login(cast.guard)
    return client


def url(cast: Cast, name: str = "gate") -> str:
    return reverse(name, kwargs={"store": cast.store.code})


def today() -> str:
    return datetime.now(SHANGHAI).date().isoformat()


def let_in(client, cast: Cast, **fields):
    data = {"province": "沪", "number": "A8K2D6", "operation": str(uuid7())} | fields
    return client.post(url(cast, "arrivals"), data)


def test_booked_car_shows_name_model_lane_and_receiver(cast: Cast, guard):
    with scope(store=cast.store):
        book_plate(
            cast.store, plate="沪A8K2D6", by=cast.advisor, name="王建国", sex="m", phone="13800001234", model="途观L",
            at=at("23:58", today()), advisor=cast.advisor3, now=at("00:00", today()),
        )  # fmt: skip
    page = guard.get(url(cast, "gate-car"), {"province": "沪", "number": "A8K2D6"}).content.decode()
    assert "王先生" in page
    assert "途观L" in page
    assert "吴磊" in page
    assert "13800001234" not in page
    assert "王建国" not in page


def test_short_plate_shows_nothing(cast: Cast, guard):
    page = guard.get(url(cast, "gate-car"), {"province": "沪", "number": "A8K2"}).content.decode()
    assert 'name="works"' not in page


def test_new_car_asks_for_surname_and_phone(cast: Cast, guard):
    page = guard.get(url(cast, "gate-car"), {"province": "沪", "number": "A8K2D6"}).content.decode()
    assert 'name="phone"' in page
    refused = let_in(guard, cast, works="service")
    assert refused.status_code == 422
    with scope(store=cast.store):
        assert Visit.objects.count() == 0


def test_car_is_let_in_and_shown_with_one_tap_for_the_hand_steps(cast: Cast, guard):
    answer = let_in(guard, cast, name="王", sex="m", phone="1", works="express")
    assert answer.status_code == 303
    page = guard.get(answer["Location"]).content.decode()
    assert page.count('name="step"') == 4
    with scope(store=cast.store):
        visit = Visit.objects.get()
        assert (visit.lane, visit.customer.name) == ("express", "王")
        steps = ["1.1/salute", "1.2/ask", "1.3/gesture", "1.3/wait"]
        guard.post(
            reverse("visit-ticks", kwargs={"store": "hq", "visit": visit.pk}),
            {"step": steps, "operation": [str(uuid7()) for _step in steps], "answer": "done"},
        )
        assert StepTick.objects.filter(visit=visit, touchpoint__in=["1.1", "1.2", "1.3"]).count() == 9
    assert 'name="step"' not in guard.get(url(cast)).content.decode()


def test_unusual_plate_is_let_in_with_a_warning(cast: Cast, guard):
    let_in(guard, cast, number="ZZZ", province="沪", name="王", phone="1")
    page = guard.get(url(cast)).content.decode()
    assert "沪ZZZ" in page


def test_car_in_the_yard_cannot_be_let_in_again(cast: Cast, guard):
    cast.visit("沪A8K2D6")
    page = guard.get(url(cast, "gate-car"), {"province": "沪", "number": "A8K2D6"}).content.decode()
    assert "rx-next" not in page


def test_gate_takes_the_same_queries_for_one_and_three_cars(cast: Cast, guard, django_assert_max_num_queries):
    def entered(plate: str) -> None:
        with scope(store=cast.store):
            record_arrival(cast.store, by=cast.guard, plate=plate, customer={"name": "王", "phone": "1"})

    def queries() -> int:
        with django_assert_max_num_queries(60) as taken:
            guard.get(url(cast))
        return len(taken)

    entered("沪A00001")
    guard.get(url(cast))
    one = queries()
    entered("沪A00002")
    entered("沪A00003")
    assert queries() == one


@pytest.mark.parametrize(("person", "status"), [("technician", 403), ("cashier", 403), ("stranger", 404)])
def test_others_do_not_stand_at_the_gate(cast: Cast, client, person, status):
    client.force_login(getattr(cast, person))
    assert client.get(url(cast)).status_code == status
    assert let_in(client, cast).status_code == status
