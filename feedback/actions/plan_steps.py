"""The steps of a plan: who does what by when, ticked by whoever does it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.models import Membership, Role, Staff
from dealership.queries.staff import roles_in
from dealership.refused import Refused
from dealership.uuids import uuid7
from feedback.actions.plan_dates import put, set_climb
from feedback.actions.plan_phase import locked
from feedback.models import Plan, PlanStep
from feedback.plan_dates import remind_at

MOST_STEPS = 20
LEADS = frozenset({Role.SUPERVISOR, Role.MANAGER})


@dataclass(frozen=True)
class Task:
    """What a step is to be."""

    text: str
    owner: Staff
    due_on: date


@transaction.atomic
def add_step(plan: Plan, *, task: Task, by: Staff, id: UUID | None = None, now: datetime | None = None) -> PlanStep:
    """Add a step at the end; its owner is reminded on the morning before it is due. The same `id` returns the first.

    Raises Refused: "step.text", "step.owner", "step.due" outside the plan, "step.many", "plan.closed".
    """
    now = now or timezone.now()
    plan = _open(plan)
    known = PlanStep.objects.filter(pk=id).first() if id else None
    if known:
        return known
    _check(plan, task)
    steps = PlanStep.objects.filter(plan=plan)
    if steps.count() >= MOST_STEPS:
        raise Refused(_("So many steps are two plans."), "step.many")
    position = (steps.aggregate(last=Max("position"))["last"] or 0) + 1
    step = PlanStep(
        id=id or uuid7(now), store=plan.store, plan=plan, position=position, text=task.text.strip()[:120],
        owner=task.owner, due_on=task.due_on,
    )  # fmt: skip
    step.remind_at = remind_at(step)
    step.save(force_insert=True)
    set_climb(plan, now=now)
    return step


@transaction.atomic
def change_step(step: PlanStep, *, task: Task, by: Staff, now: datetime | None = None) -> PlanStep:
    """Change an open step; a new day or owner is reminded anew. Raises what `add_step` raises, and "step.done"."""
    now = now or timezone.now()
    plan = _open(step.plan)
    _check(plan, task)
    step = PlanStep.objects.select_related("store").get(pk=step.pk)
    if step.done_at:
        raise Refused(_("It is done. Take the tick back first."), "step.done")
    anew = step.owner_id != task.owner.pk or step.due_on != task.due_on
    step.text, step.owner = task.text.strip()[:120], task.owner
    step.save(update_fields=["text", "owner"])
    if anew:
        put(step, task.due_on)
    set_climb(plan, now=now)
    return step


@transaction.atomic
def tick_step(step: PlanStep, *, by: Staff, now: datetime | None = None) -> PlanStep:
    """Note that a step is done; a second press changes nothing.

    Raises Refused: "step.not_yours" for whoever neither owns the step or the plan nor leads, "plan.closed".
    """
    now = now or timezone.now()
    plan = _open(step.plan)
    _own(step, plan, by)
    PlanStep.objects.filter(pk=step.pk, done_at=None).update(done_at=now, done_by=by, remind_at=None)
    set_climb(plan, now=now)
    step.refresh_from_db()
    return step


@transaction.atomic
def untick_step(step: PlanStep, *, by: Staff, now: datetime | None = None) -> PlanStep:
    """Take the tick back; what lies ahead is reminded again. A second press changes nothing. Raises as `tick_step`."""
    now = now or timezone.now()
    plan = _open(step.plan)
    _own(step, plan, by)
    reminder = remind_at(step)
    PlanStep.objects.filter(pk=step.pk).exclude(done_at=None).update(
        done_at=None, done_by=None, remind_at=reminder if reminder > now else None
    )
    set_climb(plan, now=now)
    step.refresh_from_db()
    return step


def _open(plan: Plan) -> Plan:
    plan = locked(plan)
    if plan.phase == Plan.Phase.CLOSED:
        raise Refused(_("This plan is closed."), "plan.closed")
    return plan


def _check(plan: Plan, task: Task) -> None:
    if not task.text.strip():
        raise Refused(_("Say what is to be done."), "step.text", field="text")
    if not Membership.objects.filter(store=plan.store, staff=task.owner, staff__is_active=True).exists():
        raise Refused(_("Choose somebody who works here."), "step.owner", field="owner")
    if not plan.start_on <= task.due_on <= plan.review_on:
        sentence = _("The day has to lie within the plan: %(first)s to %(last)s.")
        days = {"first": plan.start_on.isoformat(), "last": plan.review_on.isoformat()}
        raise Refused(sentence % days, "step.due", field="due_on")


def _own(step: PlanStep, plan: Plan, by: Staff) -> None:
    if by.pk not in (step.owner_id, plan.owner_id) and not LEADS & roles_in(by, plan.store):
        raise Refused(_("Whoever has taken this step on ticks it."), "step.not_yours")
