"""What the customer agreed to, line by line: the only source of a settlement."""

from dataclasses import dataclass
from decimal import Decimal

from dealership.models import Visit
from delivery.sums import capped
from inspection.queries.leave import waiting_lines
from reception.models import Consent, ConsentLine, OrderLine, RepairOrder

Payer = OrderLine.Payer


@dataclass(frozen=True)
class Agreed:
    """A line with the amount of the latest consent that covers it, and the payer seen then."""

    line: OrderLine
    consented: Decimal
    payer: str

    @property
    def split(self) -> tuple[Decimal, Decimal]:
        """Labour and parts to settle: the line's own, cut to the consent."""
        return capped(self.line.labour, self.line.parts, self.consented)

    @property
    def settled_payer(self) -> str:
        """The line's payer; it falls to the customer only where the customer agreed to that."""
        return self.payer if self.line.payer == Payer.CUSTOMER else self.line.payer


def agreed_lines(visit: Visit) -> list[Agreed]:
    """Return the agreed lines of the visit's order that a consent covers, in the order's order.

    Lines that wait for a part since the car's last stay in the workshop (待料离店) are left out: they are settled when
    it comes back.
    A line of a diagnosis without a consent of its own is covered by what is left of the limit that was signed
    (先检测后报价), until the repair is signed: from then on each line needs its own.
    """
    waiting = waiting_lines(visit)
    agreed = OrderLine.objects.filter(order__visit=visit, answer=OrderLine.Answer.AGREED)
    lines = [line for line in agreed if line.pk not in waiting]
    latest: dict[object, tuple[Decimal, str]] = {}
    covered = ConsentLine.objects.filter(line__in=lines).order_by("consent__at", "consent_id")
    for line_id, amount, payer in covered.values_list("line_id", "amount", "payer"):
        latest[line_id] = (amount, payer)
    limit = _diagnosis_limit(visit)
    left = None if limit is None else max(limit - sum(amount for amount, _payer in latest.values()), Decimal(0))
    found = []
    for line in lines:
        if line.pk in latest:
            found.append(Agreed(line, *latest[line.pk]))
        elif left is not None:
            amount = min(line.amount, left)
            left -= amount
            found.append(Agreed(line, amount, line.payer))
    return found


def _diagnosis_limit(visit: Visit) -> Decimal | None:
    consents = list(Consent.objects.filter(visit=visit).values_list("kind", "amount"))
    if any(kind != Consent.Kind.DIAGNOSIS for kind, _amount in consents):
        return None
    return consents[-1][1] if consents else None


def order_of(visit: Visit) -> RepairOrder | None:
    """Return the visit's order, None where it has none."""
    return RepairOrder.objects.filter(visit=visit).first()
