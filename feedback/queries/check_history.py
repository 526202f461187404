"""How the self-check goes: the last days, what each touchpoint was given and when, how far two checkers agree."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import get_language

from dealership.models import Store
from dealership.queries.standards import TouchpointWords, current_id, stage_names, touchpoints
from feedback.drawing import LOW, ROUNDS
from feedback.models import CheckRound, CheckScore
from feedback.queries.checks import STRIP_DAYS, state_of

WINDOW = timedelta(days=28)
"""So long a self-check counts (docs/scores.md)."""
AGREEMENT = timedelta(days=90)
"""So far back two checkers are compared: there are few of them."""
WITHIN = 1
"""Two scores at most so far apart count as the same."""
FEW = 5
SOON = timedelta(days=7)
"""A touchpoint not seen for so long is named: all 22 within a week."""


@dataclass(frozen=True)
class Strip:
    """Days, and for each round of a day its state on each of them ("none" where none was drawn)."""

    days: list[date]
    rows: list[tuple[int, list[str]]]


def strip_of(store: Store, last: date, *, now: datetime | None = None) -> Strip:
    """Return the last 14 days with their rounds, in one query."""
    now = now or timezone.now()
    days = [last - timedelta(days=n) for n in reversed(range(STRIP_DAYS))]
    found = {
        (row.day, row.number): state_of(row, now)
        for row in CheckRound.objects.filter(store=store, day__range=(days[0], days[-1]))
    }
    numbers = range(1, ROUNDS + 1)
    return Strip(days, [(number, [found.get((day, number), "none") for day in days]) for number in numbers])


@dataclass
class Seen:
    """What one touchpoint was given within 28 days; `outside`: by mystery visits and audits from outside."""

    words: TouchpointWords
    scores: list[int] = field(default_factory=list)
    outside: list[int] = field(default_factory=list)
    last: CheckScore | None = None
    unseen: bool = False

    @property
    def n(self) -> int:
        """How many scores there are."""
        return len(self.scores)

    @property
    def few(self) -> bool:
        """True below the number from which a reading counts."""
        return self.n < FEW

    @property
    def mean(self) -> Decimal | None:
        """The mean to one place, None without a score."""
        return mean_of(self.scores)

    @property
    def outside_mean(self) -> Decimal | None:
        """The mean that came from outside."""
        return mean_of(self.outside)

    @property
    def low(self) -> bool:
        """True where the last score was under 7."""
        return self.last is not None and self.last.score is not None and self.last.score < LOW


@dataclass(frozen=True)
class StageSeen:
    """A stage with its touchpoints."""

    name: str
    rows: list[Seen]


def seen_by_stage(store: Store, today: date) -> list[StageSeen]:
    """Return all 22 touchpoints with what was given within 28 days, in one query besides the words."""
    language = get_language() or "zh-hans"
    standard = current_id(store)
    found = {words.code: Seen(words) for words in touchpoints(standard, language)}
    rows = CheckScore.objects.filter(store=store, day__gt=today - WINDOW, day__lte=today, score__isnull=False)
    for row in rows.select_related("by").order_by("day", "at"):
        one = found.get(row.touchpoint)
        if one is None:
            continue
        if row.audit_id:
            one.outside.append(int(row.score or 0))
        else:
            one.scores.append(int(row.score or 0))
            one.last = row
    for one in found.values():
        one.unseen = one.last is None or today - one.last.day >= SOON
    names = stage_names(standard, language)
    stages: dict[str, list[Seen]] = defaultdict(list)
    for one in found.values():
        stages[one.words.stage].append(one)
    return [StageSeen(names[stage], rows) for stage, rows in stages.items()]


def mean_of(scores: Iterable[int]) -> Decimal | None:
    """Return the mean to one place, halves up; None of nothing."""
    listed = list(scores)
    return (Decimal(sum(listed)) / len(listed) + Decimal("0.0000001")).quantize(Decimal("0.1")) if listed else None


@dataclass(frozen=True)
class Agreement:
    """How far two checkers of the same task agree: n pairs, their mean distance, and the share at most 1 apart."""

    n: int
    distance: Decimal | None
    within: int

    @property
    def percent(self) -> int:
        """The share at most 1 apart, in per cent."""
        return round(100 * self.within / self.n) if self.n else 0

    @property
    def few(self) -> bool:
        """True where there are too few pairs to say much."""
        return self.n < FEW


def agreement(store: Store, today: date) -> Agreement:
    """Compare the first two checkers of each task of the last 90 days, in one query."""
    rows = CheckScore.objects.filter(
        store=store, day__gt=today - AGREEMENT, day__lte=today, task__isnull=False, score__isnull=False
    )
    given: dict[Any, list[int]] = defaultdict(list)
    for task, score in rows.order_by("at", "pk").values_list("task", "score"):
        given[task].append(int(score or 0))
    gaps = [abs(scores[0] - scores[1]) for scores in given.values() if len(scores) > 1]
    return Agreement(len(gaps), mean_of_gaps(gaps), sum(gap <= WITHIN for gap in gaps))


def mean_of_gaps(gaps: list[int]) -> Decimal | None:
    """Return the mean distance to two places."""
    return (Decimal(sum(gaps)) / len(gaps)).quantize(Decimal("0.01")) if gaps else None


def coming_back(store: Store, today: date) -> list[CheckScore]:
    """Return the items whose last score was under 7: tomorrow's rounds look at them first. One query."""
    rows = CheckScore.objects.filter(
        store=store, day__gt=today - WINDOW, day__lte=today, task__isnull=False, score__isnull=False
    )
    last: dict[str, list[CheckScore]] = {}
    found = rows.select_related("item", "person", "visit__vehicle", "task__round").annotate(code=F("item__code"))
    for row in found.order_by("day", "task__round__number", "at"):
        kept = last.setdefault(row.code, [])  # type: ignore[attr-defined] # annotated
        if kept and kept[0].task_id != row.task_id:
            kept.clear()
        kept.append(row)
    low = [kept for kept in last.values() if sum(row.score or 0 for row in kept) / len(kept) < LOW]
    return [kept[-1] for kept in sorted(low, key=lambda kept: (kept[0].touchpoint, kept[0].pk))]
