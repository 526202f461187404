"""How ticks become scores: pure functions of all that is known of a visit, so the order of arrival never matters.

Rules of this product (no source states them): live, late, bulk, and the 20 seconds; see `docs/scores.md`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from dealership.applicability import Facts, steps_out, touchpoints_out
from dealership.stages import stage_of

LIVE_AFTER_STAGE = timedelta(minutes=30)
LIVE_AFTER_EXIT = timedelta(minutes=10)
UNDO_AFTER_EXIT = timedelta(minutes=10)
BULK_WINDOW = timedelta(seconds=20)
BULK_TOUCHPOINTS = 3

LIVE, LATE, BULK, SKIPPED, UNRECORDED, OUT = "live", "late", "bulk", "skipped", "unrecorded", "out"
WEIGHT = {
    LIVE: Decimal(1),
    LATE: Decimal("0.5"),
    BULK: Decimal(0),
    SKIPPED: Decimal(0),
    UNRECORDED: Decimal(0),
}
LETTER = {LIVE: "L", LATE: "T", BULK: "B", SKIPPED: "S", UNRECORDED: "U", OUT: "-"}
"""State of a step → its letter in `TouchpointRecord.states`."""
GATE_GROUP = frozenset({"1.1", "1.2", "1.3"})


@dataclass(frozen=True)
class Tick:
    """An answer to a step: `answer` is done, na or not_done; `evidence` names the record of a self-tick."""

    id: UUID
    touchpoint: str
    step: str
    answer: str
    evidence: str
    staff: UUID | None
    moment: datetime

    @property
    def by_hand(self) -> bool:
        """True where a person tapped it."""
        return not self.evidence


@dataclass(frozen=True)
class StepSpec:
    """A step of the visit's version of the standard."""

    touchpoint: str
    slug: str
    evidence: bool

    @property
    def code(self) -> str:
        """`1.5/controls`."""
        return f"{self.touchpoint}/{self.slug}"


@dataclass(frozen=True)
class Course:
    """What is known of a visit besides ticks: its facts, when stages were last left, when the car left."""

    facts: Facts
    left: Mapping[str, datetime]
    """Stage → the moment it was last left; absent while the visit is in it or before it."""
    exit: datetime | None
    day: Callable[[datetime], date]


@dataclass(frozen=True)
class Judged:
    """The state of one step: what it counts as, and the tick that says so."""

    code: str
    state: str
    tick: Tick | None


@dataclass(frozen=True)
class Scored:
    """One touchpoint of one visit; the fields are those of TouchpointRecord."""

    touchpoint: str
    day: date | None
    applicable: bool
    steps: int
    done: int
    live: int
    late: int
    bulk: int
    skipped: int
    states: str
    score: Decimal | None


def score_visit(
    specs: Iterable[StepSpec], ticks: Iterable[Tick], undone: frozenset[UUID], course: Course
) -> list[Scored]:
    """Judge a visit: one Scored per touchpoint of the standard, in its order."""
    judged = judge_steps(specs, ticks, undone, course)
    return [_score(touchpoint, steps, course) for touchpoint, steps in judged.items()]


def judge_steps(
    specs: Iterable[StepSpec], ticks: Iterable[Tick], undone: frozenset[UUID], course: Course
) -> dict[str, list[Judged]]:
    """Judge every step: touchpoint code → its steps in order."""
    standing = in_order(ticks, undone)
    bulk = bulk_ticks(standing)
    answers: dict[str, list[Tick]] = defaultdict(list)
    for tick in standing:
        answers[f"{tick.touchpoint}/{tick.step}"].append(tick)
    out_touchpoints, out_steps = touchpoints_out(course.facts), steps_out(course.facts)

    judged: dict[str, list[Judged]] = defaultdict(list)
    by_hand: set[str] = set()
    for spec in specs:
        answer = answer_of(spec, answers[spec.code])
        out = spec.touchpoint in out_touchpoints or spec.code in out_steps
        state = OUT if out else _judge(answer, bulk, course)
        judged[spec.touchpoint].append(Judged(spec.code, state, answer))
        if state == OUT and not out:
            by_hand.add(spec.code)
    return {code: _after_cancelling(code, _some_left(steps, by_hand), course) for code, steps in judged.items()}


