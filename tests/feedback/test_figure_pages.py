"""The pages of figures: what they show, the way down, who sees what."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_scopes import scope

from dealership.models import Promise, Visit
from feedback.actions.scores import recompute
from feedback.figures import FIGURES
from feedback.queries.figure_down import SAYINGS
from feedback.queries.measures.down import WAYS
from inspection.models import ReadyNotice
from tests.cast import Cast, at
from tests.feedback import pages
from tests.feedback.lives import closed
from tests.feedback.test_figures import PLATES, facts

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
URL = "/hq/figures/month/2026-11-01/"


@pytest.fixture(autouse=True)
def _on_that_day(time_machine) -> None:
    time_machine.move_to(at("18:30"), tick=False)


def page(client: Client, cast: Cast, url: str = URL, **how: str) -> str:
    return pages.page(client, cast, url, **how)


def lived(cast: Cast) -> None:
    with scope(store=cast.store):
        facts(cast)
        recompute(cast.store, TODAY)


def test_tab_leads_to_the_running_month(client: Client, cast: Cast):
    client.force_login(cast.manager)
    assert client.get("/hq/figures/").url == URL
    assert client.get("/hq/figures/month/2026-11-20/").url == URL
    assert client.get("/hq/figures/decade/2026-11-20/").status_code == 404


def test_page_shows_groups_with_n_intervals_and_definitions(client: Client, cast: Cast):
    lived(cast)
    html = page(client, cast)
    assert html.count('class="rx-panel fig-group"') == 7
    assert "按时可取车" in html
    assert "50%" in html
    assert "95 % 在" in html
    assert 'href="/hq/figures/help/on_time_handover/"' in html
    assert 'aria-current="page">运营指标' in html


def test_nothing_measured_says_what_will_fill_it(client: Client, cast: Cast):
    assert "本期还没有测得任何指标" in page(client, cast)


@pytest.mark.parametrize("code", sorted(FIGURES))
def test_every_figure_has_a_definition_and_a_way_down(client: Client, cast: Cast, code: str):
    assert str(FIGURES[code].definition) in page(client, cast, f"/hq/figures/help/{code}/").replace("&#x27;", "'")
    assert code in WAYS or code in ("score", "rounds_done")


def test_every_way_down_lists_its_visits(client: Client, cast: Cast):
    lived(cast)
    for code in WAYS:
        assert code in SAYINGS or code.startswith("kept.")
        page(client, cast, f"{URL}{code}/", language="en")
    html = page(client, cast, f"{URL}on_time_handover/", language="en")
    assert html.count("told 10:3") == 4
    assert html.index("told 10:33") < html.index("told 10:28")
    assert "6 cases" in html
    assert client.get(f"{URL}nonsense/").status_code == 404


@pytest.mark.parametrize("rest", ["", "promises_kept/", "on_time_handover/", "execution/"])
def test_same_number_of_queries_with_one_and_six_visits(
    client: Client, cast: Cast, rest: str, django_assert_num_queries
):
    with scope(store=cast.store):
        closed(cast, PLATES[0], day="2026-11-19")
        recompute(cast.store, date(2026, 11, 19))
        visit = Visit.objects.get()
        Promise.objects.create(
            store=cast.store, visit=visit, kind="wash", state="kept", given_at=at("09:00"), settled_at=at("10:00")
        )
        Visit.objects.filter(pk=visit.pk).update(ready_due=at("10:00"))
        ReadyNotice.objects.create(store=cast.store, visit=visit, way="phone", at=at("09:58"), by=cast.advisor)
    page(client, cast, URL + rest)
    with CaptureQueriesContext(connection) as one:
        client.get(URL + rest)
    lived(cast)
    with django_assert_num_queries(len(one)):
        client.get(URL + rest)


def test_advisor_sees_only_own_figures(client: Client, cast: Cast):
    lived(cast)
    client.force_login(cast.advisor)
    assert client.get(URL).url == f"{URL}?advisor=advisor"
    assert client.get(f"{URL}?advisor=advisor3").status_code == 403
    own = page(client, cast, f"{URL}?advisor=advisor", by="advisor")
    assert "scores/export" not in own


@pytest.mark.parametrize("by", ["guard", "technician", "controller", "cashier", "care"])
def test_other_roles_may_not_read_figures(client: Client, cast: Cast, by: str):
    client.force_login(getattr(cast, by))
    assert client.get(URL).status_code == 403


def test_another_store_is_404(client: Client, cast: Cast):
    client.force_login(cast.stranger)
    assert client.get(URL).status_code == 404
