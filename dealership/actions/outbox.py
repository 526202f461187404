"""The outbox: claims what is due, hands it to its channel, marks what came of it. The one door of `Message.state`
(but for a person's word: `actions.messages.told_by_hand`).

    waiting → sending → sent → delivered
                 ├→ waiting (refused for now, or not its turn: later again)
                 ├→ unknown (nobody answered) → sent, waiting or by_hand
                 ├→ by_hand (a person tells it)
                 └→ failed (refused for good, or for too long) → a new row on the next channel
       └→ cancelled (its subject is past)

A claim is a lease. When it ends without a mark, the worker has died: a row that had not been handed over goes out
again, one that had been is unknown. An unknown message is never sent again before its provider was asked; where
nobody can be asked (e-mail) a person is told that it may have gone out.
"""

import os
import signal
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic, sleep
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils.module_loading import import_string
from django_scopes import scope, scopes_disabled

from dealership import wiring
from dealership.actions import events
from dealership.actions.fallback import fall_back
from dealership.actions.messages import BY_HAND_MARK, FAILED_MARK, mark
from dealership.actions.pace import take_turn
from dealership.channels import Channel, ChannelError, ForAPerson, Sent, TimedOut, channel
from dealership.models import Message, Store

State = Message.State
LEASE = timedelta(minutes=3)
"""Longer than the slowest conversation with a provider: several time-outs of EMAIL_TIMEOUT in a row."""
RETRY_AFTER = [timedelta(seconds=15), timedelta(minutes=1), timedelta(minutes=3), timedelta(minutes=10)]
"""After that a person tells it: a customer who waits a quarter of an hour longer has waited enough."""
ASK_AFTER = timedelta(seconds=20)
MOST_ATTEMPTS = 12
"""More than any provider's moods take: beyond it something of ours breaks at this row, again and again."""
SWEEP_SECONDS = 20.0
"""A sweep that has worked so long leaves the rest to the next one."""
KILL_POINTS = ("claimed", "before_send", "after_send", "before_mark")


def sweep(now: datetime) -> int:
    """Bring every message of every store that is due one step further; return how many. Safe to run twice at once."""
    started = monotonic()

    def clock() -> datetime:
        return now + timedelta(seconds=monotonic() - started)

    done = 0
    for store in _stores_with_due(now):
        with scope(store=store):
            while monotonic() - started < SWEEP_SECONDS and (message := claim(store, now=clock())):
                _bring_on(message, clock)
                done += 1
    return done


def claim(store: Store, *, now: datetime) -> Message | None:
    """Lease the message that is due first, None when nothing is. Nobody else gets it before the lease has ended."""
    with transaction.atomic():
        row = (
            Message.objects.filter(_due(now))
            .select_for_update(skip_locked=True)
            .order_by("send_at", "id")
            .values("pk", "state", "handed_at")
            .first()
        )
        if row is None:
            return None
        state = State.UNKNOWN if row["handed_at"] else State.SENDING
        Message.objects.filter(pk=row["pk"]).update(state=state, leased_until=now + LEASE, attempts=F("attempts") + 1)
    return Message.objects.select_related("store", "visit__store").get(pk=row["pk"])


def receive(
    store: Store, *, provider_id: str, arrived: bool, now: datetime, reason: str = "", message: UUID | None = None
) -> int:
    """Take a provider's receipt: the message has arrived, or never will. Return how many rows it moved (0 or 1).

    `message` names the row where the provider gives back our own id: one whose answer was lost has no `provider_id`.
    """
    with transaction.atomic(), scope(store=store):
        named = Q(pk=message) if message else Q(provider_id=provider_id) & ~Q(provider_id="")
        sent = Message.objects.filter(named)
        open_ones = sent.filter(state__in=[State.SENT, State.UNKNOWN], told_by=None)
        row = open_ones.select_related("store", "visit__store").first()
        if row is None:
            return 0
        if not arrived:
            return _fail(row, reason=reason or "not delivered", now=now)
        return _mark(row, State.DELIVERED, delivered_at=now, sent_at=row.sent_at or now)


def _stores_with_due(now: datetime) -> list[Store]:
    with scopes_disabled():
        ids: set[UUID] = set(Message.objects.filter(_due(now)).values_list("store", flat=True).distinct())
    return list(Store.objects.filter(pk__in=ids).order_by("code")) if ids else []


def _due(now: datetime) -> Q:
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    return Q(state__in=Message.OPEN, send_at__lte=now) & free


def _bring_on(message: Message, clock: Callable[[], datetime]) -> None:
    try:
        way = channel(message.channel)
    except KeyError:
        _fail(message, reason=f"There is no channel {message.channel!r}.", now=clock())
        return
    if message.attempts > MOST_ATTEMPTS:
        _give_up(message, now=clock())
    elif message.handed_at:
        _ask(message, way, clock)
    else:
        _send(message, way, clock)


