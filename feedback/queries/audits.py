"""Mystery visits and audits from outside, with what they gave."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dealership.models import Store
from feedback.models import CheckScore, OutsideAudit
from feedback.queries.check_history import mean_of
from feedback.queries.check_items import words_of
from feedback.ready.data import ItemText

MOST = 60
"""Audits on the page: five years of one a month."""


@dataclass(frozen=True)
class AuditLine:
    """An audit with its scores and their mean."""

    audit: OutsideAudit
    scores: list[CheckScore]

    @property
    def mean(self) -> Decimal | None:
        """The mean of its scores, None without one."""
        return mean_of(row.score for row in self.scores if row.score is not None)

    @property
    def worded(self) -> list[tuple[CheckScore, ItemText]]:
        """Its scores with the words of their items."""
        return [(row, words_of(row.item)) for row in self.scores]


def audits_of(store: Store) -> list[AuditLine]:
    """Return the audits, the newest first, in two queries."""
    rows = list(OutsideAudit.objects.filter(store=store).select_related("by").order_by("-day", "-at")[:MOST])
    scores: dict[Any, list[CheckScore]] = defaultdict(list)
    for row in CheckScore.objects.filter(store=store, audit__in=rows).select_related("item").order_by("touchpoint"):
        scores[row.audit_id].append(row)
    return [AuditLine(row, scores[row.pk]) for row in rows]
