"""Records follow from ticks: recomputed whole, the same whatever order ticks arrive in."""

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_scopes import scope

from dealership.actions.events import begin_situation, end_situation
from dealership.actions.operations import Incoming, submit
from dealership.actions.records import FIELDS, recompute, scored_touchpoints
from dealership.actions.stages import advance, cancel
from dealership.actions.ticks import tick, tick_by_record, undo
from dealership.actions.visits import describe, open_visit
from dealership.models import DirtyDay, TouchpointRecord, Visit
from dealership.queries.course import leavings, lived, specs_of
from dealership.uuids import uuid7
from tests.cast import Cast, at
from tests.feedback.lives import move, through

pytestmark = pytest.mark.django_db
FRIDAY, SATURDAY = date(2026, 11, 20), date(2026, 11, 21)


def rows(visit: Visit) -> list[tuple[object, ...]]:
    """Return the visit's records without their ids."""
    return list(TouchpointRecord.objects.filter(visit=visit).order_by("touchpoint").values_list("touchpoint", *FIELDS))


def record(visit: Visit, code: str) -> TouchpointRecord:
    return TouchpointRecord.objects.get(visit=visit, touchpoint=code)


def answers(visit: Visit, seed: int) -> list[Incoming]:
    """Return operations of every kind about one visit, some of them bulk, some undone before they are made."""
    chance = random.Random(seed)
    codes = [spec.code for spec in specs_of(visit.standard_id)]
    made: list[Incoming] = []
    for number, code in enumerate(chance.choices(codes, k=20)):
        moment = at("08:40") + timedelta(seconds=chance.choice([7, 45, 600]) * number)
        payload = {"step": code, "answer": chance.choice(["done", "done", "na", "not_done"])}
        made.append(Incoming(id=uuid7(), visit=visit.pk, kind="tick", at=moment, payload=payload))
    undone = chance.sample(made, 4)
    return made + [
        Incoming(id=uuid7(), visit=visit.pk, kind="undo", at=gone.at, payload={"tick": str(gone.id)}) for gone in undone
    ]


def copied(made: list[Incoming], visit: Visit) -> list[Incoming]:
    """Return the same answers about another visit, with ids of their own."""
    ids = {str(op.id): uuid7() for op in made}
    copies = []
    for op in made:
        payload = op.payload if op.kind == "tick" else {"tick": str(ids[op.payload["tick"]])}
        copies.append(Incoming(id=ids[str(op.id)], visit=visit.pk, kind=op.kind, at=op.at, payload=payload))
    return copies


@pytest.mark.parametrize("seed", range(4))
def test_records_are_the_same_in_whatever_order_and_batches_ticks_arrive(cast: Cast, seed: int):
    visit = cast.visit()
    chance = random.Random(100 + seed)
    with scope(store=cast.store):
        move(visit, "negotiation", by=cast.advisor, now=at("09:10"))
        made = answers(visit, seed)
        submit(cast.store, by=cast.advisor, operations=made, now=at("14:00"))
        expected = rows(visit)

        other = cast.visit("沪B12345")
        move(other, "negotiation", by=cast.advisor, now=at("09:10"))
        copies = copied(made, other)
        chance.shuffle(copies)
        while copies:
            size = chance.randint(1, 5)
            batch, copies = copies[:size], copies[size:]
            submit(cast.store, by=cast.advisor, operations=batch, now=at("14:00"))
            if chance.random() < 0.5:
                submit(cast.store, by=cast.advisor, operations=batch, now=at("14:01"))
        assert rows(other) == expected


def test_every_visit_has_a_record_of_every_touchpoint_from_the_first_moment(cast: Cast):
    visit = cast.visit()
    with scope(store=cast.store):
        assert [row[0] for row in rows(visit)] == sorted({spec.touchpoint for spec in specs_of(visit.standard_id)})
        assert {row[1] for row in rows(visit)} == {None}


