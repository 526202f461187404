"""A plan's reading week by week, from some weeks before its start to its check and beyond."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from feedback.intervals import Sample
from feedback.models import DatedChange, Plan
from feedback.queries.plan_check import LEAST, WEEK
from feedback.queries.plans import day_words
from feedback.queries.samples import by_day
from feedback.queries.trend import Measure, Trend, trend_of

BEFORE, LONGEST = 8, 20
"""Weeks before the start, and weeks in all at most."""


def plan_trend(plan: Plan, *, today: date) -> Trend | None:
    """Return the line of whole weeks around the start, in one query; None before the first week is over."""
    weeks = min((today - plan.start_on).days // 7, LONGEST - BEFORE)
    if plan.phase == Plan.Phase.PLAN or weeks < 1:
        return None
    first, last = plan.start_on - BEFORE * WEEK, plan.start_on + weeks * WEEK - timedelta(days=1)
    days = by_day(plan.store, plan.touchpoint, reading=plan.reading, first=first, last=last)
    starts = [first + number * WEEK for number in range(BEFORE + weeks)]
    measures = [_measure(start, [days[day] for day in _days(start) if day in days]) for start in starts]
    while measures and not measures[0].n:
        measures.pop(0)
    began = DatedChange(day=plan.start_on, title=plan.title)
    return trend_of(_("%(reading)s by week") % {"reading": plan.get_reading_display()}, measures, changes=[began])


def _days(start: date) -> list[date]:
    return [start + timedelta(days=number) for number in range(7)]


def _measure(start: date, samples: list[Sample]) -> Measure:
    """Return a week as one point; without a value below 5."""
    n = sum(sample.n for sample in samples)
    total = sum((Decimal(sample.total) for sample in samples), Decimal(0))
    value = total / n if n >= LEAST else None
    return Measure(start, f"{start:%m/%d}", _("week of %(day)s") % {"day": day_words(start)}, value, n)
