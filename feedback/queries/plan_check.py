"""Did it help? The same reading over equally many whole weeks before the start and after it."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from feedback.intervals import Interval, Sample, difference
from feedback.models import Plan
from feedback.queries.samples import sample_of

WEEK = timedelta(days=7)
LEAST = 5
"""Fewer values on a side say nothing (as everywhere: n below 5 counts as missing)."""


@dataclass(frozen=True)
class Windows:
    """The days that are compared: as many whole weeks before the start as after it."""

    before: tuple[date, date]
    after: tuple[date, date]
    weeks: int


@dataclass(frozen=True)
class Result:
    """What the comparison came to; `interval` is that of after minus before, 95 %."""

    windows: Windows
    before: Sample
    after: Sample
    interval: Interval | None

    @property
    def few(self) -> bool:
        """True where a side holds too few values for any verdict."""
        return self.interval is None or min(self.before.n, self.after.n) < LEAST

    @property
    def verdict(self) -> str:
        """`Plan.Verdict`, empty where there are too few values."""
        if self.few or self.interval is None:
            return ""
        return verdict_of(self.interval)


def verdict_of(interval: Interval) -> str:
    """Return the verdict: better or worse only where the whole interval lies on that side of 0."""
    if interval.low > 0:
        return Plan.Verdict.BETTER
    return Plan.Verdict.WORSE if interval.high < 0 else Plan.Verdict.SAME


def windows_of(start_on: date, until: date) -> Windows | None:
    """Return the windows around `start_on`; the one after it ends with `until` at the latest. None before a week."""
    weeks = ((until - start_on).days + 1) // 7
    if weeks < 1:
        return None
    day = timedelta(days=1)
    return Windows((start_on - weeks * WEEK, start_on - day), (start_on, start_on + weeks * WEEK - day), weeks)


def compare(plan: Plan, *, today: date) -> Result | None:
    """Compare a plan's reading before and after its start, up to its review or yesterday; None before a whole week."""
    windows = windows_of(plan.start_on, min(plan.review_on, today) - timedelta(days=1))
    if windows is None:
        return None
    before, after = (
        sample_of(plan.store, plan.touchpoint, reading=plan.reading, first=first, last=last)
        for first, last in (windows.before, windows.after)
    )
    return Result(windows, before, after, difference(before, after))


def verdict_words(plan: Plan) -> str:
    """Say what the stored comparison of a plan shows, in one sentence with its figures; empty without a verdict."""
    if not plan.verdict or plan.after_mean is None or plan.before_mean is None:
        return ""
    change = plan.after_mean - plan.before_mean
    figures = {"change": f"{change:+.1f}", "low": f"{plan.low:+.1f}", "high": f"{plan.high:+.1f}"}
    sentences = {
        Plan.Verdict.BETTER: _(
            "Better by %(change)s; with 95 %% certainty the gain lies between %(low)s and %(high)s."
        ),
        Plan.Verdict.WORSE: _("Worse by %(change)s; with 95 %% certainty the loss lies between %(low)s and %(high)s."),
        Plan.Verdict.SAME: _(
            "No change shown: the difference of %(change)s could be chance (95 %%: %(low)s to %(high)s)."
        ),
    }
    return sentences[Plan.Verdict(plan.verdict)] % figures


def within(value: Decimal | float) -> Decimal:
    """Return a figure as the columns hold it: two places."""
    return Decimal(str(value)).quantize(Decimal("0.01"))
