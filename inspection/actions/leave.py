"""A car leaves the workshop waiting for parts (待料离店)."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.actions import promises
from dealership.actions.stages import advance
from dealership.models import Promise, Staff, Visit
from dealership.refused import Refused
from dealership.stages import Stage
from dealership.uuids import uuid7
from inspection.actions.jobs import stop
from inspection.models import PartsLeave
from reception.actions.appointments import book
from reception.actions.ownership import require_own
from reception.queries.orders import lines_of, order_of


@transaction.atomic
def leave_for_parts(
    visit: Visit,
    *,
    by: Staff,
    back_at: datetime,
    lines: Collection[UUID],
    note: str = "",
    id: UUID | None = None,
    now: datetime | None = None,
) -> PartsLeave:
    """Let a car go before everything is done, because a part is on order; `lines` are what stays open.

    Effects, in order: books the appointment for the open lines at once; ends what is open in the workshop; writes
    the leave; judges the promised ready time now and gives a new promise (a call back by the appointment's time);
    moves the car to the explanation, where only what is done is settled.
    Raises Refused: "visit.not_yours", "leave.stage", "leave.customer", "leave.lines", and what `book` raises.
    """
    first = PartsLeave.objects.filter(pk=id, visit=visit).first() if id else None
    if first:
        return first
    now = now or timezone.now()
    require_own(visit, by=by)
    if visit.stage != Stage.WORKSHOP:
        raise Refused(_("The car is not in the workshop. Reload the page and look again."), "leave.stage")
    if visit.customer is None:
        raise Refused(_("Note first whose car it is, so that it can be booked."), "leave.customer")
    titles = _titles(visit, lines)
    wish = "、".join([*titles, note.strip()]) if note.strip() else "、".join(titles)
    appointment = book(
        visit.store, customer=visit.customer, vehicle=visit.vehicle, at=back_at, by=by, work=visit.work,
        wish=wish[:300], advisor=visit.advisor, id=uuid7(now), now=now,
    )  # fmt: skip
    stop(visit, by=by, now=now)
    leave = PartsLeave.objects.create(
        id=id or uuid7(now), store_id=visit.store_id, visit=visit, appointment=appointment,
        lines=[str(line) for line in lines], note=note.strip()[:200], at=now, by=by,
    )  # fmt: skip
    for kind in (Promise.Kind.READY, Promise.Kind.UPDATE):
        promises.settle(visit, kind=kind, now=now)
    promises.give(visit, kind=Promise.Kind.CALL_BACK, by=by, due_at=back_at, now=now)
    advance(visit, to=Stage.EXPLANATION, by=by, now=now)
    return leave


def _titles(visit: Visit, lines: Collection[UUID]) -> list[str]:
    """Return the names of the lines that wait; some must wait and at least one must be agreed."""
    order = order_of(visit)
    agreed = {line.pk: line.title for line in lines_of(order) if line.agreed} if order else {}
    if not lines or not set(lines) <= set(agreed):
        raise Refused(_("Choose the lines that wait for the part."), "leave.lines", field="lines")
    return [title for pk, title in agreed.items() if pk in set(lines)]
