"""Final inspections and handovers of a visit, and the cars that wait for one."""

from dealership.models import StageChange, Store, Visit
from dealership.stages import Stage
from inspection.models import FinalInspection, Job, WorkshopHandover
from inspection.queries.jobs import VISIT_ROWS, finished
from reception.models import Dispatch


def passed(visit: Visit) -> FinalInspection | None:
    """Return the final inspection that holds: passed, and after all work on the car (gate 4)."""
    last = FinalInspection.objects.filter(visit=visit).select_related("inspector").last()
    if last is None or last.result != FinalInspection.Result.PASSED:
        return None
    later = Job.objects.filter(visit=visit).exclude(state=Job.State.STOPPED)
    if later.filter(done_at__gt=last.at).exists() or later.filter(state__in=Job.OPEN).exists():
        return None
    return last


def inspections_of(visit: Visit) -> list[FinalInspection]:
    """Return all final inspections, the newest first."""
    return list(FinalInspection.objects.filter(visit=visit).select_related("inspector").order_by("-at", "-id"))


def handover_of(visit: Visit) -> WorkshopHandover | None:
    """Return what the workshop handed over last."""
    return WorkshopHandover.objects.filter(visit=visit).select_related("place", "by").last()


def waiting(store: Store) -> list[Visit]:
    """Return the cars whose work is finished and that wait for the final inspection, promised soonest first."""
    visits = Visit.objects.filter(stage=Stage.WORKSHOP, joined_to=None)
    visits = visits.exclude(pk__in=Dispatch.objects.filter(until=None).values("visit"))
    visits = visits.exclude(pk__in=Job.objects.filter(state__in=Job.OPEN).values("visit"))
    visits = visits.filter(pk__in=finished().values("visit"))
    rows = visits.select_related(*(name.removeprefix("visit__") for name in VISIT_ROWS))
    return sorted(rows, key=lambda visit: (visit.ready_due is None, visit.ready_due or visit.stage_since, visit.pk))


def entered_showcase(visit: Visit) -> StageChange | None:
    """Return the last entry into the showcase: checks made before it no longer hold."""
    return StageChange.objects.filter(visit=visit, target=Stage.SHOWCASE).last()
