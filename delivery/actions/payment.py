"""Money taken at the counter."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.actions import events
from dealership.actions.records import lock
from dealership.actions.ticks import tick_by_record
from dealership.models import Staff
from dealership.refused import Refused
from dealership.uuids import uuid7
from delivery.actions.gate_pass import issue_when_covered
from delivery.models import Payment, Settlement
from delivery.queries.settlement import balance_of
from delivery.sums import FEN


@transaction.atomic
def pay(
    settlement: Settlement,
    *,
    by: Staff,
    method: str,
    amount: Decimal | None = None,
    reference: str = "",
    id: UUID | None = None,
    now: datetime | None = None,
) -> Payment:
    """Take money for a final sheet; `amount` None is all that is due. A second press returns the first payment.

    Effects, in order: the payment; the timeline; when all is covered, step 5.2/payment and the gate pass.
    Raises Refused: "payment.not_final", "payment.amount" (not above zero), "payment.nothing_due",
    "payment.too_much" (more than is due).
    """
    now = now or timezone.now()
    visit = settlement.visit
    lock([visit.pk])
    first = Payment.objects.filter(pk=id, visit=visit).first() if id else None
    if first:
        return first
    settlement.refresh_from_db()
    left = _require_due(settlement)
    amount = left if amount is None else amount
    _require_amount(amount, left)
    payment = Payment.objects.create(
        id=id or uuid7(now), store_id=visit.store_id, visit=visit, settlement=settlement, method=method,
        amount=amount, reference=reference.strip()[:60], at=now, by=by,
    )  # fmt: skip
    events.note(visit, kind="payment", by=by, now=now, method=method, amount=str(amount))
    if balance_of(settlement).covered:
        tick_by_record(visit, steps=["5.2/payment"], record=payment, by=by, now=now)
        issue_when_covered(settlement, by=by, now=now)
    return payment


def _require_due(settlement: Settlement) -> Decimal:
    if not settlement.final:
        raise Refused(_("The advisor has not sent this sheet to the cashier yet."), "payment.not_final")
    left = balance_of(settlement).left
    if not left:
        raise Refused(_("Nothing is due any more: the gate pass is issued."), "payment.nothing_due")
    return left


def _require_amount(amount: Decimal, left: Decimal) -> None:
    if amount <= 0 or amount != amount.quantize(FEN):
        raise Refused(_("Type an amount above zero, with two decimals at most."), "payment.amount", field="amount")
    if amount > left:
        sentence = _("Only ¥%(left)s is due. Type that or less.") % {"left": f"{left:,.2f}"}
        raise Refused(sentence, "payment.too_much", field="amount")
