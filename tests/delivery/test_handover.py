"""The collector is checked, the guard takes back the pass, the day closes what nobody let out."""

from datetime import timedelta

import pytest
from django_scopes import scope

from dealership.actions.stages import advance
from dealership.models import Attention, CustomerLink, Promise, Situation, StageChange, StepTick, TouchpointRecord
from dealership.refused import Refused
from dealership.uuids import uuid7
from delivery.actions.gate_pass import revoke
from delivery.actions.handover import bring_home, close_left, hand_over, let_out
from delivery.actions.payment import pay
from delivery.actions.settlement import finalise
from delivery.models import GatePass, Handover
from delivery.queries.exit import leaving_cars
from tests.cast import Cast, at
from tests.delivery.orders import explained, sent, sheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(cast: Cast):
    visit = sent(cast)
    with scope(store=cast.store):
        pay(sheet(visit), by=cast.cashier, method="wechat", now=at("11:45"))
        yield visit


def refusal(function, *args, **kwargs) -> str:
    with pytest.raises(Refused) as caught:
        function(*args, **kwargs)
    return caught.value.code


def test_contact_collects_the_car_with_one_press(visit, cast):
    first = hand_over(visit, by=cast.advisor, now=at("11:50"))
    assert hand_over(visit, by=cast.advisor, now=at("11:51")) == first
    assert (first.check_kind, first.collector, first.collector_sex) == ("known", "王建国", "m")
    assert not Attention.objects.filter(visit=visit, until=None).exists()
    assert not Situation.objects.filter(visit=visit, until=None).exists()


def test_contact_nobody_knows_by_name_is_still_handed_over(visit, cast):
    visit.customer = None
    assert hand_over(visit, by=cast.advisor).collector == ""


def test_another_collector_shows_the_pickup_code(visit, cast):
    CustomerLink.objects.create(store=cast.store, visit=visit, created_at=at("09:00"), pickup_code="004211")
    assert refusal(hand_over, visit, by=cast.advisor, check="code", code="004212") == "handover.code"
    assert refusal(hand_over, visit, by=cast.advisor, check="code") == "handover.code"
    row = hand_over(visit, by=cast.advisor, check="code", code=" 004211 ", collector="李娜", sex="f", now=at("11:50"))
    assert (row.collector, row.collector_sex, row.called) == ("李娜", "f", "")
    assert Situation.objects.get(visit=visit, until=None).kind == "agent_or_phone"
    assert TouchpointRecord.objects.get(visit=visit, touchpoint="3.4").applicable is False


def test_call_is_written_down_with_name_and_number(visit, cast):
    for collector, called in (("", "138"), ("李娜", "")):
        code = refusal(hand_over, visit, by=cast.advisor, check="call", collector=collector, called=called)
        assert code == "handover.collector"
    row = hand_over(visit, by=cast.advisor, check="call", collector="李娜", called="13800001234")
    assert row.called == "13800001234"


def test_handover_waits_for_the_pass_the_stage_and_the_own_advisor(visit, cast):
    assert refusal(hand_over, visit, by=cast.advisor3) == "visit.not_yours"
    unpaid = sent(cast, "沪B11111")
    assert refusal(hand_over, unpaid, by=cast.advisor) == "handover.pass"
    early = explained(cast, "沪B22222")
    assert refusal(hand_over, early, by=cast.advisor) == "handover.stage"
    with pytest.raises(Refused) as caught:
        advance(visit, to="closed", by=cast.advisor)
    assert [missing.code for missing in caught.value.missing] == ["handover.missing"]


def test_car_without_a_live_pass_does_not_leave_though_it_was_handed_over(visit, cast):
    hand_over(visit, by=cast.advisor, now=at("11:50"))
    revoke(visit, by=cast.cashier, now=at("11:51"))
    with pytest.raises(Refused) as caught:
        advance(visit, to="closed", by=cast.advisor)
    assert [(missing.code, missing.panel) for missing in caught.value.missing] == [("handover.pass", "payment-state")]


