"""What the figures say to each of the four questions about a weak touchpoint."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from statistics import median
from typing import Any

from django.db.models import Avg, Count, F, Max, Sum
from django.utils.translation import get_language

from dealership.models import Role, Staff, Store
from dealership.queries.staff import people_with
from dealership.queries.standards import StepWords, current_id, touchpoints
from feedback.intervals import Interval, wilson
from feedback.models import CheckScore, Practice, Proposal
from feedback.queries.checks import round_share
from feedback.queries.day import records
from feedback.scores import FEW, WINDOW_DAYS

PRACTISED_WITHIN = timedelta(days=90)
"""Longer ago does not count as knowing how (a rule of this product)."""
MOST = 80
"""Per cent: who makes up so much of what is left out (Pareto's usual share)."""
SELDOM = 50
"""Per cent of rounds done below which nobody can be said to watch (a rule of this product)."""
LEAST_CHECKS = 4
"""So many looks in 28 days are once a week (a rule of this product)."""


@dataclass(frozen=True)
class Written:
    """Question 1: the steps of the touchpoint in force, and proposals of the staff that are still open."""

    steps: tuple[StepWords, ...]
    proposals: int

    @property
    def silent(self) -> int:
        """Steps without a script."""
        return sum(not step.script for step in self.steps)

    @property
    def leans(self) -> bool:
        """Whether the figures lean to yes."""
        return bool(self.steps) and not self.silent


@dataclass(frozen=True)
class Learner:
    """A person who does it, when last trained and when last at a role play."""

    staff: Staff
    role: str
    trained: date | None = None
    played: date | None = None

    @property
    def last(self) -> date | None:
        """The later of the two."""
        return max((day for day in (self.trained, self.played) if day), default=None)


@dataclass(frozen=True)
class Trained:
    """Question 2: who practised within 90 days."""

    people: tuple[Learner, ...]
    day: date

    @property
    def recent(self) -> int:
        """How many people practised within 90 days."""
        return sum(one.last is not None and self.day - one.last <= PRACTISED_WITHIN for one in self.people)

    @property
    def leans(self) -> bool:
        """Whether the figures lean to yes: everybody did."""
        return bool(self.people) and self.recent == len(self.people)


@dataclass(frozen=True)
class Share:
    """Of `steps` steps `lost` were not recorded, in bulk or not done."""

    name: str
    steps: int
    lost: int
    cars: int

    @property
    def percent(self) -> int | None:
        """The share in whole per cent."""
        return round(100 * self.lost / self.steps) if self.steps else None

    @property
    def few(self) -> bool:
        """True below 5 cars."""
        return self.cars < FEW

    @property
    def interval(self) -> Interval | None:
        """The 95 % interval of the share, in per cent."""
        found = wilson(self.lost, self.steps)
        return Interval(round(100 * found.low), round(100 * found.high)) if found else None


@dataclass(frozen=True)
class Habit:
    """Question 3: left out by few or by all, and on quiet or on busy days. Persons are the advisors of the visits."""

    people: tuple[Share, ...]
    quiet: Share
    busy: Share
    busy_from: int

    @property
    def lost(self) -> int:
        """All steps that were left out."""
        return sum(one.lost for one in self.people)

    @property
    def makers(self) -> int:
        """The fewest people who make up 80 % of what was left out."""
        left, count = self.lost * MOST / 100, 0
        for one in self.people:
            if left <= 0:
                break
            left, count = left - one.lost, count + 1
        return count

    @property
    def made_up(self) -> int:
        """What those few make up, in whole per cent."""
        return round(100 * sum(one.lost for one in self.people[: self.makers]) / self.lost) if self.lost else 0

    @property
    def by_few(self) -> bool:
        """True where at most half of the people make up 80 %."""
        return bool(self.lost) and 2 * self.makers <= len(self.people)

    @property
    def leans(self) -> bool:
        """Whether the figures lean to yes: neither few people nor busy days stand out."""
        apart = (
            self.busy.interval and self.quiet.interval and self.busy.interval.low > self.quiet.interval.high
        )  # two intervals that do not touch
        return not self.by_few and not apart


@dataclass(frozen=True)
class Watched:
    """Question 4: rounds done of those drawn in 28 days, and looks at this touchpoint."""

    done: int
    drawn: int
    checks: int
    mean: Decimal | None
    last: date | None

    @property
    def percent(self) -> int | None:
        """The share of the rounds that was done, in whole per cent."""
        return round(100 * self.done / self.drawn) if self.drawn else None

    @property
    def leans(self) -> bool:
        """Whether the figures lean to yes."""
        return (self.percent or 0) >= SELDOM and self.checks >= LEAST_CHECKS


@dataclass(frozen=True)
class Evidence:
    """What stands beside the four questions, over the 28 days that end with `day`."""

    standard: Written
    training: Trained
    rules: Habit
    monitoring: Watched
    leans: dict[str, bool] = field(init=False)

    def __post_init__(self) -> None:
        parts = ("standard", "training", "rules", "monitoring")
        object.__setattr__(self, "leans", {name: getattr(self, name).leans for name in parts})

    @property
    def kept(self) -> dict[str, Any]:
        """The figures that stay with the answer."""
        return {
            "steps": len(self.standard.steps), "without_script": self.standard.silent,
            "people": len(self.training.people), "practised": self.training.recent,
            "makers": self.rules.makers, "of": len(self.rules.people), "made_up": self.rules.made_up,
            "rounds_done": self.monitoring.done, "rounds_drawn": self.monitoring.drawn,
            "checks": self.monitoring.checks,
        }  # fmt: skip


def evidence_of(store: Store, touchpoint: str, day: date) -> Evidence:
    """Return the evidence of a touchpoint, in a constant number of queries."""
    words = {one.code: one for one in touchpoints(current_id(store), get_language() or "zh-hans")}
    steps = words[touchpoint].steps
    days = (day - timedelta(days=WINDOW_DAYS - 1), day)
    waiting = Proposal.objects.filter(touchpoint=touchpoint, state=Proposal.State.OPEN).count()
    return Evidence(
        Written(steps, waiting),
        Trained(_learners(store, touchpoint, {step.role for step in steps}), day),
        habit_of(touchpoint, days),
        _watched(store, touchpoint, days),
    )


def _learners(store: Store, touchpoint: str, roles: Iterable[str]) -> tuple[Learner, ...]:
    """Return the people of these roles with their last practice, in two queries."""
    last: dict[Any, dict[str, date]] = defaultdict(dict)
    rows = Practice.objects.filter(touchpoint=touchpoint).order_by().values_list("staff", "kind")
    for staff, kind, day in rows.annotate(last=Max("day")):
        last[staff][kind] = day
    people = {membership.staff_id: membership for membership in people_with(store, sorted(roles))}
    kinds = Practice.Kind
    return tuple(
        Learner(one.staff, str(Role(one.role).label), last[pk].get(kinds.TRAINING), last[pk].get(kinds.ROLE_PLAY))
        for pk, one in people.items()
    )


def habit_of(touchpoint: str, days: tuple[date, date]) -> Habit:
    """Return what was left out by whom and on which days, in one query."""
    lost = F("steps") - F("live") - F("late")
    who = ("visit__advisor", "visit__advisor__name", "day")
    rows = records().filter(touchpoint=touchpoint, day__range=days).order_by().values(*who)
    sums = rows.annotate(all=Sum("steps"), lost=Sum(lost), cars=Count("pk"))
    people: dict[Any, list[int]] = defaultdict(lambda: [0, 0, 0])
    by_day: dict[Any, list[int]] = defaultdict(lambda: [0, 0, 0])
    for advisor, name, day, *counts in sums.values_list(*who, "all", "lost", "cars"):
        for sums_of in (people[advisor, name or "—"], by_day[day]):
            sums_of[:] = [had + more for had, more in zip(sums_of, counts, strict=True)]
    middle = median(counts[2] for counts in by_day.values()) if by_day else 0
    quiet = [counts for counts in by_day.values() if counts[2] <= middle]
    busy = [counts for counts in by_day.values() if counts[2] > middle]
    shares = [Share(name, *counts) for (_advisor, name), counts in people.items()]
    return Habit(tuple(sorted(shares, key=lambda one: (-one.lost, one.name))), _sum(quiet), _sum(busy), int(middle) + 1)


def _sum(listed: list[list[int]]) -> Share:
    steps, lost, cars = (sum(column) for column in zip(*listed, strict=True)) if listed else (0, 0, 0)
    return Share("", steps, lost, cars)


def _watched(store: Store, touchpoint: str, days: tuple[date, date]) -> Watched:
    """Return rounds and looks, in two queries."""
    done, drawn = round_share(store, *days)
    looks = CheckScore.objects.filter(touchpoint=touchpoint, day__range=days, task__isnull=False, score__isnull=False)
    seen = looks.aggregate(n=Count("pk"), mean=Avg("score"), last=Max("day"))
    return Watched(done, drawn, seen["n"], seen["mean"], seen["last"])
