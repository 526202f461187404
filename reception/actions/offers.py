"""Offers to the customer's own phone: sent, answered line by line, withdrawn. The only writer of Offer."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.actions import events, messages
from dealership.models import Attachment, Staff, Visit
from dealership.refused import Refused
from dealership.uuids import uuid7
from reception.actions.consents import agree_to_lines
from reception.actions.credit import require_assessment, require_credit
from reception.actions.lines import CLOSED_STAGES, answer_line
from reception.actions.orders import set_terms
from reception.actions.ownership import require_own
from reception.answers import BY_LINK
from reception.models import Consent, Offer, OfferLine, OpenAdvice, OrderLine, RepairOrder
from reception.queries.offers import (
    ANSWER_MARKS,
    APPROVED,
    DECLINED,
    OPENED,
    is_estimate,
    message_values,
    offer_lines,
    offerable,
    opened_at,
    stale,
)
from reception.queries.orders import to_pay

Answer, Said = OfferLine.Answer, OrderLine.Answer
TELL = "tell_by_hand"
"""The mark on the board: a person is to tell the customer."""


@transaction.atomic
def send_offer(
    order: RepairOrder,
    *,
    lines: Sequence[OrderLine],
    by: Staff,
    reason: str = "",
    ready_at: datetime | None = None,
    terms: Mapping[str, Any] | None = None,
    id: UUID | None = None,
    now: datetime | None = None,
) -> Offer:
    """Send priced lines to the customer's phone; the same id again returns the first offer.

    Effects, in order: keeps `terms` (keywords of `set_terms`) of an estimate, writes the offer with each amount as it
    stands, lets the customer see the photos of its lines, takes off the marks of an answer before, queues the message
    (a mark tells a person to do it where none is sent). `ready_at` is the new ready time that comes with extra work;
    an estimate has that of its terms. Raises Refused: "order.closed", "order.diagnosis", "offer.open" (one at a
    time), "offer.empty", "offer.line" (nothing to answer on it), "order.no_terms", "order.credit",
    "promise.past", "visit.not_yours".
    """
    now = now or timezone.now()
    known = Offer.objects.filter(pk=id, order=order).first() if id else None
    if known:
        return known
    visit = order.visit
    require_own(visit, by=by)
    _refuse_closed(visit)
    _refuse_lines(order, lines)
    if terms:
        set_terms(order, by=by, now=now, **terms)
    require_assessment(order)
    require_credit(order, now=now)
    ready_at = _ready_time(order, ready_at, now)
    if Offer.objects.filter(visit=visit, answered_at=None, withdrawn_at=None).exists():
        raise Refused(_("An offer is open already. Withdraw it before you send another."), "offer.open")
    offer = Offer.objects.create(
        id=id or uuid7(now), store_id=order.store_id, visit=visit, order=order, sent_at=now, by=by,
        reason=reason.strip()[:200], ready_at=ready_at,
    )  # fmt: skip
    OfferLine.objects.bulk_create(
        OfferLine(store_id=order.store_id, offer=offer, line=line, amount=line.amount, advised_against=_against(line))
        for line in lines
    )
    _release_photos(offer, lines, now)
    see_answer(visit, by=by, now=now)
    events.note(visit, kind="offer.sent", by=by, now=now, lines=len(lines))
    _tell(offer, lines, now)
    return offer


@transaction.atomic
def answer_offer(
    offer: Offer,
    *,
    answers: Mapping[UUID, str],
    seen: Mapping[UUID, Decimal],
    id: UUID | None = None,
    now: datetime | None = None,
) -> Consent | None:
    """Take the customer's answer to each line of an offer: line id → "agreed" or "declined".

    `seen` is what the page said that the customer pays: line id → CNY. Effects, in order: closes the offer, answers
    its lines, keeps one consent by link for exactly those agreed (None where there is none) with its promises, puts
    the answer on the board. The same answers again return the first consent. Raises Refused: "offer.incomplete",
    "offer.answered" (somebody else was faster), "offer.withdrawn", "offer.changed" (another amount by now),
    "offer.past" (its ready time is over), "order.closed".
    """
    now = now or timezone.now()
    rows = {row.line_id: row for row in offer_lines(offer) if not row.advised_against}
    if set(answers) != set(rows) or not set(answers.values()) <= {Answer.AGREED, Answer.DECLINED}:
        raise Refused(_("Please choose for each line, then send it."), "offer.incomplete")
    taken = Offer.objects.filter(pk=offer.pk, answered_at=None, withdrawn_at=None)
    if not taken.update(answered_at=now):
        return _answered_before(offer, answers)
    _refuse_closed(offer.visit)
    if offer.ready_at and offer.ready_at <= now:
        raise Refused(_("The time of this offer is past. Please call your advisor for a new one."), "offer.past")
    # The amounts stand still from here: whoever changes one waits, and needs a consent of its own.
    for line in OrderLine.objects.select_for_update(no_key=True).filter(pk__in=rows):
        rows[line.pk].line = line
        if stale(rows[line.pk]) or seen.get(line.pk) != to_pay(line):
            raise Refused(_("A price has changed since. Please look at it once more."), "offer.changed")
    order = RepairOrder.objects.get(pk=offer.order_id)
    order.visit = offer.visit
    agreed = _answer_lines(order, rows, answers, now)
    consent = agree_to_lines(order, lines=agreed, ready_at=offer.ready_at, id=id, now=now) if agreed else None
    Offer.objects.filter(pk=offer.pk).update(consent=consent)
    _show_answer(offer.visit, agreed=len(agreed), declined=len(rows) - len(agreed), now=now)
    return consent


@transaction.atomic
def withdraw_offer(offer: Offer, *, by: Staff, now: datetime | None = None) -> Offer:
    """Take back what the customer has not answered; Refused("offer.answered") once it has been, "visit.not_yours"."""
    now = now or timezone.now()
    require_own(offer.visit, by=by)
    if Offer.objects.filter(pk=offer.pk, answered_at=None, withdrawn_at=None).update(withdrawn_at=now):
        events.note(offer.visit, kind="offer.withdrawn", by=by, now=now)
    offer.refresh_from_db(fields=["answered_at", "withdrawn_at"])
    if offer.answered_at:
        raise Refused(_("The customer has answered this offer already. Look at the answers first."), "offer.answered")
    events.clear_attention(offer.visit, kind=TELL, now=now)
    return offer


def see_answer(visit: Visit, *, by: Staff, now: datetime | None = None) -> int:
    """Take the marks of the customer's answer off the board; return how many there were."""
    return sum(events.clear_attention(visit, kind=kind, now=now) for kind in ANSWER_MARKS)


