"""What the customer reads behind the link: ready? when? how much, and why? whom to call?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal

from django.utils.translation import gettext as _

from dealership.models import Attachment, CustomerLink, Holiday, OpeningHours, Promise, Store, Visit, business_day
from dealership.queries.photos import released_photos
from dealership.stages import Stage
from delivery.models import Handover, Settlement, SettlementLine
from delivery.queries.agreed import Agreed, agreed_lines, order_of
from delivery.queries.customer_after import After, after_of
from delivery.queries.customer_delay import Delay, delay_of
from delivery.queries.customer_progress import Passed, passed_of, way_of
from delivery.queries.customer_words import clock_of, duration, moment_of
from delivery.queries.explanation import rows_of
from delivery.queries.settlement import Sheet, balance_of, settlement_of, sheet_of
from delivery.sums import ZERO
from inspection.queries.notice import notice_of
from reception.models import OrderLine

READY_STAGES = (Stage.EXPLANATION, Stage.DELIVERY)
SETTLED_STAGES = (*READY_STAGES, Stage.CLOSED)


@dataclass(frozen=True)
class Headline:
    """The coloured panel on top. `kind`: "" (under way), is-ready, is-late or is-gone; `at` is its big time."""

    kind: str
    icon: str
    words: str
    at: datetime | None
    sentence: str


@dataclass(frozen=True)
class Line:
    """A line of the bill; `settled` is None before the settlement, `payer` empty where the customer pays."""

    title: str
    why: str
    quoted: Decimal
    settled: Decimal | None
    payer: str


@dataclass(frozen=True)
class Money:
    """What the customer pays. `label` says how far the figure is settled; amounts are CNY, tax included."""

    label: str
    amount: Decimal
    quoted: Decimal | None
    less: Decimal
    labour: Decimal
    parts: Decimal
    state: str
    lines: Sequence[Line]
    taken_off: Sequence[tuple[str, Decimal]]


@dataclass(frozen=True)
class Extra:
    """Work that was found in the workshop, and what the customer said."""

    title: str
    amount: Decimal
    words: str
    tone: str
    icon: str


@dataclass(frozen=True)
class Told:
    """A promise in the customer's words, and how it stands; `why` it was moved, where it was."""

    words: str
    state: str
    tone: str
    icon: str
    why: Delay | None = None


@dataclass(frozen=True)
class CustomerPage:
    """All that the page shows; every word in the current language, times in the store's zone."""

    headline: Headline
    delay: Delay | None
    way: Sequence[tuple[str, str]]
    passed: Sequence[Passed]
    photos: Sequence[Attachment]
    money: Money | None
    extras: Sequence[Extra]
    promises: Sequence[Told]
    pickup_code: str
    call: str
    after: After


@dataclass(frozen=True)
class SharedPage:
    """What whoever was sent the shared address sees: how the car stands, and nothing of the customer."""

    plate: str
    headline: Headline
    way: Sequence[tuple[str, str]]
    passed: Sequence[Passed]
    photos: Sequence[Attachment]


def customer_page(link: CustomerLink, *, now: datetime) -> CustomerPage:
    """Return the page of the link's visit, in a constant number of queries."""
    visit = link.visit
    told = _told_ready(visit)
    ready = told is not None or visit.stage in READY_STAGES
    delay = None if ready or visit.ended else delay_of(visit, now=now)
    promises = Promise.objects.filter(visit=visit).order_by("id")
    return CustomerPage(
        headline=_headline(visit, told, now=now),
        delay=delay if delay and not delay.seen else None,
        way=way_of(visit, ready=ready),
        passed=passed_of(visit, told[0] if told else None, now=now),
        photos=list(released_photos(visit)),
        money=_settled(visit) or _agreed(visit),
        extras=_extras(visit),
        promises=[_promise(row, visit.store, delay, now=now) for row in promises],
        pickup_code=link.pickup_code if ready and not visit.ended else "",
        call=(visit.advisor.phone if visit.advisor else "") or visit.store.phone,
        after=after_of(visit, ready=ready, now=now),
    )


def shared_page(link: CustomerLink, *, now: datetime) -> SharedPage:
    """Return what the link's visit shows by the shared address."""
    visit = link.visit
    told = _told_ready(visit)
    return SharedPage(
        plate=masked(visit.vehicle.plate_info.display),
        headline=_headline(visit, told, now=now),
        way=way_of(visit, ready=told is not None),
        passed=passed_of(visit, told[0] if told else None, now=now),
        photos=list(released_photos(visit)),
    )


