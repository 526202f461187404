"""The buttons of a plan: its moves and its steps."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dealership.access import guarded
from dealership.forms.cleaning import cleaned
from dealership.models import Store
from dealership.requests import StaffRequest
from dealership.views.forms import done, operation_id
from feedback.actions import plan_moves as moves
from feedback.actions import plan_steps as steps
from feedback.forms.plans import AgainForm, DropForm, StepForm
from feedback.models import Plan, PlanStep
from feedback.queries.plan_choices import people_of
from feedback.views.plans import find_plan


@guarded(moves.start)
@require_POST
def plan_start(request: StaffRequest, store: Store, plan: UUID) -> HttpResponse:
    """Begin."""
    return _back(request, moves.start(find_plan(plan), by=request.user))


@guarded(moves.to_check)
@require_POST
def plan_review(request: StaffRequest, store: Store, plan: UUID) -> HttpResponse:
    """Go on to the check by hand."""
    return _back(request, moves.to_check(find_plan(plan), by=request.user))


@guarded(moves.check)
@require_POST
def plan_check(request: StaffRequest, store: Store, plan: UUID) -> HttpResponse:
    """Compare before with after."""
    row = moves.check(find_plan(plan), by=request.user)
    if not row.verdict:
        messages.warning(request, _("Too few values yet: it stays in check and is looked at again in two weeks."))
    return _back(request, row)


@guarded(moves.make_standard)
@require_POST
def plan_standard(request: StaffRequest, store: Store, plan: UUID) -> HttpResponse:
    """Keep what worked."""
    return _back(request, moves.make_standard(find_plan(plan), by=request.user))


@guarded(moves.reopen)
@require_POST
def plan_again(request: StaffRequest, store: Store, plan: UUID) -> HttpResponse:
    """Go round again."""
    return _back(request, moves.reopen(find_plan(plan), by=request.user, **cleaned(AgainForm(request.POST))))


@guarded(moves.drop)
@require_POST
def plan_drop(request: StaffRequest, store: Store, plan: UUID) -> HttpResponse:
    """Give it up."""
    return _back(request, moves.drop(find_plan(plan), by=request.user, why=cleaned(DropForm(request.POST))["why"]))


@guarded(steps.add_step)
@require_POST
def plan_step_new(request: StaffRequest, store: Store, plan: UUID) -> HttpResponse:
    """Add a step."""
    form = StepForm(request.POST, people=people_of(store))
    cleaned(form)
    row = find_plan(plan)
    steps.add_step(row, task=form.task(), by=request.user, id=operation_id(request))
    return _back(request, row)


@guarded(steps.change_step)
@require_POST
def plan_step_change(request: StaffRequest, store: Store, step: UUID) -> HttpResponse:
    """Change a step."""
    form = StepForm(request.POST, people=people_of(store))
    cleaned(form)
    return _back(request, steps.change_step(_step(step), task=form.task(), by=request.user).plan)


@guarded(steps.tick_step)
@require_POST
def plan_step_done(request: StaffRequest, store: Store, step: UUID) -> HttpResponse:
    """Tick a step."""
    return _back(request, steps.tick_step(_step(step), by=request.user).plan)


@guarded(steps.untick_step)
@require_POST
def plan_step_undone(request: StaffRequest, store: Store, step: UUID) -> HttpResponse:
    """Take the tick back."""
    return _back(request, steps.untick_step(_step(step), by=request.user).plan)


def _step(pk: UUID) -> PlanStep:
    return get_object_or_404(PlanStep.objects.select_related("plan__store", "store", "owner"), pk=pk)


def _back(request: StaffRequest, plan: Plan) -> HttpResponse:
    return done(request, "plan", store=request.store.code, plan=plan.pk)
