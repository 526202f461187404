"""A promised ready time that moves later: the customer hears it, with the reason, before it happens."""

from datetime import datetime, timedelta
from uuid import uuid5

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django_scopes import scope, scopes_disabled

from dealership import wiring
from dealership.actions import events, messages
from dealership.delays import reason_words
from dealership.models import Attention, Message, Promise, PromiseChange, Staff, StageChange, Store, Visit
from dealership.queries.messages import language_of
from dealership.stages import Stage

RISK = "promise_risk"
"""The mark on the board: the promised time comes, the work is not done, and nobody has told the customer."""
WARN = timedelta(minutes=15)
"""So long before a promise the advisor is warned (design, my next step)."""
AT_WORK = (Stage.RECEPTION, Stage.NEGOTIATION, Stage.WORKSHOP)
UNTOLD = ("message", "phone")
"""Consents after which the customer gets the new time in writing; who signed or agreed by link has it already."""


def tell(change: PromiseChange, *, by: Staff | None, now: datetime) -> Message | None:
    """Queue the message about a later ready time, once for each new time; called in the transaction of the change.

    None where there is nothing to tell: not the ready time, not later, no reason, or the customer has just seen it.
    Whoever was called and can be reached by no machine has been told by that call.
    """
    promise = change.promise
    if promise.kind != Promise.Kind.READY or not change.reason or change.consent not in UNTOLD:
        return None
    if not (change.due_before and change.due_after and change.due_after > change.due_before):
        return None
    visit = promise.visit
    message = messages.queue(
        visit, kind="delay", by=by, id=uuid5(promise.pk, change.due_after.isoformat()), now=now,
        reason=reason_words(change.reason, language_of(visit)),
        ready_time=change.due_after, promised=change.due_before,
    )  # fmt: skip
    if message and by and change.consent == "phone" and message.state == Message.State.BY_HAND:
        messages.told_by_hand(message, by=by, how="phone", now=now)
    return message


def work_done(visit: Visit, change: StageChange, *, by: Staff | None, now: datetime) -> None:
    """Stage entry: the car is finished, so its next step is to check and tell, not to move the time."""
    events.clear_attention(visit, kind=RISK, now=now)


def sweep(now: datetime) -> int:
    """Warn the advisor of every car still at work whose ready time comes within 15 minutes; return how many marks.

    Safe to run twice at once: a mark that stands is not set again, an alert that is written is not written again.
    """
    with scopes_disabled():
        marked = Attention.objects.filter(visit=OuterRef("visit"), kind=RISK, until=None)
        due = Promise.objects.filter(
            state=Promise.State.OPEN, kind=Promise.Kind.READY, due_at__gt=now, due_at__lte=now + WARN,
            visit__stage__in=AT_WORK,
        )  # fmt: skip
        found = list(due.filter(~Exists(marked)).values_list("store", "pk"))
        stores = Store.objects.in_bulk({store for store, _pk in found})
    for store_id, pk in found:
        with scope(store=stores[store_id]):
            _warn(
                Promise.objects.select_related("visit__store", "visit__vehicle", "visit__advisor").get(pk=pk), now=now
            )
    return len(found)


@transaction.atomic
def _warn(promise: Promise, *, now: datetime) -> None:
    """Mark the car and alert its advisor, once for each promised time; the alert names the plate alone."""
    visit, due_at = promise.visit, promise.due_at
    where = {"store": visit.store.code, "visit": visit.pk}
    url = reverse(wiring.NEW_TIME_PAGE, kwargs=where)
    events.call_attention(visit, kind=RISK, url=url, now=now)
    if not visit.advisor or not due_at:
        return
    with translation.override(visit.advisor.language):
        text = _("%(plate)s: the promised time is near and the work is not done. Tell the customer first.")
    messages.queue_for_staff(
        visit.advisor, store=visit.store, text=text % {"plate": visit.vehicle.plate_info.display},
        key=f"{RISK}:{promise.pk.hex}:{due_at.timestamp():.0f}", url=settings.PUBLIC_URL + url, visit=visit, now=now,
    )  # fmt: skip
