"""What every change of a plan stores about its dates: when it climbs next, when a step is reminded."""

from datetime import date, datetime

from feedback.models import Plan, PlanStep
from feedback.plan_dates import CLIMB_AFTER, REVIEW_COUNTS, STEPS_COUNT, morning, remind_at


def due_of(plan: Plan) -> date | None:
    """Return the first day that is due: an open step, or the review while nothing is decided; None when closed."""
    days: list[date] = []
    if plan.phase in STEPS_COUNT:
        days += PlanStep.objects.filter(plan=plan, done_at=None).order_by("due_on").values_list("due_on", flat=True)[:1]
    if plan.phase in REVIEW_COUNTS:
        days.append(plan.review_on)
    return min(days, default=None)


def set_climb(plan: Plan, *, now: datetime) -> Plan:
    """Store when a plan climbs next, after anything of it changed; what is not overdue any more comes down again."""
    due = due_of(plan)
    if due is None:
        plan.level, plan.climb_at = 0, None
    else:
        moments = [morning(plan.store, due + after) for after in CLIMB_AFTER]
        # It never skips the manager: a plan whose step was due long ago climbs one level at a time.
        plan.level = min(plan.level, sum(moment <= now for moment in moments))
        plan.climb_at = moments[plan.level] if plan.level < len(moments) else None
    plan.save(update_fields=["level", "climb_at"])
    return plan


def put(step: PlanStep, due_on: date) -> PlanStep:
    """Move the day of an open step and the reminder with it."""
    step.due_on = due_on
    step.remind_at = remind_at(step)
    step.save(update_fields=["due_on", "remind_at"])
    return step
