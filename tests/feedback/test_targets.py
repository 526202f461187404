"""Targets and baselines: from which day they hold, where they come from, how the figure stands beside them."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_scopes import scope

from dealership.actions.promises import give, settle
from dealership.refused import Refused
from feedback.actions.scores import recompute
from feedback.actions.targets import change_target, remove_target, set_target
from feedback.figures import FIGURES
from feedback.models import Target
from feedback.queries.targets import target_of, target_rows, targets_of
from feedback.targets import REACHED, SHORT, UNKNOWN, Picture, picture, state_of
from tests.cast import Cast, at
from tests.feedback.lives import closed

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
PLATES = ["沪A8K2D6", "沪B12345", "沪C54321", "沪D67890", "沪E13579", "沪F24680"]


@pytest.fixture(autouse=True)
def _on_that_day(time_machine) -> None:
    time_machine.move_to(at("18:30"), tick=False)


def put(cast: Cast, **given) -> Target:
    given = {"figure": "promises_kept", "value": Decimal(95), "source": "own", "since": date(2026, 11, 1)} | given
    return set_target(cast.store, by=cast.manager, **given)


def test_newer_day_replaces_an_older_and_the_older_stays(cast: Cast):
    with scope(store=cast.store):
        old, new = put(cast), put(cast, value=Decimal(97), since=date(2026, 11, 15))
        ahead = put(cast, value=Decimal(99), since=date(2026, 12, 1))

        def holds(day: date) -> Target | None:
            return target_of(cast.store, "promises_kept", "", day)

        assert holds(date(2026, 10, 31)) is None
        assert [holds(date(2026, 11, day)) for day in (1, 14, 15, 30)] == [old, old, new, new]
        assert holds(date(2026, 12, 1)) == ahead
        assert targets_of(cast.store, TODAY) == {("promises_kept", ""): new}
        (row,) = target_rows(cast.store, now=at("18:30"))
        assert (row.target, row.others) == (new, (ahead, old))
        remove_target(new, by=cast.manager)
        assert holds(TODAY) == old


def test_same_day_again_replaces_the_value(cast: Cast):
    with scope(store=cast.store):
        first = put(cast)
        assert put(cast, value=Decimal(96)).pk == first.pk
        assert put(cast, kind="baseline").pk != first.pk
        assert Target.objects.get(pk=first.pk).value == 96


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"figure": "happiness"}, "target.figure"),
        ({"kind": "wish"}, "target.figure"),
        ({"touchpoint": "3.3"}, "target.touchpoint"),
        ({"figure": "execution", "value": Decimal(9), "touchpoint": "9.9"}, "target.touchpoint"),
        ({"value": Decimal(101)}, "target.value"),
        ({"figure": "execution", "value": Decimal("10.5")}, "target.value"),
        ({"value": Decimal(-1)}, "target.value"),
        ({"source": "a friend"}, "target.source"),
        ({"source": "industry"}, "target.note"),
    ],
)
def test_what_makes_no_sense_is_refused(cast: Cast, given: dict, code: str):
    with scope(store=cast.store):
        with pytest.raises(Refused) as refused:
            put(cast, **given)
        assert refused.value.code == code
        assert not Target.objects.exists()


def test_correction_keeps_figure_and_day(cast: Cast):
    with scope(store=cast.store):
        row = put(cast)
        change_target(row, by=cast.manager, value=Decimal(90), source="third_party", note="2025 CSI，第 12 页")
        row.refresh_from_db()
        assert (row.value, row.source, row.note, row.since) == (
            90,
            "third_party",
            "2025 CSI，第 12 页",
            date(2026, 11, 1),
        )
        with pytest.raises(Refused):
            change_target(row, by=cast.manager, value=Decimal(90), source="third_party")


def test_present_figures_of_store_and_touchpoint_stand_beside(cast: Cast):
    with scope(store=cast.store):
        visits = [closed(cast, plate, clock=f"09:{number:02}") for number, plate in enumerate(PLATES)]
        for visit in visits:
            give(visit, kind="call_back", by=cast.advisor, due_at=at("17:00"), now=at("11:00"))
            settle(visit, kind="call_back", now=at("16:00"))
        recompute(cast.store, TODAY)
        put(cast, value=Decimal(99))
        put(cast, figure="execution", touchpoint="3.4", value=Decimal(9))
        store_row, touchpoint_row = sorted(target_rows(cast.store, now=at("18:30")), key=lambda row: row.touchpoint)
    assert (store_row.value, store_row.n, store_row.state) == (100, 6, REACHED)
    assert (touchpoint_row.value, touchpoint_row.n, touchpoint_row.state) == (0, 6, SHORT)
    assert touchpoint_row.missing == 9


def test_few_or_none_reach_nothing():
    assert state_of(FIGURES["execution"], 9.5, Decimal(9)) == REACHED
    assert state_of(FIGURES["execution"], 9.5, Decimal(9), few=True) == UNKNOWN
    assert state_of(FIGURES["execution"], None, Decimal(9)) == UNKNOWN
    assert state_of(FIGURES["greeting_wait"], 1.5, Decimal(2)) == REACHED
    assert state_of(FIGURES["greeting_wait"], 2.5, Decimal(2)) == SHORT
    assert state_of(FIGURES["execution"], 8.96, Decimal(9)) == REACHED, "as the page shows it: 9.0"


def test_picture_is_cut_to_its_scale():
    assert picture(FIGURES["execution"], value=8.0, target=Decimal(9), baseline=None) == Picture(160, 180)
    assert picture(FIGURES["greeting_wait"], value=4, target=Decimal(2), baseline=Decimal(3)) == Picture(160, 80, 120)
    assert picture(FIGURES["greeting_wait"], value=None, target=None, baseline=None) == Picture(0)
    assert picture(FIGURES["greeting_wait"], value=0, target=Decimal(0), baseline=None) == Picture(0, 0)


def test_manager_sets_corrects_and_takes_away_on_the_page(client: Client, cast: Cast):
    client.force_login(cast.manager)
    assert "还没有目标" in client.get("/hq/targets/").content.decode()
    form = {"kind": "target", "figure": "score", "value": "8.5", "source": "own", "since": "2026-11-01"}
    assert client.post("/hq/targets/new/", form).status_code == 303
    with scope(store=cast.store):
        row = Target.objects.get()
    assert f"?change={row.pk}" in client.get("/hq/targets/").content.decode()
    assert "保存更正" in client.get(f"/hq/targets/?change={row.pk}").content.decode()
    assert client.post(f"/hq/targets/{row.pk}/", {"value": "8.8", "source": "own"}).status_code == 303
    assert "8.8" in client.get("/hq/targets/").content.decode()
    assert client.post(f"/hq/targets/{row.pk}/remove/").status_code == 303
    assert client.get("/hq/targets/?change=nonsense").status_code == 200


def test_supervisor_and_chain_read_and_do_not_write(client: Client, cast: Cast):
    form = {"kind": "target", "figure": "score", "value": "8.5", "source": "own", "since": "2026-11-01"}
    for who in (cast.supervisor, cast.chain):
        client.force_login(who)
        assert "/hq/targets/new/" not in client.get("/hq/targets/").content.decode()
        assert client.post("/hq/targets/new/", form).status_code == 403
    client.force_login(cast.advisor)
    assert client.get("/hq/targets/").status_code == 403


def test_target_of_another_store_does_not_exist(client: Client, cast: Cast):
    with scope(store=cast.other):
        row = set_target(cast.other, by=cast.chain, figure="score", value=Decimal(8), source="own", since=TODAY)
    client.force_login(cast.manager)
    assert client.post(f"/hq/targets/{row.pk}/remove/").status_code == 404


def test_page_takes_as_many_queries_with_one_target_as_with_three(client: Client, cast: Cast):
    client.force_login(cast.manager)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/hq/targets/").status_code == 200
        return len(queries)

    with scope(store=cast.store):
        put(cast)
    count()
    one = count()
    with scope(store=cast.store):
        put(cast, figure="score", value=Decimal(9))
        put(cast, figure="execution", touchpoint="3.3", value=Decimal(9))
    assert count() == one
