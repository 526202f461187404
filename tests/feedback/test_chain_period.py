"""Store against store over a period."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_scopes import scope

from dealership.models import Membership, Role, Store
from feedback.periods import period_of
from feedback.queries.chain_period import chain_rows
from feedback.queries.period_page import period_page
from feedback.queries.periods import Span
from tests.cast import Cast, at
from tests.feedback.rolled import heard, roll

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
URL = "/chain/scores/month/2026-11-01/"
MONTH = period_of("month", TODAY)


@pytest.fixture(autouse=True)
def _on_that_day(time_machine) -> None:
    time_machine.move_to(at("18:30"), tick=False)


def live(store: Store, score: float, *, days: int = 3) -> None:
    with scope(store=store):
        for back in range(days):
            day = TODAY - timedelta(days=back)
            roll(store, day, {"1.4": [score] * 6, "3.4": [score - 1] * 6}, figure=score - 0.5)


def test_stores_stand_the_best_first_and_lead_into_their_month(client: Client, cast: Cast):
    live(cast.store, 7)
    live(cast.other, 9)
    client.force_login(cast.chain)
    html = client.get(URL).content.decode()
    assert html.index("西区店") < html.index("虹桥店")
    assert 'href="/west/scores/month/2026-11-01/"' in html
    assert 'class="rx-cell heat-9" href="/west/scores/month/2026-11-01/1.4/">9.0</a>' in html
    by_name = client.get(f"{URL}?sort=name").content.decode()
    assert 'aria-sort="ascending"' in by_name
    assert client.get(f"{URL}?sort=nonsense").status_code == 200


def test_row_says_what_the_page_of_the_store_says(cast: Cast):
    live(cast.store, 7)
    with scope(store=cast.store):
        heard(cast.store, TODAY, "1.4", check_n=6, check_total=30, said_n=8, said_total=64)
        roll(cast.store, date(2026, 10, 3), {"1.4": [5] * 6})
        own = period_page(Span(cast.store, MONTH), today=TODAY)
    with scope(store=[cast.store, cast.other]):
        row = next(row for row in chain_rows([cast.store, cast.other], MONTH, today=TODAY) if row.store == cast.store)
    assert (row.figure, row.change, row.cars) == (own["figure"], own["change"], own["cars"])
    assert (row.execution, row.check, row.customer) == (own["execution"], own["check"], own["customer"])
    assert row.change == Decimal("1.5")


def test_same_number_of_queries_with_one_and_three_stores(client: Client, cast: Cast, django_assert_num_queries):
    live(cast.store, 7)
    client.force_login(cast.chain)
    client.get(URL)
    with CaptureQueriesContext(connection) as one:
        client.get(URL)
    for number in range(2):
        store = Store.objects.create(code=f"s{number}", name=f"南{number}店")
        Membership.objects.create(store=store, staff=cast.chain, role=Role.CHAIN)
        live(store, 6)
    live(cast.other, 8)
    with django_assert_num_queries(len(one)):
        client.get(URL)


@pytest.mark.parametrize("kind", ["week", "quarter", "year"])
def test_every_kind_of_period_is_shown_in_three_languages(client: Client, cast: Cast, kind: str):
    live(cast.store, 7, days=20)
    for language in ("zh-hans", "zh-hant", "en"):
        cast.chain.language = language
        cast.chain.save(update_fields=["language"])
        client.force_login(cast.chain)
        html = client.get(period_of(kind, TODAY).chain_url()).content.decode()
        assert ("All stores" in html) == (language == "en")
        assert "<polyline" in html


def test_only_a_chain_manager_compares_stores(client: Client, cast: Cast):
    assert client.get(URL).status_code == 302
    client.force_login(cast.manager)
    assert client.get(URL).status_code == 403
    client.force_login(cast.chain)
    assert client.get("/chain/scores/month/").url == URL
    assert client.get("/chain/scores/month/2026-11-20/").url == URL
    assert client.get("/chain/scores/month/2027-11-01/").url == URL
