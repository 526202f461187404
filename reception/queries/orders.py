"""The repair order read: its sums, what the customer has agreed to, and what is still missing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dealership.models import Arrival, Visit
from dealership.queries.whole import rows_of
from reception.models import Consent, ConsentLine, OrderLine, RepairOrder


@dataclass(frozen=True)
class Totals:
    """Sums of the lines that count (agreed, or not answered yet), tax included."""

    labour: Decimal
    parts: Decimal
    customer: Decimal
    company: Decimal
    """What goes on the company's account."""
    saved: Decimal
    """What advice against unnecessary work saves."""
    quoted: Decimal | None
    """What was told at booking, None without a booking quote."""
    added: tuple[OrderLine, ...]
    """Lines that were not part of the booking."""

    @property
    def total(self) -> Decimal:
        """All payers together."""
        return self.labour + self.parts

    @property
    def others(self) -> Decimal:
        """What others than the customer pay."""
        return self.total - self.customer

    @property
    def difference(self) -> Decimal:
        """The sum of customer and company minus the booking quote."""
        return self.customer + self.company - (self.quoted or Decimal(0))

    @property
    def less(self) -> Decimal:
        """Booking quote minus that sum."""
        return -self.difference


def order_of(visit: Visit) -> RepairOrder | None:
    """Return the repair order of a visit, None before it is begun."""
    return next(iter(rows_of(visit, RepairOrder)), None)


def habits(visit: Visit) -> dict[str, object]:
    """Return what the customer wished for last time: the defaults of a new order."""
    if visit.customer_id is None:
        return {}
    last = RepairOrder.objects.filter(visit__customer=visit.customer_id).exclude(visit=visit).order_by("-created_at")
    names = ("old_parts", "wash", "contact_channel", "invoice_wanted", "invoice_title", "tax_no",
             "invoice_email", "road_test")  # fmt: skip
    wished = last.exclude(pay_method="").values(*names).first() or {}
    if wished.get("old_parts") == RepairOrder.OldParts.CLAIM:
        # That was the maker's wish, not the customer's.
        wished["old_parts"] = RepairOrder.OldParts.LEAVE
    return wished


def usual_payer(visit: Visit) -> str:
    """Return who pays what the customer wants: a fleet car's company, where it has credit here; else the customer."""
    payer = visit.payer or visit.customer
    fleet = visit.arrival == Arrival.FLEET and payer is not None and payer.credit_limit > 0
    return OrderLine.Payer.ACCOUNT if fleet else OrderLine.Payer.CUSTOMER


def claimed(lines: Iterable[OrderLine]) -> bool:
    """Tell whether the maker's warranty pays a line: the old parts belong to the claim then."""
    return any(line.charged and line.payer == OrderLine.Payer.WARRANTY for line in lines)


def old_parts_of(lines: Iterable[OrderLine], wished: str) -> str:
    """Return what happens to the old parts: those of a claim stay here, whatever was wished."""
    if claimed(lines):
        return RepairOrder.OldParts.CLAIM
    return RepairOrder.OldParts.LEAVE if wished == RepairOrder.OldParts.CLAIM else wished


def usual_pay_method(order: RepairOrder) -> str:
    """Return the way of paying to prefill: the one agreed, that of last time, else the most usual (WeChat, 52 %)."""
    if order.pay_method or order.visit.customer_id is None:
        return order.pay_method or RepairOrder.PayMethod.WECHAT
    last = RepairOrder.objects.filter(visit__customer=order.visit.customer_id).exclude(pay_method="")
    return last.order_by("-created_at").values_list("pay_method", flat=True).first() or RepairOrder.PayMethod.WECHAT


def lines_of(order: RepairOrder) -> list[OrderLine]:
    """Return the lines in their order."""
    return list(OrderLine.objects.filter(order=order))


