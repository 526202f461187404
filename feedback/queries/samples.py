"""The values behind a reading of a touchpoint over a stretch of days, as sums: enough for mean and interval."""

from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Exists, F, OuterRef, Q, Sum

from dealership.models import Store, TouchpointRecord
from dealership.stages import TOUCHPOINT_STAGE
from feedback.intervals import Sample
from feedback.models import CheckScore, CustomerReading, Plan
from feedback.queries.day import records
from feedback.scores import WINDOW_DAYS


def sample_of(store: Store, touchpoint: str, *, reading: str, first: date, last: date) -> Sample:
    """Return the sample of a reading (`Plan.Reading`) of the days `first` to `last`, values 0 to 10, in one query."""
    days = (first, last)
    if reading == Plan.Reading.SELF_CHECK:
        return _checks(store, touchpoint, days)
    if reading == Plan.Reading.CUSTOMER:
        return _answers(store, touchpoint, days)
    found = records().filter(store=store, touchpoint=touchpoint, day__range=days)
    return _summed(found.aggregate(n=Count("score"), total=Sum("score"), squares=Sum(F("score") * F("score"))))


def recent(store: Store, touchpoint: str, *, reading: str, day: date) -> Sample:
    """Return the sample of the 28 days that end with `day`: the figure from which a plan sets out."""
    return sample_of(store, touchpoint, reading=reading, first=day - timedelta(days=WINDOW_DAYS - 1), last=day)


def _checks(store: Store, touchpoint: str, days: tuple[date, date]) -> Sample:
    """Sum the scores of our own rounds; audits from outside stand beside them, not in them."""
    found = CheckScore.objects.filter(store=store, touchpoint=touchpoint, day__range=days)
    found = found.filter(task__isnull=False, score__isnull=False)
    return _summed(found.aggregate(n=Count("score"), total=Sum("score"), squares=Sum(F("score") * F("score"))))


def _answers(store: Store, touchpoint: str, days: tuple[date, date]) -> Sample:
    """Sum the answers that name the touchpoint, or its stage alone where it applied; a gap g counts 2.5 x (g + 2)."""
    lived = TouchpointRecord.objects.filter(visit=OuterRef("visit"), touchpoint=touchpoint, applicable=True)
    of_stage = Q(touchpoint="", stage=TOUCHPOINT_STAGE[touchpoint[0]]) & Exists(lived)
    found = CustomerReading.objects.filter(Q(touchpoint=touchpoint) | of_stage, store=store, day__range=days)
    sums = found.aggregate(n=Count("pk"), total=Sum("gap"), squares=Sum(F("gap") * F("gap")))
    n, gaps, squares = sums["n"], Decimal(sums["total"] or 0), Decimal(sums["squares"] or 0)
    return Sample(n, Decimal("2.5") * (gaps + 2 * n), Decimal("6.25") * (squares + 4 * gaps + 4 * n))


def _summed(sums: dict[str, Decimal | int | None]) -> Sample:
    return Sample(int(sums["n"] or 0), Decimal(sums["total"] or 0), Decimal(sums["squares"] or 0))
