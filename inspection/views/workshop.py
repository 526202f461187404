"""The stage page of the workshop, for the desk and the controller: progress, promise, lines, ways out."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dealership.access import guarded, may
from dealership.actions import promises
from dealership.delays import REASONS
from dealership.forms.cleaning import cleaned
from dealership.models import Promise, Role, Store, Visit
from dealership.queries.board import due_chip
from dealership.queries.cards import NextAction
from dealership.queries.delays import delay_text
from dealership.queries.messages import moment
from dealership.queries.staff import roles_in
from dealership.refused import Refused
from dealership.requests import StaffRequest
from dealership.stages import Stage
from dealership.views.forms import done, operation_id
from dealership.views.stage import advance_action, onward_label, stage_page
from inspection.actions import final, leave
from inspection.forms.workshop import CONSENTS, MOMENT, LeaveForm, ReadyTimeForm, suggestion
from inspection.queries.final import inspections_of, passed
from inspection.queries.jobs import last_done, minutes_worked, reports_of, row_of, spans_of
from inspection.queries.leave import leave_of
from inspection.queries.order import sheet_of
from inspection.views.sheet import sheet
from reception.actions.ownership import require_own
from reception.models import OpenAdvice
from reception.queries.offers import offer_state
from reception.views.dispatch import dispatch_board

SOONER_BY = (30, 60, 90, 120)
"""Minutes offered for a new ready time."""


@guarded()
@require_GET
def workshop_stage(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Show how far the work is; a technician is led to the job."""
    if roles_in(request.user, store) <= {Role.TECHNICIAN}:
        return redirect("job", store=store.code, visit=visit.pk)
    extra = {**progress_of(visit), "offer_state": offer_state(visit, now=timezone.now())}
    return stage_page(
        request, store, visit, Stage.WORKSHOP, onward=lambda one: onward(request, store, one),
        template="inspection/workshop.html", extra=extra,
    )  # fmt: skip


@guarded()
@require_GET
def progress(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Show who is at work (sheet)."""
    return sheet(request, "inspection/sheets/progress.html", {"visit": visit, **progress_of(visit)})


def progress_of(visit: Visit) -> dict[str, Any]:
    """Return what the workshop knows of a car, in a constant number of queries."""
    now = timezone.now()
    spans = spans_of(visit)
    ready = Promise.objects.filter(visit=visit, kind=Promise.Kind.READY, state=Promise.State.OPEN).first()
    return {
        "row": row_of(visit),
        "spans": spans,
        "finished": last_done(visit) is not None,
        "minutes": minutes_worked(spans, now),
        "order": sheet_of(visit),
        "reports": reports_of(visit),
        "findings": list(OpenAdvice.objects.filter(visit=visit, kind=OpenAdvice.Kind.FOUND, closed_at=None)),
        "inspections": inspections_of(visit),
        "leave": leave_of(visit),
        "ready": ready,
        "ready_chip": due_chip(ready.due_at, now=now) if ready and ready.due_at else None,
    }


def onward(request: StaffRequest, store: Store, visit: Visit) -> NextAction | None:
    """Return the next action of this reader: dispatch, inspect, bring to the showcase; none while at work."""
    row = row_of(visit)
    if row:
        return None
    if passed(visit):
        return advance_action(visit, Stage.SHOWCASE, onward_label(visit, Stage.SHOWCASE))
    if not spans_of(visit):
        return _dispatch(request, store, visit)
    if may(request.user, store, final.inspect):
        url = reverse("final-inspection", args=[store.code, visit.pk])
        return NextAction(_("Inspect the car"), "shield-check", href=url)
    return None


def _dispatch(request: StaffRequest, store: Store, visit: Visit) -> NextAction | None:
    if not may(request.user, store, dispatch_board):
        return None
    url = reverse("dispatch", args=[store.code])
    return NextAction(_("Dispatch the car"), "tool", href=f"{url}?car={visit.pk}")


@guarded(promises.change)
def ready_time(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Ask for the new time and how the customer was told (sheet); move the promise, which is a row."""
    ready = _promised(visit)
    if request.method != "POST":
        return sheet(request, "inspection/sheets/ready_time.html", _ready_times(visit, ready))
    require_own(visit, by=request.user)
    form = ReadyTimeForm(request.POST, until=ready.due_at if ready else None)
    data = cleaned(form)
    if ready is None:
        raise Refused(_("No ready time is promised yet. It is agreed with the order."), "promise.none")
    promises.change(ready, by=request.user, due_at=form.moment(), consent=data["consent"], reason=form.why())
    return done(request, "visit", store=store.code, visit=visit.pk)


def _promised(visit: Visit) -> Promise | None:
    return Promise.objects.filter(visit=visit, kind=Promise.Kind.READY, state=Promise.State.OPEN).first()


def _ready_times(visit: Visit, ready: Promise | None) -> dict[str, Any]:
    """Return the times and reasons to choose from, and what the customer reads with the first of each."""
    now = timezone.now()
    times = [suggestion(max(now, ready.due_at) if ready and ready.due_at else now, n) for n in SOONER_BY]
    first, local, language = next(iter(REASONS)), timezone.localtime(now), get_language() or ""
    return {
        "visit": visit, "ready": ready, "consents": CONSENTS, "reasons": REASONS.items(),
        "times": [(timezone.localtime(at).strftime(MOMENT), moment(at, local, language)) for at in times],
        "until": moment(ready.due_at, local, language) if ready and ready.due_at else "",
        "preview": delay_text(visit, due_at=times[0], reason=first, now=now) if ready else None,
    }  # fmt: skip


@guarded(promises.change)
@require_GET
def ready_time_text(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Show what the customer would read with the time and reason chosen so far."""
    form = ReadyTimeForm(request.GET)
    form.is_valid()
    now = timezone.now()
    due_at = form.moment() if form.cleaned_data.get("due_at") else now
    preview = delay_text(visit, due_at=due_at, reason=form.why(), now=now)
    return render(request, "inspection/parts/delay_text.html", {"preview": preview})


@guarded(leave.leave_for_parts)
def parts_leave(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Ask which lines wait and when the car comes back (sheet); let it go (待料离店)."""
    order = sheet_of(visit)
    lines = list(order.lines) if order else []
    if request.method != "POST":
        context = {"visit": visit, "lines": lines, "back_at": suggestion(timezone.now(), 3 * 24 * 60)}
        return sheet(request, "inspection/sheets/parts_leave.html", context)
    form = LeaveForm(request.POST, lines=lines)
    cleaned(form)
    leave.leave_for_parts(visit, by=request.user, id=operation_id(request), **form.given())
    return done(request, "visit", store=store.code, visit=visit.pk)
