"""Ticks through the one way in: self-ticks, hand ticks, undo, the order of arrival."""

from datetime import timedelta

import pytest
from django_scopes import scope

from dealership.actions import operations
from dealership.actions.operations import Incoming
from dealership.actions.stages import advance
from dealership.actions.ticks import tick, tick_by_record, undo
from dealership.models import Operation, StepTick, TouchpointRecord
from dealership.uuids import uuid7
from tests.cast import Cast, at

pytestmark = pytest.mark.django_db


def record(visit, code):
    return TouchpointRecord.objects.get(visit=visit, touchpoint=code)


def test_card_tapped_once_is_live(cast: Cast):
    visit = cast.visit(now=at("08:31"))
    with scope(store=cast.store):
        tick(visit, by=cast.advisor, steps=["1.7/listen"], now=at("08:40"))
        tick(visit, by=cast.advisor, steps=["3.4/result", "3.4/cleanliness", "3.4/covers"], now=at("08:41"))
        assert record(visit, "3.4").score == 10
        assert record(visit, "3.4").day is None
        assert record(visit, "1.7").applicable is False


def test_three_touchpoints_in_twenty_seconds_are_bulk(cast: Cast):
    visit = cast.visit()
    with scope(store=cast.store):
        for second, code in enumerate(["1.4/introduce", "2.1/repeat", "2.4/facilities"]):
            tick(visit, by=cast.advisor, steps=[code], now=at("08:40") + timedelta(seconds=9 * second))
        assert [record(visit, code).bulk for code in ("1.4", "2.1", "2.4")] == [1, 1, 1]


def test_same_batch_again_changes_nothing(cast: Cast):
    visit = cast.visit()
    batch = [
        Incoming(id=uuid7(), visit=visit.pk, kind="tick", at=at("08:40"), seq=n, payload={"step": code})
        for n, code in enumerate(["1.4/introduce", "2.1/repeat"])
    ]
    with scope(store=cast.store):
        first = operations.submit(cast.store, by=cast.advisor, operations=batch, now=at("08:41"))
        again = operations.submit(cast.store, by=cast.advisor, operations=batch, now=at("08:42"))
        assert [result.state for result in first] == ["accepted", "accepted"]
        assert [result.state for result in again] == ["duplicate", "duplicate"]
        assert StepTick.objects.filter(visit=visit, evidence="").count() == 2


def test_undo_takes_a_tick_back_and_may_arrive_first(cast: Cast):
    visit = cast.visit()
    tick_id = uuid7()
    with scope(store=cast.store):
        undo(visit, by=cast.advisor, ticks=[tick_id], now=at("08:41"))
        tick(visit, by=cast.advisor, steps=["1.4/introduce"], ids=[tick_id], now=at("08:40"))
        assert record(visit, "1.4").done == 2, "met and verified by their records, not introduced"


def test_tick_for_a_visit_still_on_its_way_waits_and_then_counts(cast: Cast):
    visit_id = uuid7()
    with scope(store=cast.store):
        early = Incoming(id=uuid7(), visit=visit_id, kind="tick", at=at("08:40"), payload={"step": "1.4/introduce"})
        (parked,) = operations.submit(cast.store, by=cast.advisor, operations=[early], now=at("08:41"))
        assert (parked.state, parked.reason) == ("parked", "unknown_visit")
        opening = Incoming(
            id=uuid7(),
            visit=visit_id,
            kind="visit.open",
            at=at("08:31"),
            payload={"plate": "沪B12345", "works": ["service"]},
        )
        operations.submit(cast.store, by=cast.advisor, operations=[opening], now=at("08:42"))
        assert Operation.objects.get(pk=early.id).state == "accepted"
        assert TouchpointRecord.objects.get(visit=visit_id, touchpoint="1.4").done == 1


def test_record_ticks_its_step_once_and_names_itself(cast: Cast):
    visit = cast.visit()
    with scope(store=cast.store):
        tick_by_record(visit, steps=["1.2/purpose"], record=visit, by=cast.guard, now=at("08:31"))
        tick_by_record(visit, steps=["1.2/purpose"], record=visit, by=cast.guard, now=at("08:32"))
        (row,) = StepTick.objects.filter(visit=visit, step="purpose")
        assert row.evidence == f"dealership.Visit:{visit.pk}"
        assert Operation.objects.get(pk=row.pk).payload["evidence"] == row.evidence


def test_claimed_evidence_is_dropped(cast: Cast):
    visit = cast.visit()
    with scope(store=cast.store):
        forged = Incoming(
            id=uuid7(), visit=visit.pk, kind="tick", at=at("08:40"),
            payload={"step": "1.5/cabin", "evidence": "reception.Reading:1"},
        )  # fmt: skip
        operations.submit(cast.store, by=cast.advisor, operations=[forged], now=at("08:41"))
        assert record(visit, "1.5").done == 0
        assert Operation.objects.get(pk=forged.id).payload == {"step": "1.5/cabin"}
        (again,) = operations.submit(cast.store, by=cast.advisor, operations=[forged], now=at("08:42"))
        assert again.state == "duplicate"


def test_leaving_a_stage_gives_its_records_their_day(cast: Cast):
    visit = cast.visit()
    with scope(store=cast.store):
        advance(visit, to="negotiation", by=cast.advisor, now=at("08:50"))
        assert str(record(visit, "1.4").day) == "2026-11-20"
        assert record(visit, "2.1").day is None


def test_an_undo_long_after_the_exit_takes_nothing_back(cast: Cast):
    visit = cast.visit()
    with scope(store=cast.store):
        tick(visit, by=cast.advisor, steps=["1.4/introduce"], now=at("08:40"))
        row = StepTick.objects.get(visit=visit, step="introduce")
        advance(visit, to="cancelled", by=cast.advisor, reason="价格", now=at("09:00"))
        late = Incoming(id=uuid7(), visit=visit.pk, kind="undo", at=at("09:11"), payload={"tick": str(row.pk)})
        operations.submit(cast.store, by=cast.advisor, operations=[late], now=at("09:11"))
        assert record(visit, "1.4").done == 3
