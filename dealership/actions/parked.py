"""Operations that could not be applied: run again, or dealt with by hand. None is ever dropped."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from dealership import wiring
from dealership.actions.applying import accept
from dealership.actions.records import lock, recompute
from dealership.models import Operation, Staff, Visit
from dealership.queries.parked import sees_all
from dealership.refused import Refused

State, Reason = Operation.State, Operation.Reason
FOR_GOOD = frozenset({Reason.BLOB_MISSING, Reason.ID_REUSED})
"""Reasons that no second try removes: the picture comes by itself, the other content stays what it is."""


@transaction.atomic
def retry(operation: Operation, *, by: Staff, now: datetime | None = None) -> Operation:
    """Run a parked operation again, as its author's act of its own moment: what a rule refused may pass now.

    It stays parked, with the reason of today, where it still cannot be done; one that was applied already stays so.
    Raises Refused("parked.not_yours") for anybody but its author, a supervisor or a manager, "parked.settled".
    """
    op = _locked(operation, by=by)
    if op.state == State.ACCEPTED or op.reason in FOR_GOOD:
        return op
    if op.settled_at:
        raise Refused(_("This entry was dealt with by hand already."), "parked.settled")
    _judge(op)
    visits = [] if op.kind in wiring.NOT_OF_A_VISIT else [op.visit]
    lock(visits)
    op.sentence = ""
    Operation.objects.filter(pk=op.pk).update(sentence="")
    accept([op], store=op.store)
    recompute(visits if op.state == State.ACCEPTED else [], now=now)
    return op


@transaction.atomic
def settle(operation: Operation, *, by: Staff, now: datetime | None = None) -> Operation:
    """Note that a parked operation was dealt with by hand: it leaves the list and stays in the log.

    Raises Refused("parked.not_yours") as `retry` does. Settled or applied already, it stays as it is.
    """
    op = _locked(operation, by=by)
    if op.state == State.PARKED and op.settled_at is None:
        op.settled_at, op.settled_by = now or timezone.now(), by
        op.save(update_fields=["settled_at", "settled_by"])
    return op


def _locked(operation: Operation, *, by: Staff) -> Operation:
    rows = Operation.objects.select_for_update(no_key=True, of=("self",)).select_related("store", "staff")
    op = rows.get(pk=operation.pk)
    if op.staff_id != by.pk and not sees_all(by, op.store):
        raise Refused(
            _("This entry is %(name)s's. Ask them, or the supervisor.") % {"name": op.staff}, "parked.not_yours"
        )
    return op


def _judge(op: Operation) -> None:
    """Say anew what is wrong with the envelope; an alias leads to the first visit of the car."""
    with scopes_disabled():
        visit = Visit.objects.filter(pk=op.visit).only("store_id", "joined_to_id").first()
    name = f"{op.kind}/{op.version}"
    if name not in wiring.FACTS and name not in wiring.REQUESTS:
        op.reason = Reason.UNKNOWN_KIND
    elif op.kind in wiring.NOT_OF_A_VISIT:
        op.reason = ""
    elif visit and visit.store_id != op.store_id:
        op.reason = Reason.OTHER_STORE
    elif visit is None and op.kind != "visit.open":
        op.reason = Reason.UNKNOWN_VISIT
    else:
        op.reason = ""
        op.visit = (visit.joined_to_id if visit else None) or op.visit
