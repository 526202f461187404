"""Whether and how the customer was told that the car is ready."""

from dealership.models import Message, Visit
from inspection.models import ReadyNotice
from inspection.queries.check import latest
from inspection.queries.final import entered_showcase


def notice_of(visit: Visit) -> ReadyNotice | None:
    """Return the ready notice of the present stay in the showcase."""
    return latest(ReadyNotice, visit)


def text_to_tell(visit: Visit) -> Message | None:
    """Return the ready text that waits for a person to send it or read it out."""
    entry = entered_showcase(visit)
    waiting = Message.objects.filter(visit=visit, kind="ready", state=Message.State.BY_HAND, told_by=None)
    return waiting.filter(created_at__gte=entry.at).order_by("created_at", "id").last() if entry else None
