"""Tomorrow's cars: parts with stock, history, two ticks."""

from datetime import date

import pytest
from django.urls import reverse
from django_scopes import scope

from dealership.models import Vehicle
from dealership.refused import Refused
from dealership.stages import Stage
from reception.actions.appointments import book_plate, call_off
from reception.actions.preparation import prepare
from reception.actions.pricelist import load_price_list
from reception.models import Appointment, OpenAdvice, Part
from reception.queries.preparation import preparation_of
from tests.cast import Cast, at

pytestmark = pytest.mark.django_db
SATURDAY = date(2026, 11, 21)
WANG = {"name": "王建国", "sex": "m", "phone": "13800001234"}


@pytest.fixture(autouse=True)
def _scope(cast: Cast):
    with scope(store=cast.store):
        load_price_list(cast.store)
        yield


def booked(cast: Cast, plate: str = "沪A8K2D6", clock: str = "09:00", **given) -> Appointment:
    given = WANG | {"at": at(clock, "2026-11-21"), "now": at("08:00"), "work": "service"} | given
    return book_plate(cast.store, plate=plate, by=cast.advisor, **given)


def test_parts_follow_from_work_and_words_with_their_stock(cast: Cast):
    booked(cast, wish="雨刮刮不干净")
    car = preparation_of(cast.store, SATURDAY)[0]
    assert {"WIPERS"} < {need.part.code for need in car.needs}
    assert not car.missing
    Part.objects.filter(code="WIPERS").update(stock=1)
    booked(cast, "沪A00002", "10:00", wish="雨刮")
    first, second = preparation_of(cast.store, SATURDAY)
    assert not first.missing
    # The first car takes the last pair.
    assert [(need.part.code, need.left) for need in second.missing] == [("WIPERS", 0)]


def test_history_names_earlier_visits_and_open_advice(cast: Cast):
    visit = cast.visit(now=at("08:31", "2026-08-20"), works=["service"])
    type(visit).objects.filter(pk=visit.pk).update(stage=Stage.CLOSED, mileage=41000)
    OpenAdvice.objects.create(
        store=cast.store, vehicle=visit.vehicle, visit=visit, kind="declined", texts={"zh-hans": "前刹车片剩 3 毫米"},
        created_at=at("10:00", "2026-08-20"),
    )  # fmt: skip
    booked(cast)
    car = preparation_of(cast.store, SATURDAY)[0]
    assert [(one.day, one.mileage) for one in car.before] == [(at("08:31", "2026-08-20"), 41000)]
    assert [advice.text for advice in car.advice] == ["前刹车片剩 3 毫米"]


def test_ticks_keep_their_first_moment_and_are_taken_back(cast: Cast):
    row = booked(cast)
    prepare(row, by=cast.advisor, history_read=True, parts_reserved=False, note="带点心", now=at("17:00"))
    row = prepare(row, by=cast.advisor3, history_read=True, parts_reserved=True, now=at("17:30"))
    assert (row.history_read_at, row.parts_reserved_at) == (at("17:00"), at("17:30"))
    assert preparation_of(cast.store, SATURDAY)[0].done
    assert prepare(row, by=cast.advisor, history_read=False, parts_reserved=True).history_read_at is None
    call_off(row, by=cast.advisor)
    with pytest.raises(Refused) as refused:
        prepare(row, by=cast.advisor, history_read=True, parts_reserved=True)
    assert refused.value.code == "appointment.closed"
    assert preparation_of(cast.store, SATURDAY) == []


def test_page_shows_and_keeps(cast: Cast, client):
    row = booked(cast)
    client.force_login(cast.advisor)
    url = reverse("preparation", kwargs={"store": "hq"}) + "?day=2026-11-21"
    assert "王建国" in client.get(url).content.decode()
    kept = reverse("appointment-prepare", kwargs={"store": "hq", "appointment": row.pk})
    assert client.post(kept, {"history_read": "on", "note": "x"}).status_code == 303
    with scope(store=cast.store):
        assert Appointment.objects.get().history_read_at
    client.force_login(cast.guard)
    assert (client.get(url).status_code, client.post(kept).status_code) == (403, 403)
    client.force_login(cast.stranger)
    assert client.get(url).status_code == 404


def test_queries_do_not_grow_with_the_cars(cast: Cast, django_assert_max_num_queries):
    for number in range(3):
        booked(cast, f"沪A0000{number}", f"{9 + number}:00".zfill(5))
    Vehicle.objects.update(mileage=30000)
    with django_assert_max_num_queries(7):
        assert len(preparation_of(cast.store, SATURDAY)) == 3
