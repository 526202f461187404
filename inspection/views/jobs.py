"""A technician's jobs: the list, one job, and what is done with it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dealership.access import guarded
from dealership.forms.cleaning import cleaned
from dealership.models import Role, Store, Visit
from dealership.queries.cards import NextAction
from dealership.queries.menu import menu_for
from dealership.queries.staff import memberships_in, roles_in
from dealership.requests import StaffRequest
from dealership.views.forms import done, operation_id
from dealership.views.stage import top
from inspection.actions import jobs as actions
from inspection.actions.power_off import record_power_off
from inspection.forms.job import PauseForm, PowerOffForm, ReportForm
from inspection.models import Job, JobSpan, WorkReport
from inspection.queries.jobs import (
    JobRow,
    minutes_worked,
    power_off,
    reports_of,
    row_of,
    rows,
    seen_at_reception,
    spans_of,
)
from inspection.queries.order import sheet_of
from inspection.views.sheet import sheet
from reception.queries.concerns import concern_sentences
from reception.queries.fault_codes import code_rows, codes_of


@guarded()
@require_GET
def jobs(request: StaffRequest, store: Store) -> HttpResponse:
    """List the open jobs in order: a technician's own, all of the store for the controller."""
    every = Role.CONTROLLER in roles_in(request.user, store)
    listed = rows(store, technician=None if every else request.user)
    context = {
        "rows": listed,
        "every": every,
        "now": timezone.now(),
        "on_duty": any(membership.on_duty_since for membership in memberships_in(request.user, store)),
        "menu": menu_for(request.user, store, current="jobs"),
    }
    return render(request, "inspection/jobs.html", context)


@guarded()
@require_GET
def job(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Show one job: what to do, for how long, where key and car are; hours, never sums."""
    row = row_of(visit)
    now = timezone.now()
    context = {
        "visit": visit,
        "row": row,
        "order": sheet_of(visit),
        "reports": reports_of(visit),
        "concerns": concern_sentences(visit),
        "code_rows": code_rows(codes_of(visit)[0]),
        "minutes": minutes_worked(spans_of(visit), now),
        "power_off": power_off(visit),
        "seen_at_reception": seen_at_reception(visit),
        "form": ReportForm(initial={"chips": [WorkReport.Chip.ALL_DONE]}),
        "next_action": next_of(store, visit, row),
        "menu": menu_for(request.user, store, current="jobs"),
        **top(visit),
        "back_url": reverse("jobs", args=[store.code]),
    }
    return render(request, "inspection/job.html", context)


def next_of(store: Store, visit: Visit, row: JobRow | None) -> NextAction | None:
    """Return the one filled button of the job's page."""
    if row is None:
        return NextAction(_("To my next job"), href=reverse("jobs", args=[store.code]))

    def post(label: str, name: str, icon: str) -> NextAction:
        return NextAction(label, icon=icon, url=reverse(name, args=[store.code, visit.pk]))

    if row.state == Job.State.WAITING:
        if row.dispatch.hv_needed and power_off(visit) is None:
            return NextAction(
                _("Record power-off first"), "bolt", href=reverse("power-off", args=[store.code, visit.pk])
            )
        return post(_("Start work"), "job-start", "player-play")
    if row.state == Job.State.PAUSED:
        return post(_("Go on working"), "job-resume", "player-play")
    return NextAction(_("Finished, report to the advisor"), "check", form="panel-form")


@guarded(actions.start)
@require_POST
def start(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Start work (开工)."""
    actions.start(visit, by=request.user, id=operation_id(request))
    return done(request, "job", store=store.code, visit=visit.pk)


@guarded(actions.pause)
def pause(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Ask why work rests (sheet), let it rest (中断)."""
    if request.method != "POST":
        return sheet(request, "inspection/sheets/pause.html", {"visit": visit, "reasons": JobSpan.Reason.choices})
    reason = cleaned(PauseForm(request.POST))["reason"]
    actions.pause(visit, by=request.user, reason=reason, id=operation_id(request))
    return done(request, "job", store=store.code, visit=visit.pk)


@guarded(actions.resume)
@require_POST
def resume(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Go on working."""
    actions.resume(visit, by=request.user, id=operation_id(request))
    return done(request, "job", store=store.code, visit=visit.pk)


@guarded(actions.finish)
@require_POST
def report(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Finish work with its report (完工)."""
    form = ReportForm(request.POST)
    data: dict[str, Any] = cleaned(form)
    actions.finish(
        visit, by=request.user, chips=data["chips"], text=data["text"], findings=form.findings(),
        id=operation_id(request),
    )  # fmt: skip
    return done(request, "jobs", store=store.code)


@guarded(record_power_off)
def power_off_sheet(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Ask what the meter shows (sheet), record that high voltage is off; with `start` work begins at once."""
    if request.method != "POST":
        context = {"visit": visit, "form": PowerOffForm(), "row": row_of(visit)}
        return sheet(request, "inspection/sheets/power_off.html", context)
    data = cleaned(PowerOffForm(request.POST))
    record_power_off(visit, by=request.user, voltage=data["voltage"], locked=data["locked"], id=operation_id(request))
    if data["start"]:
        actions.start(visit, by=request.user)
    return done(request, "job", store=store.code, visit=visit.pk)