def _send(message: Message, way: Channel, clock: Callable[[], datetime]) -> None:
    _die_here("claimed")
    if _over(message):
        _cancel(message, now=clock())
        return
    if not _in_turn(message, way, clock):
        return
    if not _mark(message, State.SENDING, keep_lease=True, handed_at=clock()):
        return
    _die_here("before_send")
    try:
        result = way.send(message)
    except ChannelError as error:
        _die_here("before_mark")
        _refused(message, error, now=clock())
        return
    except TimedOut as error:
        _die_here("before_mark")
        _mark(message, State.UNKNOWN, send_at=clock() + ASK_AFTER, error=_words(error))
        return
    _die_here("after_send")
    _die_here("before_mark")
    _taken(message, result, now=clock())


def _over(message: Message) -> bool:
    """Tell whether nobody has to hear it any more."""
    rule = wiring.MESSAGE_KINDS.get(message.kind)
    return bool(rule and rule.over and import_string(rule.over)(message))


def _in_turn(message: Message, way: Channel, clock: Callable[[], datetime]) -> bool:
    """Wait for the channel's next turn; put the message back where that is too far off."""
    if not way.per_second:
        return True
    now = clock()
    turn, taken = take_turn(message.channel, per_second=way.per_second, now=now)
    if taken:
        sleep(max((turn - now).total_seconds(), 0))
    else:
        _mark(message, State.WAITING, send_at=turn, attempts=message.attempts - 1)
    return taken


def _ask(message: Message, way: Channel, clock: Callable[[], datetime]) -> None:
    """Find out what became of a message that was handed over."""
    if not way.can_query:
        _leave_to_a_person(message, now=clock())
        return
    try:
        result = way.query(message)
    except (ChannelError, TimedOut) as error:
        if isinstance(error, ChannelError) and error.permanent:
            _fail(message, reason=_words(error), now=clock())
        elif message.attempts > len(RETRY_AFTER):
            _leave_to_a_person(message, now=clock())
        else:
            _mark(message, State.UNKNOWN, send_at=clock() + RETRY_AFTER[message.attempts - 1], error=_words(error))
        return
    if result is None and message.attempts > 2 * len(RETRY_AFTER):
        _fail(message, reason="Nobody answered, again and again.", now=clock())
    elif result is None:
        _mark(message, State.WAITING, handed_at=None, send_at=clock())
    else:
        _taken(message, result, now=clock())


@transaction.atomic
def _taken(message: Message, result: Sent | ForAPerson, *, now: datetime) -> None:
    if isinstance(result, ForAPerson):
        if _mark(message, State.BY_HAND, handed_at=None):
            mark(message, kind=BY_HAND_MARK, now=now)
        return
    state, arrived = (State.DELIVERED, now) if result.delivered else (State.SENT, None)
    if _mark(message, state, sent_at=now, delivered_at=arrived, provider_id=result.provider_id, error=""):
        _note(message, "message.sent", now=now)


def _refused(message: Message, error: ChannelError, *, now: datetime) -> None:
    if error.permanent or message.attempts > len(RETRY_AFTER):
        _fail(message, reason=_words(error), now=now)
        return
    later = now + RETRY_AFTER[message.attempts - 1]
    _mark(message, State.WAITING, handed_at=None, send_at=later, error=_words(error))


@transaction.atomic
def _fail(message: Message, *, reason: str, now: datetime) -> int:
    """Give up on this channel; where no other reaches them, the mark on the board says that a person must tell it."""
    marked = _mark(message, State.FAILED, error=reason[:200])
    if marked:
        _note(message, "message.failed", now=now)
        if not fall_back(message, now=now):
            mark(message, kind=FAILED_MARK, now=now)
    return marked


@transaction.atomic
def _give_up(message: Message, *, now: datetime) -> None:
    """Leave a row at which the sweep breaks to a person, touching nothing else of it."""
    if _mark(message, State.FAILED, error="Tried too often."):
        mark(message, kind=FAILED_MARK, now=now)


@transaction.atomic
def _cancel(message: Message, *, now: datetime) -> None:
    if _mark(message, State.CANCELLED):
        _note(message, "message.cancelled", now=now)


@transaction.atomic
def _leave_to_a_person(message: Message, *, now: datetime) -> None:
    if _mark(message, State.BY_HAND, error="It may have gone out: nobody can say."):
        _note(message, "message.unclear", now=now)
        mark(message, kind=BY_HAND_MARK, now=now)


def _mark(message: Message, state: str, *, keep_lease: bool = False, **values: Any) -> int:
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


def _words(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:200]


def _die_here(point: str) -> None:
    """Let a test kill this process with SIGKILL at a named point."""
    if settings.TEST and os.environ.get("OUTBOX_DIE_AT") == point:
        os.kill(os.getpid(), signal.SIGKILL)
