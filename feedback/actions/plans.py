"""Plans to improve a touchpoint: made with a SMART aim, changed until they start. Moves: `actions.plan_moves`."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dealership.models import Membership, Staff, Store, business_day
from dealership.queries.standards import current_id, touchpoints
from dealership.refused import Refused
from dealership.uuids import uuid7
from feedback.actions.plan_dates import put, set_climb
from feedback.actions.plan_phase import locked, note_change
from feedback.intervals import Sample
from feedback.models import Plan, PlanStep, RootCause, WeakItem
from feedback.queries.plan_check import within
from feedback.queries.samples import recent
from feedback.smart import Aim, letters


@dataclass(frozen=True)
class Wish:
    """What a plan is to be, as a form gives it."""

    title: str
    why: str
    reading: str
    target: Decimal | None
    start_on: date | None
    review_on: date | None
    owner: Staff
    department: str


@transaction.atomic
def make_plan(
    store: Store, *, touchpoint: str, wish: Wish, by: Staff, id: UUID | None = None, item: WeakItem | None = None,
    cause: RootCause | None = None, now: datetime | None = None,
) -> Plan:  # fmt: skip
    """Write a plan with the figure from which it sets out; the same `id` again returns the first plan.

    Raises Refused with the first SMART sentence that does not hold ("plan.title", "plan.vague", "plan.baseline",
    "plan.target", "plan.scale", "plan.below", "plan.too_far", "plan.why", "plan.past", "plan.dates", "plan.length"),
    "plan.owner" for somebody who does not work here, "plan.item" when the weak item is closed.
    """
    now = now or timezone.now()
    known = Plan.objects.filter(pk=id).first() if id else None
    if known:
        return known
    if item and item.closed_at:
        raise Refused(_("This weak item is closed. Confirm it anew first."), "plan.item")
    baseline = _checked(store, touchpoint, wish, now=now)
    values = {
        "weak_item": item, "cause": cause, "touchpoint": touchpoint, "measure": cause.measure if cause else "",
        "baseline": baseline, "made_at": now, "made_by": by, **_fields(wish),
    }  # fmt: skip
    plan, made = Plan.objects.get_or_create(id=id or uuid7(now), store=store, defaults=values)
    if not made:
        return plan
    note_change(plan, by=by, now=now, source="", words=plan.title)
    return set_climb(plan, now=now)


@transaction.atomic
def change_plan(plan: Plan, *, wish: Wish, by: Staff, now: datetime | None = None) -> Plan:
    """Change a plan that has not started. Raises what `make_plan` raises, and "plan.started"."""
    now = now or timezone.now()
    plan = locked(plan)
    if plan.phase != Plan.Phase.PLAN:
        raise Refused(
            _("It has started: its aim stands. Take it up again after the check to change it."), "plan.started"
        )
    plan.baseline = _checked(plan.store, plan.touchpoint, wish, now=now)
    for name, value in _fields(wish).items():
        setattr(plan, name, value)
    plan.save(update_fields=["baseline", *_fields(wish)])
    late = PlanStep.objects.filter(plan=plan, done_at=None)
    for step in [*late.filter(due_on__lt=plan.start_on), *late.filter(due_on__gt=plan.review_on)]:
        put(step, min(max(step.due_on, plan.start_on), plan.review_on))
    return set_climb(plan, now=now)


def aim_of(store: Store, touchpoint: str, wish: Wish, *, sample: Sample) -> Aim:
    """Return a wish as the five sentences judge it."""
    names = {one.code: one.name for one in touchpoints(current_id(store), get_language() or "zh-hans")}
    if touchpoint not in names:
        raise Refused(_("Choose the touchpoint."), "plan.touchpoint", field="touchpoint")
    baseline = None if sample.mean is None else within(sample.mean)
    return Aim(wish.title, names[touchpoint], wish.why, baseline, sample.n, wish.target, wish.start_on, wish.review_on)


def _checked(store: Store, touchpoint: str, wish: Wish, *, now: datetime) -> Decimal | None:
    """Return the figure from which the plan sets out; refuse what is not SMART, and a stranger as owner."""
    day = business_day(store, now)
    aim = aim_of(store, touchpoint, wish, sample=recent(store, touchpoint, reading=wish.reading, day=day))
    for letter in letters(aim, today=day):
        if not letter.holds:
            raise Refused(letter.sentence, letter.code, field=letter.field)
    if not Membership.objects.filter(store=store, staff=wish.owner, staff__is_active=True).exists():
        raise Refused(_("Choose somebody who works here."), "plan.owner", field="owner")
    return aim.baseline


def _fields(wish: Wish) -> dict[str, Any]:
    return {
        "title": wish.title.strip()[:80], "why": wish.why.strip()[:200], "reading": wish.reading,
        "target": wish.target, "start_on": wish.start_on, "review_on": wish.review_on, "owner": wish.owner,
        "department": wish.department,
    }  # fmt: skip
