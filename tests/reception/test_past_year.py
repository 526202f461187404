"""The past year in five minutes: what is said, in which order, and what it costs to ask."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import Client
from django.utils import translation
from django_scopes import scope

from dealership.models import Customer, Promise, Vehicle, Visit, Work
from reception.models import Campaign, CampaignDone, OpenAdvice, OrderLine, RepairOrder
from reception.queries.past_year import past_year
from reception.queries.talking_points import points
from reception.queries.year_line import year_line
from tests.cast import Cast, at
from tests.reception.desk import desk, order_at

pytestmark = pytest.mark.django_db
NOW = at("10:00")
LONGEST = 60
"""Characters that are said in one breath (dealer facts, part 2, Tone)."""


@pytest.fixture
def visit(cast: Cast):
    with scope(store=cast.store):
        visit = cast.visit(words="冷车启动有异响", works=[Work.REPAIR])
        Vehicle.objects.filter(pk=visit.vehicle_id).update(sold_on=date(2021, 3, 1), mileage=58_000)
        yield Visit.objects.select_related("vehicle", "customer", "store").get(pk=visit.pk)


def past(visit: Visit, *, days_ago: int, words: str = "", works=("service",), **given: object) -> Visit:
    """Return an earlier visit of the car."""
    came = NOW - timedelta(days=days_ago)
    values = {"stage": "closed", "left_at": came + timedelta(hours=2), "mileage": 50_000, "customer": visit.customer}
    return Visit.objects.create(
        store=visit.store, vehicle=visit.vehicle, standard=visit.standard, works=list(works), words=words,
        stage_since=came, arrived_at=came, **(values | given),
    )  # fmt: skip


def order_of(visit: Visit, *titles: str, waiting: str = "lounge") -> RepairOrder:
    """Return the order of an earlier visit with agreed lines."""
    order = RepairOrder.objects.create(
        store=visit.store, visit=visit, number=f"W-{RepairOrder.objects.count():04}", created_at=visit.arrived_at,
        waiting=waiting,
    )  # fmt: skip
    for position, title in enumerate(titles):
        OrderLine.objects.create(
            store=visit.store, order=order, position=position, kind="labour", code=f"X{position}",
            names={"zh-hans": title}, answer="agreed", added_at=visit.arrived_at,
        )  # fmt: skip
    return order


def advice(visit: Visit, text: str, *, kind: str = "declined", colour: str = "yellow") -> OpenAdvice:
    """Return open advice from an earlier visit."""
    return OpenAdvice.objects.create(
        store=visit.store, vehicle=visit.vehicle, visit=visit, kind=kind, colour=colour, texts={"zh-hans": text},
        created_at=visit.arrived_at, amount=Decimal(768),
    )  # fmt: skip


def promise(visit: Visit, state: str, kind: str = "call_back") -> Promise:
    """Return a promise of an earlier visit."""
    return Promise.objects.create(store=visit.store, visit=visit, kind=kind, state=state, given_at=visit.arrived_at)


def full(visit: Visit) -> None:
    """Let the car have had a year with everything in it."""
    first, second = past(visit, days_ago=350), past(visit, days_ago=100, words="过减速带有异响", works=("repair",))
    order_of(first, "2万公里保养")
    order_of(second, "底盘异响检查")
    advice(second, "前制动片套餐", colour="red")
    advice(first, "空调清洗套餐", kind="advised_against")
    advice(first, "轮胎四条套餐")
    promise(second, "broken")
    promise(first, "open", "old_parts")
    Customer.objects.filter(pk=visit.customer_id).update(wishes="旧件请带走")
    visit.customer.wishes = "旧件请带走"
    for kind, code in (("campaign", "H1"), ("recall", "S1")):
        Campaign.objects.create(
            store=visit.store,
            kind=kind,
            code=code,
            title="安全气囊控制单元软件升级",
            since=date(2026, 1, 1),
            fits="途观",
        )


def said(visit: Visit, language: str = "zh-hans") -> list[tuple[str, str]]:
    """Return label and fact of every point."""
    with translation.override(language):
        return [(str(point.label), point.fact) for point in points(past_year(visit, NOW))]


def test_what_matters_most_comes_first(visit: Visit):
    full(visit)
    assert [label for label, _fact in said(visit)] == [
        "召回", "承诺未兑现", "承诺待兑现", "反复出现", "立即处理", "下次保养", "厂家活动", "建议不做", "暂不做",
        "客户心愿", "上次来店",
    ]  # fmt: skip
    assert ("反复出现", "异响，第2次") in said(visit)


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant"])
def test_every_sentence_is_said_in_one_breath(visit: Visit, language: str):
    full(visit)
    with translation.override(language):
        spoken = [point.say for point in points(past_year(visit, NOW))]
    assert [say for say in spoken if not say or len(say) > LONGEST] == []


def test_a_new_car_is_asked_instead(visit: Visit):
    assert [label for label, _fact in said(visit)] == ["问一问"] * 4
    with translation.override("zh-hans"):
        assert all("？" in point.say for point in points(past_year(visit, NOW)))
    assert year_line(past_year(visit, NOW)) is None


def test_nothing_is_shown_for_nothing(visit: Visit):
    order_of(past(visit, days_ago=40, mileage=57_000), "小保养")
    assert [label for label, _fact in said(visit)] == ["下次保养", "上次来店"]


@pytest.mark.parametrize(("days", "counts"), [(365, True), (366, False)])
def test_the_year_has_365_days(visit: Visit, days: int, counts: bool):
    past(visit, days_ago=days)
    assert bool(past_year(visit, NOW).visits) == counts
    assert not past_year(visit, NOW).new


def test_visits_without_repair_and_other_owners_promises_do_not_count(visit: Visit):
    past(visit, days_ago=50, stage="cancelled")
    other = past(visit, days_ago=40, customer=None)
    promise(other, "broken")
    promise(past(visit, days_ago=30), "kept")
    assert past_year(visit, NOW).promises == []
    assert len(past_year(visit, NOW).visits) == 2


def test_noted_concerns_repeat_and_something_else_does_not(visit: Visit, cast: Cast):
    past(visit, days_ago=30, words="空调不凉")
    assert past_year(visit, NOW).repeated == []
    old = past(visit, days_ago=60, words="有异响")
    assert [(kind, len(rows)) for kind, rows in past_year(visit, NOW).repeated] == [("noise", 2)]
    past(visit, days_ago=61, words="有异响")
    assert len(past_year(visit, NOW).repeated[0][1]) == 3
    assert old in past_year(visit, NOW).repeated[0][1]


def test_habit_needs_two_visits(visit: Visit):
    order_of(past(visit, days_ago=30), "小保养")
    assert past_year(visit, NOW).waiting == ""
    order_of(past(visit, days_ago=90), "小保养")
    assert past_year(visit, NOW).waiting == "lounge"
    assert "习惯" in [label for label, _fact in said(visit)]


def test_the_line_places_visits_from_left_to_right(visit: Visit):
    past(visit, days_ago=364)
    past(visit, days_ago=8, works=("accident",))
    past(visit, days_ago=3, works=("repair",))
    line = year_line(past_year(visit, NOW))
    assert [mark.mark for mark in line.marks] == ["service", "accident", "repair", "due"]
    assert line.marks[0].x < 20 < line.marks[1].x < line.marks[2].x < line.today <= line.marks[3].x
    assert [mark.row for mark in line.marks] == [0, 0, 1, 0]
    assert line.kinds == ["service", "repair", "accident", "due"]
    assert len(line.quarters) == 4


def test_one_and_three_visits_cost_the_same(visit: Visit, django_assert_num_queries):
    order_of(past(visit, days_ago=30), "小保养")
    with django_assert_num_queries(7):
        points(past_year(visit, NOW))
    full(visit)
    with django_assert_num_queries(7):
        points(past_year(visit, NOW))


@time_machine.travel(NOW)
def test_panel_beside_a_visit_and_page(cast: Cast, client: Client, visit: Visit):
    full(visit)
    url = f"/hq/visits/{visit.pk}/past-year/"
    client.force_login(cast.advisor)
    assert url in client.get(f"/hq/visits/{visit.pk}/reception/").content.decode()
    panel = client.get(url, headers={"hx-request": "true"}).content.decode()
    assert "<html" not in panel
    assert "还有6条" in panel
    assert "<svg" in panel
    page = client.get(url).content.decode()
    assert "<html" in page
    assert "2万公里保养" in page
    client.force_login(cast.guard)
    assert client.get(url).status_code == 403
    client.force_login(cast.stranger)
    assert client.get(url).status_code == 404


@time_machine.travel(NOW)
def test_campaign_goes_on_the_order_from_the_panel(cast: Cast, client: Client):
    visit = desk(cast)
    order_at(cast, visit)
    with scope(store=cast.store):
        row = Campaign.objects.create(
            store=cast.store,
            kind="recall",
            code="S1",
            title="升级",
            since=date(2026, 1, 1),
            fits="途观",
            operation="E04",
        )
    client.force_login(cast.advisor)
    url = f"/hq/visits/{visit.pk}/past-year/"
    adding = f"/hq/visits/{visit.pk}/campaigns/{row.pk}/line/"
    assert adding in client.get(url).content.decode()
    assert client.post(adding, {"next": url}).status_code == 303
    page = client.get(url).content.decode()
    assert adding not in page
    assert "已在委托书上" in page
    with scope(store=cast.store):
        assert CampaignDone.objects.count() == 0


@time_machine.travel(NOW)
def test_day_of_sale_is_asked_and_noted(cast: Cast, client: Client, visit: Visit):
    with scope(store=cast.store):
        Vehicle.objects.update(sold_on=None, year=2025)
    client.force_login(cast.advisor)
    url = f"/hq/visits/{visit.pk}/sold-on/"
    assert url in client.get(f"/hq/visits/{visit.pk}/past-year/").content.decode()
    assert client.post(url, {"sold_on": "2027-01-01"}).status_code == 422
    assert client.post(url, {"sold_on": "2025-02-03"}).status_code == 303
    with scope(store=cast.store):
        assert Vehicle.objects.get().sold_on == date(2025, 2, 3)
    assert url not in client.get(f"/hq/visits/{visit.pk}/past-year/").content.decode()
