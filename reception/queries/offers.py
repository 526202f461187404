"""Offers read: what may be sent, what is open, and what the customer sees of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from dealership.models import Attachment, Attention, Event, Message, Promise, Store, Visit
from dealership.queries.message_rules import reach
from dealership.queries.messages import render, variables_of
from dealership.queries.opening import calendar_of
from reception.models import Consent, Offer, OfferLine, OrderLine, RepairOrder
from reception.queries.orders import agreed_part, covered, lines_of, seen_amounts, to_pay
from reception.queries.planning import ready_after, round_up

Answer = OrderLine.Answer
ANSWER_WITHIN = timedelta(minutes=30)
"""So soon we ask for an answer (our own choice): a bay waits for it."""
OPENED = "offer.opened"
APPROVED, DECLINED = "approved", "declined"
ANSWER_MARKS = (APPROVED, DECLINED)
"""Marks on the board: the customer agreed to something by link, or to nothing."""


def is_estimate(order: RepairOrder) -> bool:
    """Tell whether nothing of the repair is agreed yet: the offer stands for the signature then."""
    return not Consent.objects.filter(order=order).exclude(kind=Consent.Kind.DIAGNOSIS).exists()


def last_offer(visit: Visit) -> Offer | None:
    """Return the offer sent last, however it ended."""
    return Offer.objects.filter(visit=visit).select_related("by", "consent__second_person").last()


def offer_lines(offer: Offer) -> list[OfferLine]:
    """Return the lines of an offer in the order's order."""
    return list(OfferLine.objects.filter(offer=offer).select_related("line").order_by("line__position", "line_id"))


def offerable(order: RepairOrder) -> tuple[list[OrderLine], list[OrderLine]]:
    """Return the lines that wait for the customer's answer, and those that we advised against."""
    lines = lines_of(order)
    seen = seen_amounts(lines)
    asked = [line for line in lines if line.charged and not (line.agreed and covered(line, seen.get(line.pk)))]
    return asked, [line for line in lines if line.answer == Answer.ADVISED_AGAINST]


def promised_ready(visit: Visit) -> datetime | None:
    """Return the ready time that is promised now."""
    ready = Promise.objects.filter(visit=visit, kind=Promise.Kind.READY, state=Promise.State.OPEN).first()
    return ready.due_at if ready else None


def new_ready_times(visit: Visit, lines: Iterable[OrderLine], *, now: datetime) -> list[datetime]:
    """Return three ready times to choose from: the promised one and the work added in opening hours, and later ones."""
    calendar, zone = calendar_of(visit.store), visit.store.zone
    base = max(promised_ready(visit) or now, now)
    first = ready_after(calendar, base, sum(line.minutes for line in lines))
    return [round_up(calendar.after(first, minutes), zone) for minutes in (0, 15, 30)]


def answer_by(store: Store, *, sent_at: datetime, ready_at: datetime | None) -> datetime:
    """Return by when we ask for the answer; never after the ready time that hangs on it."""
    wanted = round_up(sent_at + ANSWER_WITHIN, store.zone)
    return min(wanted, ready_at) if ready_at else wanted


def in_yuan(amount: Decimal) -> str:
    """Write an amount for a message: ¥1,642 or ¥98.50."""
    return f"¥{amount:,.2f}".removesuffix(".00")


def message_values(
    visit: Visit, lines: Iterable[OrderLine], *, ready_at: datetime | None, sent_at: datetime
) -> dict[str, Any]:
    """Return what a message of the kind `offer` says of these lines."""
    amount = sum((to_pay(line) for line in lines if line.answer != Answer.ADVISED_AGAINST), Decimal(0))
    return {
        "amount": in_yuan(amount),
        "ready_time": ready_at or promised_ready(visit) or "",
        "answer_by": answer_by(visit.store, sent_at=sent_at, ready_at=ready_at),
    }


def preview(visit: Visit, lines: Iterable[OrderLine], *, ready_at: datetime | None, now: datetime) -> str:
    """Return the text that the customer will get, in the customer's language; three dots stand for the link."""
    language = visit.customer.language if visit.customer else visit.store.language
    channel, _address = reach(visit.store, visit.customer, kind="offer", language=language)
    values = message_values(visit, lines, ready_at=ready_at, sent_at=now) | {"link": "…"}
    texts = variables_of(visit, kind="offer", language=language, now=now, given=values)
    return render(kind="offer", channel=channel, language=language, variables=texts)[1]


def stale(row: OfferLine) -> bool:
    """Tell whether the line is not what was sent any more: another amount, or answered another way."""
    line = row.line
    if row.advised_against:
        return False
    return line.amount != row.amount or line.answer not in (Answer.OPEN, Answer.AGREED)


