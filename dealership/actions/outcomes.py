"""What came of a message: the marks that the outbox makes on a row, each only while the row is as it was claimed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, Value, When

from dealership.actions import events
from dealership.actions.fallback import fall_back
from dealership.actions.messages import BY_HAND_MARK, FAILED_MARK, mark
from dealership.channels import ChannelError, ForAPerson, Sent
from dealership.models import Event, Message

State = Message.State
RETRY_AFTER = [timedelta(seconds=15), timedelta(minutes=1), timedelta(minutes=3), timedelta(minutes=10)]
"""After that a person tells it: a customer who waits a quarter of an hour longer has waited enough."""


@transaction.atomic
def taken(message: Message, result: Sent | ForAPerson, *, now: datetime) -> None:
    """The provider has it, or a person tells it."""
    if isinstance(result, ForAPerson):
        if mark_row(message, State.BY_HAND, handed_at=None):
            mark(message, kind=BY_HAND_MARK, now=now)
        return
    state, arrived = (State.DELIVERED, now) if result.delivered else (State.SENT, None)
    if mark_row(message, state, sent_at=now, delivered_at=arrived, provider_id=result.provider_id, error=""):
        _note(message, "message.sent", now=now)


@transaction.atomic
def all_taken(pairs: Sequence[tuple[Message, Sent]], *, now: datetime) -> bool:
    """Mark messages of one lease as sent in one statement; False, and nothing marked, where a row is not ours now."""
    of = {message.pk: result.provider_id for message, result in pairs}
    mine = Message.objects.filter(pk__in=of, state=State.SENDING, leased_until=pairs[0][0].leased_until)
    known = Case(*(When(pk=pk, then=Value(text)) for pk, text in of.items()))
    marked = mine.update(state=State.SENT, sent_at=now, provider_id=known, error="", leased_until=None)
    if marked != len(of):
        transaction.set_rollback(True)
        return False
    Event.objects.bulk_create(
        Event(
            store_id=message.store_id, visit=message.visit, kind="message.sent", at=now,
            data={"message": message.kind, "channel": message.channel},
        )
        for message, _result in pairs
        if message.visit
    )  # fmt: skip
    return True


def refused(message: Message, error: ChannelError, *, now: datetime) -> None:
    """Try later again, and give up when it is for good or was tried often enough."""
    if error.permanent or message.attempts > len(RETRY_AFTER):
        fail(message, reason=words(error), now=now)
        return
    later = now + RETRY_AFTER[message.attempts - 1]
    mark_row(message, State.WAITING, handed_at=None, send_at=later, error=words(error))


@transaction.atomic
def fail(message: Message, *, reason: str, now: datetime) -> int:
    """Give up on this channel; where no other reaches them, the mark on the board says that a person must tell it."""
    marked = mark_row(message, State.FAILED, error=reason[:200])
    if marked:
        _note(message, "message.failed", now=now)
        if not fall_back(message, now=now):
            mark(message, kind=FAILED_MARK, now=now)
    return marked


@transaction.atomic
def give_up(message: Message, *, now: datetime) -> None:
    """Leave a row at which the sweep breaks to a person, touching nothing else of it."""
    if mark_row(message, State.FAILED, error="Tried too often."):
        mark(message, kind=FAILED_MARK, now=now)


@transaction.atomic
def cancel(message: Message, *, now: datetime) -> None:
    """Its subject is past: nobody hears it."""
    if mark_row(message, State.CANCELLED):
        _note(message, "message.cancelled", now=now)


@transaction.atomic
def leave_to_a_person(message: Message, *, now: datetime) -> None:
    """Nobody can say whether it went out: a person asks or tells."""
    if mark_row(message, State.BY_HAND, error="It may have gone out: nobody can say."):
        _note(message, "message.unclear", now=now)
        mark(message, kind=BY_HAND_MARK, now=now)


def mark_row(message: Message, state: str, *, keep_lease: bool = False, **values: Any) -> int:
    """Write the new state if the row is still as it was claimed; 0 when somebody else has it by now."""
    if not keep_lease:
        values["leased_until"] = None
    mine = Message.objects.filter(pk=message.pk, state=message.state, leased_until=message.leased_until)
    marked = mine.update(state=state, **values)
    if marked:
        for name, value in {"state": state, **values}.items():
            setattr(message, name, value)
    return marked


def _note(message: Message, kind: str, *, now: datetime) -> None:
    if message.visit:
        events.note(message.visit, kind=kind, by=None, now=now, message=message.kind, channel=message.channel)


def words(error: Exception) -> str:
    """Return what a row says of an error."""
    return (str(error) or type(error).__name__)[:200]
