"""What lowers the customer's sum: coupons and the like, and a discount within the role's limit."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.actions import events
from dealership.actions.records import lock
from dealership.models import Staff
from dealership.refused import Refused
from dealership.uuids import uuid7
from delivery.actions.lines import require_room
from delivery.actions.ownership import require_own_or_chain
from delivery.actions.settlement import recount, require_open
from delivery.models import Deduction, Discount, Settlement
from delivery.queries.settlement import sheet_of
from delivery.sums import FEN, share
from reception.actions.ownership import require_own
from reception.queries.rights import limit_of, who_may


@transaction.atomic
def deduct(
    settlement: Settlement,
    *,
    by: Staff,
    kind: str,
    amount: Decimal,
    reference: str = "",
    id: UUID | None = None,
    now: datetime | None = None,
) -> Deduction:
    """Take a coupon, package, points and so on off the customer's sum. A second press returns the first row.

    Raises Refused: "visit.not_yours", "settlement.final", "deduction.amount" (not above zero), "deduction.too_much".
    """
    now = now or timezone.now()
    require_own(settlement.visit, by=by)
    lock([settlement.visit_id])
    first = Deduction.objects.filter(pk=id, settlement=settlement).first() if id else None
    if first:
        return first
    require_open(settlement)
    if amount <= 0 or amount != amount.quantize(FEN):
        raise Refused(_("Type an amount above zero, with two decimals at most."), "deduction.amount", field="amount")
    row = Deduction.objects.create(
        id=id or uuid7(now), store_id=settlement.store_id, settlement=settlement, kind=kind, amount=amount,
        reference=reference.strip()[:40], at=now, by=by,
    )  # fmt: skip
    require_room(recount(settlement).sums.too_much)
    events.note(settlement.visit, kind="settlement.deduction", by=by, now=now, deducted=kind, amount=str(amount))
    return row


@transaction.atomic
def withdraw_deduction(deduction: Deduction, *, by: Staff, now: datetime | None = None) -> Settlement:
    """Take a deduction off the sheet again. Raises Refused: "visit.not_yours", "settlement.final"."""
    settlement = deduction.settlement
    require_own(settlement.visit, by=by)
    require_open(settlement)
    deduction.delete()
    recount(settlement)
    events.note(settlement.visit, kind="settlement.deduction_off", by=by, now=now or timezone.now())
    return settlement


@transaction.atomic
def give_discount(
    settlement: Settlement,
    *,
    by: Staff,
    kind: str,
    value: Decimal,
    reason: str = "",
    now: datetime | None = None,
) -> Discount | None:
    """Give a discount: `value` per cent of the customer's labour, or `value` yuan off the order; 0 takes it back.

    One of each kind; a new one takes the place of the old. Raises Refused: "visit.not_yours", "settlement.final",
    "discount.amount" (below zero), "discount.limit" (above the role's limit; says who may), "deduction.too_much".
    """
    now = now or timezone.now()
    visit = settlement.visit
    require_own_or_chain(visit, by=by)
    lock([visit.pk])
    require_open(settlement)
    if value < 0 or value != value.quantize(FEN):
        raise Refused(_("Type a discount of zero or more."), "discount.amount", field="value")
    of_labour = kind == Discount.Kind.LABOUR
    _require_limit("percent" if of_labour else "order", value, by, visit.store)
    Discount.objects.filter(settlement=settlement, kind=kind).delete()
    row = None
    if value:
        amount = share(sheet_of(settlement).sums.labour, value) if of_labour else value
        row = Discount.objects.create(
            store_id=settlement.store_id, settlement=settlement, kind=kind, percent=value if of_labour else 0,
            amount=amount, reason=reason.strip()[:120], at=now, by=by,
        )  # fmt: skip
    require_room(recount(settlement).sums.too_much)
    events.note(visit, kind="settlement.discount", by=by, now=now, discount=kind, value=str(value))
    return row


def _require_limit(field: str, value: Decimal, by: Staff, store: object) -> None:
    limit = getattr(limit_of(by, store), field)  # type: ignore[arg-type]
    if value <= limit:
        return
    shown = _("%(value)s %% of labour") if field == "percent" else _("¥%(value)s off the order")
    sentence = _("You may give up to %(limit)s. For more, ask the %(role)s.")
    values = {"limit": shown % {"value": f"{limit:,.0f}"}, "role": who_may(field, value)}
    raise Refused(sentence % values, "discount.limit", field="value")