def masked(plate: str) -> str:
    """Write a plate without its middle: 沪A·8***6."""
    head, dot, rest = plate.partition("·")
    shown = rest or head
    hidden = shown[:1] + "*" * max(len(shown) - 2, 1) + shown[-1:]
    return head + dot + hidden if rest else hidden


def _told_ready(visit: Visit) -> tuple[datetime, datetime | None] | None:
    """Return when the customer was told, and what had been agreed."""
    if visit.stage not in (Stage.SHOWCASE, *READY_STAGES):
        return None
    notice = notice_of(visit)
    if notice:
        return notice.at, notice.due_at
    return (visit.stage_since, visit.ready_due) if visit.stage in READY_STAGES else None


def _headline(visit: Visit, told: tuple[datetime, datetime | None] | None, *, now: datetime) -> Headline:
    if visit.stage == Stage.CLOSED:
        handover = Handover.objects.filter(visit=visit).first()
        at = handover.at if handover else visit.left_at
        return Headline("", "circle-check", _("Handed over"), at, _("Thank you for coming. Have a safe drive."))
    if visit.stage == Stage.CANCELLED:
        return Headline("", "car", _("Left"), visit.left_at, _("The car left without repair."))
    if told:
        return Headline("is-ready", "circle-check", _("Ready for pickup"), told[0], _ready_sentence(visit, *told, now))
    words, icon = _UNDER_WAY[visit.stage]()
    if visit.ready_due is None:
        return Headline("", icon, words, None, _("The time is not agreed yet. As soon as it is, it stands here."))
    if visit.ready_due < now:
        sentence = _("The agreed time is past. We are sorry; your advisor will call you with the new time.")
        return Headline("is-late", "alarm", words, visit.ready_due, sentence)
    left = duration(visit.ready_due - now)
    sentence = _("Expected at %(time)s, in %(left)s") % {
        "time": moment_of(visit.ready_due, visit.store, now),
        "left": left,
    }
    return Headline("", icon, words, visit.ready_due, sentence)


