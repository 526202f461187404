"""The outbox: claims what is due, hands it to its channel, marks what came of it. The one door of `Message.state`
(but for a person's word: `actions.messages.told_by_hand`).

    waiting → sending → sent → delivered
                 ├→ waiting (refused for now, not its turn, or quiet hours: later again)
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
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils.module_loading import import_string
from django_scopes import scope, scopes_disabled

from dealership import wiring
from dealership.actions.outcomes import (
    RETRY_AFTER,
    all_taken,
    cancel,
    fail,
    give_up,
    leave_to_a_person,
    mark_row,
    refused,
    taken,
    words,
)
from dealership.actions.pace import take_turn
from dealership.channels import Channel, ChannelError, ForAPerson, Sent, TimedOut, channel
from dealership.models import Message, Store
from dealership.queries.messages import send_time

State = Message.State
LEASE = timedelta(minutes=3)
"""Longer than the slowest conversation with a provider: several time-outs of EMAIL_TIMEOUT in a row."""
ASK_AFTER = timedelta(seconds=20)
MOST_ATTEMPTS = 12
"""More than any provider's moods take: beyond it something of ours breaks at this row, again and again."""
SWEEP_SECONDS = 20.0
"""A sweep that has worked so long leaves the rest to the next one."""
MOST_AT_ONCE = 64
"""Messages claimed together, where there are so many: a worker that dies leaves their fate to be asked."""
START_WITHIN = timedelta(minutes=1)
"""Of a lease: what was not begun by then goes back, so that nobody asks for it while it is still being sent."""
KILL_POINTS = ("claimed", "before_send", "after_send", "before_mark", "marked")


def sweep(now: datetime) -> int:
    """Bring every message of every store that is due one step further; return how many. Safe to run twice at once."""
    started = monotonic()

    def clock() -> datetime:
        return now + timedelta(seconds=monotonic() - started)

    done = 0
    for store in _stores_with_due(now):
        size = 1
        with scope(store=store):
            while monotonic() - started < SWEEP_SECONDS and (message := claim(store, now=clock())):
                batch = [message, *_claim_like(message, store, most=size - 1, now=clock())]
                clean = _send_all(batch, clock) if batch[1:] else _bring_on(message, clock)
                size = min(2 * size, MOST_AT_ONCE) if clean else 1
                done += len(batch)
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


def _claim_like(first: Message, store: Store, *, most: int, now: datetime) -> list[Message]:
    """Lease more messages of the same channel, none of them handed over yet.

    Only where its provider has no pace and tells of every message whether it has it: what a worker leaves behind when
    it dies among many is asked for, and goes out again where it is not there.
    """
    way = _way(first)
    if most < 1 or first.handed_at or way is None or way.per_second or not (way.can_query and way.tells_absence):
        return []
    with transaction.atomic():
        rows = Message.objects.filter(_due(now), channel=first.channel, handed_at=None).order_by("send_at", "id")
        ids = list(rows.select_for_update(skip_locked=True).values_list("pk", flat=True)[:most])
        free = Message.objects.filter(pk__in=ids)
        free.update(state=State.SENDING, leased_until=now + LEASE, attempts=F("attempts") + 1)
    more = list(Message.objects.filter(pk__in=ids).select_related("visit").order_by("send_at", "id"))
    for message in more:
        message.store = store
        if message.visit:
            message.visit.store = store
    return more


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
            return fail(row, reason=reason or "not delivered", now=now)
        return mark_row(row, State.DELIVERED, delivered_at=now, sent_at=row.sent_at or now)


def _stores_with_due(now: datetime) -> list[Store]:
    with scopes_disabled():
        ids: set[UUID] = set(Message.objects.filter(_due(now)).values_list("store", flat=True).distinct())
    return list(Store.objects.filter(pk__in=ids).order_by("code")) if ids else []


def _due(now: datetime) -> Q:
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    return Q(state__in=Message.OPEN, send_at__lte=now) & free


def _way(message: Message) -> Channel | None:
    try:
        return channel(message.channel)
    except KeyError:
        return None


def _bring_on(message: Message, clock: Callable[[], datetime]) -> bool:
    """Bring one message a step further; tell whether it went without a hitch."""
    way = _way(message)
    if message.attempts > MOST_ATTEMPTS:
        give_up(message, now=clock())
    elif way is None:
        fail(message, reason=f"There is no channel {message.channel!r}.", now=clock())
    elif message.handed_at:
        _ask(message, way, clock)
    else:
        _send(message, way, clock)
    return message.state == State.SENT


def _send(message: Message, way: Channel, clock: Callable[[], datetime]) -> None:
    _die_here("claimed")
    if _over(message):
        cancel(message, now=clock())
        return
    if _held(message, clock) or not _in_turn(message, way, clock):
        return
    if not mark_row(message, State.SENDING, keep_lease=True, handed_at=clock()):
        return
    result = _hand_over(message, way, clock)
    if result:
        _die_here("before_mark")
        taken(message, result, now=clock())
        _die_here("marked")


