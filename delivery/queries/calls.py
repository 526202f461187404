"""Follow-up calls that are due: whom, why, and with how much of the phone number."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dealership.models import Role, Staff, Store, Vehicle, Visit, Work, business_day
from dealership.queries.board import who
from dealership.queries.next import REST, NextStep
from dealership.queries.staff import roles_in
from delivery.follow_ups import CALLS
from delivery.models import FollowUp
from reception.models import OpenAdvice

CALLERS = frozenset({Role.SUPERVISOR, Role.CARE})
"""Who calls: customer care, and the supervisor where nobody has that role."""
LIST = 100
"""So many calls stand on the page; the next ones follow as these are done."""


@dataclass(frozen=True)
class CallLine:
    """A due call with what to know before dialling."""

    row: FollowUp
    why: str
    advice: list[str]
    attempt: int
    phone: str

    @property
    def again(self) -> bool:
        """True where the customer is called again when nobody answers now."""
        return self.attempt < CALLS

    @property
    def visit(self) -> Visit:
        """The visit that is spoken of."""
        return self.row.visit

    @property
    def vehicle(self) -> Vehicle:
        """Its car."""
        return self.row.visit.vehicle


def masked(phone: str) -> str:
    """Return a phone number with only its first three and last four figures: 138****1234."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) > 7 else "****" if phone else ""


def calls_due(store: Store, *, now: datetime) -> list[CallLine]:
    """Return the calls that are due, the longest waiting first, with numbers masked; in four queries."""
    found = FollowUp.objects.filter(store=store, state=FollowUp.State.DUE).order_by("due_at", "id")
    rows: list[Any] = list(found.select_related("visit__vehicle", "visit__customer", "visit__advisor")[:LIST])
    visits = [row.visit_id for row in rows]
    advice: dict[object, list[str]] = {}
    for one in OpenAdvice.objects.filter(visit__in=visits, closed_at=None):
        advice.setdefault(one.visit_id, []).append(one.text)
    tried: dict[object, int] = {}
    unanswered = FollowUp.objects.filter(visit__in=visits, result=FollowUp.Result.NO_ANSWER)
    for visit in unanswered.values_list("visit", flat=True):
        tried[visit] = tried.get(visit, 0) + 1
    return [
        CallLine(
            row, _why(store, row.visit, now), advice.get(row.visit_id, []), tried.get(row.visit_id, 0) + 1,
            masked(row.visit.customer.phone if row.visit.customer else ""),
        )
        for row in rows
    ]  # fmt: skip


def _why(store: Store, visit: Visit, now: datetime) -> str:
    works = " · ".join(str(Work(work).label) for work in visit.works)
    if visit.left_at is None:
        return works
    days = (business_day(store, now) - business_day(store, visit.left_at)).days
    left = ngettext("left %(n)s day ago", "left %(n)s days ago", days) % {"n": days}
    return " · ".join(part for part in (works, left) if part)


def done_today(store: Store, *, now: datetime) -> int:
    """Return how many calls were made today."""
    local = now.astimezone(store.zone)
    begins = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return FollowUp.objects.filter(store=store, done_at__gte=begins).exclude(result="").count()


def call_steps(store: Store, staff: Staff, now: datetime) -> list[NextStep]:
    """One line for all calls that are due: the one that waits longest, and how many there are."""
    if not roles_in(staff, store) & CALLERS:
        return []
    due = FollowUp.objects.filter(store=store, state=FollowUp.State.DUE)
    first = due.order_by("due_at", "id").select_related("visit__vehicle", "visit__customer", "visit__place").first()
    if first is None:
        return []
    more = due.count() - 1
    why = _why(store, first.visit, now)
    if more:
        why += " · " + ngettext("%(n)s more call", "%(n)s more calls", more) % {"n": more}
    url = reverse("follow-ups", kwargs={"store": store.code})
    what = _("Call %(name)s: how is the car?") % {"name": who(first.visit)}
    return [NextStep(REST, first.visit, what, why, _("To the calls"), url, first.due_at)]
