"""Did it help? A dated change, and the figures before and after it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from feedback.intervals import Interval, Sample, difference
from feedback.models import DatedChange
from feedback.periods import DAY, Period
from feedback.queries.periods import Parts, Span, lived
from feedback.scores import FEW

COMPARED_DAYS = 28
"""So many days before and after are compared: four weeks, so that each has the same weekdays (own rule)."""
WEEK_DAYS = 7
LISTED = 5
BETTER, WORSE, SAME, TOO_FEW = "better", "worse", "same", "too_few"


@dataclass(frozen=True)
class Effect:
    """A change with the days compared on both sides, the samples, the interval of the difference and the verdict."""

    change: DatedChange
    number: int
    before: Period
    after: Period | None
    samples: tuple[Sample, Sample]
    interval: Interval | None
    verdict: str

    @property
    def gap(self) -> float | None:
        """The mean after minus the mean before."""
        before, after = (sample.mean for sample in self.samples)
        return after - before if before is not None and after is not None else None


def changes_until(last: date, *, touchpoint: str = "") -> list[DatedChange]:
    """Return the newest changes of the open scope up to a day: all, or those of a touchpoint and of the whole store."""
    found = DatedChange.objects.filter(day__lte=last)
    if touchpoint:
        found = found.filter(touchpoint__in=("", touchpoint))
    return list(found.order_by("-day", "-at")[:LISTED])


def compared(day: date, today: date) -> tuple[Period, Period | None]:
    """Return the days before a change and those from it on: 28 each, or as many whole weeks as have passed.

    Within the first week the days so far; None for the days after a change that lies ahead.
    """
    passed = min(COMPARED_DAYS, (today - day).days + 1)
    if passed > WEEK_DAYS:
        passed -= passed % WEEK_DAYS
    length = passed if passed > 0 else COMPARED_DAYS
    before = Period(DAY, day - timedelta(days=length), day - timedelta(days=1))
    return before, Period(DAY, day, day + timedelta(days=length - 1)) if passed > 0 else None


def effects(span: Span, changes: Sequence[DatedChange], *, today: date, touchpoint: str = "") -> list[Effect]:
    """Return what became of the figures around each change, in one query.

    A touchpoint is compared by its visits, the whole store by the means of its days.
    """
    sides = [compared(change.day, today) for change in changes]
    reach = timedelta(days=COMPARED_DAYS)
    days = [change.day for change in changes] or [today]
    rows = lived(span, Period(DAY, min(days) - reach, max(days) + reach), by=DAY)
    found = []
    for number, (change, (before, after)) in enumerate(zip(changes, sides, strict=True), start=1):
        code = change.touchpoint or touchpoint
        first = _sample(rows, code, before)
        second = _sample(rows, code, after) if after else Sample(0)
        interval = difference(first, second)
        found.append(Effect(change, number, before, after, (first, second), interval, verdict(first, second, interval)))
    return found


def verdict(before: Sample, after: Sample, interval: Interval | None) -> str:
    """Return better, worse, same (no change shown) or too_few."""
    if min(before.n, after.n) < FEW or interval is None:
        return TOO_FEW
    if interval.low > 0:
        return BETTER
    return WORSE if interval.high < 0 else SAME


def _sample(rows: Mapping[str, Parts], code: str, period: Period) -> Sample:
    """Return the visits of a touchpoint, or (code "") the means of days, as a sample."""
    if code:
        parts = [part for day, part in rows.get(code, {}).items() if period.first <= day <= period.last]
        sums = [sum(values) for values in zip(*(part[:3] for part in parts), strict=True)] or [0, 0, 0]
        return Sample(sums[0], sums[1], sums[2])
    means = [mean for day, mean in day_means(rows).items() if period.first <= day <= period.last]
    return Sample(len(means), sum(means, Decimal(0)), sum((mean * mean for mean in means), Decimal(0)))


def day_means(rows: Mapping[str, Parts]) -> dict[date, Decimal]:
    """Return part → mean of all records of all touchpoints."""
    return {day: total / n for day, (n, total) in day_sums(rows).items() if n}


def day_sums(rows: Mapping[str, Parts]) -> dict[date, tuple[int, Decimal]]:
    """Return part → how many records of all touchpoints, and the sum of their scores."""
    found: dict[date, tuple[int, Decimal]] = {}
    for touchpoint, parts in rows.items():
        for day, part in parts.items() if touchpoint else ():
            n, total = found.get(day, (0, Decimal(0)))
            found[day] = (n + part.n, total + part.total)
    return found
