"""Before the sheet goes to the cashier: warranty gone through, deductions, payer and invoice reviewed."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.actions.ticks import tick_by_record
from dealership.models import Staff
from dealership.refused import Refused
from delivery.actions.settlement import require_open
from delivery.models import Settlement
from reception.actions.ownership import require_own


@transaction.atomic
def go_through_warranty(settlement: Settlement, *, by: Staff, now: datetime | None = None) -> Settlement:
    """Note that each line's warranty was gone through with the customer (4.3/warranty).

    Raises Refused: "visit.not_yours".
    """
    require_own(settlement.visit, by=by)
    now = now or timezone.now()
    if not settlement.warranty_at:
        settlement.warranty_at = now
        settlement.save(update_fields=["warranty_at"])
    tick_by_record(settlement.visit, steps=["4.3/warranty"], record=settlement, by=by, now=now)
    return settlement


@transaction.atomic
def review(
    settlement: Settlement,
    *,
    by: Staff,
    invoice: str,
    invoice_title: str = "",
    tax_no: str = "",
    now: datetime | None = None,
) -> Settlement:
    """Save invoice data with deductions and payers reviewed (4.3/review).

    Raises Refused: "visit.not_yours", "settlement.final", "invoice.company" (a company invoice needs title and number).
    """
    require_own(settlement.visit, by=by)
    require_open(settlement)
    title, number = invoice_title.strip()[:120], tax_no.strip().upper()[:20]
    if invoice == Settlement.Invoice.COMPANY and not (title and number):
        sentence = _("A company invoice needs the company's name and its tax number.")
        raise Refused(sentence, "invoice.company", field="tax_no" if title else "invoice_title")
    now = now or timezone.now()
    settlement.invoice, settlement.invoice_title, settlement.tax_no = invoice, title, number
    settlement.reviewed_at, settlement.reviewed_by = now, by
    settlement.save(update_fields=["invoice", "invoice_title", "tax_no", "reviewed_at", "reviewed_by"])
    tick_by_record(settlement.visit, steps=["4.3/review"], record=settlement, by=by, now=now)
    return settlement


@transaction.atomic
def tell_method(settlement: Settlement, *, by: Staff, method: str, now: datetime | None = None) -> Settlement:
    """Tell the cashier how the customer pays (5.1/methods). Raises Refused: "visit.not_yours"."""
    require_own(settlement.visit, by=by)
    settlement.method = method
    settlement.save(update_fields=["method"])
    tick_by_record(settlement.visit, steps=["5.1/methods"], record=settlement, by=by, now=now or timezone.now())
    return settlement
