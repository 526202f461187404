"""The settlement sheet: drawn up, confirmed, made final, re-opened. The one door of `Settlement.state`."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.actions import events, promises
from dealership.actions.records import lock, recompute
from dealership.actions.ticks import tick_by_record
from dealership.models import Promise, Situation, Staff, StageChange, Visit, business_day
from dealership.refused import Missing, Refused
from dealership.stages import Stage
from dealership.uuids import uuid7
from delivery.actions.gate_pass import issue_when_covered, revoke
from delivery.models import CustomerConfirmation, Discount, Method, OnAccount, Settlement, SettlementLine
from delivery.queries.agreed import Agreed, agreed_lines, order_of
from delivery.queries.settlement import Sheet, money_in_hand, settlement_of, sheet_of
from delivery.queries.warranty import default_warranty
from delivery.sums import share
from reception.actions.ownership import require_own

State = Settlement.State


@transaction.atomic
def draw_up(
    visit: Visit, change: StageChange | None = None, *, by: Staff | None, now: datetime | None = None
) -> Settlement:
    """Draw up the settlement from the agreed lines; on entering the explanation it is done by itself.

    Effects, in order: makes the sheet (invoice and way of paying as on the order) or re-opens the one there is,
    brings its lines in step with the agreed ones (a line whose consent is unchanged keeps its settled amount and
    payer, unless the order asks less or spares the customer by now), adds up.
    """
    now = now or timezone.now()
    settlement = settlement_of(visit) or _new_sheet(visit, by=by, now=now)
    if settlement.final:
        reopen(settlement, by=by, reason=change.reason if change else "", now=now)
    _match_lines(settlement, agreed_lines(visit))
    recount(settlement)
    return settlement


def _new_sheet(visit: Visit, *, by: Staff | None, now: datetime) -> Settlement:
    order = order_of(visit)
    given: dict[str, Any] = {}
    if order:
        wanted = Settlement.Invoice.COMPANY if order.tax_no else Settlement.Invoice.PERSONAL
        given = {
            "invoice": wanted if order.invoice_wanted else Settlement.Invoice.NONE,
            "invoice_title": order.invoice_title,
            "tax_no": order.tax_no[:20],
            "method": order.pay_method if order.pay_method in Method.values else "",
        }
    id_ = uuid7(now)
    number = f"{business_day(visit.store, now):%Y%m%d}-{id_.hex[-6:].upper()}"
    return Settlement.objects.create(
        id=id_, store_id=visit.store_id, visit=visit, number=number, drawn_at=now, drawn_by=by, **given
    )


def _match_lines(settlement: Settlement, agreed: list[Agreed]) -> None:
    there = {line.line_id: line for line in SettlementLine.objects.filter(settlement=settlement)}
    for position, one in enumerate(agreed):
        known = there.pop(one.line.pk, None)
        labour, parts = one.split
        if known and known.quoted == one.consented and known.consented_payer == one.payer:
            _follow_order(known, one, labour=labour, parts=parts)
            continue
        months, km = default_warranty(one.line)
        values = {
            "position": position, "payer": one.settled_payer, "consented_payer": one.payer, "quoted": one.consented,
            "labour": labour, "parts": parts, "settled": labour + parts,
        }  # fmt: skip
        SettlementLine.objects.update_or_create(
            store_id=settlement.store_id,
            settlement=settlement,
            line=one.line,
            defaults=values,
            create_defaults=values | {"warranty_months": months, "warranty_km": km},
        )
    SettlementLine.objects.filter(pk__in=[line.pk for line in there.values()]).delete()


def _follow_order(known: SettlementLine, one: Agreed, *, labour: Decimal, parts: Decimal) -> None:
    """Keep what was settled by hand, except where the order asks less by now, or another payer than the customer."""
    if known.settled > labour + parts:
        known.labour, known.parts, known.settled = labour, parts, labour + parts
    if known.of_customer:
        known.payer = one.settled_payer
    known.save(update_fields=["labour", "parts", "settled", "payer"])


def recount(settlement: Settlement) -> Sheet:
    """Bring discount and sums in step with the lines; return the sheet."""
    sheet = sheet_of(settlement)
    for discount in sheet.discounts:
        amount = share(sheet.sums.labour, discount.percent)
        if discount.kind == Discount.Kind.LABOUR and discount.amount != amount:
            discount.amount = amount
            discount.save(update_fields=["amount"])
    sums = sheet.sums
    settlement.customer_sum, settlement.account_sum = sums.customer, sums.account
    settlement.save(update_fields=["customer_sum", "account_sum"])
    return sheet


def require_open(settlement: Settlement) -> None:
    """Lock the visit, look at the sheet anew, and raise Refused("settlement.final") while it is with the cashier."""
    # Without the lock a colleague could make it final between this look and the caller's write.
    lock([settlement.visit_id])
    settlement.refresh_from_db(fields=["state", "final_at", "customer_sum"])
    if settlement.final:
        raise Refused(_("The sheet is with the cashier. Re-open it first, then change it."), "settlement.final")


@transaction.atomic
def confirm(
    settlement: Settlement, *, by: Staff, id: UUID | None = None, now: datetime | None = None
) -> CustomerConfirmation:
    """Keep the customer's one tap on the turned-round screen (解释确认); it stands until an amount changes.

    Effects, in order: a confirmation that still stands is returned as it is; else the row, and step 4.1/explain.
    Raises Refused: "visit.not_yours".
    """
    now = now or timezone.now()
    require_own(settlement.visit, by=by)
    lock([settlement.visit_id])
    sheet = sheet_of(settlement)
    if sheet.confirmation and (sheet.confirmed or sheet.confirmation.pk == id):
        return sheet.confirmation
    row = CustomerConfirmation.objects.create(
        id=id or uuid7(now), store_id=settlement.store_id, settlement=settlement, visit=settlement.visit,
        lines_sum=sheet.sums.settled, customer_sum=sheet.sums.customer, at=now, by=by,
    )  # fmt: skip
    settlement.confirmed_at = now
    settlement.save(update_fields=["confirmed_at"])
    events.note(settlement.visit, kind="settlement.confirmed", by=by, now=now, amount=str(row.customer_sum))
    tick_by_record(settlement.visit, steps=["4.1/explain"], record=row, by=by, now=now)
    return row


@transaction.atomic
def finalise(settlement: Settlement, *, by: Staff, now: datetime | None = None) -> Settlement:
    """Make the sheet final and send it to the cashier (转收银).

    Effects, in order: state; the price promise settled by what is charged; the situation "nothing to pay";
    step 4.3/finalise (and 5.1/methods where the way of paying is known); the timeline; the gate pass where
    nothing is due. A second press changes nothing.
    Raises Refused: "visit.not_yours", "settlement.stage" (gone back, or left), "settlement.empty" (no agreed line),
    "settlement.changed" (the customer confirmed another amount; `missing` holds the sheet to show once more).
    """
    now = now or timezone.now()
    visit = settlement.visit
    require_own(visit, by=by)
    lock([visit.pk])
    settlement.refresh_from_db()
    visit.refresh_from_db(fields=["stage"])
    if settlement.final:
        return settlement
    if visit.stage not in (Stage.EXPLANATION, Stage.DELIVERY):
        sentence = _("The car is not in the explanation. Reload the page and look where it is.")
        raise Refused(sentence, "settlement.stage")
    sheet = recount(settlement)
    _require_ready(sheet)
    settlement.state, settlement.final_at, settlement.final_by = State.FINAL, now, by
    settlement.save(update_fields=["state", "final_at", "final_by"])
    promises.settle(visit, kind=Promise.Kind.PRICE, amount=sheet.sums.settled - sheet.sums.discount, now=now)
    set_nothing_to_pay(visit, on=sheet.sums.customer == 0, now=now)
    # The sheet tells the cashier the way of paying too, where it is known from the order.
    steps = ["4.3/finalise", "5.1/methods"] if settlement.method else ["4.3/finalise"]
    tick_by_record(visit, steps=steps, record=settlement, by=by, now=now)
    events.note(visit, kind="settlement.final", by=by, now=now, amount=str(settlement.customer_sum))
    issue_when_covered(settlement, by=by, now=now)
    return settlement


def _require_ready(sheet: Sheet) -> None:
    if not sheet.lines:
        raise Refused(_("No line is agreed, so there is nothing to settle. Go back to the order."), "settlement.empty")
    if sheet.sums.too_much:
        raise Refused(_("Deductions and discount are more than the sum. Take one off."), "deduction.too_much")
    if sheet.outdated:
        sentence = _("The amount has changed since the customer confirmed it. Show the sheet once more.")
        missing = [Missing("settlement.changed", sentence, "settlement-confirm")]
        raise Refused(sentence, "settlement.changed", missing=missing)


def set_nothing_to_pay(visit: Visit, *, on: bool, now: datetime) -> None:
    """State or end the situation that nothing is paid at the till, and let the records follow."""
    if on:
        events.begin_situation(visit, kind=Situation.Kind.NOTHING_TO_PAY, now=now)
    else:
        events.end_situation(visit, kind=Situation.Kind.NOTHING_TO_PAY, now=now)
    recompute([visit.pk], now=now)


@transaction.atomic
def reopen(settlement: Settlement, *, by: Staff | None, reason: str = "", now: datetime | None = None) -> Settlement:
    """Re-open a final sheet before it is paid.

    Effects, in order: state, sums on account withdrawn, gate pass revoked, "nothing to pay" ended, the timeline.
    Raises Refused: "visit.not_yours", "settlement.paid" (payments must be reversed first), "settlement.left".
    """
    now = now or timezone.now()
    visit = settlement.visit
    require_own(visit, by=by)
    lock([visit.pk])
    settlement.refresh_from_db()
    if not settlement.final:
        return settlement
    if visit.stage not in (Stage.EXPLANATION, Stage.DELIVERY):
        raise Refused(_("The car has left. This sheet stays as it is."), "settlement.left")
    if money_in_hand(visit):
        sentence = _("Money has been taken for this sheet. Let the cashier reverse the payment first.")
        raise Refused(sentence, "settlement.paid")
    settlement.state, settlement.final_at, settlement.final_by = State.REOPENED, None, None
    settlement.save(update_fields=["state", "final_at", "final_by"])
    OnAccount.objects.filter(settlement=settlement, withdrawn_at=None).update(withdrawn_at=now)
    revoke(visit, by=by, now=now)
    set_nothing_to_pay(visit, on=False, now=now)
    events.note(visit, kind="settlement.reopened", by=by, now=now, reason=reason)
    return settlement
