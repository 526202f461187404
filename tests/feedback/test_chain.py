"""All stores of a chain manager."""

import pytest
from django.test import Client
from django_scopes import scope

from tests.cast import Cast, at
from tests.feedback.lives import closed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_that_day(time_machine) -> None:
    time_machine.move_to(at("18:30"), tick=False)


def test_chain_manager_sees_each_store_and_the_way_into_it(client: Client, cast: Cast):
    with scope(store=cast.store):
        closed(cast)
    client.force_login(cast.chain)
    assert client.get("/chain/scores/").url == "/chain/scores/2026-11-20/"
    html = client.get("/chain/scores/2026-11-20/").content.decode()
    assert "虹桥店" in html
    assert "西区店" in html
    assert 'href="/west/scores/2026-11-20/"' in html
    assert client.get("/west/scores/2026-11-20/").status_code == 200
    assert client.get("/chain/scores/2026-11-21/").url == "/chain/scores/"


def test_only_a_chain_manager_sees_all_stores(client: Client, cast: Cast):
    assert client.get("/chain/scores/2026-11-20/").status_code == 302
    client.force_login(cast.manager)
    assert client.get("/chain/scores/2026-11-20/").status_code == 403
