"""The values behind a reading of a touchpoint over a stretch of days, as sums: enough for mean and interval."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from dealership.models import Store, TouchpointRecord
from dealership.stages import TOUCHPOINT_STAGE
from feedback.intervals import Sample
from feedback.models import CheckScore, CustomerReading, Plan
from feedback.queries.day import records
from feedback.scores import WINDOW_DAYS

GAP = Decimal("2.5")
"""A gap g of -2 to +2 counts 2.5 x (g + 2) (docs/scores.md)."""


def sample_of(store: Store, touchpoint: str, *, reading: str, first: date, last: date) -> Sample:
    """Return the sample of a reading (`Plan.Reading`) of the days `first` to `last`, values 0 to 10, in one query."""
    rows, value = _values(store, touchpoint, reading, (first, last))
    return _sample(reading, rows.aggregate(n=Count(value), total=Sum(value), squares=Sum(F(value) * F(value))))


def by_day(store: Store, touchpoint: str, *, reading: str, first: date, last: date) -> dict[date, Sample]:
    """Return day → sample of a reading, only days that have a value, in one query."""
    rows, value = _values(store, touchpoint, reading, (first, last))
    sums = {"n": Count(value), "total": Sum(value), "squares": Sum(F(value) * F(value))}
    return {row["day"]: _sample(reading, row) for row in rows.order_by().values("day").annotate(**sums)}


def recent(store: Store, touchpoint: str, *, reading: str, day: date) -> Sample:
    """Return the sample of the 28 days that end with `day`: the figure from which a plan sets out."""
    return sample_of(store, touchpoint, reading=reading, first=day - timedelta(days=WINDOW_DAYS - 1), last=day)


def _values(store: Store, touchpoint: str, reading: str, days: tuple[date, date]) -> tuple[QuerySet[Any], str]:
    """Return the rows of a reading and the field that holds the value.

    Self-check: our own rounds; audits from outside stand beside them, not in them. Customers: answers that name the
    touchpoint, or its stage alone where it applied.
    """
    if reading == Plan.Reading.SELF_CHECK:
        checks = CheckScore.objects.filter(store=store, touchpoint=touchpoint, day__range=days)
        return checks.filter(task__isnull=False, score__isnull=False), "score"
    if reading == Plan.Reading.CUSTOMER:
        lived = TouchpointRecord.objects.filter(visit=OuterRef("visit"), touchpoint=touchpoint, applicable=True)
        of_stage = Q(touchpoint="", stage=TOUCHPOINT_STAGE[touchpoint[0]]) & Exists(lived)
        answers = CustomerReading.objects.filter(Q(touchpoint=touchpoint) | of_stage, store=store, day__range=days)
        return answers, "gap"
    return records().filter(store=store, touchpoint=touchpoint, day__range=days), "score"


def _sample(reading: str, sums: dict[str, Any]) -> Sample:
    n, total, squares = sums["n"], Decimal(sums["total"] or 0), Decimal(sums["squares"] or 0)
    if reading != Plan.Reading.CUSTOMER:
        return Sample(n, total, squares)
    return Sample(n, GAP * (total + 2 * n), GAP * GAP * (squares + 4 * total + 4 * n))
