"""Whether and how the customer was told that the car is ready."""

from dataclasses import dataclass

from django.utils import timezone

from dealership.models import Message, Visit
from dealership.queries.message_rules import reach
from dealership.queries.messages import render, variables_of
from inspection.models import ReadyNotice
from inspection.queries.check import latest
from inspection.queries.final import entered_showcase

LINK_PLACE = "/v/…"
"""Stands for the customer's link in the preview."""


def notice_of(visit: Visit) -> ReadyNotice | None:
    """Return the ready notice of the present stay in the showcase."""
    return latest(ReadyNotice, visit)


def text_to_tell(visit: Visit) -> Message | None:
    """Return the ready text that waits for a person to send it or read it out."""
    entry = entered_showcase(visit)
    waiting = Message.objects.filter(visit=visit, kind="ready", state=Message.State.BY_HAND, told_by=None)
    return waiting.filter(created_at__gte=entry.at).order_by("created_at", "id").last() if entry else None


@dataclass(frozen=True)
class Preview:
    """The ready text as the customer would read it; the link is made only when it goes out."""

    channel: str
    recipient: str
    subject: str
    body: str
    language: str


def preview(visit: Visit) -> Preview:
    """Return channel, address and text of a ready notice sent now. Nothing is written."""
    language = visit.customer.language if visit.customer else visit.store.language
    channel, recipient = reach(visit.store, visit.customer, kind="ready", language=language)
    texts = variables_of(visit, kind="ready", language=language, now=timezone.now(), given={"link": LINK_PLACE})
    subject, body = render(kind="ready", channel=channel, language=language, variables=texts)
    return Preview(channel, recipient, subject, body, language)
