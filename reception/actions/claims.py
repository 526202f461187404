"""What a warranty customer is told: cover, symptom, and until when there is an answer."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from dealership.actions.promises import give
from dealership.actions.ticks import tick_by_record
from dealership.actions.visits import describe
from dealership.models import Promise, Staff, Visit
from reception.actions.sheet import record_readings
from reception.models import Reading


@transaction.atomic
def note_symptom(
    visit: Visit,
    *,
    by: Staff,
    codes: Collection[str],
    words: str = "",
    id: UUID | None = None,
    now: datetime | None = None,
) -> Reading:
    """Write down the symptom; the customer's words become the visit's where it has none yet."""
    value = {"codes": list(codes), "words": words}
    (row,) = record_readings(visit, by=by, readings={Reading.Item.SYMPTOM: value}, id=id, now=now)
    if words.strip() and not visit.words:
        describe(visit, by=by, words=words, now=now)
    return row


@transaction.atomic
def promise_answer(visit: Visit, *, by: Staff, within: timedelta, now: datetime | None = None) -> Promise:
    """Promise to call back (答复时间) within this time; again it is moved. Ticks 1.7/process."""
    now = now or timezone.now()
    promise = give(visit, kind=Promise.Kind.CALL_BACK, by=by, due_at=now + within, consent="told", now=now)
    tick_by_record(visit, steps=["1.7/process"], record=promise, by=by, now=now)
    return promise
