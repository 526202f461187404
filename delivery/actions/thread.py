"""The conversation beside the link: the customer asks, the desk answers; not satisfied, and the call that follows."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from dealership.actions import events
from dealership.actions.messages import queue_for_staff
from dealership.models import Customer, CustomerLink, Staff, Visit
from dealership.refused import Refused
from delivery.models import ThreadMessage
from delivery.queries.thread import ASKED, NOT_SATISFIED, TEXT_LIMIT, answer_due, caller_of, written_lately

Level = Customer.Level
Kind = ThreadMessage.Kind

ANSWER_MINUTES = {Level.BASIC: 30, Level.VIP: 15, Level.SVIP: 10}
"""Minutes of opening time until an answer is due, by the customer's level.

Source: product default, edited with the rules later.
"""
LINES_A_DAY = 20
"""So many lines of the customer in 24 hours of one visit. Source: product default."""


@transaction.atomic
def ask(link: CustomerLink, *, text: str, id: UUID | None = None, now: datetime | None = None) -> ThreadMessage:
    """Write what the customer asks and call the advisor. The same id again returns the first line.

    Raises Refused: "thread.empty", "thread.long" (over 500 characters), "thread.limit" (20 lines in 24 hours),
    "thread.id" (the id is another row's).
    """
    now = now or timezone.now()
    words = _words(text)
    if not words:
        raise Refused(_("Write what you want to know first."), "thread.empty", field="text")
    row, new = _from_customer(link.visit, kind=Kind.WORDS, text=words, id=id, now=now)
    if new:
        events.note(link.visit, kind="thread.asked", by=None, now=now)
        events.call_attention(link.visit, kind=ASKED, url=thread_url(link.visit), now=now)
    return row


@transaction.atomic
def not_satisfied(
    link: CustomerLink, *, text: str = "", id: UUID | None = None, now: datetime | None = None
) -> ThreadMessage:
    """Note that the customer is not satisfied, put it first before supervisor and manager, and alert who is to call.

    Pressed again while nobody has called back, it returns the first line; new words are kept as a line of their own.
    Raises Refused as `ask` does; the first press without an open one is never refused for the number of lines.
    """
    now = now or timezone.now()
    words = _words(text)
    _lock(link.visit)
    first = ThreadMessage.objects.filter(visit=link.visit, kind=Kind.NOT_SATISFIED, by=None, answered_at=None).first()
    if first and not words:
        return first
    row, new = _from_customer(
        link.visit, kind=Kind.NOT_SATISFIED, text=words, id=id, now=now, limited=first is not None
    )  # fmt: skip
    if new:
        events.note(link.visit, kind="thread.not_satisfied", by=None, now=now)
        events.call_attention(link.visit, kind=NOT_SATISFIED, url=thread_url(link.visit), now=now)
    if new and not first:
        _alert_caller(row, now=now)
    return row


@transaction.atomic
def answer(visit: Visit, *, by: Staff, text: str, id: UUID | None = None, now: datetime | None = None) -> ThreadMessage:
    """Write an answer on the customer's page: it answers every open question and takes the mark off.

    It sends no message. Somebody who is not satisfied is called (`called_back`), not written to. The same id again
    returns the first line. Raises Refused: "thread.empty", "thread.long", "thread.id".
    """
    now = now or timezone.now()
    words = _words(text)
    if not words:
        raise Refused(_("Write the answer first."), "thread.empty", field="text")
    _lock(visit)
    row, new = _write(visit, id=id, kind=Kind.WORDS, text=words, at=now, by=by)
    if new:
        _answered(visit, Kind.WORDS, now)
        events.clear_attention(visit, kind=ASKED, now=now)
        events.note(visit, kind="thread.answered", by=by, now=now)
    return row


@transaction.atomic
def called_back(
    visit: Visit, *, by: Staff, text: str = "", id: UUID | None = None, now: datetime | None = None
) -> ThreadMessage:
    """Note that the customer who is not satisfied was called; `text` (what was agreed) stands on their page.

    Raises Refused: "thread.nobody_waits" where there is nothing to call back about, "thread.long", "thread.id".
    """
    now = now or timezone.now()
    words = _words(text)
    _lock(visit)
    known = ThreadMessage.objects.filter(pk=id, visit=visit).first() if id else None
    if known:
        return known
    if not _answered(visit, Kind.NOT_SATISFIED, now):
        raise Refused(_("The customer has been called back already."), "thread.nobody_waits")
    row, _new = _write(visit, id=id, kind=Kind.NOT_SATISFIED, text=words, at=now, by=by)
    events.clear_attention(visit, kind=NOT_SATISFIED, now=now)
    events.note(visit, kind="thread.called_back", by=by, now=now)
    return row


def thread_url(visit: Visit) -> str:
    """Return the address of the conversation for the desk."""
    return reverse("visit-thread", kwargs={"store": visit.store.code, "visit": visit.pk})


def _alert_caller(row: ThreadMessage, *, now: datetime) -> None:
    """Alert who is to call, where somebody is on duty; the alert names the plate alone, never the customer's words."""
    visit, caller = row.visit, caller_of(row.visit.store)
    if not caller:
        return
    with translation.override(caller.language):
        text = _("%(plate)s: the customer is not satisfied. Please call them now.")
    queue_for_staff(
        caller, store=visit.store, text=text % {"plate": visit.vehicle.plate_info.display},
        key=f"{NOT_SATISFIED}:{row.pk}", url=settings.PUBLIC_URL + thread_url(visit), visit=visit, now=now,
    )  # fmt: skip


def _words(text: str) -> str:
    """Return the text as it is kept; a browser sends two characters for one new line."""
    words = text.replace("\r\n", "\n").replace("\0", "").strip()
    if len(words) > TEXT_LIMIT:
        raise Refused(_("That is too long: at most %(n)s characters.") % {"n": TEXT_LIMIT}, "thread.long", field="text")
    return words


def _lock(visit: Visit) -> None:
    """Let one line of a visit be written at a time: the day's number and the open ones are counted before."""
    Visit.objects.select_for_update(no_key=True, of=("self",)).filter(pk=visit.pk).first()


def _from_customer(
    visit: Visit, *, kind: str, text: str, id: UUID | None, now: datetime, limited: bool = True
) -> tuple[ThreadMessage, bool]:
    _lock(visit)
    known = ThreadMessage.objects.filter(pk=id, visit=visit).first() if id else None
    if known:
        return known, False
    if limited and written_lately(visit, now) >= LINES_A_DAY:
        raise Refused(_("That is a lot for one day. Please call us, we will help you at once."), "thread.limit")
    level = visit.customer.level if visit.customer else Level.BASIC
    due = answer_due(visit.store, now, ANSWER_MINUTES[Level(level)])
    return _write(visit, id=id, kind=kind, text=text, at=now, by=None, answer_due_at=due)


def _write(visit: Visit, *, id: UUID | None, **fields: Any) -> tuple[ThreadMessage, bool]:
    """Return the line and whether it is new. An id of another visit is refused: it may be another store's."""
    known = ThreadMessage.objects.filter(pk=id, visit=visit).first() if id else None
    if known:
        return known, False
    given: dict[str, Any] = {"id": id} if id else {}
    try:
        with transaction.atomic():
            return ThreadMessage.objects.create(store_id=visit.store_id, visit=visit, **given, **fields), True
    except IntegrityError as taken:
        raise Refused(_("Open the page again and send it once more."), "thread.id") from taken


def _answered(visit: Visit, kind: str, now: datetime) -> int:
    return ThreadMessage.objects.filter(visit=visit, kind=kind, by=None, answered_at=None).update(answered_at=now)
