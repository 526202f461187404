"""One line of the settlement: its amounts, its payer, its warranty."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.actions import events
from dealership.models import Staff
from dealership.refused import Refused
from delivery.actions.ownership import require_own_or_chain
from delivery.actions.settlement import recount, require_open
from delivery.models import SettlementLine
from delivery.queries.warranty import LEGAL_KM, LEGAL_MONTHS
from delivery.sums import FEN
from reception.actions.ownership import require_own
from reception.models import OrderLine
from reception.queries.rights import limit_of, who_may

Payer = OrderLine.Payer


@transaction.atomic
def settle_line(
    line: SettlementLine, *, by: Staff, labour: Decimal, parts: Decimal, note: str = "", now: datetime | None = None
) -> SettlementLine:
    """Set what a line is charged: down freely, up only to the amount that the customer agreed to (gate 6).

    Raises Refused: "visit.not_yours", "settlement.final", "line.amount" (below zero or parts of a fen),
    "line.consent" (above consent), "deduction.too_much".
    """
    settlement = line.settlement
    require_own(settlement.visit, by=by)
    require_open(settlement)
    if min(labour, parts) < 0 or any(amount != amount.quantize(FEN) for amount in (labour, parts)):
        raise Refused(_("Type an amount of zero or more, with two decimals at most."), "line.amount", field="parts")
    if labour + parts > line.quoted:
        sentence = _("The customer agreed to ¥%(amount)s for this line. For more, ask for a new consent first.")
        raise Refused(sentence % {"amount": f"{line.quoted:,.2f}"}, "line.consent", field="parts")
    before, line.labour, line.parts, line.settled = line.settled, labour, parts, labour + parts
    line.note = note.strip()[:120]
    line.save(update_fields=["labour", "parts", "settled", "note"])
    require_room(recount(settlement).sums.too_much)
    if before != line.settled:
        amounts = {"before": str(before), "after": str(line.settled)}
        events.note(settlement.visit, kind="settlement.line", by=by, now=now or timezone.now(), **amounts)
    return line


def require_room(too_much: Decimal) -> None:
    """Raise Refused("deduction.too_much") where deductions and discount exceed the customer's own lines."""
    if too_much:
        sentence = _("Deductions and discount would be ¥%(amount)s more than the sum. Make them smaller.")
        raise Refused(sentence % {"amount": f"{too_much:,.2f}"}, "deduction.too_much", field="amount")


@transaction.atomic
def set_payer(line: SettlementLine, *, by: Staff, payer: str, now: datetime | None = None) -> SettlementLine:
    """Say who pays a line.

    Raises Refused: "visit.not_yours", "settlement.final", "payer.consent" (the customer never agreed to pay it),
    "payer.goodwill" (above what this role may let the store bear), "deduction.too_much".
    """
    settlement = line.settlement
    require_own_or_chain(settlement.visit, by=by)
    require_open(settlement)
    if payer == Payer.CUSTOMER and line.consented_payer != Payer.CUSTOMER:
        sentence = _("The customer agreed to this line with another payer. Ask for a new consent first.")
        raise Refused(sentence, "payer.consent", field="payer")
    if payer == Payer.GOODWILL:
        _require_goodwill(line, by)
    line.payer = payer
    line.save(update_fields=["payer"])
    require_room(recount(settlement).sums.too_much)
    events.note(settlement.visit, kind="settlement.payer", by=by, now=now or timezone.now(), payer=payer)
    return line


def _require_goodwill(line: SettlementLine, by: Staff) -> None:
    borne = SettlementLine.objects.filter(settlement=line.settlement, payer=Payer.GOODWILL).exclude(pk=line.pk)
    amount = line.settled + sum((other.settled for other in borne), Decimal(0))
    if amount > limit_of(by, line.settlement.visit.store).goodwill:
        sentence = _("The store would bear ¥%(amount)s. Ask the %(role)s.")
        values = {"amount": f"{amount:,.2f}", "role": who_may("goodwill", amount)}
        raise Refused(sentence % values, "payer.goodwill", field="payer")


@transaction.atomic
def set_warranty(line: SettlementLine, *, by: Staff, months: int, km: int) -> SettlementLine:
    """Set the warranty of a line.

    Raises Refused: "visit.not_yours", "settlement.final", "warranty.law" (less than the law gives).
    """
    require_own(line.settlement.visit, by=by)
    require_open(line.settlement)
    if months < LEGAL_MONTHS or km < LEGAL_KM:
        sentence = _("The law gives at least %(months)s month and %(km)s km. Write down that or more.")
        raise Refused(sentence % {"months": LEGAL_MONTHS, "km": f"{LEGAL_KM:,}"}, "warranty.law", field="months")
    line.warranty_months, line.warranty_km = months, km
    line.save(update_fields=["warranty_months", "warranty_km"])
    return line