@dataclass(frozen=True)
class OfferedLine:
    """A line as the customer sees it; `photo` is the id of its picture, `before` what is agreed of it already."""

    row: OfferLine
    photo: UUID | None
    changed: bool
    before: Decimal

    @property
    def line(self) -> OrderLine:
        """The line of the order."""
        return self.row.line

    @property
    def due(self) -> Decimal:
        """What the customer pays of it."""
        return to_pay(self.line)

    @property
    def adds(self) -> Decimal:
        """What a yes adds to the sum."""
        return self.due - self.before

    @property
    def takes(self) -> Decimal:
        """What a no adds to the sum: nothing, or less."""
        return -self.before

    @property
    def field(self) -> str:
        """The name of its radio buttons."""
        return f"line-{self.row.line_id}"


@dataclass(frozen=True)
class Offered:
    """An offer as the customer sees it. Amounts are what the customer pays, CNY, tax included."""

    offer: Offer
    asked: Sequence[OfferedLine]
    against: Sequence[OfferedLine]
    estimate: bool
    before: Decimal
    ready_before: datetime | None
    answer_by: datetime

    @property
    def ready_after(self) -> datetime | None:
        """The ready time once something is agreed."""
        return self.offer.ready_at or self.ready_before

    @property
    def after(self) -> Decimal:
        """The sum once everything is agreed."""
        return self.before + sum((one.adds for one in self.asked), Decimal(0))

    @property
    def saved(self) -> Decimal:
        """What our advice against work saves."""
        return sum((one.row.amount for one in self.against), Decimal(0))

    @property
    def changed(self) -> bool:
        """True where it cannot be answered any more as it was sent."""
        return any(one.changed for one in self.asked)

    def past(self, now: datetime) -> bool:
        """True where the ready time that it names is over."""
        return bool(self.offer.ready_at and self.offer.ready_at <= now)


def offered(offer: Offer) -> Offered:
    """Return an offer as the customer sees it, in a constant number of queries."""
    order = RepairOrder.objects.get(pk=offer.order_id)
    rows = offer_lines(offer)
    places = {f"line:{row.line_id}": row.line_id for row in rows}
    pictures = Attachment.objects.filter(visit=offer.visit_id, kind=Attachment.Kind.PHOTO, place__in=places)
    photos = {places[photo.place]: photo.pk for photo in pictures.exclude(released_at=None).order_by("at")}
    all_lines, estimate = lines_of(order), is_estimate(order)
    seen = seen_amounts(all_lines)
    lines = [
        OfferedLine(row, photos.get(row.line_id), stale(row), agreed_part(row.line, seen.get(row.line_id)))
        for row in rows
    ]
    return Offered(
        offer=offer, estimate=estimate,
        asked=[one for one in lines if not one.row.advised_against],
        against=[one for one in lines if one.row.advised_against],
        before=sum((agreed_part(line, seen.get(line.pk)) for line in all_lines), Decimal(0)),
        ready_before=None if estimate else promised_ready(offer.visit),
        answer_by=answer_by(offer.visit.store, sent_at=offer.sent_at, ready_at=offer.ready_at),
    )  # fmt: skip


@dataclass(frozen=True)
class OfferState:
    """How an offer stands, for the advisor's page."""

    offer: Offer
    rows: Sequence[OfferLine]
    opened_at: datetime | None
    waited: int
    """Minutes since it was sent."""
    changed: bool
    untold: bool
    """True where no message was written: a person tells the customer."""
    marked: bool
    """True while the answer still stands on the board."""


def offer_state(visit: Visit, *, now: datetime) -> OfferState | None:
    """Return how the last offer of a visit stands, None where none was sent."""
    offer = last_offer(visit)
    if offer is None or offer.withdrawn_at:
        return None
    rows = offer_lines(offer)
    return OfferState(
        offer=offer, rows=rows, opened_at=opened_at(offer),
        waited=max(int((now - offer.sent_at).total_seconds() // 60), 0),
        changed=offer.answered_at is None and any(stale(row) for row in rows),
        untold=not Message.objects.filter(visit=visit, kind="offer", dedupe_key=f"offer:{offer.pk}").exists(),
        marked=Attention.objects.filter(visit=visit, kind__in=ANSWER_MARKS, until=None).exists(),
    )  # fmt: skip


def opened_at(offer: Offer) -> datetime | None:
    """Return when the customer first looked at this offer."""
    looks = Event.objects.filter(visit=offer.visit_id, kind=OPENED, data__offer=str(offer.pk))
    return looks.order_by("at").values_list("at", flat=True).first()
