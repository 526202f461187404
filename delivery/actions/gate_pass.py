"""The gate pass (出门证): issued with the money, revoked when the money goes, taken back at the exit."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from dealership.actions import events
from dealership.models import Staff, Visit
from dealership.uuids import uuid7
from delivery.models import GatePass, Settlement
from delivery.queries.settlement import balance_of, live_pass

PAID = "paid"
"""The mark on the board that tells the advisor to see the customer off."""


def issue_when_covered(settlement: Settlement, *, by: Staff | None, now: datetime | None = None) -> GatePass | None:
    """Issue the pass when the final sum is paid, zero or on account (gate 7); None while something is due.

    Effects, in order: the pass (the one there is stays), the timeline, the mark "paid" for the advisor.
    The caller holds the visit's lock.
    """
    now = now or timezone.now()
    balance = balance_of(settlement)
    if not settlement.final or not balance.covered or balance.gate_pass:
        return balance.gate_pass
    visit = settlement.visit
    id_ = uuid7(now)
    gate_pass = GatePass.objects.create(
        id=id_, store_id=visit.store_id, visit=visit, number=f"{id_.int % 1_000_000:06d}", issued_at=now, issued_by=by
    )
    events.note(visit, kind="gate_pass.issued", by=by, now=now, number=gate_pass.number)
    url = reverse("delivery-stage", kwargs={"store": visit.store.code, "visit": visit.pk})
    events.call_attention(visit, kind=PAID, url=f"{url}?card=5.3", now=now)
    return gate_pass


def revoke(visit: Visit, *, by: Staff | None, now: datetime | None = None) -> GatePass | None:
    """Revoke the pass of a car that has not left; None where there is none."""
    now = now or timezone.now()
    gate_pass = live_pass(visit)
    if gate_pass is None or gate_pass.returned_at:
        return None
    gate_pass.revoked_at = now
    gate_pass.save(update_fields=["revoked_at"])
    events.clear_attention(visit, kind=PAID, now=now)
    events.note(visit, kind="gate_pass.revoked", by=by, now=now, number=gate_pass.number)
    return gate_pass
