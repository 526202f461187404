"""When something of a plan is due, when its owner is reminded and after how long it climbs: rules of this product."""

from datetime import date, datetime, time, timedelta

from dealership.models import Store
from feedback.models import Plan, PlanStep

MORNING = time(8)
REMIND_BEFORE = timedelta(days=1)
CLIMB_AFTER = (timedelta(days=2), timedelta(days=7))
"""So long after the due day a plan climbs to the manager, and then to the chain."""
STEPS_COUNT = (Plan.Phase.PLAN, Plan.Phase.DO)
REVIEW_COUNTS = (Plan.Phase.DO, Plan.Phase.CHECK, Plan.Phase.ACT)
"""Phases in which open steps, and the review, can be overdue."""


def morning(store: Store, day: date) -> datetime:
    """Return 8:00 of a day in the store."""
    return datetime.combine(day, MORNING, tzinfo=store.zone)


def remind_at(step: PlanStep) -> datetime:
    """Return the morning of the day before a step is due."""
    return morning(step.store, step.due_on - REMIND_BEFORE)