def _hand_over(message: Message, way: Channel, clock: Callable[[], datetime]) -> Sent | ForAPerson | None:
    """Send a message that is marked as handed over; None where it was refused or nobody answered, which is marked."""
    _die_here("before_send")
    try:
        result = way.send(message)
    except ChannelError as error:
        _die_here("before_mark")
        refused(message, error, now=clock())
        return None
    except TimedOut as error:
        _die_here("before_mark")
        mark_row(message, State.UNKNOWN, send_at=clock() + ASK_AFTER, error=words(error))
        return None
    _die_here("after_send")
    return result


def _send_all(batch: list[Message], clock: Callable[[], datetime]) -> bool:
    """Send many messages of one channel under one lease; tell whether all of them went without a hitch."""
    _die_here("claimed")
    way, now = channel(batch[0].channel), clock()
    due = [one for one in batch if one.attempts <= MOST_ATTEMPTS and not _over(one) and not _quiet_until(one, now)]
    for message in batch:
        if message not in due:
            _bring_on(message, clock)
    mine = Message.objects.filter(
        pk__in=[one.pk for one in due], state=State.SENDING, leased_until__in={one.leased_until for one in due}
    )
    if mine.update(handed_at=now, leased_until=now + LEASE) != len(due):
        # Somebody else has one of them; the rows of ours are asked for when this lease ends.
        return False
    for message in due:
        message.handed_at, message.leased_until = now, now + LEASE
    return _send_handed(due, way, clock)


def _send_handed(due: list[Message], way: Channel, clock: Callable[[], datetime]) -> bool:
    begun, sent, waiting = clock(), [], list(due)
    try:
        while waiting and clock() - begun < START_WITHIN:
            message = waiting.pop(0)
            result = _hand_over(message, way, clock)
            if isinstance(result, Sent) and not result.delivered:
                sent.append((message, result))
            elif result:
                taken(message, result, now=clock())
    finally:
        _die_here("before_mark")
        if sent and not all_taken(sent, now=clock()):
            for message, result in sent:
                taken(message, result, now=clock())
        _die_here("marked")
        for message in waiting:
            mark_row(message, State.WAITING, handed_at=None, attempts=message.attempts - 1)
    return len(sent) == len(due)


def _over(message: Message) -> bool:
    """Tell whether nobody has to hear it any more."""
    rule = wiring.MESSAGE_KINDS.get(message.kind)
    return bool(rule and rule.over and import_string(rule.over)(message))


def _quiet_until(message: Message, now: datetime) -> datetime | None:
    """Return the end of the quiet hours that hold the message back now, None where none do."""
    rule = wiring.MESSAGE_KINDS.get(message.kind)
    end = send_time(message.store, quiet=bool(rule and rule.quiet), now=now)
    return end if end > now else None


def _held(message: Message, clock: Callable[[], datetime]) -> bool:
    """Put back what became late (its provider was away) until nobody is woken by it."""
    end = _quiet_until(message, clock())
    if end:
        mark_row(message, State.WAITING, send_at=end, attempts=message.attempts - 1)
    return bool(end)


def _in_turn(message: Message, way: Channel, clock: Callable[[], datetime]) -> bool:
    """Wait for the channel's next turn; put the message back where that is too far off."""
    if not way.per_second:
        return True
    now = clock()
    turn, taken = take_turn(message.channel, per_second=way.per_second, now=now)
    if taken:
        sleep(max((turn - now).total_seconds(), 0))
    else:
        mark_row(message, State.WAITING, send_at=turn, attempts=message.attempts - 1)
    return taken


def _ask(message: Message, way: Channel, clock: Callable[[], datetime]) -> None:
    """Find out what became of a message that was handed over."""
    if not way.can_query:
        leave_to_a_person(message, now=clock())
        return
    try:
        result = way.query(message)
    except (ChannelError, TimedOut) as error:
        if isinstance(error, ChannelError) and error.permanent:
            fail(message, reason=words(error), now=clock())
        elif message.attempts > len(RETRY_AFTER):
            leave_to_a_person(message, now=clock())
        else:
            mark_row(message, State.UNKNOWN, send_at=clock() + RETRY_AFTER[message.attempts - 1], error=words(error))
        return
    if result is None and message.attempts > 2 * len(RETRY_AFTER):
        fail(message, reason="Nobody answered, again and again.", now=clock())
    elif result is None:
        mark_row(message, State.WAITING, handed_at=None, send_at=clock())
    else:
        taken(message, result, now=clock())


def _die_here(point: str) -> None:
    """Let a test kill this process with SIGKILL at a named point."""
    if settings.TEST and os.environ.get("OUTBOX_DIE_AT") == point:
        os.kill(os.getpid(), signal.SIGKILL)
