"""Lanes: the product's table, the store's own, comebacks, and what a car of every kind gets."""

from datetime import time, timedelta
from itertools import product

import pytest
import time_machine
from django_scopes import scope

from dealership.actions.visits import describe
from dealership.applicability import lane_for
from dealership.models import Arrival, Attention, Customer, Event, Lane, Message, Visit, Work
from dealership.queries.next import next_steps
from dealership.uuids import uuid7
from reception.actions.arrivals import record_arrival
from reception.lanes import DEFAULTS, LAST, Facts, History, Rule, choose, fits
from reception.models import LaneRule
from reception.queries.lanes import lane_of
from tests.cast import Cast, at
from tests.tablet import Tablet

pytestmark = pytest.mark.django_db
WANG = {"name": "王", "sex": "m", "phone": "13800001234"}
CLOCKS = (time(0), time(7, 59), time(8), time(12), time(16, 59), time(17), time(23, 59))


@pytest.fixture(autouse=True)
def _scope(cast: Cast):
    with scope(store=cast.store):
        yield


def arrive(cast: Cast, plate: str = "沪A8K2D6", when: str = "08:31", **given) -> Visit:
    return record_arrival(cast.store, by=cast.guard, plate=plate, now=at(when), **({"customer": WANG} | given))


def earlier(cast: Cast, *, days: int, works: list[str], words: str = "", plate: str = "沪A8K2D6") -> Visit:
    """Return a visit that the car left `days` days before 8:00 of the usual Friday."""
    left = at("08:00") - timedelta(days=days)
    visit = cast.visit(plate, now=left - timedelta(hours=3), works=works, words=words)
    Visit.objects.filter(pk=visit.pk).update(stage="closed", left_at=left)
    return visit


def combinations():
    """All kinds of cars: each arrival, level and history with no, one and two works."""
    works = [(), *((work,) for work in Work.values), *product(Work.values, repeat=2)]
    histories = [frozenset(), frozenset({History.FIRST}), frozenset({History.COMEBACK})]
    yield from (Facts(*facts) for facts in product(Arrival.values, works, Customer.Level.values, CLOCKS, histories))


def test_first_rule_that_fits_decides_for_every_kind_of_car():
    for facts in combinations():
        rule = choose(DEFAULTS, facts)
        place = DEFAULTS.index(rule)
        assert fits(rule, facts)
        assert not any(fits(before, facts) for before in DEFAULTS[:place])


def test_plain_customers_get_the_lane_of_arrival_and_work_alone():
    for facts in combinations():
        if facts.level == "basic" and History.COMEBACK not in facts.histories:
            assert choose(DEFAULTS, facts).lane == lane_for(facts.arrival, facts.works)


def test_comeback_goes_first_whatever_else_the_car_is():
    for facts in combinations():
        rule = choose(DEFAULTS, facts)
        comeback = Work.COMEBACK in facts.works or History.COMEBACK in facts.histories
        assert ((rule.lane == Lane.COMEBACK), rule.first, rule.tell_manager) == (comeback, comeback, comeback)


def test_rules_that_are_switched_off_or_fit_nothing_lead_to_the_general_lane():
    facts = Facts("walk_in", ["service"], "basic", time(9))
    assert choose([Rule(Lane.VIP, active=False), Rule(Lane.CLAIM, works=("claim",))], facts) is None
    assert LAST.lane == Lane.GENERAL


@pytest.mark.parametrize(
    ("opens", "closes", "clock", "open_"),
    [
        ("08:00", "17:00", "08:00", True), ("08:00", "17:00", "17:00", False), (None, "17:00", "00:00", True),
        ("22:00", "06:00", "23:30", True), ("22:00", "06:00", "06:00", False), ("22:00", None, "21:59", False),
    ],
)  # fmt: skip
def test_hours_of_a_rule(opens, closes, clock, open_):
    rule = Rule(Lane.EXPRESS, opens=opens and time.fromisoformat(opens), closes=closes and time.fromisoformat(closes))
    assert fits(rule, Facts("walk_in", ["express"], "basic", time.fromisoformat(clock))) == open_


def test_only_means_nothing_else_at_all():
    rule = Rule(Lane.EXPRESS, works=("express", "service"), only=True)
    got = [fits(rule, Facts("walk_in", works, "basic", time(9))) for works in (["express"], ["express", "repair"], [])]
    assert got == [True, False, False]


@pytest.mark.parametrize(
    ("given", "lane"),
    [
        ({}, "general"), ({"works": ["express"]}, "express"), ({"works": ["express", "repair"]}, "general"),
        ({"works": ["claim"]}, "claim"), ({"works": ["recall"]}, "claim"), ({"works": ["comeback"]}, "comeback"),
        ({"works": ["service", "accident"]}, "accident"), ({"arrival": "towed"}, "general"),
    ],
)  # fmt: skip
def test_arriving_cars_get_their_lane(cast: Cast, given, lane):
    assert arrive(cast, **given).lane == lane


def test_vip_gets_the_vip_lane(cast: Cast):
    earlier(cast, days=200, works=["service"])
    Customer.objects.update(level="svip")
    assert arrive(cast, customer=None).lane == "vip"


def test_car_of_a_company_comes_as_fleet_unless_booked(cast: Cast):
    earlier(cast, days=200, works=["service"])
    Customer.objects.update(company="虹桥出租")
    assert arrive(cast, customer=None).arrival == "fleet"


