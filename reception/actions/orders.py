"""The repair order: begun, its terms, wishes and arrangements. Its lines: `reception.actions.lines`."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.actions import events, promises
from dealership.actions.ticks import tick_by_record
from dealership.models import Promise, Situation, Staff, StageChange, Visit, business_day
from dealership.queries.opening import calendar_of
from dealership.refused import Refused
from dealership.stages import Stage
from dealership.uuids import uuid7
from reception.actions.accident import open_on_order
from reception.actions.lines import add_proposals, follow_payers
from reception.actions.ownership import require_own
from reception.models import Consent, RepairOrder
from reception.queries.orders import habits, lines_of, old_parts_of, order_of, totals
from reception.queries.planning import WASH_MINUTES, ready_after
from reception.queries.pricelist import PriceList
from reception.queries.proposals import proposals
from reception.tax_numbers import cleaned_number, is_tax_number

TERMS = ("2.2/estimate", "2.2/time", "2.2/payment")
ENTRY = ("2.3/entry", "2.3/wishes")
TERM_FIELDS = [
    "expected_start", "work_minutes", "wash_minutes", "calculated_ready", "ready_at", "pay_method", "wash",
    "old_parts", "contact_channel", "invoice_wanted", "invoice_title", "tax_no", "invoice_email", "road_test",
]  # fmt: skip
NUMBER_TRIES = 5


def begin_order(visit: Visit, *, by: Staff | None, id: UUID | None = None, now: datetime | None = None) -> RepairOrder:
    """Begin the repair order with the lines that booking, words and walkaround propose; again returns the first.

    Effects, in order: takes the next number of the store's day (W-MMDD-nnn), writes the lines, follows their payers.
    """
    now = now or timezone.now()
    for attempt in range(1, NUMBER_TRIES + 1):
        known = order_of(visit)
        if known:
            return known
        try:
            return _begin(visit, by=by, id=id, now=now)
        except IntegrityError:
            # Two orders took the same number at once, or two people began this one.
            if attempt == NUMBER_TRIES:
                raise
    raise AssertionError("unreachable")


@transaction.atomic
def _begin(visit: Visit, *, by: Staff | None, id: UUID | None, now: datetime) -> RepairOrder:
    order = RepairOrder.objects.create(
        id=id or uuid7(now), store_id=visit.store_id, visit=visit, number=_next_number(visit, now),
        created_at=now, by=by, **habits(visit),
    )  # fmt: skip
    add_proposals(order, proposals(visit, PriceList()), by=by, now=now)
    follow_payers(order, now=now)
    open_on_order(visit, by=by, now=now)
    events.note(visit, kind="order.begun", by=by, now=now, number=order.number)
    return order


def _next_number(visit: Visit, now: datetime) -> str:
    # Of last year's same day too: a number is used once in a store.
    prefix = f"W-{business_day(visit.store, now):%m%d}-"
    used = RepairOrder.objects.filter(number__startswith=prefix).values_list("number", flat=True)
    last = max((int(number[len(prefix) :]) for number in used), default=0)
    return f"{prefix}{last + 1:03}"


@transaction.atomic
def set_terms(
    order: RepairOrder,
    *,
    by: Staff,
    expected_start: datetime,
    work_minutes: int,
    ready_at: datetime,
    pay_method: str,
    wash: bool = True,
    old_parts: str = RepairOrder.OldParts.LEAVE,
    contact_channel: str = RepairOrder.Contact.PHONE,
    road_test: bool | None = None,
    invoice: dict[str, Any] | None = None,
    now: datetime | None = None,
) -> RepairOrder:
    """Write down price, start, duration, ready time, way of paying and wishes in one go.

    Effects, in order: keeps them with the time that the calendar calculates, ticks 2.2, 2.3/entry and 2.3/wishes
    (1.6/price of an express car), and, when a repair is agreed already, moves the promises (the customer was told).
    Raises Refused: "order.empty", "promise.past", "order.ready_before_start", "invoice.title", "invoice.tax_no",
    "visit.not_yours".
    """
    now = now or timezone.now()
    visit = order.visit
    require_own(visit, by=by)
    if not any(line.charged for line in lines_of(order)):
        raise Refused(_("The order has no line yet. Add the work first."), "order.empty")
    if ready_at < now:
        raise Refused(_("The ready time is already past. Choose a later one."), "promise.past", field="ready_at")
    start = max(expected_start, now)
    if ready_at <= start:
        raise Refused(
            _("The car cannot be ready before work begins. Move the ready time or the start."),
            "order.ready_before_start",
            field="ready_at",
        )
    order.expected_start, order.work_minutes, order.ready_at = start, work_minutes, ready_at
    order.wash, order.wash_minutes = wash, WASH_MINUTES if wash else 0
    order.calculated_ready = ready_after(calendar_of(visit.store), start, work_minutes + order.wash_minutes)
    order.pay_method, order.contact_channel = pay_method, contact_channel
    order.old_parts = old_parts_of(lines_of(order), old_parts)
    order.road_test = order.road_test if road_test is None else road_test
    _set_invoice(order, invoice or {})
    order.save(update_fields=TERM_FIELDS)
    steps = [*TERMS, *ENTRY, *(["1.6/price"] if visit.express else [])]
    tick_by_record(visit, steps=steps, record=order, by=by, now=now)
    if Consent.objects.filter(order=order, kind=Consent.Kind.REPAIR).exists():
        # The price moves only with a consent of its own.
        give_promises(order, by=by, consent="told", now=now, price=False)
    return order


def _set_invoice(order: RepairOrder, invoice: dict[str, Any]) -> None:
    if invoice:
        order.invoice_wanted = bool(invoice.get("wanted"))
        order.invoice_title = str(invoice.get("title", ""))[:120]
        order.tax_no = cleaned_number(str(invoice.get("tax_no", "")))[:30]
        order.invoice_email = str(invoice.get("email", ""))[:254]
        if order.invoice_wanted and order.tax_no and not order.invoice_title:
            raise Refused(_("Whose tax number is it? Type the name for the invoice."), "invoice.title", field="title")
        if order.invoice_wanted and order.tax_no and not is_tax_number(order.tax_no):
            sentence = _("This tax number cannot be right. Compare it digit by digit.")
            raise Refused(sentence, "invoice.tax_no", field="tax_no")


@transaction.atomic
def give_promises(order: RepairOrder, *, by: Staff | None, consent: str, now: datetime, price: bool = True) -> None:
    """Make promises of what the customer agreed to: price (unless told not to), start, ready time, wash, old parts.

    An open promise is moved only where its figure differs; the start is promised once.
    """
    visit = order.visit
    kind = Promise.Kind
    if price:
        amount = totals(lines_of(order)).customer
        promises.give(visit, kind=kind.PRICE, by=by, amount=amount, consent=consent, now=now)
    if order.expected_start and not Promise.objects.filter(visit=visit, kind=kind.START).exists():
        start = max(order.expected_start, now)
        promises.give(visit, kind=kind.START, by=by, due_at=start, consent=consent, now=now)
    if order.ready_at:
        promises.give(
            visit, kind=kind.READY, by=by, due_at=order.ready_at, calculated_at=order.calculated_ready,
            consent=consent, now=now,
        )  # fmt: skip
        if order.wash:
            promises.give(visit, kind=kind.WASH, by=by, due_at=order.ready_at, consent=consent, now=now)
        if order.old_parts == RepairOrder.OldParts.TAKE:
            promises.give(visit, kind=kind.OLD_PARTS, by=by, consent=consent, now=now)


@transaction.atomic
def move_ready(order: RepairOrder, *, ready_at: datetime, consent: str, now: datetime) -> None:
    """Move the ready time, and the wash that is open with it, to what the customer agreed to."""
    kind, visit = Promise.Kind, order.visit
    order.ready_at = ready_at
    order.save(update_fields=["ready_at"])
    promises.give(visit, kind=kind.READY, by=None, due_at=ready_at, consent=consent, now=now)
    if Promise.objects.filter(visit=visit, kind=kind.WASH, state=Promise.State.OPEN).exists():
        promises.give(visit, kind=kind.WASH, by=None, due_at=ready_at, consent=consent, now=now)


@transaction.atomic
def plan_diagnosis(
    order: RepairOrder, *, by: Staff, limit: Decimal, call_back_at: datetime, now: datetime | None = None
) -> RepairOrder:
    """Examine first, quote afterwards (先检测后报价): the most it may cost and by when the customer is called.

    The promise (call back) is given with the consent. Raises Refused: "amount.negative", "promise.past",
    "order.agreed" (a repair is agreed already).
    """
    now = now or timezone.now()
    require_own(order.visit, by=by)
    if limit < 0:
        raise Refused(_("An amount cannot be below zero. Correct it."), "amount.negative", field="limit")
    if call_back_at < now:
        raise Refused(_("This time is already past. Choose a later one."), "promise.past", field="call_back_at")
    if Consent.objects.filter(order=order, kind=Consent.Kind.REPAIR).exists():
        raise Refused(_("A repair is agreed already. Add the diagnosis as a line of it."), "order.agreed")
    order.kind = RepairOrder.Kind.DIAGNOSIS
    order.diagnosis_limit, order.call_back_at = limit, call_back_at
    order.save(update_fields=["kind", "diagnosis_limit", "call_back_at"])
    return order


def plan_repair(order: RepairOrder, *, by: Staff, now: datetime | None = None) -> RepairOrder:
    """Turn a diagnosis into a repair order: its lines are offered, the customer answers each."""
    require_own(order.visit, by=by)
    order.kind = RepairOrder.Kind.REPAIR
    order.save(update_fields=["kind"])
    return order


@transaction.atomic
def arrange_waiting(
    order: RepairOrder, *, by: Staff, waiting: str, next_update_at: datetime, now: datetime | None = None
) -> RepairOrder:
    """Settle where the customer waits and when they hear from us next; a promise. Raises Refused("promise.past")."""
    now = now or timezone.now()
    require_own(order.visit, by=by)
    order.waiting, order.next_update_at = waiting, next_update_at
    order.save(update_fields=["waiting", "next_update_at"])
    promises.give(order.visit, kind=Promise.Kind.UPDATE, by=by, due_at=next_update_at, consent="told", now=now)
    tick_by_record(order.visit, steps=["2.4/settle", "2.4/update"], record=order, by=by, now=now)
    return order


def begin_on_entry(visit: Visit, change: StageChange, *, by: Staff | None, now: datetime) -> None:
    """Have the order ready when negotiation is entered for the first time."""
    if change.source == Stage.RECEPTION:
        begin_order(visit, by=by, now=now)


def note_diagnosis_only(visit: Visit, change: StageChange, *, by: Staff | None, now: datetime) -> None:
    """State whether nothing is repaired: the car went from negotiation straight to the showcase, or not."""
    if change.source == Stage.NEGOTIATION and change.target == Stage.SHOWCASE:
        events.begin_situation(visit, kind=Situation.Kind.DIAGNOSIS_ONLY, now=now)
    else:
        events.end_situation(visit, kind=Situation.Kind.DIAGNOSIS_ONLY, now=now)
