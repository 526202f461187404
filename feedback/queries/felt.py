"""What customers said, and what a visit cost them in effort: two figures beside the scores of a day."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from dealership.models import Staff, Store
from feedback.models import CustomerReading
from feedback.periods import DAY, period_of
from feedback.queries.measures.cut import Cut
from feedback.queries.measures.waiting import effort
from feedback.scores import WINDOW_DAYS

EFFORT = ("transfers", "unattended", "customer_calls")
"""Codes of the catalogue (`feedback.figures`)."""


@dataclass(frozen=True)
class Voice:
    """What customers said in the 28 days that end with a day: answers above, as and below what they expected."""

    high: int
    basic: int
    disappointed: int

    @property
    def n(self) -> int:
        """All answers; a customer answers once for each stage."""
        return self.high + self.basic + self.disappointed


def voice(store: Store, day: date, *, advisor: Staff | None = None) -> Voice:
    """Count the answers of the 28 days that end with `day`, in one query."""
    answers = CustomerReading.objects.filter(store=store, day__range=(day - timedelta(days=WINDOW_DAYS - 1), day))
    if advisor:
        answers = answers.filter(visit__advisor=advisor)
    above, below = Count("pk", filter=Q(gap__gt=0)), Count("pk", filter=Q(gap__lt=0))
    return Voice(**answers.aggregate(high=above, basic=Count("pk", filter=Q(gap=0)), disappointed=below))


def effort_of(store: Store, day: date, *, advisor: Staff | None = None) -> dict[str, Any]:
    """Return what the visits that ended on `day` cost their customers: n and a mean for each code; one query."""
    cut = Cut(store, period_of(DAY, day), timezone.now(), advisor)
    found = effort(cut).get((None, True), {})
    means = {code: found[code].value if code in found else None for code in EFFORT}
    return {"n": found[EFFORT[0]].n if found else 0, **means}