def test_recomputing_again_changes_nothing(cast: Cast):
    visit = cast.visit()
    with scope(store=cast.store):
        tick(visit, by=cast.advisor, steps=["1.4/introduce"], now=at("08:40"))
        before = rows(visit)
        assert recompute([visit.pk]) == []
        assert rows(visit) == before
        assert recompute([]) == []


def test_recompute_asks_as_often_for_three_visits_as_for_one(cast: Cast, django_assert_num_queries):
    visits = [cast.visit(plate) for plate in ("沪A8K2D6", "沪B12345", "沪C54321")]
    with scope(store=cast.store):
        recompute([visits[0].pk])
        with CaptureQueriesContext(connection) as one:
            recompute([visits[0].pk])
        with django_assert_num_queries(len(one)):
            recompute([visit.pk for visit in visits])


def test_records_equal_what_scoring_says_of_the_ticks(cast: Cast):
    with scope(store=cast.store):
        visit = through(cast, cast.visit(), start=at("08:31"))
        tick(visit, by=cast.advisor, steps=["3.4/result"], now=at("10:40"))
        judged = scored_touchpoints(lived([Visit.objects.select_related("store").get(pk=visit.pk)])[visit.pk])
        expected = sorted((scored.touchpoint, *(getattr(scored, name) for name in FIELDS)) for scored in judged)
        assert sorted(rows(visit), key=lambda row: row[0]) == sorted(expected, key=lambda row: row[0])


def test_stage_entered_again_takes_the_day_of_its_last_leaving_and_both_days_are_dirty(cast: Cast):
    visit = cast.visit()
    with scope(store=cast.store):
        through(cast, visit, start=at("08:31"), until="explanation")
        assert record(visit, "3.1").day == FRIDAY
        move(visit, "workshop", by=cast.controller, now=at("17:00"))
        assert record(visit, "3.1").day is None
        assert record(visit, "2.1").day == FRIDAY
        move(visit, "showcase", by=cast.controller, now=at("09:00", "2026-11-21"))
        move(visit, "explanation", by=cast.advisor, now=at("09:30", "2026-11-21"))
        assert record(visit, "3.1").day == SATURDAY
        assert set(DirtyDay.objects.values_list("day", flat=True)) == {FRIDAY, SATURDAY}


def test_tick_within_a_stage_entered_again_is_live(cast: Cast):
    visit = cast.visit()
    with scope(store=cast.store):
        through(cast, visit, start=at("08:31"), until="explanation")
        move(visit, "negotiation", by=cast.advisor, now=at("12:00"))
        tick(visit, by=cast.advisor, steps=["2.1/repeat"], now=at("12:05"))
        assert record(visit, "2.1").late == 0
        assert record(visit, "2.1").live == 3


@pytest.mark.parametrize(
    ("stage", "changes", "left"),
    [
        ("reception", [("", "reception", 1)], {}),
        ("negotiation", [("", "reception", 1), ("reception", "negotiation", 2)], {"reception": 2}),
        (
            "workshop",
            [("", "reception", 1), ("reception", "negotiation", 2), ("negotiation", "workshop", 3),
             ("workshop", "showcase", 4), ("showcase", "workshop", 5)],
            {"reception": 2, "negotiation": 3},
        ),
        (
            "explanation",
            [("reception", "negotiation", 2), ("negotiation", "workshop", 3), ("workshop", "showcase", 4),
             ("showcase", "workshop", 5), ("workshop", "explanation", 6)],
            {"reception": 2, "negotiation": 3, "workshop": 6, "showcase": 5},
        ),
        (
            "cancelled",
            [("reception", "negotiation", 2), ("negotiation", "workshop", 3), ("workshop", "negotiation", 4),
             ("negotiation", "cancelled", 5)],
            {"reception": 2, "negotiation": 5, "workshop": 4},
        ),
    ],
)  # fmt: skip
def test_leavings_are_the_last_ones_and_none_from_the_present_stage_on(stage, changes, left):
    assert leavings(stage, changes) == left