def in_order(ticks: Iterable[Tick], undone: frozenset[UUID]) -> list[Tick]:
    """Return the ticks that no undo names, by corrected moment and id."""
    return sorted((t for t in ticks if t.id not in undone), key=lambda t: (t.moment, t.id))


def answer_of(spec: StepSpec, ticks: list[Tick]) -> Tick | None:
    """Return the tick that decides a step: the earliest standing answer.

    A step with evidence is never ticked off by hand: there a hand "done" says nothing, and a record wins over a
    hand "not done" or "not applicable".
    """
    if not spec.evidence:
        return ticks[0] if ticks else None
    records = [tick for tick in ticks if not tick.by_hand]
    others = [tick for tick in ticks if tick.by_hand and tick.answer != "done"]
    return next(iter(records or others), None)


def _judge(tick: Tick | None, bulk: frozenset[UUID], course: Course) -> str:
    if tick is None:
        return UNRECORDED
    if tick.answer == "na":
        return OUT
    if tick.answer == "not_done":
        return SKIPPED
    if not tick.by_hand:
        return LIVE
    if tick.id in bulk:
        return BULK
    left = course.left.get(stage_of(tick.touchpoint))
    limits = [left + LIVE_AFTER_STAGE] if left else []
    if course.exit:
        limits.append(course.exit + LIVE_AFTER_EXIT)
    if all(tick.moment <= limit for limit in limits):
        return LIVE
    ended = left or course.exit
    return LATE if ended and course.day(tick.moment) == course.day(ended) else BULK


def bulk_ticks(standing: list[Tick]) -> frozenset[UUID]:
    """Return the ids of hand ticks of one person on three or more touchpoints within 20 seconds."""
    by_person: dict[UUID | None, list[Tick]] = defaultdict(list)
    for tick in standing:
        if tick.by_hand and tick.answer == "done":
            by_person[tick.staff].append(tick)
    found: set[UUID] = set()
    for ticks in by_person.values():
        for start, first in enumerate(ticks):
            window = [tick for tick in ticks[start:] if tick.moment - first.moment <= BULK_WINDOW]
            groups = {"gate" if tick.touchpoint in GATE_GROUP else tick.touchpoint for tick in window}
            if len(groups) >= BULK_TOUCHPOINTS:
                found.update(tick.id for tick in window)
    return frozenset(found)


def _some_left(steps: list[Judged], by_hand: set[str]) -> list[Judged]:
    """Never set a whole touchpoint aside by hand: where that was tried, those steps count as not recorded."""
    if any(step.state != OUT for step in steps):
        return steps
    return [Judged(step.code, UNRECORDED, step.tick) if step.code in by_hand else step for step in steps]


def _after_cancelling(code: str, steps: list[Judged], course: Course) -> list[Judged]:
    if not course.facts.cancelled:
        return steps
    stage = stage_of(code)
    never_entered = stage not in course.facts.entered
    unanswered = stage == course.facts.cancelled_in and all(step.tick is None for step in steps)
    return [Judged(step.code, OUT, step.tick) for step in steps] if never_entered or unanswered else steps


def _score(touchpoint: str, steps: list[Judged], course: Course) -> Scored:
    count = {state: sum(step.state == state for step in steps) for state in WEIGHT}
    applicable = sum(count.values())
    left = course.left.get(stage_of(touchpoint))
    score = None
    if applicable:
        weight = sum((WEIGHT[state] * number for state, number in count.items()), Decimal(0))
        score = (10 * weight / applicable).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return Scored(
        touchpoint=touchpoint,
        day=course.day(left) if left else None,
        applicable=bool(applicable),
        steps=applicable,
        done=count[LIVE] + count[LATE] + count[BULK],
        live=count[LIVE],
        late=count[LATE],
        bulk=count[BULK],
        skipped=count[SKIPPED],
        states="".join(LETTER[step.state] for step in steps),
        score=score,
    )
