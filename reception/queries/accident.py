"""An accident car read: where it stands, what the insurer pays against what the lines cost, when we call next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from dealership.hours import NeverOpen
from dealership.models import Promise, Store, Visit, Work
from dealership.queries.opening import Calendar, calendar_of
from dealership.queries.whole import rows_of
from reception.models import AccidentCase, OrderLine

State = AccidentCase.State
ORDER = tuple(State)
"""The states in the order of the work; one tap goes to the next."""
CALL_EVERY = 2
"""Working days between two progress calls (design: a call every second working day)."""
CALL_AT = time(16, 0)
"""When we call, where the store is open then."""


def is_accident(visit: Visit) -> bool:
    """Tell whether the car came for an accident repair."""
    return Work.ACCIDENT in visit.works


def case_of(visit: Visit) -> AccidentCase | None:
    """Return the accident case of a visit."""
    return next(iter(rows_of(visit, AccidentCase)), None)


def next_state(state: str) -> str | None:
    """Return the state after this one, None at the end."""
    place = ORDER.index(State(state)) + 1
    return ORDER[place] if place < len(ORDER) else None


def next_call(store: Store, now: datetime) -> datetime:
    """Return when the customer hears from us: in the afternoon of the second day on which the store is open."""
    calendar = calendar_of(store)
    day, left = now.astimezone(store.zone).date(), CALL_EVERY
    for _day in range(60):
        day += timedelta(days=1)
        opens = datetime.combine(day, time.min, store.zone)
        if calendar.minutes(opens, opens + timedelta(days=1)):
            left -= 1
        if not left:
            return _within(calendar, datetime.combine(day, CALL_AT, store.zone), opens)
    raise NeverOpen("No opening hours were found for this store.")


def call_due(visit: Visit, now: datetime) -> datetime:
    """Return when the customer of an accident car hears from us next: as promised, else as is usual."""
    call = Promise.objects.filter(visit=visit, kind=Promise.Kind.UPDATE, state=Promise.State.OPEN).first()
    due = call.due_at if call and call.due_at and call.due_at > now else next_call(visit.store, now)
    return due.astimezone(visit.store.zone)


def _within(calendar: Calendar, wanted: datetime, day: datetime) -> datetime:
    """Return the moment itself, or the first one of its day at which the store is open."""
    if calendar.minutes(wanted, wanted + timedelta(minutes=1)):
        return wanted
    return calendar.after(day, 0)


def insured(lines: Iterable[OrderLine]) -> Decimal:
    """Return what the insurer is to pay of the lines as they stand."""
    return sum((line.amount for line in lines if line.charged and line.payer == OrderLine.Payer.INSURER), Decimal(0))


@dataclass(frozen=True)
class Accident:
    """The case as the order page shows it. Amounts in CNY, tax included."""

    case: AccidentCase
    lines: Decimal
    """What the insurer's lines cost."""
    call: Promise | None
    """The open progress call."""
    onward: str | None

    @property
    def onward_words(self) -> str:
        """The name of the next state."""
        return str(State(self.onward).label) if self.onward else ""

    @property
    def over(self) -> Decimal:
        """How far the lines go above the assessed loss; below zero: less."""
        return self.lines - (self.case.assessed or Decimal(0))

    @property
    def under(self) -> Decimal:
        """How much of the assessed loss no line uses."""
        return -self.over


def accident_of(visit: Visit, lines: Iterable[OrderLine]) -> Accident | None:
    """Return the case of a visit with its figures, None where there is none."""
    case = case_of(visit)
    if case is None:
        return None
    call = Promise.objects.filter(visit=visit, kind=Promise.Kind.UPDATE, state=Promise.State.OPEN).first()
    return Accident(case, insured(lines), call, next_state(case.state))


def assessment_missing(visit: Visit, lines: Iterable[OrderLine]) -> tuple[str, str] | None:
    """Return (sentence, code) of what keeps the insurer's lines from being agreed, None where nothing does."""
    wanted = insured(lines)
    if not is_accident(visit) or not wanted:
        return None
    case = AccidentCase.objects.filter(visit=visit).first()
    if case is None or case.assessed is None:
        return _("The loss is not assessed yet. The price of the insurer's lines follows it."), "order.assessment"
    if wanted > case.assessed:
        sentence = _("The insurer's lines cost ¥%(over)s more than was assessed. Lower them, or change who pays.")
        return sentence % {"over": f"{wanted - case.assessed:,.2f}"}, "order.above_assessment"
    return None