def _ready_sentence(visit: Visit, at: datetime, due: datetime | None, now: datetime) -> str:
    words = []
    if due:
        agreed = clock_of(due, visit.store)
        minutes = int((due - at).total_seconds() // 60)
        if minutes > 0:
            words.append(_("%(left)s before the agreed %(time)s") % {"left": duration(due - at), "time": agreed})
        elif minutes == 0:
            words.append(_("As agreed for %(time)s") % {"time": agreed})
        else:
            late = {"left": duration(at - due), "time": agreed}
            words.append(_("%(left)s after the agreed %(time)s, we are sorry") % late)
    closes = closing_time(visit.store, now)
    if closes:
        words.append(_("pickup today until %(time)s") % {"time": closes.strftime("%H:%M")})
    return _(", ").join(words)


def closing_time(store: Store, now: datetime) -> time | None:
    """Return when the store closes today, None when it is closed (or has closed) today."""
    day = business_day(store, now)
    holiday = Holiday.objects.filter(date=day).first()
    hours = holiday or OpeningHours.objects.filter(weekday=day.weekday()).order_by("closes").last()
    if hours is None or hours.closes is None or hours.closes <= now.astimezone(store.zone).time():
        return None
    return hours.closes


_UNDER_WAY: dict[str, Callable[[], tuple[str, str]]] = {
    Stage.RECEPTION: lambda: (_("Arrived"), "car"),
    Stage.NEGOTIATION: lambda: (_("Agreeing on the work"), "file-text"),
    Stage.WORKSHOP: lambda: (_("Being worked on"), "tool"),
    Stage.SHOWCASE: lambda: (_("Check and wash"), "wash"),
}


def _settled(visit: Visit) -> Money | None:
    settlement = settlement_of(visit) if visit.stage in SETTLED_STAGES else None
    if settlement is None:
        return None
    sheet = sheet_of(settlement)
    sums = sheet.sums
    return Money(
        label=_("Settlement"), amount=settlement.customer_sum, quoted=sums.quoted, less=sums.less,
        labour=sums.labour, parts=sums.parts, state=_paid(settlement),
        lines=[_settled_line(row.line, row.why) for row in rows_of(sheet.lines)], taken_off=_taken_off(sheet),
    )  # fmt: skip


def _settled_line(line: SettlementLine, why: str) -> Line:
    payer = "" if line.of_customer else str(line.get_payer_display())
    return Line(line.title, why, line.quoted, line.settled, payer)


def _taken_off(sheet: Sheet) -> list[tuple[str, Decimal]]:
    rows = [(str(row.get_kind_display()), row.amount) for row in sheet.deductions]
    return rows + [(_("Discount"), row.amount) for row in sheet.discounts if row.amount]


def _paid(settlement: Settlement) -> str:
    balance = balance_of(settlement)
    if balance.due == ZERO:
        return _("Nothing to pay")
    return _("Paid") if balance.covered else ""


def _agreed(visit: Visit) -> Money | None:
    """The estimate: what the customer has agreed to, nothing that the advisor is still writing."""
    order = order_of(visit)
    lines = agreed_lines(visit) if order else []
    if order is None or not (lines or order.diagnosis_limit):
        return None
    if order.diagnosis and order.diagnosis_limit is not None:
        return Money(_("Diagnosis, at most"), order.diagnosis_limit, None, ZERO, ZERO, ZERO, "", [], [])
    own = [one for one in lines if one.payer == OrderLine.Payer.CUSTOMER]
    labour, parts = (sum((one.split[part] for one in own), ZERO) for part in (0, 1))
    return Money(
        label=_("Estimate"), amount=sum((one.consented for one in own), ZERO), quoted=None, less=ZERO,
        labour=labour, parts=parts, state=_("Agreed with you"), lines=[_agreed_line(one) for one in lines],
        taken_off=[],
    )  # fmt: skip


def _agreed_line(one: Agreed) -> Line:
    payer = "" if one.payer == OrderLine.Payer.CUSTOMER else str(OrderLine.Payer(one.payer).label)
    return Line(one.line.title, one.line.reason, one.consented, None, payer)


def _extras(visit: Visit) -> list[Extra]:
    """Work found in the workshop that the customer has answered, or that we advised against."""
    answered = OrderLine.objects.filter(order__visit=visit, why=OrderLine.Why.EXTRA)
    words = {
        OrderLine.Answer.AGREED: (_("Agreed"), "ok", "circle-check"),
        OrderLine.Answer.DECLINED: (_("Not this time"), "", "circle-minus"),
        OrderLine.Answer.ADVISED_AGAINST: (_("We advised against it"), "ok", "thumb-up"),
    }
    return [
        Extra(line.title, line.amount, *words[OrderLine.Answer(line.answer)])
        for line in answered.exclude(answer=OrderLine.Answer.OPEN)
    ]


def _promise(row: Promise, store: Store, delay: Delay | None, *, now: datetime) -> Told:
    words = str(row.get_kind_display())
    if row.due_at and row.kind in _AT_A_TIME:
        words = _AT_A_TIME[row.kind]() % {"time": moment_of(row.due_at, store, now)}
    state, tone, icon = _promise_state(row, now=now)
    moved = row.kind == Promise.Kind.READY and row.state == Promise.State.OPEN
    return Told(words, state, tone, icon, delay if moved else None)


_AT_A_TIME: dict[str, Callable[[], str]] = {
    Promise.Kind.READY: lambda: _("Ready by %(time)s"),
    Promise.Kind.START: lambda: _("Work starts at %(time)s"),
    Promise.Kind.CALL_BACK: lambda: _("A call by %(time)s"),
    Promise.Kind.UPDATE: lambda: _("News by %(time)s"),
}


def _promise_state(row: Promise, *, now: datetime) -> tuple[str, str, str]:
    State = Promise.State
    if row.state == State.KEPT and row.kind == Promise.Kind.READY and row.due_at and row.settled_at:
        early = row.due_at - row.settled_at
        if early.total_seconds() >= 60:
            return _("%(left)s early") % {"left": duration(early)}, "ok", "circle-check"
    if row.state == State.LATE and row.due_at and row.settled_at and row.settled_at <= row.due_at:
        return _("Done by the new time"), "ok", "circle-check"
    if row.state == State.OPEN:
        late = bool(row.due_at and row.due_at < now)
        return (_("Overdue"), "risk", "alarm") if late else (_("Under way"), "", "clock")
    return {
        State.KEPT: (_("Done as promised"), "ok", "circle-check"),
        State.LATE: (_("Done later than agreed"), "risk", "clock"),
        State.BROKEN: (_("Not kept, we are sorry"), "bad", "alert-triangle"),
        State.RELEASED: (_("No longer needed"), "", "circle-minus"),
    }[State(row.state)]
