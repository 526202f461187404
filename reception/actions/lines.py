"""The lines of a repair order: picked, priced, paid by whom, and answered by the customer."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.actions import events
from dealership.actions.records import recompute
from dealership.actions.ticks import tick_by_record
from dealership.models import Duty, Situation, Staff, Visit
from dealership.refused import Refused
from dealership.stages import Stage
from dealership.uuids import uuid7
from reception.actions.asked import withdraw_asked
from reception.actions.limits import require_discount, require_goodwill
from reception.actions.ownership import require_own
from reception.models import Approval, ConsentLine, OfferLine, OpenAdvice, OrderLine, RepairOrder
from reception.queries.orders import lines_of, open_lines
from reception.queries.pricelist import Pick, PriceList
from reception.queries.proposals import Proposal

Answer, Payer = OrderLine.Answer, OrderLine.Payer

CLOSED_STAGES = (Stage.DELIVERY, Stage.CLOSED, Stage.CANCELLED)


@transaction.atomic
def add_line(
    order: RepairOrder,
    *,
    by: Staff,
    kind: str,
    code: str,
    quantity: int = 1,
    why: str = OrderLine.Why.WORDS,
    reason: str = "",
    must: bool = True,
    payer: str = Payer.CUSTOMER,
    id: UUID | None = None,
    now: datetime | None = None,
) -> OrderLine:
    """Add a thing of the price list to the order at its list price; the same id again returns the first line.

    Raises Refused: "line.unknown" (not in the price list), "line.quantity", "line.goodwill", "order.closed",
    "visit.not_yours".
    """
    now = now or timezone.now()
    known = OrderLine.objects.filter(pk=id, order=order).first() if id else None
    if known:
        return known
    require_open(order, by=by)
    pick = PriceList().pick(kind, code)
    if pick is None:
        raise Refused(_("This is not in the price list any more. Choose again."), "line.unknown", field="pick")
    if not 1 <= quantity <= 99:
        raise Refused(_("The quantity must be between 1 and 99."), "line.quantity", field="quantity")
    require_goodwill(order, by=by, added={None: pick.amount * quantity} if payer == Payer.GOODWILL else {})
    line = _line(order, pick, quantity, by=by, now=now, id=id)
    line.why, line.reason, line.must, line.payer = why, reason.strip()[:200], must, payer
    line.position = (OrderLine.objects.filter(order=order).aggregate(last=Max("position"))["last"] or 0) + 1
    line.save(force_insert=True)
    follow_payers(order, now=now)
    return line


def add_proposals(
    order: RepairOrder, proposals: Iterable[Proposal], *, by: Staff | None, now: datetime
) -> list[OrderLine]:
    """Write the lines that a new order begins with."""
    lines = []
    for position, proposal in enumerate(proposals, start=1):
        line = _line(order, proposal.pick, 1, by=by, now=now, id=None)
        line.position, line.why, line.reason = position, proposal.why, proposal.reason[:200]
        line.must, line.payer, line.quote = proposal.must, proposal.payer, proposal.quote
        lines.append(line)
    return OrderLine.objects.bulk_create(lines)


def _line(
    order: RepairOrder, pick: Pick, quantity: int, *, by: Staff | None, now: datetime, id: UUID | None
) -> OrderLine:
    return OrderLine(
        id=id or uuid7(now), store_id=order.store_id, order=order, position=0, kind=pick.kind, code=pick.code,
        names=pick.names, quantity=quantity, hours=pick.hours * quantity, minutes=pick.minutes * quantity, hv=pick.hv,
        labour=pick.labour * quantity, parts=pick.parts * quantity, list_amount=pick.amount * quantity,
        added_at=now, by=by,
    )  # fmt: skip


@transaction.atomic
def change_line(
    line: OrderLine,
    *,
    by: Staff,
    labour: Decimal | None = None,
    parts: Decimal | None = None,
    payer: str | None = None,
    now: datetime | None = None,
) -> OrderLine:
    """Change amounts or payer of a line; above what the customer saw, its consent is missing again.

    Raises Refused: "amount.negative", "line.discount" and "line.goodwill" (above the limit of the role),
    "order.closed", "visit.not_yours". A colleague with the duty `claims` may change the payer of any line.
    """
    now = now or timezone.now()
    only_payer = labour is None and parts is None
    require_open(line.order, by=by, duty=Duty.CLAIMS if only_payer else None)
    hold_line(line)
    line.labour = line.labour if labour is None else labour
    line.parts = line.parts if parts is None else parts
    if line.labour < 0 or line.parts < 0:
        field = "labour" if line.labour < 0 else "parts"
        raise Refused(_("An amount cannot be below zero. Correct it."), "amount.negative", field=field)
    if not only_payer:
        require_discount(line, by=by)
    if payer is not None:
        line.payer = payer
    if line.payer == Payer.GOODWILL and (payer is not None or not only_payer):
        require_goodwill(line.order, by=by, added={line.pk: line.amount})
    return write_line(line, by=by, now=now)


def hold_line(line: OrderLine) -> None:
    """Read a line as it stands now and keep others from changing it until the transaction ends."""
    rows = OrderLine.objects.select_for_update(no_key=True)
    line.refresh_from_db(fields=["labour", "parts", "payer", "answer"], from_queryset=rows)


def write_line(line: OrderLine, *, by: Staff, now: datetime) -> OrderLine:
    """Save amounts and payer of a line; an open question to the manager about it is taken back."""
    line.save(update_fields=["labour", "parts", "payer"])
    withdraw_asked(line, now=now)
    follow_payers(line.order, now=now)
    events.note(line.order.visit, kind="order.line_changed", by=by, now=now, line=str(line.pk), payer=line.payer)
    return line


@transaction.atomic
def answer_line(
    line: OrderLine,
    *,
    by: Staff | None,
    answer: str,
    reason: str = "",
    colour: str = OpenAdvice.Colour.YELLOW,
    now: datetime | None = None,
) -> OrderLine:
    """Write down the customer's answer to a line (`by` None: by link): agreed, declined, or advised against by us.

    What is not done stays open advice of the car; agreeing later closes it. The last open answer ticks 2.1.
    Raises Refused: "line.reason" (an answer other than yes needs its chip), "order.closed", "visit.not_yours".
    """
    now = now or timezone.now()
    visit = line.order.visit
    require_open(line.order, by=by)
    if answer in (Answer.DECLINED, Answer.ADVISED_AGAINST) and not reason:
        raise Refused(_("Choose the reason, so that we can come back to it."), "line.reason", field="reason")
    reason = reason if answer in (Answer.DECLINED, Answer.ADVISED_AGAINST) else ""
    line.answer, line.answer_reason, line.answered_at = answer, reason[:30], now
    line.save(update_fields=["answer", "answer_reason", "answered_at"])
    if not line.charged:
        withdraw_asked(line, now=now)
    _keep_advice(line, visit, by=by, colour=colour, now=now)
    _after_answers(line.order, by=by, now=now)
    return line


@transaction.atomic
def agree_all(order: RepairOrder, *, by: Staff | None, now: datetime | None = None) -> list[OrderLine]:
    """Agree to every line that has no answer yet (全部同意); returns them."""
    now = now or timezone.now()
    require_open(order, by=by)
    lines = open_lines(lines_of(order))
    for line in lines:
        line.answer, line.answered_at = Answer.AGREED, now
    OrderLine.objects.bulk_update(lines, ["answer", "answered_at"])
    _after_answers(order, by=by, now=now)
    return lines


@transaction.atomic
def remove_line(line: OrderLine, *, by: Staff, now: datetime | None = None) -> None:
    """Take a line off the order that nobody has answered; Refused("line.answered") once it has been."""
    require_open(line.order, by=by)
    if line.answer != Answer.OPEN or ConsentLine.objects.filter(line=line).exists():
        raise Refused(_("The customer has answered this line. Mark it as not this time instead."), "line.answered")
    if OfferLine.objects.filter(line=line).exists():
        raise Refused(_("The customer has been sent this line. Mark it as not this time instead."), "line.offered")
    if Approval.objects.filter(line=line).exists():
        raise Refused(_("The manager was asked about this line. Mark it as not this time instead."), "line.asked")
    order = line.order
    line.delete()
    follow_payers(order, now=now)


def add_extra_line(
    visit: Visit, *, by: Staff, kind: str, code: str, id: UUID | None = None, reason: str = "", must: bool = False,
    quantity: int = 1, now: datetime | None = None,
) -> OrderLine:  # fmt: skip
    """Add work that the workshop found to the order of a car; it needs an answer and a consent before it is done."""
    order = RepairOrder.objects.select_related("visit__store").filter(visit=visit).first()
    if order is None:
        raise Refused(_("This car has no repair order yet. Begin one first."), "order.none")
    return add_line(
        order, by=by, kind=kind, code=code, quantity=quantity, why=OrderLine.Why.EXTRA, reason=reason, must=must,
        id=id, now=now,
    )  # fmt: skip


def follow_payers(order: RepairOrder, *, now: datetime | None = None) -> None:
    """State to the kernel whether the maker's warranty pays a line: touchpoint 1.7 applies then."""
    claim = OrderLine.objects.filter(order=order, payer=Payer.WARRANTY, answer__in=OrderLine.CHARGED).exists()
    if claim and order.old_parts != RepairOrder.OldParts.CLAIM:
        order.old_parts = RepairOrder.OldParts.CLAIM
        order.save(update_fields=["old_parts"])
    kind, visit = Situation.Kind.CLAIM_LINE, order.visit
    if claim == Situation.objects.filter(visit=visit, kind=kind, until=None).exists():
        return
    if claim:
        events.begin_situation(visit, kind=kind, now=now)
    else:
        events.end_situation(visit, kind=kind, now=now)
    recompute([visit.pk], now=now)


