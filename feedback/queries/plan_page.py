"""All that the page of one plan shows."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language

from dealership.models import Staff, business_day
from dealership.queries.standards import current_id, touchpoints
from feedback.intervals import Interval, Sample, mean_interval
from feedback.models import Plan, PlanChange, PlanStep
from feedback.plan_dates import STEPS_COUNT
from feedback.queries.plan_check import Result, compare, verdict_words
from feedback.queries.plan_trend import plan_trend
from feedback.queries.plans import level_words, verdict_chip
from feedback.smart import Aim, letters

LEFT, UNIT, BEFORE_Y, AFTER_Y = 84, 50, 34, 78
"""Where 0 lies in the picture, how wide a point is, and the height of its two lines (SVG units)."""
Phase = Plan.Phase
PHASES = (Phase.PLAN, Phase.DO, Phase.CHECK, Phase.ACT)


@dataclass(frozen=True)
class Bar:
    """One mean of the picture with its interval, in SVG units."""

    sample: Sample
    interval: Interval
    y: int

    @property
    def x(self) -> float:
        """Where the mean lies."""
        return _x(self.sample.mean or 0)

    @property
    def low(self) -> float:
        """Where the interval begins."""
        return _x(self.interval.low)

    @property
    def high(self) -> float:
        """Where it ends."""
        return _x(self.interval.high)


@dataclass(frozen=True)
class Picture:
    """Two means with their intervals on the scale of 0 to 10, and the target."""

    result: Result
    before: Bar
    after: Bar
    target_x: float
    ticks: tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class StepLine:
    """A step: how many days late, and whether the reader may tick it."""

    step: PlanStep
    late: int
    mine: bool


def plan_page(plan: Plan, *, staff: Staff, leads: bool, now: Any) -> dict[str, Any]:
    """Return the context of the page, in a constant number of queries."""
    day = business_day(plan.store, now)
    words = {one.code: one for one in touchpoints(current_id(plan.store), get_language() or "zh-hans")}
    name = words[plan.touchpoint].name if plan.touchpoint in words else ""
    result = _result(plan, day)
    return {
        "plan": plan,
        "name": name,
        "letters": letters(_aim(plan, name)),
        "steps": _steps(plan, staff, leads=leads, day=day),
        "phases": [(phase, str(phase.label), _place(plan, phase)) for phase in PHASES],
        "changes": list(PlanChange.objects.filter(plan=plan).select_related("by")),
        "verdict": verdict_chip(plan),
        "verdict_words": verdict_words(plan),
        "result": result,
        "picture": picture_of(plan, result) if result and plan.checked_at and not result.few else None,
        "trend": plan_trend(plan, today=day),
        "proposal_url": _proposal_url(plan),
        "level": level_words(plan),
        "day": day,
        "review_passed": plan.review_on <= day,
    }


def _result(plan: Plan, day: date) -> Result | None:
    """Return the comparison as it stood when it was made, or as it would be today while it waits for it."""
    if plan.phase in (Phase.PLAN, Phase.DO):
        return None
    checked = business_day(plan.store, plan.checked_at) if plan.checked_at else day
    return compare(plan, today=day if plan.phase == Phase.CHECK else checked)


def picture_of(plan: Plan, result: Result) -> Picture | None:
    """Return the picture of a comparison, None where a mean has no interval."""
    before, after = (mean_interval(one.n, one.total, one.squares) for one in (result.before, result.after))
    if before is None or after is None:
        return None
    ticks = tuple((value, _x(value)) for value in range(0, 11, 2))
    return Picture(
        result, Bar(result.before, before, BEFORE_Y), Bar(result.after, after, AFTER_Y), _x(plan.target), ticks
    )


def _proposal_url(plan: Plan) -> str:
    """Return where what worked is written into the standard."""
    where = {"store": plan.store.code, "touchpoint": plan.touchpoint}
    return f"{reverse('proposal-new', kwargs=where)}?plan={plan.pk}"


def next_dates(day: date) -> tuple[date, date]:
    """Return the dates that a new round or plan is offered: from tomorrow on, four whole weeks."""
    start = day + timedelta(days=1)
    return start, start + timedelta(days=28)


def _steps(plan: Plan, staff: Staff, *, leads: bool, day: date) -> list[StepLine]:
    found = PlanStep.objects.filter(plan=plan).select_related("owner", "done_by").order_by("due_on", "position")
    return [
        StepLine(
            step,
            late=0 if step.done_at or plan.phase not in STEPS_COUNT else max(0, (day - step.due_on).days),
            mine=leads or staff.pk in (step.owner_id, plan.owner_id),
        )
        for step in found
    ]


def _place(plan: Plan, phase: str) -> str:
    """Return where a phase stands to the plan's own: done, current or open."""
    order = [*PHASES, Phase.CLOSED]
    here, there = order.index(Phase(plan.phase)), order.index(Phase(phase))
    return "current" if here == there else "done" if there < here else "open"


def _aim(plan: Plan, name: str) -> Aim:
    return Aim(plan.title, name, plan.why, plan.baseline, None, plan.target, plan.start_on, plan.review_on)


def _x(value: Any) -> float:
    return round(LEFT + UNIT * float(value), 1)
