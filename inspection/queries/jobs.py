"""Jobs of a visit and of a technician."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from dealership.models import Bay, Staff, Store, Visit, Work
from inspection.models import Job, JobSpan, PowerOff, WorkReport
from reception.findings import EXAM_PARTS, EXAM_RESULTS
from reception.models import Dispatch, Reading

State, Kind = Job.State, JobSpan.Kind
ORDER = {State.RUNNING: 0, State.PAUSED: 2, State.WAITING: 1}
"""Running first, then what waits, then what rests."""
BUILDS = (Kind.START, Kind.RESUME, Kind.DONE)
VISIT_ROWS = ("visit__vehicle", "visit__customer", "visit__advisor", "visit__place", "visit__store")


@dataclass(frozen=True)
class JobRow:
    """A line of a technician's list: what was dispatched, and the job once it has begun."""

    visit: Visit
    technician: Staff
    bay: Bay | None
    state: str
    since: datetime
    job: Job | None
    dispatch: Dispatch

    @property
    def state_label(self) -> str:
        """The state in words."""
        return str(State(self.state).label)

    @property
    def work_labels(self) -> list[str]:
        """What the car came for, in words."""
        return [str(Work(work).label) for work in self.visit.works]

    @property
    def chip(self) -> tuple[str, str]:
        """Kind and icon of the state's chip."""
        return {State.RUNNING: ("ok", "player-play"), State.PAUSED: ("risk", "player-pause")}.get(
            State(self.state), ("neutral", "clock")
        )

    @property
    def why(self) -> str:
        """Why it rests, in words."""
        if self.job is None or self.state != State.PAUSED:
            return ""
        return str(JobSpan.Reason(self.job.pause_reason).label)

    @property
    def back(self) -> str:
        """Why the car came back for rework; empty for a first try."""
        return self.job.back_reason if self.job else ""


def open_job(visit: Visit) -> Job | None:
    """Return the job of a visit that is not finished."""
    return Job.objects.filter(visit=visit, state__in=Job.OPEN).select_related("technician", "bay", "dispatch").first()


def open_dispatch(visit: Visit) -> Dispatch | None:
    """Return the work assignment of a visit that holds now."""
    return Dispatch.objects.filter(visit=visit, until=None).select_related("technician", "bay").first()


def work_open(visit: Visit) -> bool:
    """Tell whether somebody still has to work on the car."""
    dispatched = Dispatch.objects.filter(visit=visit, until=None).exists()
    return dispatched or Job.objects.filter(visit=visit, state__in=Job.OPEN).exists()


def row_of(visit: Visit) -> JobRow | None:
    """Return the work of a visit that is open now, None where nobody is to work on it."""
    job, dispatch = open_job(visit), open_dispatch(visit)
    return _row(visit, job, dispatch)


def rows(store: Store, *, technician: Staff | None = None) -> list[JobRow]:
    """Return all open work of the store (of one technician), running first, then as dispatched. Three queries."""
    dispatches = Dispatch.objects.filter(until=None).select_related("technician", "bay", *VISIT_ROWS)
    jobs = Job.objects.filter(state__in=Job.OPEN).select_related("technician", "bay", "dispatch", *VISIT_ROWS)
    by_visit: dict[UUID, tuple[Job | None, Dispatch | None]] = {}
    for dispatch in dispatches:
        by_visit[dispatch.visit_id] = (None, dispatch)
    for job in jobs:
        by_visit[job.visit_id] = (job, by_visit.get(job.visit_id, (None, None))[1])
    found = (_row((job or dispatch).visit, job, dispatch) for job, dispatch in by_visit.values())  # type: ignore[union-attr]
    wanted = [row for row in found if row and (technician is None or row.technician.pk == technician.pk)]
    return sorted(wanted, key=lambda row: (ORDER[State(row.state)], row.dispatch.at, row.dispatch.pk))


