"""The table of moves and the one door through it."""

import pytest
from django_scopes import scope

from dealership import wiring
from dealership.actions.operations import Incoming, submit
from dealership.actions.promises import give
from dealership.actions.stages import advance, cancel
from dealership.models import Event, Promise, StageChange, Visit
from dealership.refused import Missing, Refused
from dealership.stages import BACK, ENDED, FORWARD, MOVES, ORDER, Stage, stage_of
from dealership.uuids import uuid7
from tests.cast import Cast, at
from tests.feedback.lives import move

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_gates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away the conditions of the apps: their own tests hold them."""
    monkeypatch.setattr(wiring, "STAGE_EXITS", {})
    kernel = {"cancelled": ["dealership.actions.promises.release_on_cancel"]}
    monkeypatch.setattr(wiring, "STAGE_ENTRIES", kernel)


def nothing_but(visit: Visit, to: str) -> list[Missing]:
    """A gate that misses the mileage."""
    return [Missing("mileage", "Enter the mileage.", "panel")]


def test_every_stage_has_its_moves_and_ends_have_none():
    assert set(MOVES) == set(Stage)
    assert all(not MOVES[stage] for stage in ENDED)
    assert all(target in MOVES[source] for source, target in FORWARD.items())


def test_moves_back_are_the_four_of_the_definition_and_the_workshop_s_own():
    own = {(Stage.WORKSHOP, Stage.NEGOTIATION)}
    defined = {
        (Stage.SHOWCASE, Stage.WORKSHOP),
        (Stage.EXPLANATION, Stage.WORKSHOP),
        (Stage.EXPLANATION, Stage.NEGOTIATION),
        (Stage.DELIVERY, Stage.EXPLANATION),
    }
    assert defined | own == set(BACK)


def test_after_payment_nobody_leaves_without_repair():
    assert Stage.CANCELLED not in MOVES[Stage.DELIVERY]


def test_touchpoints_belong_to_five_stages():
    assert [stage_of(code) for code in ("1.7", "2.1", "3.4", "4.2", "5.3")] == [
        Stage.RECEPTION, Stage.NEGOTIATION, Stage.SHOWCASE, Stage.EXPLANATION, Stage.DELIVERY
    ]  # fmt: skip


def test_move_writes_the_change_the_timeline_and_the_visit(cast: Cast):
    visit = cast.visit()
    with scope(store=cast.store):
        change = advance(visit, to="negotiation", by=cast.advisor, now=at("08:50"))
        again = Visit.objects.get(pk=visit.pk)
        assert (again.stage, again.stage_since) == ("negotiation", at("08:50"))
        assert (change.source, change.target, change.by) == ("reception", "negotiation", cast.advisor)
        assert Event.objects.filter(visit=visit, kind="stage").count() == 1


def test_same_operation_again_returns_the_first_change(cast: Cast):
    visit = cast.visit()
    id_ = uuid7()
    with scope(store=cast.store):
        first = advance(visit, to="negotiation", by=cast.advisor, id=id_, now=at("08:50"))
        assert advance(visit, to="negotiation", by=cast.advisor, id=id_, now=at("08:51")) == first
        assert StageChange.objects.filter(visit=visit).count() == 2


@pytest.mark.parametrize("to", [stage for stage in Stage if stage not in MOVES[Stage.RECEPTION]])
def test_move_that_is_not_in_the_table_is_refused(cast: Cast, to: str):
    visit = cast.visit()
    with scope(store=cast.store), pytest.raises(Refused) as refused:
        advance(visit, to=to, by=cast.advisor, now=at("08:50"))
    assert refused.value.code == "stage.move"


def test_going_back_needs_a_reason(cast: Cast):
    visit = cast.visit()
    with scope(store=cast.store):
        for to in ORDER[1:4]:
            move(visit, to, by=cast.advisor, now=at("09:00"))
        with pytest.raises(Refused) as refused:
            advance(visit, to="workshop", by=cast.controller, reason="  ", now=at("10:00"))
        assert (refused.value.code, refused.value.field) == ("stage.reason", "reason")
        assert advance(visit, to="workshop", by=cast.controller, reason="window still creaks", now=at("10:00")).reason


def test_gate_holds_and_says_what_is_missing(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(wiring, "STAGE_EXITS", {"reception": "tests.test_stages.nothing_but"})
    visit = cast.visit()
    with scope(store=cast.store):
        with pytest.raises(Refused) as refused:
            advance(visit, to="negotiation", by=cast.advisor, now=at("08:50"))
        assert (refused.value.code, refused.value.missing[0].code) == ("stage.gate", "mileage")
        assert Visit.objects.get(pk=visit.pk).stage == "reception"


def test_who_moves_a_car_that_has_moved_on_is_told_kindly(cast: Cast):
    visit = cast.visit()
    with scope(store=cast.store):
        stale = Visit.objects.select_related("store").get(pk=visit.pk)
        advance(visit, to="negotiation", by=cast.advisor, now=at("08:50"))
        with pytest.raises(Refused) as refused:
            advance(stale, to="negotiation", by=cast.advisor3, now=at("08:50"))
        assert refused.value.code == "stage.faster"


def test_closing_notes_when_the_car_left(cast: Cast):
    visit = cast.visit()
    with scope(store=cast.store):
        for to in ORDER[1:]:
            move(visit, to, by=cast.advisor, now=at("11:45"))
        assert Visit.objects.get(pk=visit.pk).left_at == at("11:45")


def test_car_that_leaves_without_repair_says_why_and_its_promises_are_released(cast: Cast):
    visit = cast.visit()
    with scope(store=cast.store):
        give(visit, kind="ready", by=cast.advisor, due_at=at("11:00"), now=at("08:40"))
        with pytest.raises(Refused) as refused:
            cancel(visit, by=cast.advisor, reason="", now=at("09:00"))
        assert refused.value.code == "stage.reason"
        with pytest.raises(Refused) as refused:
            advance(visit, to="cancelled", by=cast.advisor, now=at("09:00"))
        assert refused.value.code == "stage.reason"
        cancel(visit, by=cast.advisor, reason="no part in stock", now=at("09:00"))
        again = Visit.objects.get(pk=visit.pk)
        assert (again.stage, again.left_at) == ("cancelled", at("09:00"))
        assert Promise.objects.get(visit=visit).state == "released"


def test_move_from_a_tablet_is_parked_with_the_sentence_when_the_rule_says_no(cast: Cast):
    visit = cast.visit()
    with scope(store=cast.store):
        ask = Incoming(id=uuid7(), visit=visit.pk, kind="stage.advance", at=at("08:50"), payload={"to": "delivery"})
        (result,) = submit(cast.store, by=cast.advisor, operations=[ask], now=at("08:51"))
        assert (result.state, result.reason, bool(result.sentence)) == ("parked", "refused", True)
        go = Incoming(id=uuid7(), visit=visit.pk, kind="stage.advance", at=at("08:50"), payload={"to": "negotiation"})
        (result,) = submit(cast.store, by=cast.advisor, operations=[go], now=at("08:51"))
        assert result.state == "accepted"
        assert StageChange.objects.get(pk=go.id).at == at("08:50")
