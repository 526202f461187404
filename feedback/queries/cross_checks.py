"""What customers confirm of the facts that were drawn, beside what staff recorded."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils.translation import get_language

from dealership.models import Store, TouchpointRecord
from dealership.queries.course import specs_of
from dealership.queries.standards import TouchpointWords, current_id, touchpoints
from dealership.scoring import BULK, LATE, LETTER, LIVE
from feedback.intervals import Interval, wilson
from feedback.models import CrossCheck, DailyScore
from feedback.questions.data import read

WINDOW = timedelta(days=90)
"""So far back: two questions a visit, and one in five answers."""
FEW = 5
DONE_LETTERS = frozenset(LETTER[state] for state in (LIVE, LATE, BULK))


@dataclass
class Confirmed:
    """The answers about a touchpoint. `denied`: recorded as done, and the customer says no."""

    words: TouchpointWords
    yes: int = 0
    no: int = 0
    unsure: int = 0
    denied: list[CrossCheck] = field(default_factory=list)
    execution: Decimal | None = None
    records: int = 0

    @property
    def n(self) -> int:
        """Answers that say yes or no."""
        return self.yes + self.no

    @property
    def few(self) -> bool:
        """True where there are too few."""
        return self.n < FEW

    @property
    def percent(self) -> int | None:
        """Share of yes in per cent."""
        return round(100 * self.yes / self.n) if self.n else None

    @property
    def interval(self) -> tuple[int, int] | None:
        """The 95 % interval (Wilson) of that share, in per cent."""
        found: Interval | None = wilson(self.yes, self.n)
        return (round(100 * found.low), round(100 * found.high)) if found else None


def confirmed_of(store: Store, today: date) -> list[Confirmed]:
    """Return the touchpoints that have questions, with the answers of 90 days, in a constant number of queries."""
    found = {one.code: Confirmed(one) for one in touchpoints(current_id(store), get_language() or "zh-hans")}
    rows = list(
        CrossCheck.objects.filter(store=store, day__gt=today - WINDOW, day__lte=today)
        .exclude(answer="").select_related("visit__vehicle", "visit__advisor").order_by("-answered_at")
    )  # fmt: skip
    done = _recorded_done(store, rows)
    for row in rows:
        one = found.get(row.touchpoint)
        if one is None:
            continue
        setattr(one, row.answer, getattr(one, row.answer) + 1)
        if row.answer == CrossCheck.Answer.NO and row.pk in done:
            one.denied.append(row)
    for code, n, total in _execution(store, today):
        if code in found and n:
            found[code].records, found[code].execution = n, (total / n).quantize(Decimal("0.1"))
    asked = {question.touchpoint for question in read()}
    return [one for code, one in found.items() if code in asked]


def _recorded_done(store: Store, rows: Iterable[CrossCheck]) -> set[Any]:
    """Return the ids of the answers whose step was recorded as done."""
    wanted = [row for row in rows if row.answer == CrossCheck.Answer.NO]
    states: dict[tuple[Any, str], str] = {}
    records = TouchpointRecord.objects.filter(store=store, visit__in={row.visit_id for row in wanted})
    for visit, touchpoint, letters in records.values_list("visit_id", "touchpoint", "states"):
        states[visit, touchpoint] = letters
    found = set()
    for row in wanted:
        steps = [spec.slug for spec in specs_of(row.visit.standard_id) if spec.touchpoint == row.touchpoint]
        letters = states.get((row.visit_id, row.touchpoint), "")
        if row.step in steps and letters[steps.index(row.step) :][:1] in DONE_LETTERS:
            found.add(row.pk)
    return found


def _execution(store: Store, today: date) -> Iterable[tuple[str, int, Decimal]]:
    rows = DailyScore.objects.filter(store=store, advisor=None, day__gt=today - WINDOW, day__lte=today)
    sums = rows.exclude(touchpoint="").values("touchpoint").annotate(records=Sum("n"), points=Sum("total"))
    return sums.values_list("touchpoint", "records", "points")


def denied_of(rows: Iterable[Confirmed]) -> list[tuple[CrossCheck, str]]:
    """Return what was recorded as done and denied, the newest first, with the question's words."""
    language = get_language() or "zh-hans"
    texts = {one.code: one.texts for one in read()}
    found = sorted((row for one in rows for row in one.denied), key=lambda row: str(row.answered_at), reverse=True)
    return [(row, texts.get(row.question, {}).get(language, "")) for row in found]


def counts(rows: Iterable[Confirmed]) -> dict[str, int]:
    """Return how many answers there are in all."""
    totals: dict[str, int] = defaultdict(int)
    for one in rows:
        totals["answers"] += one.n + one.unsure
        totals["denied"] += len(one.denied)
    return dict(totals)