def _after_answers(order: RepairOrder, *, by: Staff | None, now: datetime) -> None:
    follow_payers(order, now=now)
    lines = lines_of(order)
    if lines and not open_lines(lines):
        tick_by_record(order.visit, steps=["2.1/reasons", "2.1/consent"], record=order, by=by, now=now)


def _keep_advice(line: OrderLine, visit: Visit, *, by: Staff | None, colour: str, now: datetime) -> None:
    OpenAdvice.objects.filter(line=line, closed_at=None).update(closed_at=now)
    if line.answer == Answer.AGREED:
        # The same work advised at an earlier visit is done with it.
        same = OpenAdvice.objects.filter(vehicle=visit.vehicle_id, line__kind=line.kind, line__code=line.code)
        same.filter(closed_at=None).update(closed_at=now)
    if line.answer in (Answer.DECLINED, Answer.ADVISED_AGAINST):
        OpenAdvice.objects.create(
            store_id=line.store_id, vehicle_id=visit.vehicle_id, customer_id=visit.customer_id, visit=visit, line=line,
            kind=line.answer, colour=colour, texts=line.names, reason=line.answer_reason, amount=line.amount,
            created_at=now, by=by,
        )  # fmt: skip


def require_open(order: RepairOrder, *, by: Staff | None, duty: Duty | None = None) -> None:
    require_own(order.visit, by=by, duty=duty)
    if order.visit.stage in CLOSED_STAGES:
        raise Refused(_("This order is settled. Take the car back to the explanation first."), "order.closed")
