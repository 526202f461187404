"""A message that failed on its channel takes the next one that reaches the person."""

from datetime import datetime

from dealership import wiring
from dealership.actions import events
from dealership.channels import channel
from dealership.models import Message
from dealership.queries.message_rules import reach, template_id
from dealership.queries.messages import render, send_time

KEY_ROOM = 99
"""A dedupe key has 120 characters, a channel's name at most 20."""


def fall_back(message: Message, *, now: datetime) -> Message | None:
    """Write it anew for the next channel, once: the same failure again returns the same row.

    None where no other machine reaches the person: then the failed row itself is for a person to tell.
    """
    chain = _chain(message)
    name, recipient = _next(message)
    if name in {"", "by_hand"} or name in {one.channel for one in chain}:
        return None
    rule = wiring.MESSAGE_KINDS.get(message.kind)
    subject, body = message.subject, message.body
    if rule and message.variables:
        subject, body = render(kind=message.kind, channel=name, language=message.language, variables=message.variables)
    made, created = Message.objects.get_or_create(
        store_id=message.store_id, dedupe_key=f"{chain[-1].dedupe_key[:KEY_ROOM]}>{name}",
        defaults={
            "visit": message.visit, "customer": message.customer, "staff": message.staff, "kind": message.kind,
            "channel": name, "language": message.language, "recipient": recipient, "subject": subject[:200],
            "body": body, "variables": message.variables, "fallback_of": message, "created_at": now,
            "template_id": template_id(kind=message.kind, channel=name, language=message.language),
            "send_at": send_time(message.store, quiet=bool(rule and rule.quiet), now=now),
        },
    )  # fmt: skip
    if created and message.visit:
        events.note(message.visit, kind="message.queued", by=None, now=now, message=message.kind, channel=name)
    return made


def _chain(message: Message) -> list[Message]:
    """Return the message and what it stands for, back to the first."""
    found = [message]
    while found[-1].fallback_of:
        found.append(found[-1].fallback_of)
    return found


def _next(message: Message) -> tuple[str, str]:
    if message.staff:
        names = list(wiring.CHANNELS)
        later = names[names.index(message.channel) + 1 :] if message.channel in names else []
        found = ((name, channel(name).staff_address(message.staff)) for name in later)
        return next((pair for pair in found if pair[1]), ("", ""))
    if message.customer is None:
        return "", ""
    return reach(message.store, message.customer, kind=message.kind, language=message.language, after=message.channel)