def _row(visit: Visit, job: Job | None, dispatch: Dispatch | None) -> JobRow | None:
    """The newest assignment says who and where; the job says how far it is."""
    if job is None and dispatch is None:
        return None
    moved = job is not None and dispatch is not None and job.technician_id != dispatch.technician_id
    where = dispatch or job
    assignment = dispatch or job.dispatch  # type: ignore[union-attr]
    state = State.WAITING if job is None or moved else job.state
    return JobRow(
        visit=visit, technician=where.technician, bay=where.bay, state=state,  # type: ignore[union-attr]
        since=job.since if job and not moved else assignment.at, job=job, dispatch=assignment,
    )  # fmt: skip


@dataclass(frozen=True)
class SeenLine:
    """A part that the advisor saw in passing: where the technician's inspection begins. `result`: see EXAM_RESULTS."""

    part: str
    result: str

    @property
    def label(self) -> str:
        """The part in words."""
        return str(EXAM_PARTS[self.part])

    @property
    def words(self) -> str:
        """The result in words."""
        return str(EXAM_RESULTS[self.result])

    @property
    def chip(self) -> tuple[str, str]:
        """Kind and icon of the result's chip."""
        return {"good": ("ok", "circle-check"), "watch": ("risk", "alert-triangle")}.get(
            self.result, ("bad", "circle-x")
        )


def seen_at_reception(visit: Visit) -> list[SeenLine]:
    """Return what was seen of tread, lamps and wipers on the walk around the car; nothing where nobody looked."""
    read = Reading.objects.filter(visit=visit, item=Reading.Item.EXAM).order_by("moment", "id").last()
    return [SeenLine(part, read.value[part]) for part in EXAM_PARTS if part in read.value] if read else []


def builders(visit: Visit) -> frozenset[UUID]:
    """Return who has worked on the car during this visit."""
    spans = JobSpan.objects.filter(visit=visit, kind__in=BUILDS)
    return frozenset(spans.values_list("technician_id", flat=True))


def finished() -> QuerySet[Job]:
    """Return the jobs that are done; a diagnosis is none of them, its repair is still to come."""
    return Job.objects.filter(state=State.DONE, dispatch__diagnosis=False)


def last_done(visit: Visit, *, diagnosis: bool = False) -> Job | None:
    """Return the job that was finished last; a mere diagnosis only where it is asked for."""
    rows = Job.objects.filter(state=State.DONE) if diagnosis else finished()
    done = rows.filter(visit=visit).select_related("technician", "bay", "dispatch")
    return done.order_by("-done_at", "-id").first()


def technicians_of(visit: Visit) -> list[Staff]:
    """Return the technicians who worked on the car, by name."""
    return list(Staff.objects.filter(pk__in=builders(visit)).order_by("name"))


def spans_of(visit: Visit) -> list[JobSpan]:
    """Return when work began, rested and ended."""
    return list(JobSpan.objects.filter(visit=visit).select_related("technician"))


def reports_of(visit: Visit) -> list[WorkReport]:
    """Return what the technicians reported, the newest first."""
    return list(WorkReport.objects.filter(visit=visit).select_related("by").order_by("-at", "-id"))


def power_off(visit: Visit) -> PowerOff | None:
    """Return the high-voltage power-off record that holds: of this visit, and after its last rework began."""
    found = PowerOff.objects.filter(visit=visit)
    back = JobSpan.objects.filter(visit=visit, kind=Kind.BACK).order_by("-at", "-id").first()
    return (found.filter(at__gte=back.at) if back else found).select_related("by").last()


def minutes_worked(spans: Iterable[JobSpan], now: datetime) -> int:
    """Return the minutes of work between the spans of one visit, up to `now` while it runs."""
    total, since = 0.0, None
    for span in spans:
        if span.kind in (Kind.START, Kind.RESUME):
            since = since or span.at
        elif since is not None:
            total += (span.at - since).total_seconds()
            since = None
    if since is not None:
        total += (now - since).total_seconds()
    return int(total // 60)
