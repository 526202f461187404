"""The customer is told that the car is ready."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.actions import messages, promises
from dealership.actions.ticks import tick_by_record
from dealership.models import Message, Promise, Staff, StageChange, Visit
from dealership.refused import Refused
from dealership.stages import Stage
from dealership.uuids import uuid7
from inspection.models import ReadyNotice
from inspection.queries.exits import checks_missing
from inspection.queries.notice import notice_of, text_to_tell
from reception.actions.ownership import require_own

Way = ReadyNotice.Way
HOW = {Way.COPIED: "copy", Way.PHONE: "phone"}
SETTLED = (Promise.Kind.READY, Promise.Kind.UPDATE, Promise.Kind.CALL_BACK)
"""Promises that telling the customer keeps or breaks, at this moment."""


@transaction.atomic
def tell(
    visit: Visit, *, by: Staff, way: str = Way.MESSAGE, id: UUID | None = None, now: datetime | None = None
) -> ReadyNotice | None:
    """Tell the customer that the car is ready (通知取车).

    Effects, in order: asks gate 5; queues the message, or records that a person told it; writes the notice, ticks
    3.3/notify and settles the promises of ready time, next update and call back at this moment.
    Returns None where only a person can tell it: the text is then written and waits for a person.
    Raises Refused: "visit.not_yours", "notice.stage", "notice.way", "notice.gate" (with `missing`), "notice.unwanted"
    (the customer has opted out, or the store sends no such messages).
    """
    now = now or timezone.now()
    first = ReadyNotice.objects.filter(pk=id, visit=visit).first() if id else None
    if first:
        return first
    _may_tell(visit, by=by, way=way)
    message = _message(visit, by=by, way=way, id=id, now=now)
    if way == Way.MESSAGE and message is None:
        raise Refused(
            _("This customer gets no such messages. Call, or say it in person."), "notice.unwanted", field="way"
        )
    if way == Way.MESSAGE and message and message.state == Message.State.BY_HAND:
        return None
    due = Promise.objects.filter(visit=visit, kind=Promise.Kind.READY, state=Promise.State.OPEN).first()
    notice = ReadyNotice.objects.create(
        id=id or uuid7(now), store_id=visit.store_id, visit=visit, way=way, message=message,
        due_at=due.due_at if due else visit.ready_due, at=now, by=by,
    )  # fmt: skip
    tick_by_record(visit, steps=["3.3/notify"], record=notice, by=by, now=now)
    for kind in SETTLED:
        promises.settle(visit, kind=kind, now=now)
    return notice


def entered_explanation(visit: Visit, change: StageChange, *, by: Staff | None, now: datetime) -> None:
    """Stage entry: a customer who came without a notice sees the car now; the promised time is judged now."""
    if change.source == Stage.SHOWCASE and notice_of(visit) is None:
        for kind in SETTLED:
            promises.settle(visit, kind=kind, now=now)


def _message(visit: Visit, *, by: Staff, way: str, id: UUID | None, now: datetime) -> Message | None:
    """Queue the text, or mark the text that waits for a person as told; none for a word in person."""
    if way == Way.PERSON:
        return None
    waiting = text_to_tell(visit)
    if way == Way.MESSAGE:
        return waiting or messages.queue(visit, kind="ready", by=by, id=id, now=now)
    text = waiting or messages.queue(visit, kind="ready", by=by, id=id, channel="by_hand", now=now)
    return messages.told_by_hand(text, by=by, how=HOW[Way(way)], now=now) if text else None


def _may_tell(visit: Visit, *, by: Staff, way: str) -> None:
    require_own(visit, by=by)
    if visit.stage != Stage.SHOWCASE:
        raise Refused(_("The car is not in this stage any more. Reload the page and look again."), "notice.stage")
    if way not in Way.values:
        raise Refused(_("Choose how the customer is told."), "notice.way", field="way")
    missing = checks_missing(visit)
    if missing:
        raise Refused(_("One thing is still missing before the customer is told."), "notice.gate", missing=missing)
