"""Waiting for the first greeting: limits by kind of day, and one alert instead of one for each car."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django_scopes import scope, scopes_disabled

from dealership.actions.visits import open_visit, take
from dealership.models import Message, Visit
from dealership.queries.board import board_cars, open_visits, state_of
from dealership.refused import Refused
from reception.actions import waiting
from reception.models import RushWeek, WaitAlert, WaitLimit
from reception.queries.waiting import limit_of, too_long
from tests.cast import Cast, at

pytestmark = pytest.mark.django_db
SATURDAY, SUNDAY = "2026-11-21", "2026-11-22"


@pytest.fixture(autouse=True)
def _scope(cast: Cast):
    with scope(store=cast.store):
        yield


def arrive(cast: Cast, plate: str, clock: str, day: str = "2026-11-20", **given) -> Visit:
    customer = {"name": "王", "phone": "1"}
    return open_visit(cast.store, by=cast.guard, plate=plate, customer=customer, now=at(clock, day), **given)


def swept(now: datetime) -> int:
    with scopes_disabled():
        return waiting.sweep(now)


@pytest.mark.parametrize(
    ("day", "minutes"), [("2026-11-20", 4), (SATURDAY, 9), (SUNDAY, 8), ("2026-09-28", 12), ("2026-10-08", 4)]
)
def test_limit_by_kind_of_day(cast: Cast, day, minutes):
    waiting.add_rush(
        cast.store, by=cast.manager, first=date(2026, 9, 24), last=date(2026, 9, 30), name="国庆前"
    )  # fmt: skip
    assert limit_of(cast.store, at("10:00", day)) == timedelta(minutes=minutes)


def test_own_limits_take_the_place_of_the_products(cast: Cast):
    waiting.set_limits(cast.store, by=cast.manager, minutes={"weekday": 6})
    waiting.set_limits(cast.store, by=cast.manager, minutes={"weekday": 7})
    assert [limit_of(cast.store, at("10:00", day)).seconds // 60 for day in ("2026-11-20", SATURDAY)] == [7, 9]
    assert waiting.reset_limits(cast.store, by=cast.manager) == 1


def test_one_alert_with_the_count_and_the_longest(cast: Cast):
    for number, clock in enumerate(["08:00", "08:05", "08:06", "08:10"]):
        arrive(cast, f"沪A0000{number}", clock)
    assert swept(at("08:12")) == 1
    row = WaitAlert.objects.get()
    assert (row.cars, row.longest_minutes) == (3, 12)
    told = Message.objects.filter(kind="staff_alert")
    assert sorted(message.staff.username for message in told) == ["manager", "supervisor"]
    assert all("3" in message.body and "12" in message.body for message in told)


def test_next_alert_comes_after_a_quarter_of_an_hour(cast: Cast):
    arrive(cast, "沪A00001", "08:00")
    assert [swept(at(clock)) for clock in ("08:04", "08:05", "08:06", "08:19", "08:20", "08:34")] == [0, 1, 0, 0, 1, 0]
    assert WaitAlert.objects.count() == 2


def test_greeted_cars_and_those_without_a_customer_do_not_wait(cast: Cast):
    take(arrive(cast, "沪A00001", "08:00"), by=cast.advisor, now=at("08:03"))
    arrive(cast, "沪A00002", "08:00", arrival="towed")
    arrive(cast, "沪A00003", "08:00", arrival="picked_up")
    assert too_long(cast.store, at("09:00")) is None
    assert swept(at("09:00")) == 0


def test_cars_of_yesterday_raise_no_alarm_at_night(cast: Cast):
    arrive(cast, "沪A00001", "17:50")
    assert too_long(cast.store, at("00:10", SATURDAY)) is None


@pytest.mark.parametrize(
    ("waited", "day", "kind"),
    [(3, "2026-11-20", "neutral"), (4, "2026-11-20", "risk"), (5, "2026-11-20", "bad"), (4, SATURDAY, "neutral"),
     (6, SATURDAY, "risk"), (10, SATURDAY, "bad")],
)  # fmt: skip
def test_board_turns_red_beyond_the_limit_of_the_day(cast: Cast, waited, day, kind):
    arrive(cast, "沪A00001", "09:00", day)
    now = at("09:00", day) + timedelta(minutes=waited)
    (car,) = board_cars(cast.store, open_visits(cast.store), now=now)
    assert state_of(cast.store, car, now=now)["kind"] == kind


def test_towed_car_stays_calm_on_the_board(cast: Cast):
    arrive(cast, "沪A00001", "09:00", arrival="towed")
    (car,) = board_cars(cast.store, open_visits(cast.store), now=at("11:00"))
    assert state_of(cast.store, car, now=at("11:00"))["kind"] == "neutral"


@pytest.mark.parametrize("count", [0, 121])
def test_limit_refused(cast: Cast, count):
    with pytest.raises(Refused) as refused:
        waiting.set_limits(cast.store, by=cast.manager, minutes={"weekday": count})
    assert (refused.value.code, WaitLimit.objects.count()) == ("waiting.minutes", 0)


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [((9, 30), (9, 24), "rush.order"), ((9, 1), (10, 15), "rush.long"), ((10, 5), (10, 9), "rush.twice")],
)
def test_rush_refused(cast: Cast, first, last, code):
    RushWeek.objects.create(store=cast.store, first=date(2026, 10, 1), last=date(2026, 10, 7), name="国庆")
    with pytest.raises(Refused) as refused:
        waiting.add_rush(cast.store, by=cast.manager, first=date(2026, *first), last=date(2026, *last), name="前")
    assert refused.value.code == code


def test_manager_keeps_limits_and_days_on_the_page(cast: Cast, client):
    client.force_login(cast.manager)
    given = {"weekday": "5", "saturday": "10", "sunday": "10", "rush": "15"}
    assert client.post(reverse("waiting-limits", args=["hq"]), given).status_code == 303
    assert client.post(reverse("waiting-limits", args=["hq"]), given | {"rush": "0"}).status_code == 422
    assert dict(WaitLimit.objects.values_list("day", "minutes")) == {day: int(text) for day, text in given.items()}
    days = {"first": "2030-04-24", "last": "2030-04-30", "name": "五一前"}
    assert client.post(reverse("rush-new", args=["hq"]), days).status_code == 303
    week = RushWeek.objects.get()
    assert "五一前" in client.get(reverse("waiting", args=["hq"])).content.decode()
    assert client.post(reverse("rush-removed", args=["hq", week.pk])).status_code == 303
    assert RushWeek.objects.count() == 0


@pytest.mark.parametrize(("person", "status"), [("advisor", 403), ("guard", 403), ("stranger", 404)])
def test_others_do_not_set_limits(cast: Cast, client, person, status):
    client.force_login(getattr(cast, person))
    assert client.get(reverse("waiting", args=["hq"])).status_code == status
    assert client.post(reverse("waiting-limits", args=["hq"]), {"weekday": "5"}).status_code == status
