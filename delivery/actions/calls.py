"""Follow-up calls: what came of them. The one door of a due `FollowUp`."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.actions import events
from dealership.models import OptOut, Staff
from dealership.refused import Refused
from delivery.follow_ups import CALL, CALLS, MORNING
from delivery.models import FollowUp

State, Result = FollowUp.State, FollowUp.Result


@transaction.atomic
def record_call(
    row: FollowUp, *, by: Staff, result: str, note: str = "", later_at: datetime | None = None,
    now: datetime | None = None,
) -> FollowUp:  # fmt: skip
    """Record what came of a call; a second press changes nothing.

    Effects, in order: the row is done; nobody answered: planned again for tomorrow morning, three calls at most;
    later: planned again for `later_at`; no calls wanted: kept for this customer, and the calls that are open are
    called off; the timeline.
    Raises Refused: "call.result", "call.later" (a call again needs a time to come), "call.done" (a colleague was
    faster).
    """
    now = now or timezone.now()
    if result not in Result.values:
        raise Refused(_("Say what came of the call."), "call.result", field="result")
    if result == Result.LATER and (later_at is None or later_at <= now):
        raise Refused(_("Say when to call again."), "call.later", field="later")
    values = {"state": State.DONE, "result": result, "note": note.strip()[:200], "done_at": now, "by": by}
    if not FollowUp.objects.filter(pk=row.pk, state=State.DUE).update(**values):
        row.refresh_from_db()
        if row.state == State.DONE and row.by_id == by.pk and row.result == result:
            return row
        raise Refused(_("A colleague was faster: this call is done already."), "call.done")
    for name, value in values.items():
        setattr(row, name, value)
    if result == Result.NO_ANSWER and _unanswered(row) < CALLS:
        _again(row, at=_tomorrow(row, now))
    elif result == Result.LATER and later_at:
        _again(row, at=later_at)
    elif result == Result.NOT_WANTED:
        _spare(row, now=now)
    events.note(row.visit, kind="call", by=by, now=now, result=result)
    return row


def look_at_phone(row: FollowUp, *, by: Staff, now: datetime | None = None) -> str:
    """Return the customer's number; each look stands in the visit's timeline."""
    events.note(row.visit, kind="phone.seen", by=by, now=now)
    return row.visit.customer.phone if row.visit.customer else ""


def _unanswered(row: FollowUp) -> int:
    return FollowUp.objects.filter(visit=row.visit_id, rule=row.rule, result=Result.NO_ANSWER).count()


def _again(row: FollowUp, *, at: datetime) -> None:
    number = FollowUp.objects.filter(visit=row.visit_id, rule=row.rule).count() + 1
    FollowUp.objects.get_or_create(
        store_id=row.store_id, visit_id=row.visit_id, rule=row.rule, slot=str(number), defaults={"due_at": at}
    )


def _tomorrow(row: FollowUp, now: datetime) -> datetime:
    zone = row.store.zone
    return datetime.combine(now.astimezone(zone).date() + timedelta(days=1), MORNING, tzinfo=zone)


def _spare(row: FollowUp, *, now: datetime) -> None:
    """Keep that the customer wants no calls, and call off those that are planned."""
    customer = row.visit.customer
    if customer is None:
        return
    OptOut.objects.get_or_create(
        store_id=row.store_id, customer=customer, kind=CALL, until=None, defaults={"since": now}
    )
    planned = FollowUp.objects.filter(visit__customer=customer, rule=row.rule, state__in=[State.WAITING, State.DUE])
    planned.update(state=State.CANCELLED, done_at=now)
