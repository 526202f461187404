"""Promises: given, changed with consent, kept or not. The one door of `Promise.state`."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.actions import delays, events
from dealership.models import Promise, PromiseChange, Staff, StageChange, Visit
from dealership.refused import Refused

State, Kind = Promise.State, Promise.Kind
LATE_WITHIN = timedelta(minutes=15)
"""Up to this long after the due time a promise is late, not broken (design, definition of a promise)."""


@transaction.atomic
def give(
    visit: Visit,
    *,
    kind: str,
    by: Staff | None,
    due_at: datetime | None = None,
    amount: Decimal | None = None,
    calculated_at: datetime | None = None,
    consent: str = "signature",
    now: datetime | None = None,
) -> Promise:
    """Give a promise, or change the open one of its kind when the figures differ (with the customer's consent).

    Raises Refused("promise.past") for a due time in the past.
    """
    now = now or timezone.now()
    open_one = Promise.objects.filter(visit=visit, kind=kind, state=State.OPEN).first()
    if open_one is None:
        _refuse_past(due_at, now)
        promise = Promise.objects.create(
            store_id=visit.store_id, visit=visit, kind=kind, given_by=by, given_at=now,
            due_at=due_at, amount=amount, calculated_at=calculated_at,
        )  # fmt: skip
        _show_ready_time(promise, visit)
        return promise
    if (open_one.due_at, open_one.amount) != (due_at, amount):
        change(open_one, by=by, due_at=due_at, amount=amount, consent=consent, now=now)
    return open_one


@transaction.atomic
def change(
    promise: Promise,
    *,
    by: Staff | None,
    consent: str,
    due_at: datetime | None = None,
    amount: Decimal | None = None,
    reason: str = "",
    now: datetime | None = None,
) -> PromiseChange:
    """Move an open promise with the customer's consent; what is not named stays.

    Moved later before it was due it will count as late; after it was due it is lost already and stays so. A ready time
    that moves later with a reason is told to the customer (`actions.delays.tell`).
    Raises Refused: "promise.closed", "promise.past".
    """
    now = now or timezone.now()
    if promise.state != State.OPEN:
        raise Refused(_("This promise is settled already. Give a new one."), "promise.closed")
    _refuse_past(due_at, now)
    due_after, amount_after = due_at or promise.due_at, promise.amount if amount is None else amount
    row = PromiseChange.objects.create(
        store_id=promise.store_id, promise=promise, visit_id=promise.visit_id, at=now, by=by,
        due_before=promise.due_at, due_after=due_after, amount_before=promise.amount, amount_after=amount_after,
        consent=consent, reason=reason,
    )  # fmt: skip
    later = bool(promise.due_at and due_after and due_after > promise.due_at)
    promise.moved = promise.moved or later
    promise.due_at, promise.amount = due_after, amount_after
    promise.save(update_fields=["due_at", "amount", "moved"])
    _show_ready_time(promise, promise.visit)
    events.note(promise.visit, kind="promise.changed", by=by, now=now, promise=promise.kind)
    _off_risk(promise, now=now)
    delays.tell(row, by=by, now=now)
    return row


def settle(visit: Visit, *, kind: str, amount: Decimal | None = None, now: datetime | None = None) -> Promise | None:
    """Settle the open promise of this kind at `now` (an amount: by `amount`); None where none is open."""
    now = now or timezone.now()
    promise = Promise.objects.filter(visit=visit, kind=kind, state=State.OPEN).first()
    if promise is None:
        return None
    promise.state, promise.settled_at = outcome(promise, now=now, amount=amount), now
    promise.save(update_fields=["state", "settled_at"])
    _off_risk(promise, now=now)
    return promise


def settle_left(visit: Visit, change: StageChange, *, by: Staff | None, now: datetime) -> list[Promise]:
    """Settle what is still open when the car leaves; a call back that is due later goes on."""
    kinds = Promise.objects.filter(visit=visit, state=State.OPEN).exclude(kind=Kind.CALL_BACK, due_at__gt=now)
    settled = [settle(visit, kind=kind, now=now) for kind in kinds.values_list("kind", flat=True)]
    return [promise for promise in settled if promise]


def outcome(promise: Promise, *, now: datetime, amount: Decimal | None = None) -> str:
    """Return what the promise comes to when it is settled at `now` for `amount`.

    Kept by its due time (an amount not exceeded), late up to 15 minutes after it or when it was moved later before
    it was due, else broken. A change after the due time does not heal it.
    """
    if promise.amount is not None and amount is not None and amount > promise.amount:
        return State.BROKEN
    overdue = now - promise.due_at if promise.due_at else timedelta(0)
    moved_in_time = promise.moved and _moved_before_due(promise)
    if promise.moved and not moved_in_time:
        return State.BROKEN
    if overdue <= timedelta(0):
        return State.LATE if moved_in_time else State.KEPT
    return State.LATE if overdue <= LATE_WITHIN else State.BROKEN


def release_open(visit: Visit, *, by: Staff | None, now: datetime | None = None) -> int:
    """Release every open promise of a visit that ends without the work; return how many."""
    open_ones = Promise.objects.filter(visit=visit, state=State.OPEN)
    return open_ones.update(state=State.RELEASED, settled_at=now or timezone.now())


def release_on_cancel(visit: Visit, change: StageChange, *, by: Staff | None, now: datetime) -> int:
    """Release what is still promised when the car leaves without repair."""
    return release_open(visit, by=by, now=now)


def _moved_before_due(promise: Promise) -> bool:
    changes = PromiseChange.objects.filter(promise=promise).exclude(due_before=None)
    later = [(row.at, row.due_before) for row in changes if _later(row)]
    return all(due is not None and at <= due for at, due in later)


def _later(row: PromiseChange) -> bool:
    return bool(row.due_after and row.due_before and row.due_after > row.due_before)


def _refuse_past(due_at: datetime | None, now: datetime) -> None:
    if due_at and due_at < now:
        raise Refused(_("This time is already past. Choose a later one."), "promise.past", field="due_at")


def _off_risk(promise: Promise, *, now: datetime) -> None:
    """Take the mark off: the promise that was at risk has moved or is settled."""
    if promise.kind == Kind.READY:
        events.clear_attention(promise.visit, kind=delays.RISK, now=now)


def _show_ready_time(promise: Promise, visit: Visit) -> None:
    """Keep the board's copy of the promised ready time."""
    if promise.kind == Kind.READY:
        visit.ready_due = promise.due_at
        visit.save(update_fields=["ready_due"])
