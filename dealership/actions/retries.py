"""A failed message is tried once more because a person says so."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership import wiring
from dealership.actions import events
from dealership.actions.messages import unmark
from dealership.models import Message, Staff
from dealership.queries.messages import send_time
from dealership.refused import Refused

State = Message.State


@transaction.atomic
def retry(message: Message, *, by: Staff, now: datetime | None = None) -> Message:
    """Put a failed message back into the outbox, as new; in quiet hours it waits for their end.

    A second press changes nothing more. Raises Refused: "message.not_failed" (it did not fail, or a person told it),
    "message.fell_back" (another channel has it already: sent again it would come twice).
    """
    now = now or timezone.now()
    rule = wiring.MESSAGE_KINDS.get(message.kind)
    if Message.objects.filter(fallback_of=message).exists():
        raise Refused(_("This message went on over another channel."), "message.fell_back")
    failed = Message.objects.filter(pk=message.pk, state=State.FAILED, told_by=None)
    moved = failed.update(
        state=State.WAITING, attempts=0, error="", provider_id="", handed_at=None, leased_until=None,
        send_at=send_time(message.store, quiet=bool(rule and rule.quiet), now=now),
    )  # fmt: skip
    message.refresh_from_db()
    if moved and message.visit:
        events.note(message.visit, kind="message.retried", by=by, now=now, message=message.kind)
        unmark(message.visit, now=now)
    if not moved and message.state != State.WAITING:
        raise Refused(_("Only a message that failed can be sent again."), "message.not_failed")
    return message
