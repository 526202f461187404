"""Messages to customers: written in the transaction of the fact, sent later by `actions.outbox`."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership import wiring
from dealership.actions import events
from dealership.actions.links import make_link
from dealership.channels import channel as channel_of
from dealership.models import Message, Staff, StageChange, Store, Visit
from dealership.queries.message_rules import phone_reach, reach, silence, staff_reach, template_id
from dealership.queries.messages import language_of, render, send_time, variables_of
from dealership.refused import Refused
from dealership.uuids import uuid7

State = Message.State
HOWS = ("copy", "phone")
"""How a person told it: sent the copied text, or called."""
FAILED_MARK, BY_HAND_MARK = "message_failed", "tell_by_hand"
"""The marks on the board: no machine could send it; a person is to tell it."""


@transaction.atomic
def queue(
    visit: Visit,
    *,
    kind: str,
    by: Staff | None,
    id: UUID | None = None,
    channel: str | None = None,
    now: datetime | None = None,
    **variables: Any,
) -> Message | None:
    """Write a message into the outbox, in the customer's language; nothing is sent here.

    `id` (an operation's) becomes the row's: the same id again returns the first message; so does a second call
    within the kind's gap and, without an id, within the same stay in a stage. A kind that the store does not send or
    the customer does not want, or that comes after the few a visit may have, is not written: None, and the timeline
    says why. A text that says `{link}` makes the link. Without `channel` the customer's preferred one is taken, else
    the first in the store's order that reaches them; where only a person can tell it, the row waits for
    `told_by_hand`. In quiet hours it waits for their end. `variables` override what the visit knows (text, or an
    aware datetime for a clock time). Raises KeyError for an unknown kind, channel or variable: a mistake of the
    caller.
    """
    now = now or timezone.now()
    rule = wiring.MESSAGE_KINDS[kind]
    key = f"{kind}:{id}" if id else f"{kind}:{visit.pk}:{visit.stage_since.isoformat()}"
    if rule.gap or not (rule.needs_answer or rule.always):
        # What is counted is counted by one at a time.
        Visit.objects.select_for_update(no_key=True, of=("self",)).get(pk=visit.pk)
    first = _already(visit, kind=kind, key=key, since=now - timedelta(minutes=rule.gap) if rule.gap else None)
    if first:
        return first
    why = silence(visit, kind=kind)
    if why:
        events.note(visit, kind="message.silent", by=by, now=now, message=kind, why=why)
        return None
    name, recipient = (channel, _address(visit, channel)) if channel else _choose(visit, kind=kind)
    if "link" in rule.variables:
        variables["link"] = make_link(visit, by=by, now=now)[1]
    message, created = Message.objects.get_or_create(
        store_id=visit.store_id, dedupe_key=key,
        defaults={
            "id": id or uuid7(now), "visit": visit, "customer": visit.customer, "kind": kind, "created_at": now,
            "send_at": send_time(visit.store, quiet=rule.quiet, now=now),
            **_written(visit, kind=kind, channel=name, recipient=recipient, now=now, given=variables),
        },
    )  # fmt: skip
    if created:
        events.note(visit, kind="message.queued", by=by, now=now, message=kind, channel=name)
    if created and message.state == State.BY_HAND:
        mark(message, kind=BY_HAND_MARK, now=now)
    return message


@transaction.atomic
def queue_for_staff(
    staff: Staff, *, store: Store, text: str, key: str, url: str = "", kind: str = "staff_alert",
    visit: Visit | None = None, now: datetime | None = None,
) -> Message:  # fmt: skip
    """Write an alert to a person of the store: to the first channel that reaches them, else onto the worker's log.

    It is neither counted nor held back nor opted out of. `text` is in the person's language, `url` a whole address,
    `key` (60 characters at most) tells two facts of a `kind` apart: the same again returns the first alert.
    """
    now = now or timezone.now()
    name, recipient = staff_reach(staff)
    subject, body = render(kind=kind, channel=name, language=staff.language, variables={"text": text, "url": url})
    return Message.objects.get_or_create(
        store=store, dedupe_key=f"{kind}:{staff.pk}:{key}"[:120],
        defaults={
            "visit": visit, "staff": staff, "kind": kind, "channel": name, "language": staff.language,
            "recipient": recipient, "subject": subject, "body": body, "variables": {"text": text, "url": url},
            "created_at": now, "send_at": now,
        },
    )[0]  # fmt: skip


@transaction.atomic
def queue_to_phone(
    store: Store, kind: str, *, phone: str, language: str, variables: Mapping[str, str], dedupe: str,
    now: datetime | None = None,
) -> Message:  # fmt: skip
    """Write a message to a bare phone number: by the store's first SMS that can send it, else onto the worker's log.

    It is neither counted nor held back nor opted out of: whoever has this phone has just asked for it. `variables`
    are those of `kind`, as text; the same `dedupe` again returns the first message.
    """
    now = now or timezone.now()
    name = phone_reach(store, kind=kind, language=language)
    subject, body = render(kind=kind, channel=name, language=language, variables=variables)
    return Message.objects.get_or_create(
        store=store, dedupe_key=f"{kind}:{dedupe}"[:120],
        defaults={
            "kind": kind, "channel": name, "language": language, "recipient": phone, "subject": subject[:200],
            "body": body, "variables": dict(variables), "created_at": now, "send_at": now,
            "template_id": template_id(kind=kind, channel=name, language=language),
        },
    )[0]  # fmt: skip


def _written(
    visit: Visit, *, kind: str, channel: str, recipient: str, now: datetime, given: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the fields of a row that say where it goes and what it says."""
    language = language_of(visit)
    texts = variables_of(visit, kind=kind, language=language, now=now, given=given)
    subject, body = render(kind=kind, channel=channel, language=language, variables=texts)
    return {
        "channel": channel, "recipient": recipient, "language": language, "subject": subject[:200], "body": body,
        "variables": texts, "template_id": template_id(kind=kind, channel=channel, language=language),
        "state": State.BY_HAND if channel == "by_hand" else State.WAITING,
    }  # fmt: skip


def mark(message: Message, *, kind: str, now: datetime) -> None:
    """Put the message on the board: somebody has to look after it."""
    if message.visit:
        where = {"store": message.visit.store.code, "visit": message.visit_id}
        events.call_attention(message.visit, kind=kind, url=reverse("visit-messages", kwargs=where), now=now)


@transaction.atomic
def told_by_hand(message: Message, *, by: Staff, how: str, now: datetime | None = None) -> Message:
    """Record that a person told it: `how` is "copy" (sent the copied text) or "phone".

    Also heals a message that failed or of which nobody knows. A second press changes nothing.
    Raises Refused: "message.how", "message.with_machine" (it is being sent, or is sent, by itself).
    """
    now = now or timezone.now()
    if how not in HOWS:
        raise Refused(_("Say whether you sent the text or called."), "message.how", field="how")
    told = Message.objects.filter(pk=message.pk, state__in=[State.BY_HAND, State.FAILED], told_by=None)
    if told.update(state=State.SENT, told_by=by, sent_at=now, leased_until=None):
        message.refresh_from_db()
        if message.visit:
            events.note(message.visit, kind="message.told", by=by, now=now, message=message.kind, how=how)
            unmark(message.visit, now=now)
        return message
    message.refresh_from_db()
    if message.told_by_id is None:
        raise Refused(_("This message goes out by itself. Nobody has to tell it."), "message.with_machine")
    return message


@transaction.atomic
def cancel_open(visit: Visit, change: StageChange, *, by: Staff | None, now: datetime) -> None:
    """Drop what nobody has to hear any more once the car has left (entry of a last stage)."""
    left = Message.objects.filter(visit=visit, staff=None, state__in=[State.WAITING, State.BY_HAND], handed_at=None)
    left.update(state=State.CANCELLED, leased_until=None)
    unmark(visit, now=now)


def unmark(visit: Visit, *, now: datetime) -> None:
    """Take the marks off when no message of the visit is left for a person; one that fell back is none."""
    went_on = Message.objects.filter(visit=visit).exclude(fallback_of=None).values("fallback_of")
    left = Message.objects.filter(visit=visit, state__in=[State.BY_HAND, State.FAILED]).exclude(pk__in=went_on)
    if not left.exists():
        for kind in (FAILED_MARK, BY_HAND_MARK):
            events.clear_attention(visit, kind=kind, now=now)


def _already(visit: Visit, *, kind: str, key: str, since: datetime | None) -> Message | None:
    """Return the message of this key, or one of this kind that was written after `since` (None: a kind without gap)."""
    of_visit = Message.objects.filter(visit=visit, kind=kind)
    first = of_visit.filter(dedupe_key=key).first()
    recent = of_visit.exclude(state=State.CANCELLED)
    return first or (recent.filter(created_at__gt=since).first() if since else None)


def _choose(visit: Visit, *, kind: str) -> tuple[str, str]:
    """Return the channel's name and the address: what the customer prefers, else the first that reaches them."""
    return reach(visit.store, visit.customer, kind=kind, language=language_of(visit))


def _address(visit: Visit, channel: str) -> str:
    return channel_of(channel).address(visit.customer)
