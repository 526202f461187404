"""Lines of 我的下一步 that workshop and showcase add."""

from datetime import datetime

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from dealership.models import Duty, Promise, Role, Staff, Store, Visit
from dealership.queries.board import due_chip, open_visits, who
from dealership.queries.next import EXTRA, FINISHED, REST, NextStep
from dealership.queries.staff import has_duty, roles_in
from dealership.stages import Stage
from inspection.models import Job, ReadyNotice
from inspection.queries.final import waiting
from inspection.queries.jobs import JobRow, rows


def finished_cars(store: Store, staff: Staff, now: datetime) -> list[NextStep]:
    """My cars that the workshop has finished: to be checked, and their customers to be told."""
    told = ReadyNotice.objects.filter(visit=OuterRef("pk"), at__gte=OuterRef("stage_since"))
    cars = open_visits(store).filter(advisor=staff, stage=Stage.SHOWCASE).annotate(told=Exists(told))  # type: ignore[attr-defined]
    steps = []
    for visit in cars:
        if visit.told:
            continue
        url = reverse("showcase-stage", args=[store.code, visit.pk])
        what = _("Check %(name)s's car and tell them") % {"name": who(visit)}
        steps.append(
            _step(
                visit,
                rank=FINISHED,
                what=what,
                why=_("The workshop has finished"),
                action=_("Check the car"),
                url=url,
                now=now,
            )
        )
    return steps


def my_jobs(store: Store, staff: Staff, now: datetime) -> list[NextStep]:
    """A technician's jobs: the one that runs, then those that wait."""
    if Role.TECHNICIAN not in roles_in(staff, store):
        return []
    return [_job(store, row) for row in rows(store, technician=staff)]


def _job(store: Store, row: JobRow) -> NextStep:
    running = row.state == Job.State.RUNNING
    post = row.state == Job.State.WAITING and not row.dispatch.hv_needed
    url = reverse("job-start" if post else "job", args=[store.code, row.visit.pk])
    model = row.visit.vehicle.model or row.visit.vehicle.make
    what = _("Go on: %(car)s") if running else _("Start: %(car)s")
    rank = FINISHED if running else REST if row.state == Job.State.PAUSED else EXTRA
    chip = {"kind": row.chip[0], "icon": row.chip[1], "text": row.state_label}
    action = _("Start work") if post else _("Open")
    return NextStep(rank, row.visit, what % {"car": model}, row.why or row.back, action, url, row.since, post, "", chip)


def inspections(store: Store, staff: Staff, now: datetime) -> list[NextStep]:
    """Cars that wait for the final inspection, for those who inspect."""
    if Role.CONTROLLER not in roles_in(staff, store):
        return []
    steps = []
    for visit in waiting(store):
        url = reverse("final-inspection", args=[store.code, visit.pk])
        what = _("Inspect %(name)s's car") % {"name": who(visit)}
        steps.append(
            _step(visit, rank=FINISHED, what=what, why=_("The work is finished"), action=_("Inspect"), url=url, now=now)
        )
    return steps


def washes(store: Store, staff: Staff, now: datetime) -> list[NextStep]:
    """Cars to be washed, for colleagues with the wash duty: plate, key, place and time only."""
    if not has_duty(staff, store, Duty.WASH):
        return []
    due = Promise.objects.filter(kind=Promise.Kind.WASH, state=Promise.State.OPEN, visit__stage=Stage.SHOWCASE)
    promised = due.select_related("visit__vehicle", "visit__customer", "visit__advisor", "visit__place")
    steps = []
    for promise in promised:
        url = reverse("wash", args=[store.code, promise.visit_id])
        what = _("Wash the car, then tap here")
        steps.append(
            _step(promise.visit, rank=EXTRA, what=what, why="", action=_("Washed"), url=url, now=now, post=True)
        )
    return steps


def _step(
    visit: Visit, *, rank: int, what: str, why: str, action: str, url: str, now: datetime, post: bool = False
) -> NextStep:
    chip = due_chip(visit.ready_due, now=now) if visit.ready_due else None
    tone = chip["kind"] if chip and chip["kind"] in ("risk", "bad") else ""
    since = visit.ready_due or visit.stage_since
    return NextStep(rank, visit, what, why, action, url, since, post, tone, chip)