def test_cancelled_visit_counts_what_was_lived_and_nothing_else(cast: Cast):
    visit = cast.visit()
    with scope(store=cast.store):
        move(visit, "negotiation", by=cast.advisor, now=at("09:00"))
        tick(visit, by=cast.advisor, steps=["2.1/repeat"], now=at("09:05"))
        cancel(visit, by=cast.advisor, reason="customer has no time", now=at("09:10"))
        assert (record(visit, "2.1").day, record(visit, "2.1").steps, record(visit, "2.1").live) == (FRIDAY, 3, 1)
        assert record(visit, "2.2").applicable is False
        assert record(visit, "3.1").applicable is False
        assert record(visit, "1.5").applicable is True


def test_situation_takes_a_touchpoint_out_and_brings_it_back_with_its_ticks(cast: Cast):
    visit = cast.visit()
    with scope(store=cast.store):
        tick(visit, by=cast.advisor, steps=["3.4/result", "3.4/cleanliness", "3.4/covers"], now=at("10:00"))
        begin_situation(visit, kind="agent_or_phone", now=at("10:10"))
        recompute([visit.pk])
        assert (record(visit, "3.4").applicable, record(visit, "3.4").score) == (False, None)
        end_situation(visit, kind="agent_or_phone", now=at("10:20"))
        recompute([visit.pk])
        assert record(visit, "3.4").score == Decimal(10)


def test_work_that_changes_moves_what_applies(cast: Cast):
    visit = cast.visit()
    with scope(store=cast.store):
        assert record(visit, "1.7").applicable is False
        describe(visit, by=cast.advisor, works=["claim"], now=at("08:40"))
        assert record(visit, "1.7").applicable is True


def test_undo_after_the_stage_was_left_moves_its_score_and_marks_the_day(cast: Cast):
    visit = cast.visit()
    tick_id = uuid7()
    with scope(store=cast.store):
        tick(visit, by=cast.advisor, steps=["1.4/introduce"], ids=[tick_id], now=at("08:40"))
        move(visit, "negotiation", by=cast.advisor, now=at("09:00"))
        before = record(visit, "1.4").done
        DirtyDay.objects.all().delete()
        undo(visit, by=cast.advisor, ticks=[tick_id], now=at("09:10"))
        assert record(visit, "1.4").done == before - 1
        assert [row.day for row in DirtyDay.objects.all()] == [FRIDAY]


def test_alias_of_a_joined_visit_has_no_records_of_its_own(cast: Cast):
    first = cast.visit()
    with scope(store=cast.store):
        alias, before = uuid7(), record(first, "1.4").live
        assert open_visit(cast.store, by=cast.guard, id=alias, plate="沪A8K2D6", now=at("08:50")) == first
        late = Incoming(id=uuid7(), visit=alias, kind="tick", at=at("08:55"), payload={"step": "1.4/introduce"})
        submit(cast.store, by=cast.advisor, operations=[late], now=at("08:56"))
        assert TouchpointRecord.objects.filter(visit=alias).count() == 0
        assert record(first, "1.4").live == before + 1


def test_record_ticks_stay_live_on_a_later_day(cast: Cast):
    visit = cast.visit()
    with scope(store=cast.store):
        advance_all = [("negotiation", "09:00"), ("workshop", "09:20")]
        for to, clock in advance_all:
            move(visit, to, by=cast.advisor, now=at(clock))
        tick_by_record(visit, steps=["2.5/start"], record=visit, by=cast.controller, now=at("08:00", "2026-11-21"))
        assert (record(visit, "2.5").live, record(visit, "2.5").day) == (1, FRIDAY)


def test_advance_writes_the_day_in_the_same_transaction(cast: Cast):
    visit = cast.visit()
    with scope(store=cast.store):
        change = advance(visit, to="cancelled", by=cast.advisor, reason="x", now=at("09:00"))
        assert change.target == "cancelled"
        assert record(visit, "1.5").applicable is False
