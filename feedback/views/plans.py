"""Making a plan, looking at it, changing it."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from dealership.access import guarded, may
from dealership.models import Role, Staff, Store, business_day
from dealership.queries.staff import roles_in
from dealership.requests import StaffRequest
from dealership.views.forms import done, operation_id
from feedback.actions import plans as actions
from feedback.forms.plans import AgainForm, PlanForm, StepForm
from feedback.models import Plan, RootCause, WeakItem
from feedback.queries.cause_words import cause_words
from feedback.queries.plan_choices import figures_today, first_values, people_of, touchpoint_choices, values_of
from feedback.queries.plan_page import next_dates, plan_page
from feedback.queries.plans import plans_seen_by
from feedback.queries.samples import recent
from feedback.smart import letters
from feedback.views.weak_items import frame_of

SEES_ALL = frozenset({Role.SUPERVISOR, Role.MANAGER, Role.CHAIN})
"""Who sees every plan; the others see those in which they have a part."""


@guarded()
@require_GET
def plan(request: StaffRequest, store: Store, plan: UUID) -> HttpResponse:
    """Show a plan: aim, steps, what comes next, what it came to."""
    row = find_plan(plan)
    staff: Staff = request.user  # type: ignore[assignment]
    if not SEES_ALL & roles_in(staff, store) and not plans_seen_by(row, staff):
        raise PermissionDenied
    now = timezone.now()
    leads = may(staff, store, actions.change_plan)
    start_on, review_on = next_dates(business_day(store, now))
    context = frame_of(request, store) | plan_page(row, staff=staff, leads=leads, now=now)
    people = people_of(store) if leads else []
    first_day = {"due_on": max(row.start_on, business_day(store, now)), "owner": str(row.owner_id)}
    context |= {
        "step_form": StepForm(people=people, initial=first_day),
        "again": AgainForm(initial={"start_on": start_on, "review_on": review_on}),
        "people": people,
        "sees_all": bool(SEES_ALL & roles_in(staff, store)),
    }
    return render(request, "feedback/plan.html", context)


@guarded(actions.make_plan)
def plan_new(request: StaffRequest, store: Store) -> HttpResponse:
    """Show the form, filled from the cause where there is one, or make the plan."""
    item, cause = _origin(request)
    touchpoint = request.POST.get("touchpoint") or (item.touchpoint if item else request.GET.get("touchpoint", ""))
    known = dict(touchpoint_choices(store))
    touchpoint = touchpoint if touchpoint in known else next(iter(known))
    if request.method == "POST":
        form = _form(store, request.POST)
        if _good(store, form):
            made = actions.make_plan(
                store, touchpoint=form.cleaned_data["touchpoint"], wish=form.wish(), by=request.user, item=item,
                cause=cause, id=operation_id(request),
            )  # fmt: skip
            return done(request, "plan", store=store.code, plan=made.pk)
        return _show(request, store, form, touchpoint=touchpoint, item=item, cause=cause)
    day = business_day(store, timezone.now())
    figures = figures_today(store, touchpoint, day)
    first = first_values(
        store, touchpoint=touchpoint, item=item, cause=cause, figures=figures, by=request.user, day=day
    )
    return _show(request, store, _form(store, initial=first), touchpoint=touchpoint, item=item, cause=cause)


@guarded(actions.change_plan)
def plan_edit(request: StaffRequest, store: Store, plan: UUID) -> HttpResponse:
    """Show the form of a plan that has not started, or change it."""
    row = find_plan(plan)
    form = _form(store, request.POST if request.method == "POST" else None, initial=values_of(row))
    if request.method == "POST" and _good(store, form):
        actions.change_plan(row, wish=form.wish(), by=request.user)
        return done(request, "plan", store=store.code, plan=row.pk)
    return _show(request, store, form, touchpoint=row.touchpoint, item=row.weak_item, cause=row.cause, plan=row)


def find_plan(pk: UUID) -> Plan:
    """Return a plan of the open scope, 404 where there is none."""
    return get_object_or_404(Plan.objects.select_related("store", "owner", "made_by", "weak_item", "cause"), pk=pk)


def _origin(request: StaffRequest) -> tuple[WeakItem | None, RootCause | None]:
    """Return the weak item and the cause that the address or the form names; 404 for an unknown one."""
    given = request.POST if request.method == "POST" else request.GET
    try:
        cause_id, item_id = (UUID(given[name]) if given.get(name) else None for name in ("cause", "item"))
    except ValueError as wrong:
        raise Http404 from wrong
    cause = get_object_or_404(RootCause.objects.select_related("weak_item"), pk=cause_id) if cause_id else None
    if cause:
        return cause.weak_item, cause
    return (get_object_or_404(WeakItem, pk=item_id) if item_id else None), None


def _form(store: Store, *args: Any, **kwargs: Any) -> PlanForm:
    return PlanForm(*args, touchpoints=touchpoint_choices(store), people=people_of(store), **kwargs)


def _good(store: Store, form: PlanForm) -> bool:
    """Judge the form by its fields and by the five sentences."""
    if not form.is_valid():
        return False
    day = business_day(store, timezone.now())
    code, wish = form.cleaned_data["touchpoint"], form.wish()
    sample = recent(store, code, reading=wish.reading, day=day)
    return form.judge(letters(actions.aim_of(store, code, wish, sample=sample), today=day))


def _show(
    request: StaffRequest, store: Store, form: PlanForm, *, touchpoint: str, item: WeakItem | None,
    cause: RootCause | None, plan: Plan | None = None,
) -> HttpResponse:  # fmt: skip
    day = business_day(store, timezone.now())
    context = frame_of(request, store) | {
        "form": form,
        "item": item,
        "cause": cause_words(cause) if cause else None,
        "figures": figures_today(store, touchpoint, day),
        "touchpoint": touchpoint,
        "name": dict(touchpoint_choices(store)).get(touchpoint, ""),
        "plan": plan,
        "reading": form["reading"].value(),
    }
    return render(request, "feedback/plan_form.html", context, status=422 if form.errors else 200)
