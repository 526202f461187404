"""What is left of the days before: cars that stayed overnight, parts that arrived, customers to call back."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from dealership.models import Promise, Store, Vehicle, Visit, business_day
from dealership.queries.board import open_visits, who
from dealership.stages import Stage
from delivery.models import FollowUp, ThreadMessage
from feedback.queries.day import bounds
from inspection.models import Job, JobSpan, PartsLeave
from reception.models import Appointment

Call = tuple[datetime, Visit, str, bool]
"""When it is due, of which visit, why, and whether it is late."""
SHOWN = 8
"""So many lines stand in a list of the meeting; the rest is counted."""


@dataclass(frozen=True)
class Lines:
    """The first lines of a list, and how many more there are."""

    shown: tuple["Line", ...]
    more: int = 0

    @property
    def total(self) -> int:
        """How many there are in all."""
        return len(self.shown) + self.more


@dataclass(frozen=True)
class Line:
    """A car with what to know: `mark` is short and bold (day 3, 10:30), `late` where it is overdue."""

    vehicle: Vehicle
    name: str
    mark: str
    why: str
    url: str
    late: bool = False


def overnight(store: Store, today: date) -> Lines:
    """Return the cars that were here before today, the longest first, and why; two queries."""
    begins, _end = bounds(store, today)
    visits = list(open_visits(store).filter(arrived_at__lt=begins).order_by("arrived_at", "pk"))
    paused = Job.objects.filter(visit__in=[visit.pk for visit in visits], state=Job.State.PAUSED)
    why: dict[UUID, str] = dict(paused.values_list("visit", "pause_reason"))
    return _cut([_stays(store, visit, today, why.get(visit.pk, "")) for visit in visits])


def _stays(store: Store, visit: Visit, today: date, paused: str) -> Line:
    days = (today - business_day(store, visit.arrived_at)).days + 1
    reason = str(JobSpan.Reason(paused).label) if paused in JobSpan.Reason.values else str(Stage(visit.stage).label)
    late = visit.ready_due is not None and visit.ready_due < bounds(store, today)[0]
    promised = visit.ready_due.astimezone(store.zone) if visit.ready_due else None
    if promised:
        reason = _("%(why)s · promised %(when)s") % {"why": reason, "when": _moment(promised, today)}
    url = reverse("visit", kwargs={"store": store.code, "visit": visit.pk})
    return Line(visit.vehicle, who(visit), _("day %(n)s") % {"n": days}, reason, url, late)


def parts_waiting(store: Store) -> Lines:
    """Return the cars that left waiting for a part whose appointment is still to come; `late`: nothing laid aside yet.

    One query.
    """
    leaves = PartsLeave.objects.filter(appointment__state=Appointment.State.BOOKED)
    rows = leaves.select_related("visit__vehicle", "visit__customer", "appointment").order_by("appointment__at")
    return _cut([_part(store, leave) for leave in rows])


def _part(store: Store, leave: PartsLeave) -> Line:
    comes = leave.appointment.at.astimezone(store.zone)
    there = leave.appointment.parts_reserved_at is not None
    state = _("part is here") if there else _("part not here yet")
    why = " · ".join(part for part in (leave.note, _("comes %(day)s") % {"day": f"{comes:%m/%d %H:%M}"}) if part)
    url = reverse("appointments", kwargs={"store": store.code}) + f"?day={comes:%Y-%m-%d}"
    return Line(leave.visit.vehicle, who(leave.visit), state, why, url, late=not there)


def call_backs(store: Store, today: date, *, now: datetime) -> Lines:
    """Return whom we owe a call: promised, planned, or not satisfied; the earliest due first. Three queries."""
    _start, end = bounds(store, today)
    where = ("visit__vehicle", "visit__customer", "visit__advisor")
    unhappy = ThreadMessage.objects.filter(kind=ThreadMessage.Kind.NOT_SATISFIED, by=None, answered_at=None)
    promised = Promise.objects.filter(kind=Promise.Kind.CALL_BACK, state=Promise.State.OPEN, due_at__lt=end)
    planned = FollowUp.objects.filter(state=FollowUp.State.DUE, due_at__lt=end)
    found: list[Call] = [(row.at, row.visit, _("not satisfied"), True) for row in unhappy.select_related(*where)]
    found += [
        (row.due_at, row.visit, _("call promised"), row.due_at < now)
        for row in promised.select_related(*where)
        if row.due_at
    ]
    found += [
        (row.due_at, row.visit, _("follow-up call"), row.due_at < now - timedelta(days=1))
        for row in planned.select_related(*where)
    ]
    found.sort(key=lambda one: (not one[3], one[0]))
    return _cut([_call(store, today, one) for one in found])


def _call(store: Store, today: date, call: Call) -> Line:
    due, visit, why, late = call
    advisor = visit.advisor.name if visit.advisor else ""
    mark = _moment(due.astimezone(store.zone), today)
    url = reverse("visit", kwargs={"store": store.code, "visit": visit.pk})
    return Line(visit.vehicle, who(visit), mark, " · ".join(part for part in (why, advisor) if part), url, late)


def _moment(local: datetime, today: date) -> str:
    return f"{local:%H:%M}" if local.date() == today else f"{local.month}/{local.day} {local:%H:%M}"


def _cut(lines: list[Line]) -> Lines:
    return Lines(tuple(lines[:SHOWN]), max(0, len(lines) - SHOWN))