def test_car_that_went_back_is_handed_over_anew(cast):
    visit = sent(cast, "沪B11111", [("首保", "100", "300")], payer="campaign")
    with scope(store=cast.store):
        id_ = uuid7()
        first = hand_over(visit, by=cast.advisor, id=id_, now=at("11:50"))
        advance(visit, to="explanation", by=cast.advisor, reason="付款方不对", now=at("11:52"))
        finalise(sheet(visit), by=cast.advisor, now=at("11:55"))
        advance(visit, to="delivery", by=cast.advisor, now=at("11:56"))
        assert hand_over(visit, by=cast.advisor, id=id_, now=at("11:57")) == first
        assert not leaving_cars(cast.store)[0].free
        assert refusal(let_out, visit, by=cast.guard) == "exit.no_handover"
        assert refusal(hand_over, visit, by=cast.advisor, check="code", code="1") == "handover.code"
        again = hand_over(visit, by=cast.advisor, now=at("11:58"))
        assert (again.pk, again.at, Handover.objects.count()) == (first.pk, at("11:58"), 1)
        assert leaving_cars(cast.store)[0].free


def test_guard_takes_back_the_pass_and_the_visit_is_closed(visit, cast):
    hand_over(visit, by=cast.advisor, now=at("11:50"))
    id_ = uuid7()
    let_out(visit, by=cast.guard, id=id_, now=at("11:55"))
    let_out(visit, by=cast.guard, id=id_, now=at("11:56"))
    visit.refresh_from_db()
    assert (visit.stage, visit.left_at) == ("closed", at("11:55"))
    assert GatePass.objects.get(visit=visit).returned_to == cast.guard
    assert StageChange.objects.get(pk=id_).by == cast.guard
    assert StepTick.objects.get(visit=visit, touchpoint="5.3", step="guard").staff == cast.guard
    assert revoke(visit, by=cast.cashier) is None


def test_guard_keeps_cars_without_pass_or_handover(visit, cast):
    assert refusal(let_out, visit, by=cast.guard) == "exit.no_handover"
    unpaid = sent(cast, "沪B11111")
    assert refusal(let_out, unpaid, by=cast.guard) == "exit.no_pass"


def test_home_delivery_keeps_its_promise_and_leaves_the_guard_out(visit, cast):
    Promise.objects.create(
        store=cast.store, visit=visit, kind="home_delivery", given_at=at("09:00"), due_at=at("17:00")
    )
    bring_home(visit, by=cast.advisor, on=True, now=at("11:46"))
    assert TouchpointRecord.objects.get(visit=visit, touchpoint="5.3").steps == 1
    hand_over(visit, by=cast.advisor, now=at("13:00"))
    assert Promise.objects.get(visit=visit).state == "kept"
    bring_home(visit, by=cast.advisor, on=False, now=at("13:01"))
    assert TouchpointRecord.objects.get(visit=visit, touchpoint="5.3").steps == 2
    assert refusal(bring_home, visit, by=cast.advisor3, on=True) == "visit.not_yours"


def test_end_of_the_day_closes_what_was_handed_over(visit, cast):
    hand_over(visit, by=cast.advisor, now=at("17:50"))
    assert close_left(at("23:59")) == 0
    assert close_left(at("00:01", "2026-11-21")) == 1
    assert close_left(at("00:02", "2026-11-21")) == 0
    visit.refresh_from_db()
    assert (visit.stage, visit.left_at) == ("closed", at("00:00", "2026-11-21") - timedelta(seconds=1))
    assert str(TouchpointRecord.objects.get(visit=visit, touchpoint="5.2").day) == "2026-11-20"


def test_car_that_the_guard_was_faster_with_is_left_alone(visit, cast, monkeypatch):
    row = hand_over(visit, by=cast.advisor, now=at("17:50"))
    Handover.objects.filter(pk=row.pk).update(at=at("17:50", "2026-11-19"))

    def faster(*args, **kwargs):
        raise Refused("", "stage.faster")

    monkeypatch.setattr("delivery.actions.handover.advance", faster)
    assert close_left(at("12:00")) == 0
