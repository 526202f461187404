"""A payment given back (反结算): asked for, approved by the manager, done by the cashier; rows, no deleted money."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.actions import events
from dealership.actions.records import lock
from dealership.models import Staff
from dealership.refused import Refused
from dealership.uuids import uuid7
from delivery.actions.gate_pass import revoke
from delivery.models import Payment, Reversal
from delivery.queries.settlement import balance_of

ASKED = "reversal_asked"
"""The mark on the board that waits for the manager."""


@transaction.atomic
def ask(
    payment: Payment, *, by: Staff, reason: str, id: UUID | None = None, url: str = "", now: datetime | None = None
) -> Reversal:
    """Ask to give a payment back; the request there is is returned. Raises Refused("reversal.reason")."""
    now = now or timezone.now()
    lock([payment.visit_id])
    first = Reversal.objects.filter(payment=payment).first()
    if first:
        return first
    if not reason.strip():
        raise Refused(_("Say in a few words why the money goes back."), "reversal.reason", field="reason")
    visit = payment.visit
    row = Reversal.objects.create(
        id=id or uuid7(now), store_id=visit.store_id, visit=visit, payment=payment, amount=payment.amount,
        reason=reason.strip()[:200], asked_at=now, asked_by=by,
    )  # fmt: skip
    events.note(visit, kind="reversal.asked", by=by, now=now, amount=str(row.amount))
    events.call_attention(visit, kind=ASKED, url=url, now=now)
    return row


@transaction.atomic
def approve(reversal: Reversal, *, by: Staff, now: datetime | None = None) -> Reversal:
    """Approve it (the manager); approved twice it stays as it is."""
    now = now or timezone.now()
    lock([reversal.visit_id])
    reversal.refresh_from_db()
    if not reversal.approved_at:
        reversal.approved_at, reversal.approved_by = now, by
        reversal.save(update_fields=["approved_at", "approved_by"])
        events.clear_attention(reversal.visit, kind=ASKED, now=now)
        events.note(reversal.visit, kind="reversal.approved", by=by, now=now, amount=str(reversal.amount))
    return reversal


@transaction.atomic
def give_back(reversal: Reversal, *, by: Staff, now: datetime | None = None) -> Reversal:
    """Give the money back (the cashier, after the approval). A second press changes nothing.

    Effects, in order: the reversal is done, the timeline, the gate pass revoked where something is due again.
    Raises Refused("reversal.not_approved").
    """
    now = now or timezone.now()
    lock([reversal.visit_id])
    reversal.refresh_from_db()
    if reversal.done_at:
        return reversal
    if not reversal.approved_at:
        raise Refused(_("The manager has not approved this yet. Ask the manager first."), "reversal.not_approved")
    reversal.done_at, reversal.done_by = now, by
    reversal.save(update_fields=["done_at", "done_by"])
    events.note(reversal.visit, kind="reversal.done", by=by, now=now, amount=str(reversal.amount))
    if not balance_of(reversal.payment.settlement).covered:
        revoke(reversal.visit, by=by, now=now)
    return reversal
