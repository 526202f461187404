"""Asking the manager within the flow: a discount, goodwill, work on account. The one door of `Approval.answer`."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.actions import events
from dealership.models import Staff
from dealership.refused import Refused
from dealership.uuids import uuid7
from reception.actions.asked import ASKED, clear_mark
from reception.actions.limits import require_discount, require_goodwill
from reception.actions.lines import hold_line, require_open, write_line
from reception.actions.ownership import require_own
from reception.models import Approval, OrderLine, RepairOrder
from reception.queries.approvals import credit_of, not_for
from reception.queries.discounts import reduced
from reception.queries.orders import to_pay

Kind, Answer, Payer = Approval.Kind, Approval.Answer, OrderLine.Payer
OF_A_LINE = (Kind.DISCOUNT, Kind.GOODWILL)


@transaction.atomic
def lower_price(
    line: OrderLine,
    *,
    by: Staff,
    amount: Decimal | None,
    reason: str,
    id: UUID | None = None,
    now: datetime | None = None,
) -> Approval | None:
    """Let a line cost `amount`: at once within the limit of `by` (returns None), else the manager is asked.

    Labour gives way before parts. Raises Refused: what `ask` raises.
    """
    now = now or timezone.now()
    require_open(line.order, by=by)
    hold_line(line)
    amount = _amount_of(line, amount)
    before = line.labour, line.parts
    line.labour, line.parts = reduced(line, amount)
    try:
        require_discount(line, by=by)
    except Refused:
        line.labour, line.parts = before
        return ask(line.order, kind=Kind.DISCOUNT, line=line, amount=amount, reason=reason, by=by, id=id, now=now)
    write_line(line, by=by, now=now)
    return None


@transaction.atomic
def bear_line(
    line: OrderLine, *, by: Staff, reason: str, id: UUID | None = None, now: datetime | None = None
) -> Approval | None:
    """Let the store bear a line (店内承担): at once within the limit of `by` (returns None), else the manager is asked.

    Raises Refused: what `ask` raises.
    """
    now = now or timezone.now()
    require_open(line.order, by=by)
    hold_line(line)
    try:
        require_goodwill(line.order, by=by, added={line.pk: line.amount})
    except Refused:
        return ask(line.order, kind=Kind.GOODWILL, line=line, amount=line.amount, reason=reason, by=by, id=id, now=now)
    line.payer = Payer.GOODWILL
    write_line(line, by=by, now=now)
    return None


@transaction.atomic
def ask(
    order: RepairOrder,
    *,
    kind: str,
    by: Staff,
    reason: str,
    line: OrderLine | None = None,
    amount: Decimal | None = None,
    id: UUID | None = None,
    now: datetime | None = None,
) -> Approval:
    """Ask whoever may: the line may cost `amount`, the store bears it, or the order goes on account above the limit.

    Effects, in order: the question, the timeline, the mark on the board. The same id again returns the first.
    Raises Refused: "approval.reason" (none given), "approval.amount", "approval.asked" (one of its kind is open),
    "approval.needless" (on account within the limit), "order.closed", "visit.not_yours".
    """
    now = now or timezone.now()
    known = Approval.objects.filter(pk=id, order=order).first() if id else None
    if known:
        return known
    visit = order.visit
    require_open(order, by=by)
    # Two presses at once wait for each other here.
    RepairOrder.objects.select_for_update(no_key=True).get(pk=order.pk)
    before, amount = _figures(order, kind, line, amount, now)
    if not reason.strip():
        raise Refused(_("Say why, in a few words: the manager decides by it."), "approval.reason", field="reason")
    if Approval.objects.filter(order=order, kind=kind, line=line, answer=Answer.OPEN).exists():
        raise Refused(_("This is asked already. The answer will stand on this page."), "approval.asked")
    row = Approval.objects.create(
        id=id or uuid7(now), store_id=order.store_id, visit=visit, order=order, line=line, kind=kind, amount=amount,
        before=before, reason=reason.strip()[:200], asked_at=now, asked_by=by,
    )  # fmt: skip
    events.note(visit, kind="approval.asked", by=by, now=now, asked=kind, amount=str(amount))
    events.call_attention(visit, kind=ASKED, url=reverse("approvals", args=[visit.store.code]), now=now)
    return row


def answer(
    approval: Approval, *, by: Staff, yes: bool, words: str = "", now: datetime | None = None
) -> Approval:  # fmt: skip
    """Answer a question; a yes is done to the line at once, if the line still is what was asked about.

    Effects, in order: the answer (by compare-and-set), the line, the timeline, the mark taken off. The same answer
    again returns the first. Raises Refused: "approval.answered" (somebody was faster with another one),
    "approval.withdrawn", "approval.stale" (the line has changed: the question is taken back), "approval.limit".
    """
    now = now or timezone.now()
    row, stale = _answer(approval, by=by, yes=yes, words=words, now=now)
    if stale:
        raise Refused(_("The line has changed since it was asked. The question is taken back."), "approval.stale")
    return row


@transaction.atomic
def _answer(approval: Approval, *, by: Staff, yes: bool, words: str, now: datetime) -> tuple[Approval, bool]:
    visit = approval.visit
    said = Answer.YES if yes else Answer.NO
    # The line before the question, as whoever changes a line does: the other way round two would wait for each other.
    line = _held(approval)
    who = not_for(approval, by, visit.store)
    if who and approval.answer == Answer.OPEN:
        sentence = _("This is above your limit. The %(role)s may answer it.")
        raise Refused(sentence % {"role": who}, "approval.limit")
    stale = yes and _stale(approval, line)
    done = {"answer": Answer.WITHDRAWN if stale else said, "answered_at": now, "answered_by": by, "words": words[:200]}
    if not Approval.objects.filter(pk=approval.pk, answer=Answer.OPEN).update(**done):
        return _answered_before(approval, said), False
    approval.refresh_from_db(fields=list(done))
    if yes and not stale and line is not None:
        _apply(approval, line, by=by, now=now)
    events.note(visit, kind=f"approval.{approval.answer}", by=by, now=now, asked=approval.kind)
    clear_mark(visit, now=now)
    return approval, stale


@transaction.atomic
def withdraw(approval: Approval, *, by: Staff, now: datetime | None = None) -> Approval:
    """Take a question back. Raises Refused: "approval.answered", "visit.not_yours"."""
    now = now or timezone.now()
    require_own(approval.visit, by=by)
    open_one = Approval.objects.filter(pk=approval.pk, answer=Answer.OPEN)
    taken = open_one.update(answer=Answer.WITHDRAWN, answered_at=now, answered_by=by)
    approval.refresh_from_db(fields=["answer", "answered_at", "answered_by"])
    if not taken and approval.answer != Answer.WITHDRAWN:
        raise Refused(_("It has been answered already. Here is what was said."), "approval.answered")
    clear_mark(approval.visit, now=now)
    return approval


def _figures(
    order: RepairOrder, kind: str, line: OrderLine | None, amount: Decimal | None, now: datetime
) -> tuple[Decimal, Decimal]:
    """Return what stands now and what is asked for."""
    if kind in OF_A_LINE:
        if line is None or line.order_id != order.pk or not line.charged:
            raise Refused(_("This line is not to be done. Ask about another one."), "approval.line")
        if kind == Kind.GOODWILL:
            return to_pay(line), line.amount
        return line.amount, _amount_of(line, amount)
    credit = credit_of(order, now=now)
    if not credit.over:
        raise Refused(_("This is within the credit limit; nobody needs to be asked."), "approval.needless")
    return max(credit.limit - credit.used, Decimal(0)), credit.wanted


def _amount_of(line: OrderLine, amount: Decimal | None) -> Decimal:
    if amount is None or not 0 <= amount < line.amount or amount != amount.quantize(Decimal("0.01")):
        sentence = _("Type a price below ¥%(amount)s, with two decimals at most.") % {"amount": line.amount}
        raise Refused(sentence, "approval.amount", field="amount")
    return amount


def _held(approval: Approval) -> OrderLine | None:
    if approval.line_id is None:
        return None
    line = OrderLine.objects.select_for_update(no_key=True).get(pk=approval.line_id)
    line.order = approval.order
    line.order.visit = approval.visit
    approval.line = line
    return line


def _stale(approval: Approval, line: OrderLine | None) -> bool:
    if line is None:
        return False
    before = to_pay(line) if approval.kind == Kind.GOODWILL else line.amount
    return not line.charged or before != approval.before or line.payer == Payer.GOODWILL


def _apply(approval: Approval, line: OrderLine, *, by: Staff, now: datetime) -> None:
    if approval.kind == Kind.GOODWILL:
        line.payer = Payer.GOODWILL
    else:
        line.labour, line.parts = reduced(line, approval.amount)
    write_line(line, by=by, now=now)


def _answered_before(approval: Approval, said: str) -> Approval:
    approval.refresh_from_db(fields=["answer", "answered_at", "answered_by", "words"])
    if approval.answer == Answer.WITHDRAWN:
        raise Refused(_("This question was taken back. Nothing needs to be answered."), "approval.withdrawn")
    if approval.answer != said:
        raise Refused(_("A colleague has answered this already."), "approval.answered")
    return approval
