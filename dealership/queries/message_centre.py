"""The message centre: what went to whom, over which channel, how it stands, and what waits the longest.

Messages are read by their ids, which are made of the moment they were written: the primary key is the index.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q

from dealership import plates
from dealership.models import Message, Store
from dealership.queries.message_words import KIND_WORDS
from dealership.queries.messages import MessageLine, line_of

State = Message.State
PAGE = 40
WINDOW = timedelta(days=14)
"""Without a day the list goes so far back."""
SLACK = timedelta(days=3)
"""An id may be older or younger than its row: a tablet made it, with its own clock, perhaps without network."""
TO_DO = (State.BY_HAND, State.FAILED)
GROUPS: dict[str, tuple[str, ...]] = {
    "todo": TO_DO,
    "open": (State.WAITING, State.SENDING, State.UNKNOWN),
    "out": (State.SENT, State.DELIVERED),
    "cancelled": (State.CANCELLED,),
}
"""Name in the address → states."""


@dataclass(frozen=True)
class Filter:
    """What is asked for; empty fields ask for everything. `before` is the last id of the page above."""

    states: str = ""
    kind: str = ""
    day: date | None = None
    before: UUID | None = None


@dataclass(frozen=True)
class CentreLine:
    """A message of the centre: to whom (masked), of which car, and the message in words."""

    line: MessageLine
    to: str
    name: str
    plate: str
    due_later: bool


@dataclass(frozen=True)
class Centre:
    """A page of the centre. `oldest` has waited the longest for its turn, `todo` wait for a person."""

    lines: list[CentreLine]
    more: UUID | None
    oldest: Message | None
    waited: timedelta | None
    todo: int


def message_centre(store: Store, wanted: Filter, *, full_numbers: bool, now: datetime) -> Centre:
    """Return a page of the store's messages, in four queries whatever their number.

    Numbers and addresses are masked unless `full_numbers`.
    """
    rows = Message.objects.filter(_span(store, wanted, now=now))
    if wanted.states in GROUPS:
        rows = rows.filter(state__in=GROUPS[wanted.states])
    if wanted.kind in KIND_WORDS:
        rows = rows.filter(kind=wanted.kind)
    if wanted.before:
        rows = rows.filter(pk__lt=wanted.before)
    rows = rows.select_related("store", "customer", "staff", "told_by", "visit__vehicle").order_by("-id")
    found = list(rows[: PAGE + 1])
    visits, ids = [row.visit_id for row in found], [row.pk for row in found]
    stood_in = Message.objects.filter(visit__in=visits, fallback_of__in=ids).values_list("fallback_of", flat=True)
    fell_back = set(stood_in)
    oldest = Message.objects.filter(state__in=GROUPS["open"], send_at__lte=now).order_by("send_at").first()
    return Centre(
        lines=[_line(row, row.pk in fell_back, full=full_numbers, now=now) for row in found[:PAGE]],
        more=found[PAGE - 1].pk if len(found) > PAGE else None,
        oldest=oldest,
        waited=now - oldest.send_at if oldest else None,
        todo=_to_do(now),
    )


def _to_do(now: datetime) -> int:
    """Return how many messages of the last days wait for a person."""
    recent = Message.objects.filter(pk__gte=_id_at(now - WINDOW - SLACK), visit__isnull=False)
    return recent.filter(state__in=TO_DO).exclude(pk__in=recent.exclude(fallback_of=None).values("fallback_of")).count()


def masked(address: str) -> str:
    """Return an address as it is shown to those who do not need it: 138****1234, w***@example.com."""
    if "@" in address:
        name, _at, host = address.rpartition("@")
        return f"{name[:1]}***@{host}"
    return f"{address[:-8]}****{address[-4:]}" if len(address) >= 8 else "****" if address else ""


def _span(store: Store, wanted: Filter, *, now: datetime) -> Q:
    if wanted.day:
        start = datetime.combine(wanted.day, time(), tzinfo=store.zone)
        end = datetime.combine(wanted.day + timedelta(days=1), time(), tzinfo=store.zone)
        near = Q(pk__gte=_id_at(start - SLACK), pk__lt=_id_at(end + SLACK))
        return near & Q(created_at__gte=start, created_at__lt=end)
    return Q(pk__gte=_id_at(now - WINDOW - SLACK))


def _line(row: Message, fell_back: bool, *, full: bool, now: datetime) -> CentreLine:
    person = row.customer or row.staff
    return CentreLine(
        line=line_of(row, fell_back=fell_back),
        to=row.recipient if full else masked(row.recipient),
        name=str(person.name) if person else "",
        plate=plates.describe(row.visit.vehicle.plate).display if row.visit else "",
        due_later=row.state == State.WAITING and row.send_at > now,
    )


def _id_at(moment: datetime) -> UUID:
    """Return the lowest id of a moment."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)
