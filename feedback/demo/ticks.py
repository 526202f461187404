"""Operations and ticks of the past as lines of COPY: the two largest tables, a hundred thousand rows each."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from dealership.actions.ticks import REASONS
from dealership.models import Role, Staff
from dealership.stages import Stage, stage_of
from dealership.uuids import seeded_uuid7
from feedback.demo.answers import BULK, LATE, LIVE, NONE, SKIPPED, Spec
from feedback.demo.car import Car
from feedback.demo.people import Crew
from feedback.demo.plan import Plan
from feedback.demo.rows import NOTHING

ANCHOR = {
    "1.1": ("arrived", 12), "1.2": ("arrived", 25), "1.3": ("arrived", 40), "1.4": ("greeted", 15),
    "1.7": ("greeted", 60), "2.1": ("answered", -20), "2.4": ("arranged", 20), "2.5": ("keyed", 25),
    "3.4": ("explanation", -80), "4.1": ("confirmed", 20), "4.2": ("warranty", 25), "5.1": ("method", 15),
    "5.2": ("paid", 20), "5.3": ("handed", 25),
}  # fmt: skip
"""Touchpoint → the milestone near which its hand steps are tapped, and how many seconds from it."""
LEFT_AT = {
    Stage.RECEPTION: "negotiation", Stage.NEGOTIATION: "workshop", Stage.SHOWCASE: "explanation",
    Stage.EXPLANATION: "delivery", Stage.DELIVERY: "left",
}  # fmt: skip
SPACE = timedelta(seconds=13)
"""Between the cards of one person, so that three never fall within the 20 seconds of a bulk."""
LATE_AFTER = timedelta(minutes=31)
NEXT_MORNING = timedelta(hours=8, minutes=5)


def operation_line(id_: UUID, car: Car, by: Staff, *, kind: str, payload: dict[str, Any], moment: datetime) -> str:
    """Return an accepted operation, made on line at `moment`, as a line of COPY (columns: `car.OPERATION`)."""
    text = json.dumps(payload, ensure_ascii=False).replace("\\", "\\\\")
    at = moment.isoformat()
    who = f"{id_}\t{car.store.pk}\t{car.plan.id}\t{by.pk}"
    return f"{who}\t{kind}\t1\t0\t{text}\t{at}\t0 seconds\t{at}\t{at}\taccepted\t\t"


@dataclass(frozen=True)
class Tap:
    """One hand answer: which step, by whom, when, and what was said."""

    spec: Spec
    by: Staff
    at: datetime
    answer: str


def write_ticks(car: Car, steps: Sequence[Spec]) -> None:
    """Write the answers of a visit: records for what left one, taps for the rest, some late, a few in bulk."""
    for spec in steps:
        answer = car.plan.answers.get(spec.code, NONE)
        if answer != NONE and spec.code in car.evidence:
            row, by, moment = car.evidence[spec.code]
            word = "done" if answer == LIVE else "not_done"
            _tick(car, spec, by, moment, evidence=f"{row._meta.label}:{row.pk}", answer=word)
    for tap in taps(car.plan, steps, car.ledger.crew):
        if tap.at < car.ledger.until and (not car.plan.cancelled or tap.at <= car.at["signed"]):
            _tick(car, tap.spec, tap.by, tap.at, evidence="", answer=tap.answer)


def taps(plan: Plan, steps: Sequence[Spec], crew: Crew) -> list[Tap]:
    """Return the hand answers of a visit, card by card."""
    by_hand: dict[str, list[tuple[Spec, str]]] = defaultdict(list)
    for spec in steps:
        answer = plan.answers.get(spec.code, NONE)
        if answer != NONE and not spec.evidence:
            by_hand[spec.touchpoint].append((spec, answer))
    found: list[Tap] = []
    last: dict[UUID, datetime] = {}
    late = 0
    for touchpoint in sorted(by_hand, key=lambda code: _anchor(plan, code)):
        moment = _anchor(plan, touchpoint)
        by = _person(plan, crew, by_hand[touchpoint][0][0].role)
        moment = max(moment, last.get(by.pk, moment) + SPACE)
        last[by.pk] = moment + timedelta(seconds=len(by_hand[touchpoint]))
        for number, (spec, answer) in enumerate(by_hand[touchpoint]):
            at = moment + timedelta(seconds=number)
            if answer in (LATE, BULK):
                late += 1
                at = _afterwards(plan, touchpoint, answer, late) or at
            found.append(Tap(spec, by, at, "not_done" if answer == SKIPPED else "done"))
    return found


def _anchor(plan: Plan, touchpoint: str) -> datetime:
    milestone, seconds = ANCHOR[touchpoint]
    return plan.at[milestone] + timedelta(seconds=seconds)


def _afterwards(plan: Plan, touchpoint: str, answer: str, number: int) -> datetime | None:
    """Return when a forgotten step is made up for: later that day, or in one go on the next morning."""
    left = plan.at[LEFT_AT[stage_of(touchpoint)]].astimezone(plan.store.zone)
    if answer == BULK:
        midnight = left.replace(hour=0, minute=0, second=0)
        return midnight + timedelta(days=1) + NEXT_MORNING + timedelta(seconds=plan.number * 30 + number)
    late = left + LATE_AFTER + timedelta(seconds=45 * number)
    return late if late.date() == left.date() else None


def _person(plan: Plan, crew: Crew, role: str) -> Staff:
    if role == Role.ADVISOR:
        return plan.advisor
    return plan.technician if role == Role.TECHNICIAN else crew.one(role)


def _tick(car: Car, spec: Spec, by: Staff, moment: datetime, *, evidence: str, answer: str) -> None:
    id_ = seeded_uuid7(moment, car.source)
    reason = car.source.choice(REASONS[:2]) if answer == "not_done" and not evidence else ""
    payload = {"step": spec.code, "answer": answer}
    payload |= {"evidence": evidence} if evidence else {}
    payload |= {"reason": reason} if reason else {}
    car.ledger.operations.append(operation_line(id_, car, by, kind="tick", payload=payload, moment=moment))
    car.ledger.ticks.append(
        f"{id_}\t{car.store.pk}\t{car.plan.id}\t{spec.touchpoint}\t{spec.slug}\t{answer}\t{reason}\t{evidence}"
        f"\t{by.pk or NOTHING}\t{moment.isoformat()}"
    )
