"""The judgement of steps: weights, live, late, bulk, what applies, whatever order ticks arrive in."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealership.applicability import Facts, lane_for, steps_out, touchpoints_out
from dealership.scoring import (
    BULK,
    LATE,
    LIVE,
    OUT,
    SKIPPED,
    UNRECORDED,
    Course,
    StepSpec,
    Tick,
    judge_steps,
    score_visit,
)
from tests.cast import SHANGHAI, at

SPECS = [
    *(StepSpec("1.1", slug, slug != "salute") for slug in ("salute", "plate")),
    StepSpec("1.2", "ask", False),
    StepSpec("1.3", "gesture", False),
    *(StepSpec("1.4", slug, slug == "meet") for slug in ("meet", "introduce")),
    StepSpec("1.6", "qualify", True),
    StepSpec("1.7", "listen", False),
    StepSpec("2.1", "repeat", False),
    *(StepSpec("3.4", slug, False) for slug in ("result", "cleanliness", "covers")),
    *(StepSpec("5.2", slug, slug == "payment") for slug in ("payment", "thanks")),
]
GENERAL = Facts(arrival="walk_in", works=("service",), lane="general", situations=frozenset())
ADVISOR, GUARD = UUID(int=1), UUID(int=2)
NUMBERS = count(100)


def day(moment: datetime) -> object:
    return moment.astimezone(SHANGHAI).date()


def course(facts: Facts = GENERAL, *, exit: datetime | None = None, **left: datetime) -> Course:
    return Course(facts=facts, left=left, exit=exit, day=day)


def tick(code: str, moment: datetime, **given: object) -> Tick:
    touchpoint, step = code.split("/")
    values = {"answer": "done", "evidence": "", "staff": ADVISOR, "id": UUID(int=next(NUMBERS))} | given
    return Tick(touchpoint=touchpoint, step=step, moment=moment, **values)


def states(ticks: list[Tick], known: Course | None = None) -> dict[str, str]:
    judged = judge_steps(SPECS, ticks, frozenset(), known or course())
    return {step.code: step.state for steps in judged.values() for step in steps}


def score_of(code: str, ticks: list[Tick], known: Course | None = None):
    return next(s for s in score_visit(SPECS, ticks, frozenset(), known or course()) if s.touchpoint == code)


@st.composite
def lived(draw):
    """A visit lived anyhow: hand ticks, records, answers of every kind, undos, by two people, around the leavings."""
    moments = st.integers(0, 60 * 14).map(lambda minutes: at("08:00") + timedelta(minutes=minutes))
    near = st.integers(0, 40).map(lambda seconds: at("11:00") + timedelta(seconds=seconds))
    ticks = []
    for number in range(draw(st.integers(0, 14))):
        spec = draw(st.sampled_from(SPECS))
        evidence = "app.Row:1" if spec.evidence and draw(st.booleans()) else ""
        answer = "done" if evidence else draw(st.sampled_from(["done", "done", "na", "not_done"]))
        staff = draw(st.sampled_from([ADVISOR, GUARD]))
        moment = draw(st.one_of(moments, near))
        ticks.append(Tick(UUID(int=number + 1), spec.touchpoint, spec.slug, answer, evidence, staff, moment))
    undone = frozenset(draw(st.sets(st.sampled_from([t.id for t in ticks])))) if ticks else frozenset()
    left = {stage: draw(moments) for stage in draw(st.sets(st.sampled_from(["reception", "negotiation", "showcase"])))}
    return ticks, undone, course(exit=draw(st.one_of(st.none(), moments)), **left)


@settings(max_examples=150, deadline=None)
@given(visit=lived(), data=st.data())
def test_order_of_arrival_never_matters(visit, data):
    ticks, undone, known = visit
    shuffled = data.draw(st.permutations(ticks))
    assert score_visit(SPECS, shuffled, undone, known) == score_visit(SPECS, ticks, undone, known)


@settings(max_examples=150, deadline=None)
@given(visit=lived())
def test_counts_add_up_and_the_score_follows_from_them(visit):
    for scored in score_visit(SPECS, *visit):
        counted = scored.live + scored.late + scored.bulk + scored.skipped
        assert scored.done == scored.live + scored.late + scored.bulk
        assert counted <= scored.steps
        assert scored.applicable == (scored.steps > 0) == (scored.score is not None)
        if scored.score is not None:
            exact = Decimal(10) * (2 * scored.live + scored.late) / (2 * scored.steps)
            assert abs(scored.score - exact) <= Decimal("0.005")


@settings(max_examples=100, deadline=None)
@given(visit=lived())
def test_record_is_never_bulk_nor_late(visit):
    ticks, undone, known = visit
    for steps in judge_steps(SPECS, ticks, undone, known).values():
        assert all(s.state in (LIVE, OUT) for s in steps if s.tick and s.tick.evidence)


@pytest.mark.parametrize(
    ("clock", "day_of", "state"),
    [
        ("08:20", "2026-11-20", LIVE),
        ("09:30", "2026-11-20", LIVE),
        ("09:31", "2026-11-20", LATE),
        ("18:00", "2026-11-20", LATE),
        ("08:00", "2026-11-21", BULK),
    ],
)
def test_hand_tick_by_its_moment_after_the_stage_was_left(clock, day_of, state):
    known = course(reception=at("09:00"))
    assert states([tick("1.4/introduce", at(clock, day_of))], known)["1.4/introduce"] == state


def test_live_ends_ten_minutes_after_the_car_left():
    known = course(reception=at("09:00"), exit=at("09:05"))
    assert states([tick("1.4/introduce", at("09:15"))], known)["1.4/introduce"] == LIVE
    assert states([tick("1.4/introduce", at("09:16"))], known)["1.4/introduce"] == LATE


def test_three_touchpoints_within_twenty_seconds_are_bulk_and_two_are_not():
    taps = [
        tick(code, at("10:00") + timedelta(seconds=10 * n)) for n, code in enumerate(["1.4/introduce", "2.1/repeat"])
    ]
    assert states(taps)["2.1/repeat"] == LIVE
    third = tick("3.4/result", at("10:00") + timedelta(seconds=20))
    assert {states([*taps, third])[code] for code in ("1.4/introduce", "2.1/repeat", "3.4/result")} == {BULK}
    later = replace(third, moment=third.moment + timedelta(seconds=1))
    assert states([*taps, later])["3.4/result"] == LIVE


def test_gate_counts_as_one_touchpoint():
    taps = [tick(code, at("08:31")) for code in ("1.1/salute", "1.2/ask", "1.3/gesture", "1.4/introduce")]
    assert states(taps)["1.4/introduce"] == LIVE
    assert states([*taps, tick("2.1/repeat", at("08:31"))])["1.1/salute"] == BULK


def test_two_people_are_never_bulk_together():
    taps = [
        tick("1.2/ask", at("08:31"), staff=GUARD),
        tick("1.4/introduce", at("08:31")),
        tick("2.1/repeat", at("08:31")),
    ]
    assert BULK not in states(taps).values()


def test_undone_tick_makes_nobody_bulk():
    taps = [tick(code, at("10:00")) for code in ("1.4/introduce", "2.1/repeat", "3.4/result")]
    judged = judge_steps(SPECS, taps, frozenset({taps[2].id}), course())
    assert judged["2.1"][0].state == LIVE
    assert judged["3.4"][0].state == UNRECORDED


def test_bulk_is_judged_before_late():
    known = course(reception=at("09:00"), negotiation=at("09:00"), showcase=at("09:00"), exit=at("09:00"))
    taps = [tick(code, at("12:00")) for code in ("1.4/introduce", "2.1/repeat", "3.4/result")]
    assert states(taps, known)["2.1/repeat"] == BULK


def test_weights_one_half_and_nothing():
    known = course(showcase=at("10:00"))
    taps = [
        tick("3.4/result", at("09:50")),
        tick("3.4/cleanliness", at("10:40")),
        tick("3.4/covers", at("09:55"), answer="not_done"),
    ]
    scored = score_of("3.4", taps, known)
    assert (scored.live, scored.late, scored.skipped, scored.score) == (1, 1, 1, Decimal("5.00"))
    assert scored.day == day(at("10:00"))


def test_step_set_aside_by_hand_leaves_the_count():
    taps = [tick("3.4/result", at("09:50")), tick("3.4/covers", at("09:55"), answer="na")]
    scored = score_of("3.4", taps)
    assert (scored.steps, scored.score) == (2, Decimal("5.00"))


def test_whole_touchpoint_set_aside_by_hand_is_ignored():
    taps = [tick(f"3.4/{slug}", at("09:50"), answer="na") for slug in ("result", "cleanliness", "covers")]
    scored = score_of("3.4", taps)
    assert (scored.applicable, scored.steps, scored.score) == (True, 3, Decimal("0.00"))


def test_hand_cannot_bring_back_what_does_not_apply():
    assert score_of("1.7", [tick("1.7/listen", at("09:00"), answer="na")]).applicable is False
    free = replace(GENERAL, situations=frozenset({"nothing_to_pay"}))
    taps = [tick("5.2/payment", at("11:00"), answer="na"), tick("5.2/thanks", at("11:00"), answer="na")]
    scored = score_of("5.2", taps, course(free))
    assert (scored.steps, scored.score) == (1, Decimal("0.00"))


def test_record_step_is_never_ticked_by_hand_and_its_record_wins():
    assert states([tick("1.4/meet", at("08:40"))])["1.4/meet"] == UNRECORDED
    declined = tick("1.4/meet", at("08:40"), answer="not_done")
    assert states([declined])["1.4/meet"] == SKIPPED
    assert states([declined, tick("1.4/meet", at("12:40"), evidence="x.Y:1")])["1.4/meet"] == LIVE


def test_earliest_answer_decides():
    taps = [tick("2.1/repeat", at("09:10"), answer="not_done"), tick("2.1/repeat", at("09:00"))]
    assert states(taps)["2.1/repeat"] == LIVE


def test_stage_that_is_not_left_has_no_day():
    assert score_of("1.4", [tick("1.4/introduce", at("08:40"))]).day is None


def test_cancelled_visit_keeps_what_was_begun():
    facts = replace(
        GENERAL, cancelled=True, cancelled_in="negotiation", entered=frozenset({"reception", "negotiation"})
    )
    known = course(facts, reception=at("09:00"), negotiation=at("09:20"), exit=at("09:20"))
    scored = {s.touchpoint: s for s in score_visit(SPECS, [], frozenset(), known)}
    assert scored["1.4"].score == 0
    assert scored["2.1"].applicable is False
    assert scored["3.4"].applicable is False
    assert score_of("2.1", [tick("2.1/repeat", at("09:10"))], known).score == 10


@pytest.mark.parametrize(
    ("changed", "out"),
    [
        ({}, {"1.6", "1.7"}),
        ({"lane": "express"}, {"1.7"}),
        ({"works": ("service", "claim")}, {"1.6"}),
        ({"situations": frozenset({"claim_line"})}, {"1.6"}),
        ({"arrival": "towed"}, {"1.6", "1.7", "1.1", "1.2", "1.3", "1.4", "2.4"}),
        ({"arrival": "picked_up"}, {"1.6", "1.7", "1.1", "1.2", "1.3", "1.4", "2.4"}),
        ({"situations": frozenset({"out_of_hours"})}, {"1.6", "1.7", "1.1", "1.2", "1.3", "1.4", "2.4"}),
        ({"situations": frozenset({"home_delivery"})}, {"1.6", "1.7", "5.1"}),
        ({"situations": frozenset({"agent_or_phone"})}, {"1.6", "1.7", "3.4"}),
        ({"situations": frozenset({"diagnosis_only"})}, {"1.6", "1.7", "4.3"}),
    ],
)
def test_touchpoints_apply_by_facts(changed, out):
    assert touchpoints_out(replace(GENERAL, **changed)) == out


@pytest.mark.parametrize(
    ("kind", "step"),
    [("nothing_to_pay", "5.2/payment"), ("home_delivery", "5.3/guard"), ("diagnosis_only", "3.2/materials")],
)
def test_single_steps_apply_by_facts(kind, step):
    assert steps_out(replace(GENERAL, situations=frozenset({kind}))) == {step}


@pytest.mark.parametrize(
    ("arrival", "works", "lane"),
    [
        ("booked", ["service"], "booked"),
        ("walk_in", ["service"], "general"),
        ("booked", ["express"], "express"),
        ("booked", ["express", "repair"], "booked"),
        ("booked", ["service", "claim"], "claim"),
        ("walk_in", ["recall"], "claim"),
        ("towed", ["claim", "accident"], "accident"),
        ("walk_in", ["accident", "comeback"], "comeback"),
    ],
)
def test_lane_follows_from_arrival_and_work(arrival, works, lane):
    assert lane_for(arrival, works) == lane