def note_opened(offer: Offer, *, now: datetime | None = None) -> bool:
    """Note that the customer has really looked at this offer; the first look counts. Returns whether this was it."""
    if opened_at(offer):
        return False
    events.note(offer.visit, kind=OPENED, by=None, now=now, offer=str(offer.pk))
    return True


def _against(line: OrderLine) -> bool:
    return line.answer == Said.ADVISED_AGAINST


def _refuse_closed(visit: Visit) -> None:
    if visit.stage in CLOSED_STAGES:
        raise Refused(_("The order is settled already. Please call your advisor."), "order.closed")


def _refuse_lines(order: RepairOrder, lines: Sequence[OrderLine]) -> None:
    if order.diagnosis:
        raise Refused(_("Only a diagnosis is agreed. Offer the repair first, then send it."), "order.diagnosis")
    if not any(not _against(line) for line in lines):
        raise Refused(_("Choose at least one line that the customer is to answer."), "offer.empty", field="lines")
    asked, against = offerable(order)
    if not {line.pk for line in lines} <= {line.pk for line in [*asked, *against]}:
        raise Refused(_("One of these lines is answered already. Open the page again."), "offer.line", field="lines")


def _ready_time(order: RepairOrder, wanted: datetime | None, now: datetime) -> datetime | None:
    """Return the ready time that the offer names; an estimate has that of its terms."""
    if is_estimate(order):
        if not order.has_terms:
            raise Refused(_("Agree time and way of paying first, then send it."), "order.no_terms")
        wanted = order.ready_at
    if wanted and wanted <= now:
        raise Refused(_("The ready time is already past. Choose a later one."), "promise.past", field="ready_at")
    return wanted


def _release_photos(offer: Offer, lines: Sequence[OrderLine], now: datetime) -> None:
    places = [f"line:{line.pk}" for line in lines]
    photos = Attachment.objects.filter(visit=offer.visit, kind=Attachment.Kind.PHOTO, place__in=places)
    photos.filter(released_at=None).update(released_at=now, released_by=offer.by)


def _tell(offer: Offer, lines: Sequence[OrderLine], now: datetime) -> None:
    visit = offer.visit
    values = message_values(visit, lines, ready_at=offer.ready_at, sent_at=now)
    message = messages.queue(visit, kind="offer", by=offer.by, id=offer.pk, now=now, **values)
    if message is None:
        where = reverse("negotiation-stage", kwargs={"store": visit.store.code, "visit": visit.pk})
        events.call_attention(visit, kind=TELL, url=f"{where}?card=2.1", now=now)


def _answered_before(offer: Offer, answers: Mapping[UUID, str]) -> Consent | None:
    offer.refresh_from_db()
    if offer.withdrawn_at:
        raise Refused(_("Your advisor has taken this offer back. Please look at the page again."), "offer.withdrawn")
    said = dict(OfferLine.objects.filter(offer=offer, advised_against=False).values_list("line_id", "answer"))
    if said != dict(answers):
        raise Refused(_("This has been answered already, by you or for you. Here is what was said."), "offer.answered")
    return offer.consent


def _answer_lines(
    order: RepairOrder, rows: Mapping[UUID, OfferLine], answers: Mapping[UUID, str], now: datetime
) -> list[OrderLine]:
    """Write down the answers; return the lines that were agreed to."""
    agreed = []
    for pk, row in rows.items():
        row.answer, row.line.order = answers[pk], order
        yes = row.answer == Answer.AGREED
        colour = OpenAdvice.Colour.RED if row.line.must else OpenAdvice.Colour.YELLOW
        answer_line(
            row.line, by=None, answer=Said.AGREED if yes else Said.DECLINED, reason="" if yes else BY_LINK,
            colour=colour, now=now,
        )  # fmt: skip
        if yes:
            agreed.append(row.line)
    OfferLine.objects.bulk_update(rows.values(), ["answer"])
    return agreed


def _show_answer(visit: Visit, *, agreed: int, declined: int, now: datetime) -> None:
    events.note(visit, kind="offer.answered", by=None, now=now, agreed=agreed, declined=declined)
    where = reverse("negotiation-stage", kwargs={"store": visit.store.code, "visit": visit.pk})
    mark = APPROVED if agreed else DECLINED
    events.call_attention(visit, kind=mark, url=f"{where}?card=2.1", now=now, agreed=agreed, declined=declined)
