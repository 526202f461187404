"""Cross-check: two facts of a visit, drawn by lot when the car has left, that the customer will be asked about."""

import random
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.models import Staff, StageChange, TouchpointRecord, Visit, business_day
from dealership.queries.course import specs_of
from dealership.refused import Refused
from dealership.scoring import LETTER, OUT
from feedback.models import CrossCheck
from feedback.questions.data import Question, read

QUESTIONS = 2
"""Facts drawn of a visit; more would make a survey long."""


def draw_on_leave(visit: Visit, change: StageChange, *, by: Staff | None, now: datetime) -> list[CrossCheck]:
    """Draw two questions about steps that applied to the visit (stage entry: the car has left).

    The lot follows from the visit's id: nobody of the staff chooses, and leaving twice draws the same two.
    """
    records = TouchpointRecord.objects.filter(visit=visit, applicable=True)
    rows = drawn_for(visit, dict(records.values_list("touchpoint", "states")), now=now)
    CrossCheck.objects.bulk_create(rows, ignore_conflicts=True)
    return rows


def drawn_for(visit: Visit, states: Mapping[str, str], *, now: datetime) -> list[CrossCheck]:
    """Return the rows drawn for a visit; `states`: touchpoint that applied → its letters (`TouchpointRecord`)."""
    fitting = applicable(visit.standard_id, states)
    # A lot that can be repeated, not a secret.
    chosen = random.Random(str(visit.pk)).sample(fitting, min(QUESTIONS, len(fitting)))  # noqa: S311
    return [
        CrossCheck(
            store_id=visit.store_id, visit=visit, question=one.code, touchpoint=one.touchpoint, step=one.step,
            drawn_at=now,
        )
        for one in sorted(chosen, key=lambda one: one.code)
    ]  # fmt: skip


def applicable(standard_id: int, states: Mapping[str, str]) -> list[Question]:
    """Return the questions whose step applied, in the order of a visit; a step set aside is no question."""
    letters: dict[str, str] = {}
    seen: dict[str, int] = {}
    for spec in specs_of(standard_id):
        place = seen.get(spec.touchpoint, 0)
        seen[spec.touchpoint] = place + 1
        letters[spec.code] = states.get(spec.touchpoint, "")[place : place + 1]
    return [one for one in read() if letters.get(one.step_code, "") not in ("", LETTER[OUT])]


@transaction.atomic
def answer(cross_check: CrossCheck, *, answer: str, now: datetime | None = None) -> CrossCheck:
    """Keep the customer's answer, once: a second one changes nothing.

    Raises Refused("cross_check.answer") for anything but yes, no or "I cannot say".
    """
    if answer not in CrossCheck.Answer.values:
        raise Refused(_("Choose one of the answers."), "cross_check.answer", field="answer")
    now = now or timezone.now()
    row = CrossCheck.objects.select_for_update(no_key=True, of=("self",)).select_related("store").get(pk=cross_check.pk)
    if not row.answer:
        row.answer, row.answered_at, row.day = answer, now, business_day(row.store, now)
        row.save(update_fields=["answer", "answered_at", "day"])
    return row


def questions_for(visit: Visit, *, language: str) -> list[tuple[CrossCheck, str]]:
    """Return the questions of a visit that have no answer yet, with their words for the customer."""
    texts = {one.code: one.texts for one in read()}
    rows = CrossCheck.objects.filter(visit=visit, answer="").order_by("question")
    return [
        (row, texts[row.question].get(language) or texts[row.question]["zh-hans"])
        for row in rows
        if row.question in texts
    ]
