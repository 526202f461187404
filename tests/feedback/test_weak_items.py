"""Weak items: proposed by figures, confirmed by a person."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_scopes import scope

from dealership.refused import Refused
from feedback.actions.weak_items import close, confirm, put_off
from feedback.models import Influence, WeakItem
from feedback.queries.weak_items import confirmed, proposed, weak_touchpoints
from tests.cast import Cast, at
from tests.feedback.plan_world import TODAY, checked, lived, planned, said

pytestmark = pytest.mark.django_db
URL = "/hq/weak-items/"


@pytest.fixture(autouse=True)
def _on_that_day(time_machine) -> None:
    time_machine.move_to(at("18:30"), tick=False)


@pytest.fixture
def store(cast: Cast):
    with scope(store=cast.store):
        yield cast.store


def get(client: Client, staff, url: str = URL, status: int = 200) -> str:
    client.force_login(staff)
    response = client.get(url)
    assert response.status_code == status, response
    return response.content.decode()


def test_weak_is_below_8_with_5_values(cast: Cast, store):
    lived(cast, "3.3", [6.0] * 5)
    lived(cast, "2.4", [4.0] * 4)
    lived(cast, "1.5", [8.0] * 5)
    assert [(one.code, one.figure, one.n) for one in proposed(store, TODAY)] == [("3.3", Decimal("6.0"), 5)]


def test_weak_counts_28_days(cast: Cast, store):
    lived(cast, "3.3", [6.0] * 5, day=TODAY - timedelta(days=27))
    lived(cast, "2.4", [4.0] * 5, day=TODAY - timedelta(days=28))
    assert [(one.code, one.since) for one in proposed(store, TODAY)] == [("3.3", date(2026, 10, 24))]


def test_weight_leaves_the_customers_out_below_5_answers(cast: Cast, store):
    made = lived(cast, "3.3", [6.0] * 6)
    said(made, [-1, -1, 0, 1], stage="showcase")
    (one,) = proposed(store, TODAY)
    assert (one.disappointed.answers, one.disappointed.share) == (4, None)
    assert one.weight == (10 - one.figure) * one.influence


def test_weight_counts_the_disappointed_where_it_was_weak(cast: Cast, store):
    weak, good = lived(cast, "3.3", [4.0] * 6), lived(cast, "3.3", [9.0] * 4)
    said(weak, [-1, -2, 0, 1, 0], stage="showcase")
    said(good, [-1, -1, -1, -1], stage="showcase")
    (one,) = proposed(store, TODAY)
    assert (one.disappointed.hits, one.disappointed.answers, one.disappointed.percent) == (2, 5, 40)
    assert one.weight == ((10 - one.figure) * one.influence * Decimal("0.4")).quantize(Decimal("0.01"))


def test_answers_that_name_another_touchpoint_of_the_stage_do_not_count(cast: Cast, store):
    made = lived(cast, "3.3", [6.0] * 10)
    said(made, [-1] * 5, stage="showcase", touchpoint="3.2")
    said(made[5:], [-1] * 5, stage="showcase", touchpoint="3.3")
    found = {one.code: one for one in weak_touchpoints(store, TODAY)}
    assert found["3.3"].disappointed.answers == 5


def test_weight_follows_the_stores_own_influence(cast: Cast, store):
    lived(cast, "3.3", [6.0] * 5)
    lived(cast, "2.4", [6.5] * 5)
    for code, value in (("3.3", 1), ("2.4", 5)):
        Influence.objects.create(store=store, touchpoint=code, value=value, at=at("08:00"))
    assert [(one.code, one.weight) for one in proposed(store, TODAY)] == [
        ("2.4", Decimal("17.50")),
        ("3.3", Decimal("4.00")),
    ]


def test_single_figure_takes_all_three_readings(cast: Cast, store):
    made = lived(cast, "3.3", [8.0] * 5)
    said(made, [-2] * 5, stage="showcase", touchpoint="3.3")
    checked(cast, "3.3", [4] * 5)
    (one,) = proposed(store, TODAY)
    # 25 % of 8.0, 25 % of 4.0, 50 % of 0.0
    assert one.figure == Decimal("3.0")


def test_five_are_proposed_with_three_visits_each_the_lowest_first(cast: Cast, store):
    for code in ("1.1", "1.5", "2.2", "2.4", "3.3", "4.1"):
        lived(cast, code, [7.0, 3.0, 6.0, 5.0, 7.5])
    found = proposed(store, TODAY)
    assert len(found) == 5
    assert {tuple(float(visit.score) for visit in one.examples) for one in found} == {(3.0, 5.0, 6.0)}
    assert all(visit.lost for one in found for visit in one.examples)


def test_proposals_take_the_same_queries_for_one_and_for_five(cast: Cast, store):
    counts = []
    for codes in (("3.3",), ("1.1", "1.5", "2.2", "2.4")):
        for code in codes:
            said(lived(cast, code, [6.0] * 6), [-1] * 6, stage="reception")
        proposed(store, TODAY)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert [one.examples for one in proposed(store, TODAY)]
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_confirm_keeps_the_figures_and_is_done_once(cast: Cast, store):
    lived(cast, "3.3", [6.0] * 6)
    first = confirm(store, touchpoint="3.3", words="车好了没人通知", by=cast.manager)
    again = confirm(store, touchpoint="3.3", words="车好了没人通知", by=cast.supervisor)
    assert (first.pk, WeakItem.objects.count()) == (again.pk, 1)
    assert (first.score, first.n, first.confirmed_by, len(first.examples)) == (Decimal("6.0"), 6, cast.manager, 3)
    assert proposed(store, TODAY) == []
    assert [one.item for one in confirmed(store)] == [first]


def test_confirm_is_refused_without_words_or_without_figures(cast: Cast, store):
    lived(cast, "3.3", [6.0] * 6)
    for touchpoint, words, code in (("3.3", " ", "weak.words"), ("2.4", "没人照看", "weak.none")):
        with pytest.raises(Refused) as refused:
            confirm(store, touchpoint=touchpoint, words=words, by=cast.manager)
        assert refused.value.code == code


def test_put_off_comes_back_after_14_days(cast: Cast, store):
    lived(cast, "3.3", [6.0] * 6)
    first = put_off(store, touchpoint="3.3", by=cast.manager)
    assert put_off(store, touchpoint="3.3", by=cast.manager).pk == first.pk
    assert proposed(store, TODAY) == []
    (one,) = weak_touchpoints(store, TODAY + timedelta(days=13))
    assert one.put_off_until == TODAY + timedelta(days=14)
    assert [one.code for one in proposed(store, TODAY + timedelta(days=14))] == ["3.3"]


def test_put_off_is_refused_for_what_is_confirmed(cast: Cast, store):
    lived(cast, "3.3", [6.0] * 6)
    confirm(store, touchpoint="3.3", words="没人通知", by=cast.manager)
    with pytest.raises(Refused) as refused:
        put_off(store, touchpoint="3.3", by=cast.manager)
    assert refused.value.code == "weak.confirmed"


def test_close_takes_a_reason_and_waits_for_the_plan(cast: Cast, store):
    plan = planned(cast)
    item = confirm(store, touchpoint="3.3", words="没人通知", by=cast.manager)
    plan.weak_item = item
    plan.save(update_fields=["weak_item"])
    codes = []
    for why in (" ", "换了系统"):
        with pytest.raises(Refused) as refused:
            close(item, why=why, by=cast.manager)
        codes.append(refused.value.code)
    assert codes == ["weak.why", "weak.has_plan"]
    plan.phase = "closed"
    plan.save(update_fields=["phase"])
    closed = close(item, why="换了系统", by=cast.manager)
    assert close(item, why="另一个原因", by=cast.supervisor).closed_why == closed.closed_why == "换了系统"


def test_page_shows_proposals_and_what_was_confirmed(client: Client, cast: Cast, store):
    said(lived(cast, "3.3", [6.0] * 6), [-1] * 4, stage="showcase")
    html = get(client, cast.manager)
    assert 'id="proposal-3.3"' in html
    assert "王先生" in html
    response = client.post(f"{URL}confirmed/", {"touchpoint": "3.3", "words": "车好了没人通知"})
    item = WeakItem.objects.get()
    assert response.url == f"/hq/weak-items/{item.pk}/cause/"
    assert "车好了没人通知" in get(client, cast.manager)
    assert "车好了没人通知" in get(client, cast.manager, f"{URL}{item.pk}/")
    client.post(f"{URL}{item.pk}/closed/", {"why": "另有安排"})
    client.post(f"{URL}put-off/", {"touchpoint": "3.3"})
    assert WeakItem.objects.filter(closed_at=None).count() == 0
    assert "rx-plans-fold" in get(client, cast.manager)


def test_who_may_see_and_who_may_confirm(client: Client, cast: Cast, store):
    lived(cast, "3.3", [6.0] * 6)
    get(client, cast.advisor, status=403)
    assert 'name="words"' not in get(client, cast.chain)
    assert client.post(f"{URL}confirmed/", {"touchpoint": "3.3", "words": "没人通知"}).status_code == 403
    get(client, cast.stranger, status=404)


def test_page_takes_the_same_queries_for_one_item_and_for_three(client: Client, cast: Cast, store):
    counts = []
    for codes in (("3.3",), ("2.4", "1.5")):
        for code in codes:
            lived(cast, code, [6.0] * 6)
            confirm(store, touchpoint=code, words="原因写在这里", by=cast.manager)
            planned(cast, touchpoint=code)
        get(client, cast.manager)
        with CaptureQueriesContext(connection) as captured:
            get(client, cast.manager)
        counts.append(len(captured))
    assert counts[0] == counts[1]
