"""Work on a car: begun, resting, going on, finished, come back. The one door of `Job.state`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from dealership.actions import events, promises
from dealership.actions.ticks import tick_by_record
from dealership.models import Duty, Promise, Role, Staff, StageChange, Visit
from dealership.queries.staff import has_duty, roles_in
from dealership.refused import Missing, Refused
from dealership.stages import Stage
from dealership.uuids import uuid7
from inspection.models import Job, JobSpan, WorkReport
from inspection.queries.jobs import last_done, open_dispatch, open_job, power_off
from reception.actions.dispatch import end_dispatch
from reception.models import Dispatch, OpenAdvice
from reception.queries.orders import consent_missing, hv_needed, order_of

State, Kind = Job.State, JobSpan.Kind
DIAGNOSED = "diagnosed"
"""The mark on the board: the diagnosis is there, the customer waits for a call."""
RETURNS = (Stage.SHOWCASE, Stage.EXPLANATION)
"""Stages from which a car comes back to the workshop for rework."""


@transaction.atomic
def start(visit: Visit, *, by: Staff, id: UUID | None = None, now: datetime | None = None) -> Job:
    """Begin the work that was dispatched.

    Effects, in order: follows the newest dispatch; asks the rules (own job, consent of every line, power-off record
    before high-voltage work); waiting → running by compare-and-set; writes the span; unless it is a diagnosis (in
    negotiation), ticks 2.5/start and settles the promise of a start.
    Raises Refused: "job.none", "job.not_own", "job.stage", "job.gate" (with `missing`), "job.hv_duty", "job.moved".
    """
    now = now or timezone.now()
    span = JobSpan.objects.filter(pk=id, visit=visit).select_related("job").first() if id else None
    if span:
        return span.job
    job = _follow(visit, now=now)
    _own(job, by=by)
    if visit.stage != (Stage.NEGOTIATION if job.dispatch.diagnosis else Stage.WORKSHOP):
        raise Refused(_("The car is not in the workshop. Reload the page and look again."), "job.stage")
    _ready_to_start(job)
    span = _move(job, Kind.START, by=by, id=id, now=now)
    if not job.dispatch.diagnosis:
        tick_by_record(visit, steps=["2.5/start"], record=span, by=by, now=now)
        promises.settle(visit, kind=Promise.Kind.START, now=now)
    return job


@transaction.atomic
def pause(visit: Visit, *, by: Staff, reason: str, id: UUID | None = None, now: datetime | None = None) -> Job:
    """Let a running job rest (中断), with one of the reasons of JobSpan.Reason.

    Raises Refused: "job.reason", "job.none", "job.not_own", "job.moved".
    """
    now = now or timezone.now()
    if reason not in JobSpan.Reason.values:
        raise Refused(_("Choose why the work rests."), "job.reason", field="reason")
    return _change(visit, Kind.PAUSE, by=by, id=id, now=now, reason=reason)


@transaction.atomic
def resume(visit: Visit, *, by: Staff, id: UUID | None = None, now: datetime | None = None) -> Job:
    """Go on with a job that rests. Raises Refused: "job.none", "job.not_own", "job.moved"."""
    return _change(visit, Kind.RESUME, by=by, id=id, now=now or timezone.now())


@transaction.atomic
def finish(
    visit: Visit,
    *,
    by: Staff,
    chips: Sequence[str] = (WorkReport.Chip.ALL_DONE,),
    text: str = "",
    findings: Sequence[tuple[str, str]] = (),
    id: UUID | None = None,
    now: datetime | None = None,
) -> WorkReport:
    """Finish a job (完工) with a report to the advisor; `findings` are pairs of text and OpenAdvice.Colour.

    Effects, in order: running or resting → done by compare-and-set; ends the dispatch; writes the report, which
    ticks 3.1/report; keeps each finding as open advice of the car; after a diagnosis marks the visit for its advisor.
    Raises Refused: "job.none", "job.not_own", "job.moved", "report.chip", "report.colour".
    """
    now = now or timezone.now()
    first = WorkReport.objects.filter(pk=id, visit=visit).first() if id else None
    if first:
        return first
    if not set(chips) <= set(WorkReport.Chip.values):
        raise Refused(_("Choose from the list what you report."), "report.chip", field="chips")
    job = _change(visit, Kind.DONE, by=by, id=None, now=now)
    end_dispatch(visit, now=now)
    report = WorkReport.objects.create(
        id=id or uuid7(now), store_id=visit.store_id, visit=visit, job=job, chips=list(chips), text=text.strip()[:300],
        at=now, by=by,
    )  # fmt: skip
    _keep_findings(visit, findings, by=by, now=now)
    tick_by_record(visit, steps=["3.1/report"], record=report, by=by, now=now)
    if job.dispatch.diagnosis:
        events.call_attention(visit, kind=DIAGNOSED, now=now)
    return report


def reopen(visit: Visit, *, by: Staff | None, reason: str, now: datetime | None = None) -> Job | None:
    """Send the job finished last back to its technician with the reason (退回返工); None where there is none."""
    now = now or timezone.now()
    job = last_done(visit)
    if job is None or open_job(visit):
        return None
    job.back_reason = reason.strip()[:200]
    _move(job, Kind.BACK, by=by, id=None, now=now, reason=job.back_reason)
    return job


def stop(visit: Visit, *, by: Staff | None, now: datetime | None = None) -> Job | None:
    """End what is still open on a car that leaves before it is done; the dispatch ends with it."""
    now = now or timezone.now()
    end_dispatch(visit, now=now)
    job = open_job(visit)
    if job:
        _move(job, Kind.STOP, by=by, id=None, now=now)
    return job


def entered_workshop(visit: Visit, change: StageChange, *, by: Staff | None, now: datetime) -> None:
    """Stage entry: a car that comes back from showcase or explanation is rework of the job finished last."""
    events.clear_attention(visit, kind=DIAGNOSED, now=now)
    if change.source in RETURNS:
        reopen(visit, by=by, reason=change.reason, now=now)


def visit_cancelled(visit: Visit, change: StageChange, *, by: Staff | None, now: datetime) -> None:
    """Stage entry: nobody works on a car that has left."""
    events.clear_attention(visit, kind=DIAGNOSED, now=now)
    stop(visit, by=by, now=now)


FROM: dict[str, tuple[str, ...]] = {
    Kind.START: (State.WAITING,),
    Kind.PAUSE: (State.RUNNING,),
    Kind.RESUME: (State.PAUSED,),
    Kind.DONE: (State.RUNNING, State.PAUSED),
    Kind.BACK: (State.DONE,),
    Kind.STOP: Job.OPEN,
}
TO: dict[str, str] = {
    Kind.START: State.RUNNING,
    Kind.PAUSE: State.PAUSED,
    Kind.RESUME: State.RUNNING,
    Kind.DONE: State.DONE,
    Kind.BACK: State.WAITING,
    Kind.STOP: State.STOPPED,
}
"""What moves a job, and between which states."""


def _change(visit: Visit, kind: str, *, by: Staff, id: UUID | None, now: datetime, reason: str = "") -> Job:
    span = JobSpan.objects.filter(pk=id, visit=visit).select_related("job").first() if id else None
    if span:
        return span.job
    job = _follow(visit, now=now)
    _own(job, by=by)
    _move(job, kind, by=by, id=id, now=now, reason=reason)
    return job


def _move(job: Job, kind: str, *, by: Staff | None, id: UUID | None, now: datetime, reason: str = "") -> JobSpan:
    """Move a job by compare-and-set and write the span."""
    values: dict[str, Any] = {
        "state": TO[kind],
        "since": now,
        "pause_reason": reason if kind == Kind.PAUSE else "",
        "back_reason": job.back_reason,
        "done_at": now if kind == Kind.DONE else None,
    }
    if not Job.objects.filter(pk=job.pk, state__in=FROM[kind]).update(**values):
        raise Refused(_("The job has moved on meanwhile. Reload the page and look again."), "job.moved")
    for name, value in values.items():
        setattr(job, name, value)
    events.note(job.visit, kind=f"job.{kind}", by=by, now=now, reason=reason)
    return JobSpan.objects.create(
        id=id or uuid7(now), store_id=job.store_id, visit_id=job.visit_id, job=job, kind=kind, reason=reason,
        technician_id=job.technician_id, at=now, by=by,
    )  # fmt: skip


def _follow(visit: Visit, *, now: datetime) -> Job:
    """Return the open job of a visit as the newest dispatch wants it; made where there is none yet."""
    job, dispatch = open_job(visit), open_dispatch(visit)
    if job is None and dispatch is None:
        raise Refused(_("Nothing is dispatched for this car. Ask the controller."), "job.none")
    if job is None:
        job, _made = Job.objects.get_or_create(
            store_id=visit.store_id, visit=visit, state__in=Job.OPEN,
            defaults={"state": State.WAITING, "since": now, **_assignment(dispatch)},
        )  # fmt: skip
    elif dispatch is not None and job.dispatch_id != dispatch.pk:
        _take_over(job, dispatch, now=now)
    job.visit = visit
    return job


def _take_over(job: Job, dispatch: Dispatch, *, now: datetime) -> None:
    values: dict[str, Any] = dict(_assignment(dispatch))
    if job.technician_id != dispatch.technician_id:
        # Another technician begins anew; another bay changes nothing.
        values |= {"state": State.WAITING, "since": now, "pause_reason": ""}
    for name, value in values.items():
        setattr(job, name, value)
    job.save(update_fields=list(values))


def _assignment(dispatch: Dispatch | None) -> dict[str, Any]:
    return {"dispatch": dispatch, "technician": dispatch.technician, "bay": dispatch.bay} if dispatch else {}


def _own(job: Job, *, by: Staff) -> None:
    """A technician works on own jobs; the controller may act for any."""
    if job.technician_id != by.pk and Role.CONTROLLER not in roles_in(by, job.visit.store):
        raise Refused(
            _("This job belongs to %(name)s. Ask the controller to dispatch it to you.")
            % {"name": job.technician.name},
            "job.not_own",
        )


def _ready_to_start(job: Job) -> None:
    """Gates 2 and 3: consent for each line, and the power-off record before high-voltage work."""
    visit = job.visit
    order = order_of(visit)
    if not job.dispatch.diagnosis and (order is None or consent_missing(order)):
        missing = Missing("consent", _("The customer has not agreed to every line yet. Ask the advisor."))
        raise Refused(_("One thing is still missing before work begins."), "job.gate", missing=[missing])
    if not (job.dispatch.hv_needed or (order and hv_needed(order))):
        return
    if not has_duty(job.technician, visit.store, Duty.HV):
        raise Refused(
            _("This is high-voltage work and %(name)s is not qualified for it. Ask the controller for somebody else.")
            % {"name": job.technician.name},
            "job.hv_duty",
        )
    if power_off(visit) is None:
        missing = Missing("power_off", _("Record that the high-voltage system is off."), "power-off")
        raise Refused(_("One thing is still missing before work begins."), "job.gate", missing=[missing])


def _keep_findings(visit: Visit, findings: Sequence[tuple[str, str]], *, by: Staff, now: datetime) -> None:
    language = translation.get_language() or "zh-hans"
    for text, colour in findings:
        if colour not in OpenAdvice.Colour.values:
            raise Refused(_("Choose how urgent it is."), "report.colour", field="colour")
        OpenAdvice.objects.create(
            store_id=visit.store_id, vehicle_id=visit.vehicle_id, customer_id=visit.customer_id, visit=visit,
            kind=OpenAdvice.Kind.FOUND, colour=colour, texts={language: text.strip()}, created_at=now, by=by,
        )  # fmt: skip
