"""Persons side by side: bulk tickers in plain sight, nobody ranked unless it is switched on, others' figures hidden."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_scopes import scope

from dealership.models import Visit
from feedback.actions.scores import recompute
from feedback.models import ScoreSetting
from tests.cast import Cast, at
from tests.feedback.lives import closed, through, tick_all_at_once
from tests.feedback.test_figure_pages import page

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
URL = "/hq/people/month/2026-11-01/"


@pytest.fixture(autouse=True)
def _on_that_day(time_machine) -> None:
    time_machine.move_to(at("18:30"), tick=False)


def two_people(cast: Cast) -> None:
    """周敏 ticks in bulk; 吴磊 records only what records itself."""
    with scope(store=cast.store):
        one = closed(cast, "沪A8K2D6")
        tick_all_at_once(cast, one, now=at("10:45"))
        other = closed(cast, "沪B12345", clock="09:10")
        Visit.objects.filter(pk=other.pk).update(advisor=cast.advisor3)
        recompute(cast.store, TODAY)


def test_bulk_ticker_is_said_in_words_and_leads_to_the_visits(client: Client, cast: Cast):
    two_people(cast)
    html = page(client, cast, URL)
    row = html.split(">周敏</a>")[1].split("</tr>")[0]
    assert "集中补点" in row
    assert 'href="/hq/figures/month/2026-11-01/bulk_share/?advisor=advisor"' in row
    assert "集中补点</span>" not in html.split(">吴磊</a>")[1].split("</tr>")[0].split("ppl-bulk")[1]
    behind = page(client, cast, "/hq/figures/month/2026-11-01/bulk_share/?advisor=advisor")
    assert "步集中补点" in behind


def test_persons_stand_by_name_unless_ranking_is_on(client: Client, cast: Cast):
    two_people(cast)
    by_name = page(client, cast, URL)
    assert "不做人员排名" in by_name
    assert by_name.index(">吴磊</a>") < by_name.index(">周敏</a>")
    with scope(store=cast.store):
        Visit.objects.update(advisor=cast.advisor)
        visit = through(cast, cast.visit("沪C54321", now=at("11:00")), start=at("11:00"))
        Visit.objects.filter(pk=visit.pk).update(advisor=cast.advisor3)
        ScoreSetting.objects.create(store=cast.store, ranking=True, changed_at=at("08:00"))
    assert "已开启排名" in page(client, cast, URL)


def test_store_stands_below_with_the_same_formulas(client: Client, cast: Cast):
    two_people(cast)
    html = page(client, cast, URL)
    assert html.count('class="is-store"') == 2
    assert "样本少" in html


def test_advisor_sees_oneself_and_the_store(client: Client, cast: Cast):
    two_people(cast)
    client.force_login(cast.advisor)
    assert client.get(URL).url == f"{URL}?advisor=advisor"
    own = page(client, cast, f"{URL}?advisor=advisor", by="advisor")
    assert ">周敏</a>" in own
    assert "吴磊" not in own
    assert client.get(f"{URL}?advisor=advisor3").status_code == 403


def test_same_number_of_queries_with_one_and_two_persons(client: Client, cast: Cast, django_assert_num_queries):
    with scope(store=cast.store):
        closed(cast, "沪C54321", day="2026-11-19")
        recompute(cast.store, date(2026, 11, 19))
    page(client, cast, URL)
    with CaptureQueriesContext(connection) as one:
        client.get(URL)
    two_people(cast)
    with django_assert_num_queries(len(one)):
        client.get(URL)


def test_nobody_yet(client: Client, cast: Cast):
    assert "本期还没有人接待过计入的到访" in page(client, cast, URL)


@pytest.mark.parametrize("by", ["guard", "technician", "cashier", "care"])
def test_other_roles_may_not_read_persons(client: Client, cast: Cast, by: str):
    client.force_login(getattr(cast, by))
    assert client.get(URL).status_code == 403


def test_another_store_is_404(client: Client, cast: Cast):
    client.force_login(cast.stranger)
    assert client.get(URL).status_code == 404
