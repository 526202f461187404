"""Service intervals: the store's own before the product's, counted from the last service or the sale."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django_scopes import scope

from dealership.models import Vehicle, Visit
from dealership.refused import Refused
from reception.actions.intervals import keep_interval, move_interval_up, remove_interval, set_sold_on
from reception.intervals import DEFAULT, Interval
from reception.models import ServiceInterval
from reception.queries.intervals import NextService, interval_for, is_overdue, is_soon, next_due
from tests.cast import Cast, at

pytestmark = pytest.mark.django_db
NOW = at("10:00")
TODAY = NOW.date()


@pytest.fixture
def vehicle(cast: Cast):
    with scope(store=cast.store):
        yield cast.visit().vehicle


def serviced(vehicle: Vehicle, day: str, mileage: int, works=("service",)) -> None:
    """Let the car have been here on this day."""
    visit = Visit.objects.get(vehicle=vehicle, stage="reception")
    Visit.objects.create(
        store=visit.store, vehicle=vehicle, standard=visit.standard, works=list(works), stage="closed",
        stage_since=at("12:00", day), arrived_at=at("09:00", day), left_at=at("12:00", day), mileage=mileage,
    )  # fmt: skip


def test_due_counts_from_the_last_service(vehicle: Vehicle, django_assert_num_queries):
    serviced(vehicle, "2026-02-28", 30_000)
    serviced(vehicle, "2026-09-01", 41_000, works=("repair",))
    with django_assert_num_queries(2):
        assert next_due(vehicle, NOW) == NextService(date(2027, 2, 28), 40_000)


def test_a_new_car_has_its_first_service_by_its_sale(vehicle: Vehicle):
    vehicle.sold_on, vehicle.mileage = date(2026, 8, 31), 2_000
    assert next_due(vehicle, NOW) == NextService(date(2027, 2, 28), 5_000, first=True)
    vehicle.energy = "bev"
    assert next_due(vehicle, NOW) == NextService(date(2027, 8, 31), 20_000, first=True)


def test_nobody_knows_of_a_car_that_was_serviced_elsewhere(vehicle: Vehicle):
    assert next_due(vehicle, NOW) is None
    vehicle.sold_on, vehicle.mileage = date(2022, 8, 31), 70_000
    assert next_due(vehicle, NOW) is None


@pytest.mark.parametrize(
    ("due", "mileage", "soon", "overdue"),
    [
        (NextService(TODAY, 50_000), 40_000, True, False),
        (NextService(TODAY - timedelta(days=1), 50_000), 40_000, True, True),
        (NextService(TODAY + timedelta(days=30), 50_000), 40_000, True, False),
        (NextService(TODAY + timedelta(days=31), 50_000), 40_000, False, False),
        (NextService(TODAY + timedelta(days=99), 50_000), 48_999, False, False),
        (NextService(TODAY + timedelta(days=99), 50_000), 49_000, True, False),
        (NextService(TODAY + timedelta(days=99), 50_000), 50_000, True, False),
        (NextService(TODAY + timedelta(days=99), 50_000), 50_001, True, True),
        (NextService(TODAY + timedelta(days=99), None), 90_000, False, False),
        (NextService(TODAY + timedelta(days=99), 50_000), None, False, False),
    ],
)
def test_due_by_day_or_kilometres(due: NextService, mileage: int | None, soon: bool, overdue: bool):
    assert (is_soon(due, TODAY, mileage), is_overdue(due, TODAY, mileage)) == (soon, overdue)


def test_the_first_interval_that_fits_counts(cast: Cast, vehicle: Vehicle):
    assert interval_for(vehicle) == DEFAULT
    electric = keep_interval(cast.store, by=cast.manager, name="纯电", km=15_000, months=12, energies=["bev"], fits="")
    keep_interval(cast.store, by=cast.manager, name="帕萨特", km=7_500, months=6, energies=[], fits="帕萨特")
    assert interval_for(vehicle) == DEFAULT
    suv = keep_interval(
        cast.store, by=cast.manager, name="途观", km=8_000, months=9, energies=[], fits="帕萨特\n大众 途观"
    )
    every = keep_interval(cast.store, by=cast.manager, name="全部", km=9_000, months=9, energies=[], fits="")
    assert interval_for(vehicle).km == 8_000
    move_interval_up(every, by=cast.manager)
    assert interval_for(vehicle).km == 9_000
    remove_interval(every, by=cast.manager)
    keep_interval(cast.store, by=cast.manager, interval=suv, first_km=3_000)
    assert interval_for(vehicle) == Interval(8_000, 9, 3_000, None)
    move_interval_up(electric, by=cast.manager)
    assert ServiceInterval.objects.first() == electric


def test_refusals(cast: Cast, vehicle: Vehicle):
    keep_interval(cast.store, by=cast.manager, name="途观", km=8_000, months=9)
    with pytest.raises(Refused) as taken:
        keep_interval(cast.store, by=cast.manager, name="途观", km=8_000, months=9)
    with pytest.raises(Refused) as zero:
        keep_interval(cast.store, by=cast.manager, name="空", km=0, months=9)
    with pytest.raises(Refused) as ahead:
        set_sold_on(Visit.objects.get(), by=cast.advisor, sold_on=TODAY + timedelta(days=1), now=NOW)
    assert [each.value.code for each in (taken, zero, ahead)] == ["interval.name", "interval.zero", "sold_on.future"]
    assert zero.value.field == "km"


def test_manager_keeps_the_intervals_on_their_page(cast: Cast, client: Client):
    client.force_login(cast.manager)
    given = {"name": "纯电", "km": 15000, "months": 12, "energies": ["bev"]}
    assert client.post("/hq/intervals/new/", given).status_code == 303
    with scope(store=cast.store):
        row = ServiceInterval.objects.get()
    page = client.get("/hq/intervals/").content.decode()
    assert "纯电" in page
    assert client.get(f"/hq/intervals/{row.pk}/").status_code == 200
    assert client.post("/hq/intervals/new/", given).status_code == 422
    assert client.post(f"/hq/intervals/{row.pk}/", given | {"km": 16000}).status_code == 303
    assert client.post(f"/hq/intervals/{row.pk}/up/").status_code == 303
    assert client.post(f"/hq/intervals/{row.pk}/removed/").status_code == 303
    client.force_login(cast.advisor)
    assert client.get("/hq/intervals/").status_code == 403
    client.force_login(cast.stranger)
    assert client.get("/hq/intervals/").status_code == 404
