"""The table that the store edits: order, on and off, try-out, reset; and who may."""

import pytest
from django.urls import reverse
from django_scopes import scope

from dealership.refused import Refused
from reception.actions import lane_rules
from reception.lanes import DEFAULTS
from reception.models import LaneRule
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _scope(cast: Cast):
    with scope(store=cast.store):
        yield


@pytest.fixture
def manager(cast: Cast, client):
    client.force_login(cast.manager)
    return client


def url(name: str, **kwargs) -> str:
    return reverse(name, kwargs={"store": "hq"} | kwargs)


def table() -> list[str]:
    return list(LaneRule.objects.order_by("position").values_list("lane", flat=True))


PRODUCT = [str(rule.lane) for rule in DEFAULTS]


def test_first_change_makes_the_product_table_the_stores_own(cast: Cast, manager):
    assert table() == []
    assert manager.post(url("lane-rule-use", rule="5"), {"on": ""}).status_code == 303
    assert table() == PRODUCT
    assert list(LaneRule.objects.filter(active=False).values_list("position", "lane")) == [(5, "express")]


def test_rules_move_up_and_down(cast: Cast, manager):
    manager.post(url("lane-rule-place", rule="6"), {"to": "up"})
    assert table() == [*PRODUCT[:4], "vip", "express", *PRODUCT[6:]]
    row = LaneRule.objects.get(lane="vip")
    manager.post(url("lane-rule-place", rule=row.pk), {"to": "down"})
    assert table() == PRODUCT
    assert sorted(LaneRule.objects.values_list("position", flat=True)) == list(range(1, 9))


@pytest.mark.parametrize(("place", "earlier"), [(0, True), (-1, False)])
def test_rule_at_the_end_stays_there(cast: Cast, place, earlier):
    rows = lane_rules.own_rules(cast.store, by=cast.manager)
    with pytest.raises(Refused) as refused:
        lane_rules.move_rule(rows[place], by=cast.manager, earlier=earlier)
    assert refused.value.code == "lane.end"


def test_new_rule_stands_before_the_one_that_takes_every_car(cast: Cast, manager):
    given = {"lane": "vip", "arrivals": ["booked"], "levels": ["vip"], "sign": "贵宾", "first": "on"}
    assert manager.post(url("lane-rule-new"), given).status_code == 303
    assert table() == [*PRODUCT[:-1], "vip", "general"]
    row = LaneRule.objects.get(sign="贵宾")
    assert (row.arrivals, row.levels, row.works, row.first, row.active) == (["booked"], ["vip"], [], True, True)


def test_rule_is_changed_and_taken_away(cast: Cast, manager):
    manager.post(url("lane-rule", rule="5"), {"lane": "express", "works": ["express"], "only": "on", "closes": "16:30"})
    row = LaneRule.objects.get(lane="express")
    assert (row.closes.hour, row.only) == (16, True)
    assert manager.post(url("lane-rule-removed", rule=row.pk)).status_code == 303
    assert "express" not in table()


def test_reset_brings_the_product_table_back(cast: Cast, manager):
    manager.post(url("lane-rule-use", rule="5"), {"on": ""})
    manager.post(url("lanes-reset"))
    assert table() == []
    assert [line.lane for line in manager.get(url("lanes")).context["lines"]][-1] == "一般车道"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"lane": "vip", "opens": "09:00", "closes": "09:00"}, "lane.hours"),
        ({"lane": "vip", "only": True, "works": []}, "lane.works"),
    ],
)
def test_rule_refused(cast: Cast, said, code):
    for refused_action in (
        lambda: lane_rules.add_rule(cast.store, by=cast.manager, said=said),
        lambda: lane_rules.change_rule(LaneRule(store=cast.store), by=cast.manager, said=said),
    ):
        with pytest.raises(Refused) as refused:
            refused_action()
        assert refused.value.code == code
    assert LaneRule.objects.filter(lane="vip", works=[], levels=[]).count() == 0


def test_last_rule_is_not_taken_away(cast: Cast):
    row = LaneRule.objects.create(store=cast.store, position=1, lane="general")
    with pytest.raises(Refused) as refused:
        lane_rules.remove_rule(row, by=cast.manager)
    assert refused.value.code == "lane.only_one"


@pytest.mark.parametrize(
    ("car", "lane", "number"),
    [
        ("arrival=booked&work=express&level=vip&clock=10:00", "express", 5),
        ("arrival=booked&work=express&other=service&level=vip&clock=10:00", "vip", 6),
        ("arrival=walk_in&work=repair&level=basic&history=comeback&clock=10:00", "comeback", 2),
        ("arrival=nonsense&work=claim&level=basic&clock=25:00", "claim", 4),
        ("", "express", 5),
    ],
)
def test_try_out_says_what_a_car_would_get(cast: Cast, manager, car, lane, number):
    shown = manager.get(url("lanes") + "?" + car).context["tried"]
    assert (shown.choice.lane, shown.number) == (lane, number)


def test_rule_behind_one_for_every_car_is_never_reached(cast: Cast, manager):
    manager.post(url("lane-rule-place", rule="8"), {"to": "up"})
    lines = manager.get(url("lanes")).context["lines"]
    assert [line.reached for line in lines] == [True] * 7 + [False]


def test_table_costs_the_same_with_any_number_of_rules(cast: Cast, manager, django_assert_max_num_queries):
    def queries() -> int:
        with django_assert_max_num_queries(30) as taken:
            manager.get(url("lanes"))
        return len(taken)

    LaneRule.objects.create(store=cast.store, position=1, lane="general")
    queries()
    one = queries()
    LaneRule.objects.create(store=cast.store, position=2, lane="vip")
    LaneRule.objects.create(store=cast.store, position=3, lane="vip")
    assert queries() == one


@pytest.mark.parametrize(("person", "status"), [("advisor", 403), ("guard", 403), ("stranger", 404)])
def test_others_do_not_edit_lanes(cast: Cast, client, person, status):
    client.force_login(getattr(cast, person))
    assert client.get(url("lanes")).status_code == status
    assert client.post(url("lane-rule-use", rule="1"), {"on": ""}).status_code == status
    assert table() == []


def test_unknown_rule_is_not_found(cast: Cast, manager):
    for key in ("99", "0", "nonsense", "01912345-6789-7abc-8def-0123456789ab"):
        assert manager.post(url("lane-rule-use", rule=key), {"on": "1"}).status_code == 404
