"""The conversation of a visit: its lines, who waits for an answer, and how long the answers took."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.urls import reverse
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from dealership.hours import NeverOpen
from dealership.models import Customer, Role, Staff, Store, Visit, business_day
from dealership.queries.board import due_chip, who
from dealership.queries.marks import mark_words
from dealership.queries.next import ANSWERED, UNHAPPY, NextStep
from dealership.queries.opening import calendar_of
from dealership.queries.staff import people_with, roles_in
from delivery.models import ThreadMessage

ASKED, NOT_SATISFIED = "asked", "not_satisfied"
"""Kinds of the marks on the board."""
TEXT_LIMIT = 500
WORDS_IN_A_LINE = 60
LEADS = frozenset({Role.SUPERVISOR, Role.MANAGER})
"""Who sees every customer that is not satisfied, and every question that is overdue."""


@dataclass(frozen=True)
class Conversation:
    """The lines of a visit, the oldest first; `complaint` is the first that nobody has called back about."""

    lines: Sequence[ThreadMessage]
    complaint: ThreadMessage | None
    waiting: ThreadMessage | None

    @property
    def written(self) -> bool:
        """Whether anybody has written anything."""
        return bool(self.lines)


@dataclass(frozen=True)
class ResponseTime:
    """How questions of one level were answered: `minutes` is the median of opening time, None where none was."""

    level: str
    asked: int
    in_time: int
    late: int
    minutes: int | None


def conversation_of(visit: Visit) -> Conversation:
    """Return what was written, in one query."""
    lines = list(ThreadMessage.objects.filter(visit=visit).select_related("by"))
    waiting = [line for line in lines if line.by_id is None and line.answered_at is None]
    kinds = ThreadMessage.Kind
    return Conversation(
        lines,
        next((line for line in waiting if line.kind == kinds.NOT_SATISFIED), None),
        next((line for line in waiting if line.kind == kinds.WORDS), None),
    )


def written_lately(visit: Visit, now: datetime) -> int:
    """Return how many lines the customer has written in the last 24 hours."""
    return ThreadMessage.objects.filter(visit=visit, by=None, at__gt=now - timedelta(days=1)).count()


def answer_due(store: Store, now: datetime, minutes: int) -> datetime:
    """Return when so many minutes of opening time have passed; of any time where no hours are known."""
    try:
        return calendar_of(store).after(now, minutes)
    except NeverOpen:
        return now + timedelta(minutes=minutes)


def caller_of(store: Store) -> Staff | None:
    """Return who calls somebody who is not satisfied: the supervisor on duty, else the manager on duty."""
    people = people_with(store, LEADS, on_duty=True)
    first = sorted(people, key=lambda one: one.role != Role.SUPERVISOR)
    return first[0].staff if first else None


def moment_words(moment: datetime, store: Store, now: datetime) -> str:
    """Write a clock time, with the date when it is another day."""
    local = moment.astimezone(store.zone)
    clock = local.strftime("%-H:%M")
    if business_day(store, moment) == business_day(store, now):
        return clock
    date = f"{local.day} {local:%b}" if translation.get_language() == "en" else f"{local.month}月{local.day}日"
    return f"{date} {clock}"


def thread_steps(store: Store, staff: Staff, now: datetime) -> list[NextStep]:
    """Lines of 我的下一步: who of my customers asked or is not satisfied.

    A supervisor and a manager see every customer who is not satisfied, before all else, and the questions that are
    overdue or of nobody's car.
    """
    open_ones = ThreadMessage.objects.filter(store=store, by=None, answered_at=None).select_related(
        "visit__vehicle", "visit__customer", "visit__advisor", "visit__place"
    )
    leads = bool(roles_in(staff, store) & LEADS)
    if not leads:
        open_ones = open_ones.filter(visit__advisor=staff)
    return [_step(store, row, leads, now) for row in open_ones if not leads or _concerns_lead(row, staff, now)]


def _concerns_lead(row: ThreadMessage, staff: Staff, now: datetime) -> bool:
    overdue = row.answer_due_at is not None and row.answer_due_at < now
    return row.kind == ThreadMessage.Kind.NOT_SATISFIED or overdue or row.visit.advisor_id in (None, staff.pk)


def _step(store: Store, row: ThreadMessage, leads: bool, now: datetime) -> NextStep:
    unhappy = row.kind == ThreadMessage.Kind.NOT_SATISFIED
    words = mark_words(NOT_SATISFIED if unhappy else ASKED)
    chip = due_chip(row.answer_due_at or row.at, now=now)
    tone = "bad" if unhappy or chip["kind"] == "bad" else "risk"
    return NextStep(
        UNHAPPY if unhappy and leads else ANSWERED,
        row.visit,
        f"{who(row.visit)} · {words['text']}",
        Truncator(row.text.replace("\n", " ")).chars(WORDS_IN_A_LINE),
        _action(unhappy, leads),
        reverse("visit-thread", kwargs={"store": store.code, "visit": row.visit_id}),
        row.at,
        tone=tone,
        chip={**chip, "kind": tone},
    )


def _action(unhappy: bool, leads: bool) -> str:
    """Return the words of the button; only somebody who leads notes the call to a customer who is not satisfied."""
    if not unhappy:
        return _("Answer")
    return _("Call back") if leads else _("Open")


def response_times(store: Store, since: datetime, until: datetime) -> list[ResponseTime]:
    """Return how the questions asked from `since` to before `until` were answered, by the customer's level.

    What is not answered yet counts as late once it is due before `until`. Three queries.
    """
    rows = ThreadMessage.objects.filter(store=store, by=None, at__gte=since, at__lt=until)
    opening = calendar_of(store)
    found: dict[str, list[tuple[int | None, bool]]] = defaultdict(list)
    for level, at, answered, due in rows.values_list("visit__customer__level", "at", "answered_at", "answer_due_at"):
        took = opening.minutes(at, answered) if answered else None
        found[level or Customer.Level.BASIC].append((took, bool(due and (answered or until) > due)))
    return [_response(level, found[level]) for level in Customer.Level.values if level in found]


def _response(level: str, answers: list[tuple[int | None, bool]]) -> ResponseTime:
    took = [minutes for minutes, _late in answers if minutes is not None]
    late = sum(is_late for _minutes, is_late in answers)
    in_time = sum(not is_late and minutes is not None for minutes, is_late in answers)
    return ResponseTime(level, len(answers), in_time, late, int(median(took)) if took else None)
