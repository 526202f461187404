"""What a store sets about its scores: weights, influence, ranking."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_scopes import scope

from dealership.models import DirtyDay
from dealership.refused import Refused
from feedback.actions.score_settings import reset_influence, set_influence, set_weights
from feedback.actions.scores import sweep
from feedback.models import DailyScore, Influence, ScoreSetting
from feedback.queries.score_settings import influence_of, ranking_on, standard_influence, weights_of
from feedback.scores import Reading, one_figure, rounded
from tests.cast import Cast, at
from tests.feedback.lives import checked, closed

pytestmark = pytest.mark.django_db
URL = "/hq/settings/scores/"
DAY = date(2026, 11, 20)
PLATES = ["沪A8K2D6", "沪B12345", "沪C54321", "沪D67890", "沪E13579"]


@pytest.fixture(autouse=True)
def _on_that_day(time_machine) -> None:
    time_machine.move_to(at("18:30"), tick=False)


def weights(execution: int, self_check: int, customer: int) -> dict[str, int]:
    return {"execution": execution, "self_check": self_check, "customer": customer}


def test_without_a_row_the_products_values_hold(cast: Cast):
    with scope(store=cast.store):
        assert weights_of(cast.store) == weights(25, 25, 50)
        assert not ranking_on(cast.store)
        assert influence_of(cast.store)["2.2"] == 5
        assert len(influence_of(cast.store)) == 22


def test_new_weights_mark_the_past_and_change_its_figures(cast: Cast):
    with scope(store=cast.store):
        for number, plate in enumerate(PLATES):
            closed(cast, plate, clock=f"09:{number:02}", day="2026-11-10")
        checked(cast.store, "5.2", [1, 1, 1, 1, 1], date(2026, 11, 9), by=cast.manager)
        sweep(at("18:30"))
        before = DailyScore.objects.get(day="2026-11-10", advisor=None, touchpoint="5.2").figure
        set_weights(cast.store, by=cast.manager, weights=weights(0, 100, 0), ranking=True)
        assert DirtyDay.objects.filter(day="2026-11-10").exists()
        sweep(at("18:30"))
        assert DailyScore.objects.get(day="2026-11-10", advisor=None, touchpoint="5.2").figure == 1 != before
        assert (weights_of(cast.store), ranking_on(cast.store)) == (weights(0, 100, 0), True)


def test_the_same_weights_again_mark_nothing(cast: Cast):
    with scope(store=cast.store):
        closed(cast)
        sweep(at("18:30"))
        set_weights(cast.store, by=cast.manager, weights=weights(25, 25, 50), ranking=True)
        assert not DirtyDay.objects.exists()
        assert ScoreSetting.objects.get().by == cast.manager


@pytest.mark.parametrize("given", [weights(25, 25, 49), weights(-10, 60, 50), weights(50, 50, 50)])
def test_weights_that_are_not_together_100_are_refused(cast: Cast, given: dict[str, int]):
    with scope(store=cast.store), pytest.raises(Refused) as refused:
        set_weights(cast.store, by=cast.manager, weights=given, ranking=False)
    assert refused.value.code == "weights.sum"


def test_influence_is_the_stores_own_until_it_equals_the_standards(cast: Cast):
    with scope(store=cast.store):
        standard = standard_influence(cast.store)
        set_influence(cast.store, by=cast.manager, influence=standard | {"1.1": 5, "3.4": 1})
        assert set(Influence.objects.values_list("touchpoint", "value")) == {("1.1", 5), ("3.4", 1)}
        set_influence(cast.store, by=cast.manager, influence=standard | {"1.1": 4})
        assert influence_of(cast.store) == standard | {"1.1": 4}
        assert reset_influence(cast.store, by=cast.manager) == 1
        assert influence_of(cast.store) == standard
    with scope(store=cast.other):
        assert influence_of(cast.other) == standard


@pytest.mark.parametrize(
    ("given", "code"),
    [({"1.1": 6}, "influence.range"), ({"1.1": 0}, "influence.range"), ({"9.9": 3}, "influence.touchpoint")],
)
def test_nonsense_of_influence_is_refused(cast: Cast, given: dict[str, int], code: str):
    with scope(store=cast.store), pytest.raises(Refused) as refused:
        set_influence(cast.store, by=cast.manager, influence=given)
    assert refused.value.code == code


def fields(cast: Cast, own: dict[str, int]) -> dict[str, int]:
    with scope(store=cast.store):
        given = standard_influence(cast.store) | own
    return {f"influence-{code.replace('.', '-')}": value for code, value in given.items()}


def test_manager_sets_both_on_one_page(client: Client, cast: Cast):
    client.force_login(cast.manager)
    html = client.get(URL).content.decode()
    assert html.count('name="influence-') == 22
    data = weights(40, 20, 40) | {"ranking": "on"} | fields(cast, {"5.1": 5})
    assert client.post(f"{URL}kept/", data).status_code == 303
    assert client.post(f"{URL}kept/", data).status_code == 303
    html = client.get(URL).content.decode()
    assert 'value="40"' in html
    assert "标准 2" in html
    with scope(store=cast.store):
        assert (influence_of(cast.store)["5.1"], ranking_on(cast.store)) == (5, True)
    assert client.post(f"{URL}influence/reset/").status_code == 303
    with scope(store=cast.store):
        assert not Influence.objects.exists()


def test_wrong_sum_comes_back_with_what_to_do(client: Client, cast: Cast):
    client.force_login(cast.manager)
    answer = client.post(f"{URL}kept/", weights(40, 40, 40) | fields(cast, {"5.1": 5}))
    assert answer.status_code == 422
    assert "合计 120" in answer.content.decode()
    with scope(store=cast.store):
        assert not Influence.objects.exists()


@pytest.mark.parametrize("by", ["supervisor", "advisor", "care", "guard"])
def test_only_the_manager_sets_scores(client: Client, cast: Cast, by: str):
    client.force_login(getattr(cast, by))
    assert client.get(URL).status_code == 403
    assert client.post(f"{URL}kept/", weights(100, 0, 0)).status_code == 403


def test_the_page_asks_the_same_queries_with_one_and_three_own_figures(
    client: Client, cast: Cast, django_assert_num_queries
):
    client.force_login(cast.manager)
    with scope(store=cast.store):
        set_influence(cast.store, by=cast.manager, influence={"1.1": 5})
    client.get(URL)
    with CaptureQueriesContext(connection) as one:
        client.get(URL)
    with scope(store=cast.store):
        set_influence(cast.store, by=cast.manager, influence={"1.1": 5, "1.2": 5, "1.3": 5})
    with django_assert_num_queries(len(one)):
        client.get(URL)


def test_one_figure_by_weights_in_python_too():
    given = {
        "execution": Reading(Decimal(8), 5),
        "self_check": Reading(Decimal(6), 5),
        "customer": Reading(Decimal(4), 4),
    }
    assert one_figure(given) == Decimal("7.0")
    assert one_figure(given, weights(75, 25, 0)) == Decimal("7.5")
    assert one_figure({"customer": Reading(Decimal(4), 4)}) is None
    assert one_figure({"execution": Reading(Decimal(8), 5)}, weights(0, 0, 100)) is None
    assert rounded(Decimal("6.0499999999999999")) == Decimal("6.1")