def totals(lines: Iterable[OrderLine]) -> Totals:
    """Add the lines up."""
    lines = list(lines)
    charged = [line for line in lines if line.charged]
    quotes = [line.quote for line in lines if line.quote is not None]
    against = [line for line in lines if line.answer == OrderLine.Answer.ADVISED_AGAINST]
    zero = Decimal(0)
    return Totals(
        labour=sum((line.labour for line in charged), zero),
        parts=sum((line.parts for line in charged), zero),
        customer=sum((line.amount for line in charged if line.of_customer), zero),
        company=sum((line.amount for line in charged if line.payer == OrderLine.Payer.ACCOUNT), zero),
        saved=sum((line.amount for line in against), zero),
        quoted=sum(quotes, zero) if quotes else None,
        added=tuple(line for line in charged if line.quote is None and line.of_customer and line.amount),
    )


def open_lines(lines: Iterable[OrderLine]) -> list[OrderLine]:
    """Return the lines without an answer."""
    return [line for line in lines if line.answer == OrderLine.Answer.OPEN]


def consents_of(order: RepairOrder) -> list[Consent]:
    """Return the consents of an order, the first first."""
    return list(Consent.objects.filter(order=order).select_related("by", "second_person", "signature"))


def seen_amounts(lines: Sequence[OrderLine]) -> dict[object, ConsentLine]:
    """Return line → what the customer saw of it last, in one query."""
    rows = ConsentLine.objects.filter(line__in=lines).order_by("consent__at", "consent_id")
    return {row.line_id: row for row in rows}


def covered(line: OrderLine, seen: ConsentLine | None) -> bool:
    """Tell whether the last consent covers a line: not above the amount seen, and no new burden on the customer."""
    if seen is None or line.amount > seen.amount:
        return False
    return line.payer == seen.payer or not line.of_customer


def to_pay(line: OrderLine) -> Decimal:
    """Return what the customer pays of a line as it stands."""
    return line.amount if line.of_customer else Decimal(0)


def shown_amounts(lines: Iterable[OrderLine]) -> list[tuple[object, Decimal]]:
    """Return (line, what the customer pays of it) of the lines that count: what a signature stands for."""
    return [(line.pk, to_pay(line)) for line in lines if line.charged]


def agreed_part(line: OrderLine, seen: ConsentLine | None) -> Decimal:
    """Return what the customer has agreed to pay of a line: never above the amount seen."""
    if not line.agreed or seen is None or seen.payer != OrderLine.Payer.CUSTOMER:
        return Decimal(0)
    return min(to_pay(line), seen.amount)


def agreed_sum(lines: Sequence[OrderLine], adding: Sequence[OrderLine] = ()) -> Decimal:
    """Return what the customer has agreed to pay in all, with the lines in `adding` as they stand now."""
    seen, new = seen_amounts(lines), {line.pk for line in adding}
    parts = (to_pay(line) if line.pk in new else agreed_part(line, seen.get(line.pk)) for line in lines)
    return sum(parts, Decimal(0))


def consent_missing(order: RepairOrder) -> list[OrderLine]:
    """Return the lines to be worked on that no consent covers as they stand now (unanswered ones too)."""
    lines = [line for line in lines_of(order) if line.charged]
    seen = seen_amounts(lines)
    return [line for line in lines if not line.agreed or not covered(line, seen.get(line.pk))]


def diagnosis_agreed(order: RepairOrder) -> bool:
    """Tell whether the customer agreed to a diagnosis of this order."""
    return order.diagnosis and Consent.objects.filter(order=order, kind=Consent.Kind.DIAGNOSIS).exists()


def hv_needed(order: RepairOrder) -> bool:
    """Tell whether a line to be done needs somebody with the high-voltage duty."""
    return OrderLine.objects.filter(order=order, hv=True, answer__in=OrderLine.CHARGED).exists()


def work_minutes(lines: Iterable[OrderLine]) -> int:
    """Return the working time of the lines that count."""
    return sum(line.minutes for line in lines if line.charged)
