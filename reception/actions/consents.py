"""The customer's consent to a repair order: by signature, by phone before a witness, by link. Never changed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.actions import events, promises
from dealership.actions.attachments import keep_signature
from dealership.actions.ticks import tick_by_record
from dealership.models import Attachment, Promise, Staff
from dealership.refused import Refused
from dealership.uuids import uuid7
from reception.actions.confirmation import confirm_sheet
from reception.actions.credit import require_assessment, require_credit
from reception.actions.offered import end_offers
from reception.actions.orders import arrange_waiting, give_promises, move_ready, set_terms
from reception.actions.ownership import require_own
from reception.models import Consent, ConsentLine, OrderLine, RepairOrder, SheetConfirmation
from reception.queries.orders import agreed_sum, lines_of, open_lines, to_pay, totals

How, Kind = Consent.How, Consent.Kind
Seen = Mapping[UUID, Decimal]


@transaction.atomic
def sign_order(
    order: RepairOrder,
    *,
    by: Staff,
    signature: bytes | str,
    seen: Seen | None = None,
    id: UUID | None = None,
    now: datetime | None = None,
) -> Consent:
    """Take the one signature for pre-check sheet and repair order (PNG or its data: address).

    Effects, in order: keeps the signature, writes the consent with each agreed line as it was seen, confirms the
    sheet, gives the promises, ticks 2.3/signature. The same id again returns the first consent.
    `seen`: line → what the screen said that the customer pays of it (None: not asked).
    Raises Refused: "signature.missing", "order.unanswered", "order.no_terms", "order.empty", "order.credit",
    "order.assessment", "order.above_assessment", "consent.changed" (a price is another one
    than was seen), "visit.not_yours".
    """
    now = now or timezone.now()
    known = _known(order, id)
    if known:
        return known
    _require_ready(order, by=by, seen=seen, now=now)
    kept = keep_signature(order.visit, png=signature, by=by, now=now)
    confirm_sheet(order.visit, by=by, how=SheetConfirmation.How.SIGNED, signature=kept, now=now)
    return _consent(order, how=How.SIGNATURE, by=by, signature=kept, id=id, now=now)


@transaction.atomic
def conclude(
    order: RepairOrder,
    *,
    by: Staff,
    terms: dict[str, Any],
    signature: bytes | str = "",
    seen: Seen | None = None,
    id: UUID | None = None,
    now: datetime | None = None,
) -> Consent | None:
    """Save the terms (keywords of `set_terms`) and, when the customer has signed, take the signature with them.

    Returns the consent, None where nobody has signed yet. An express customer is settled in with that.
    """
    known = _known(order, id)
    if known:
        return known
    set_terms(order, by=by, now=now, **terms)
    if not signature:
        return None
    consent = sign_order(order, by=by, signature=signature, seen=seen, id=id, now=now)
    if order.visit.express and not order.waiting and order.ready_at:
        # In the express lane the customer waits, and hears from us when the car is ready.
        arrange_waiting(
            order, by=by, waiting=RepairOrder.Waiting.LOUNGE, next_update_at=order.ready_at, now=now
        )  # fmt: skip
    return consent


@transaction.atomic
def agree_by_phone(
    order: RepairOrder,
    *,
    by: Staff,
    second_person: Staff | None,
    number_called: str,
    at: datetime | None = None,
    seen: Seen | None = None,
    id: UUID | None = None,
    now: datetime | None = None,
) -> Consent:
    """Record a consent given by phone: when, which number, and who else heard it.

    Raises Refused: "consent.second_person" (nobody else), "consent.number", "consent.future", and what `sign_order`
    raises for the order.
    """
    now = now or timezone.now()
    known = _known(order, id)
    if known:
        return known
    if second_person is None or second_person.pk == by.pk:
        raise Refused(
            _("A colleague must hear the consent too. Choose who listened."), "consent.second_person",
            field="second_person",
        )  # fmt: skip
    if not number_called.strip():
        raise Refused(_("Write down the number that you called."), "consent.number", field="number_called")
    if at and at > now:
        raise Refused(_("The call cannot be later than now."), "consent.future", field="at")
    _require_ready(order, by=by, seen=seen, now=now)
    return _consent(
        order, how=How.PHONE, by=by, second_person=second_person, number_called=number_called.strip()[:20], id=id,
        now=now, at=at,
    )  # fmt: skip


@transaction.atomic
def agree_by_link(order: RepairOrder, *, id: UUID | None = None, now: datetime | None = None) -> Consent:
    """Keep the consent that the customer gave on the own phone; the lines are answered before."""
    now = now or timezone.now()
    known = _known(order, id)
    if known:
        return known
    _require_ready(order, by=None, now=now)
    return _consent(order, how=How.LINK, by=None, id=id, now=now)


@transaction.atomic
def agree_to_lines(
    order: RepairOrder,
    *,
    lines: Sequence[OrderLine],
    ready_at: datetime | None = None,
    id: UUID | None = None,
    now: datetime | None = None,
) -> Consent:
    """Keep the consent that the customer gave by link to exactly these lines; they are answered before.

    The first one of an order gives the promises of its terms; a later one raises the promised price to what is
    agreed in all and, with `ready_at`, moves the promised ready time. Raises Refused("order.no_terms").
    """
    now = now or timezone.now()
    known = _known(order, id)
    if known:
        return known
    if not order.has_terms:
        raise Refused(_("Agree time and way of paying first, then sign."), "order.no_terms")
    kind, amount = _kind(order), agreed_sum(lines_of(order), lines)
    consent = _write(
        order, lines, kind=kind, how=How.LINK, at=now, by=None, amount=amount, id=id or uuid7(now), now=now
    )  # fmt: skip
    promises.give(order.visit, kind=Promise.Kind.PRICE, by=None, amount=amount, consent=How.LINK, now=now)
    if kind == Kind.REPAIR:
        promises.settle(order.visit, kind=Promise.Kind.CALL_BACK, now=now)
        give_promises(order, by=None, consent=How.LINK, now=now, price=False)
    elif ready_at:
        move_ready(order, ready_at=ready_at, consent=How.LINK, now=now)
    return consent


def _known(order: RepairOrder, id: UUID | None) -> Consent | None:
    return Consent.objects.filter(pk=id, order=order).first() if id else None


def _require_ready(order: RepairOrder, *, by: Staff | None, now: datetime, seen: Seen | None = None) -> None:
    require_own(order.visit, by=by)
    # The amounts stand still from here: whoever changes one waits, and needs a consent of its own.
    lines = list(OrderLine.objects.select_for_update(no_key=True).filter(order=order))
    if seen is not None and any(line.charged and seen.get(line.pk) != to_pay(line) for line in lines):
        raise Refused(_("A price has changed since. Please look at it once more."), "consent.changed")
    if not any(line.charged for line in lines):
        raise Refused(_("The order has no line yet. Add the work first."), "order.empty")
    if open_lines(lines):
        raise Refused(_("Some lines have no answer yet. Go through them with the customer first."), "order.unanswered")
    if not order.diagnosis and not order.has_terms:
        raise Refused(_("Agree time and way of paying first, then sign."), "order.no_terms")
    if not order.diagnosis:
        require_assessment(order, lines=lines)
        require_credit(order, now=now, lines=lines)
    if order.diagnosis and totals(lines).customer > (order.diagnosis_limit or Decimal(0)):
        raise Refused(_("The diagnosis costs more than its limit. Raise the limit or take a line off."), "order.limit")


def _consent(
    order: RepairOrder,
    *,
    how: str,
    by: Staff | None,
    id: UUID | None,
    now: datetime,
    at: datetime | None = None,
    signature: Attachment | None = None,
    second_person: Staff | None = None,
    number_called: str = "",
) -> Consent:
    visit, kind = order.visit, _kind(order)
    agreed = [line for line in lines_of(order) if line.agreed]
    amount = order.diagnosis_limit if order.diagnosis else totals(agreed).customer
    consent = _write(
        order, agreed, kind=kind, how=how, at=at or now, by=by, amount=amount or Decimal(0), id=id or uuid7(now),
        signature=signature, second_person=second_person, number_called=number_called, now=now,
    )  # fmt: skip
    if kind == Kind.DIAGNOSIS:
        promises.give(visit, kind=Promise.Kind.CALL_BACK, by=by, due_at=order.call_back_at, consent=how, now=now)
    else:
        promises.settle(visit, kind=Promise.Kind.CALL_BACK, now=now)
        give_promises(order, by=by, consent=how, now=now)
    end_offers(visit, consent=consent, now=now)
    return consent


def _write(order: RepairOrder, lines: Iterable[OrderLine], *, now: datetime, **given: Any) -> Consent:
    """Keep the consent with each line as it was seen; tick the signature and say so on the timeline."""
    consent = Consent.objects.create(store_id=order.store_id, visit=order.visit, order=order, **given)
    ConsentLine.objects.bulk_create(
        ConsentLine(store_id=order.store_id, consent=consent, line=line, amount=line.amount, payer=line.payer)
        for line in lines
    )
    tick_by_record(order.visit, steps=["2.3/signature"], record=consent, by=consent.by, now=now)
    told = {"how": consent.how, "amount": str(consent.amount)}
    events.note(order.visit, kind=f"consent.{consent.kind}", by=consent.by, now=now, **told)
    return consent


def _kind(order: RepairOrder) -> str:
    if order.diagnosis:
        return Kind.DIAGNOSIS
    repaired = Consent.objects.filter(order=order).exclude(kind=Kind.DIAGNOSIS).exists()
    return Kind.CHANGE if repaired else Kind.REPAIR