def test_car_received_on_a_tablet_gets_the_same_lane(cast: Cast):
    earlier(cast, days=5, works=["repair"], words="底盘有异响")
    tablet = Tablet(cast.advisor)
    payload = {"plate": "沪A8K2D6", "works": ["repair"], "words": "底盘又有异响", "take": True}
    with time_machine.travel(at("09:00"), tick=True):
        op = tablet.op(uuid7(), "visit.open", payload)
        assert tablet.send(op) == [("accepted", "")]
    visit = Visit.objects.get(pk=op["visit"])
    assert (visit.lane, visit.advisor) == ("comeback", cast.advisor)


def test_store_rows_take_the_place_of_the_product_table(cast: Cast):
    LaneRule.objects.create(store=cast.store, position=1, lane="vip", works=["service"], sign="贵宾")
    choice = lane_of(
        cast.store, arrival="walk_in", works=["service"], customer=None, vehicle=None, now=at("09:00")
    )  # fmt: skip
    assert (choice.lane, choice.sign) == ("vip", "贵宾")
    assert arrive(cast, works=["claim"]).lane == "general"


def test_first_visits_can_have_a_lane_of_their_own(cast: Cast):
    LaneRule.objects.create(store=cast.store, position=1, lane="vip", history="first")
    assert arrive(cast).lane == "vip"
    Visit.objects.update(stage="closed", left_at=at("09:00"))
    assert arrive(cast, when="10:00", customer=None).lane == "general"


COMEBACKS = [
    # days, work then, words then, work now, words now, comeback?
    (29, "repair", "过减速带底盘有异响", "repair", "底盘又有异响", True),
    (29, "repair", "过减速带底盘有异响", "repair", "", True),
    (31, "repair", "过减速带底盘有异响", "repair", "底盘有异响", False),
    (5, "repair", "空调不太凉", "repair", "底盘有异响", False),
    (5, "service", "保养,刹车有点响", "repair", "刹车还是有响声", True),
    (5, "service", "来做保养", "repair", "空调不凉", False),
    (5, "repair", "空调不太凉", "service", "来做保养", False),
    (5, "claim", "中控屏偶尔黑屏", "claim", "中控屏又黑屏了", True),
    (5, "service", "", "service", "上次修的异响又出现了", True),
    (5, "service", "", "comeback", "", True),
    (5, "repair", "Noise at the front", "repair", "There is still a noise", True),
]


@pytest.mark.parametrize(("days", "work_then", "then", "work", "words", "comeback"), COMEBACKS)
def test_same_concern_within_30_days_is_a_comeback(cast: Cast, days, work_then, then, work, words, comeback):
    before = earlier(cast, days=days, works=[work_then], words=then)
    visit = arrive(cast, works=[work], words=words, customer=None)
    assert (visit.lane == "comeback") == comeback
    marks = Attention.objects.filter(visit=visit).values_list("kind", flat=True)
    assert set(marks) == ({"comeback", "goes_first"} if comeback else set())
    if comeback:
        assert Event.objects.get(visit=visit, kind="reception.comeback").data == {"before": str(before.pk)}


def test_left_without_repair_is_nothing_to_come_back_from(cast: Cast):
    visit = earlier(cast, days=5, works=["repair"])
    Visit.objects.filter(pk=visit.pk).update(stage="cancelled")
    assert arrive(cast, works=["repair"], customer=None).lane == "general"


def test_whoever_leads_is_told_of_a_comeback_once_and_without_names(cast: Cast):
    visit = arrive(cast, works=["comeback"])
    arrive(cast, works=["comeback"], when="08:40")
    told = Message.objects.filter(kind="staff_alert")
    assert sorted(message.staff.username for message in told) == ["manager", "supervisor"]
    assert all("沪A·8K2D6" in message.body and "王" not in message.body for message in told)
    assert {message.visit for message in told} == {visit}


def test_nobody_leads_on_duty_then_the_manager_hears_it_all_the_same(cast: Cast):
    cast.store.memberships.filter(role__in=["supervisor", "manager"]).update(on_duty_since=None)
    arrive(cast, works=["comeback"])
    assert [message.staff.username for message in Message.objects.filter(kind="staff_alert")] == ["manager"]


def test_car_that_goes_first_stands_first_of_those_who_wait(cast: Cast):
    cast.store.memberships.exclude(staff=cast.advisor).update(on_duty_since=None)
    arrive(cast, plate="沪A00001", when="08:10")
    late = arrive(cast, plate="沪A00002", when="08:20", works=["comeback"])
    arrive(cast, plate="沪A00003", when="08:05")
    steps = next_steps(cast.store, cast.advisor, now=at("08:30"))
    assert steps[0].visit == late
    assert [step.visit.vehicle.plate for step in steps] == ["沪A00002", "沪A00003", "沪A00001"]


def test_lane_follows_when_the_work_changes(cast: Cast):
    visit = arrive(cast)
    describe(visit, by=cast.advisor, works=["comeback"], now=at("08:40"))
    assert Visit.objects.get(pk=visit.pk).lane == "comeback"
    assert Attention.objects.filter(visit=visit, kind="comeback", until=None).exists()
    describe(visit, by=cast.advisor, works=["service"], now=at("08:41"))
    assert Visit.objects.get(pk=visit.pk).lane == "general"
    assert not Attention.objects.filter(visit=visit, until=None).exists()


def test_lane_of_a_car_costs_at_most_four_queries(cast: Cast, django_assert_max_num_queries):
    visit = earlier(cast, days=5, works=["repair"], words="异响")
    with django_assert_max_num_queries(4):
        choice = lane_of(
            cast.store, arrival="walk_in", works=["repair"], customer=visit.customer, vehicle=visit.vehicle,
            now=at("09:00"), words="异响",
        )  # fmt: skip
    assert (choice.lane, choice.before) == ("comeback", visit)
