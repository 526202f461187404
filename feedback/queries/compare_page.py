"""Readings side by side: execution against customers, self-check and cross-checks against execution, outside audits."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.translation import get_language

from dealership.models import Visit
from dealership.queries.board import who
from dealership.queries.standards import TouchpointWords, current_id, touchpoints
from dealership.stages import stage_of
from feedback.intervals import Interval, Sample, difference, wilson
from feedback.periods import window_ends
from feedback.queries.measures.cut import Cut
from feedback.queries.periods import WHOLE, Scored, Span, lived, scored, windows
from feedback.queries.quadrant import Point, Quadrant, quadrant
from feedback.queries.score_settings import weights_of
from feedback.scores import FEW, WEAK_BELOW

EXAMPLES = 3
"""Visits named of a touchpoint."""
NOT_FELT, NOT_RECORDED, BOTH, NEITHER = "not_felt", "not_recorded", "both", "neither"
FLATTERS, FORGETS, AGREES, TOO_FEW = "flatters", "forgets", "agrees", "too_few"

SEEN = """
SELECT c.touchpoint, c.audit_id IS NOT NULL AS outside, count(*) AS n, sum(c.score) AS total,
       sum(c.score * c.score) AS squares
FROM feedback_checkscore c
WHERE c.store_id = %(store)s AND c.day BETWEEN %(said_day)s AND %(last_day)s AND c.score IS NOT NULL
GROUP BY 1, 2
"""

CONFIRMED = """
SELECT x.touchpoint, count(*) FILTER (WHERE x.answer = 'yes') AS yes, count(*) AS n
FROM feedback_crosscheck x
WHERE x.store_id = %(store)s AND x.day BETWEEN %(said_day)s AND %(last_day)s AND x.answer IN ('yes', 'no')
GROUP BY 1
"""

CASES = """
SELECT t.touchpoint, r.visit_id, r.gap, t.score
FROM feedback_customerreading r
JOIN dealership_touchpointrecord t ON t.store_id = r.store_id AND t.visit_id = r.visit_id AND t.score IS NOT NULL
    AND (t.touchpoint = r.touchpoint OR r.touchpoint = '' AND left(t.touchpoint, 1) = %(digits)s::jsonb ->> r.stage)
WHERE r.store_id = %(store)s AND r.day BETWEEN %(said_day)s AND %(last_day)s AND t.touchpoint = ANY(%(codes)s)
  AND (r.gap < 0 AND t.score >= %(weak)s OR r.gap > 0 AND t.score < %(weak)s)
ORDER BY abs(r.gap) DESC, r.day DESC
"""


@dataclass(frozen=True)
class Seen:
    """A mean of scores given by lookers-on, its distance to execution and what that says."""

    mean: float | None = None
    n: int = 0
    gap: float | None = None
    interval: Interval | None = None
    says: str = TOO_FEW


@dataclass(frozen=True)
class Case:
    """A visit in which execution and customer disagree."""

    visit: Visit
    name: str
    gap: int
    score: Decimal


@dataclass(frozen=True)
class Compared:
    """A touchpoint with its readings side by side."""

    words: TouchpointWords
    scored: Scored
    felt: str
    check: Seen
    outside: Seen
    confirmed: int | None = None
    asked: int = 0
    confirmed_interval: Interval | None = None
    url: str = ""
    cases: list[Case] = field(default_factory=list)

    @property
    def code(self) -> str:
        """`1.5`."""
        return self.words.code


def compare_page(span: Span, *, now: datetime) -> dict[str, Any]:
    """Return the rows of the touchpoints, the picture of four fields and the cases; a constant number of queries."""
    cut = Cut(span.store, span.period, now)
    until = cut.until
    ends, weights = window_ends(until), weights_of(span.store)
    rows, said = lived(span, until, by=WHOLE), windows(span, ends)
    seen, confirmed = _seen(cut), _confirmed(cut)
    found = []
    for words in touchpoints(current_id(span.store), get_language() or "zh-hans"):
        one = scored(words.code, rows.get(words.code, {}).values(), said, ends, weights)
        sample = Sample(one.lived.n, one.lived.total, one.lived.squares)
        yes, asked = confirmed.get(words.code, (0, 0))
        found.append(
            Compared(
                words, one, felt_of(one), seen_of(sample, seen.get((words.code, False))),
                seen_of(sample, seen.get((words.code, True))),
                round(100 * yes / asked) if asked else None, asked, wilson(yes, asked),
                span.url("scores-period-touchpoint", touchpoint=words.code),
            )
        )  # fmt: skip
    apart = [one for one in found if one.felt in (NOT_FELT, NOT_RECORDED)]
    cases = _cases(cut, [one.code for one in apart])
    return {
        "rows": found,
        "apart": [(one, [case for case in cases[one.code] if (case.gap < 0) == (one.felt == NOT_FELT)][:EXAMPLES])
                  for one in apart],
        "picture": picture(found),
    }  # fmt: skip


def felt_of(one: Scored) -> str:
    """Return whether what was done was felt: both readings of at least 5 against the limit of weak figures; else ""."""
    execution, customer = one.execution, one.customer
    if execution.shown is None or customer.shown is None or min(execution.n, customer.n) < FEW:
        return ""
    done, felt = execution.shown >= WEAK_BELOW, customer.shown >= WEAK_BELOW
    return {(True, False): NOT_FELT, (False, True): NOT_RECORDED, (True, True): BOTH}.get((done, felt), NEITHER)


def seen_of(execution: Sample, seen: Sample | None) -> Seen:
    """Return what lookers-on saw beside what was ticked: honest ticks lie within the interval of the difference."""
    if seen is None or seen.mean is None:
        return Seen()
    gap = None if execution.mean is None else seen.mean - execution.mean
    if min(seen.n, execution.n) < FEW:
        return Seen(seen.mean, seen.n, gap)
    interval = difference(execution, seen)
    says = AGREES
    if interval and not interval.holds(0):
        says = FLATTERS if interval.high < 0 else FORGETS
    return Seen(seen.mean, seen.n, gap, interval, says)


def picture(found: Collection[Compared]) -> Quadrant | None:
    """Return the picture of four fields of the touchpoints that have both readings."""
    points = [
        Point(one.code, one.words.name, one.scored.execution.shown, one.scored.customer.shown, one.felt)
        for one in found
        if one.felt and one.scored.execution.shown is not None and one.scored.customer.shown is not None
    ]
    return quadrant(points, limit=WEAK_BELOW) if points else None


def _rows(cut: Cut, sql: str, **more: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, cut.params | more)
        return cursor.fetchall()


def _seen(cut: Cut) -> dict[tuple[str, bool], Sample]:
    return {(code, outside): Sample(n, total, squares) for code, outside, n, total, squares in _rows(cut, SEEN)}


def _confirmed(cut: Cut) -> dict[str, tuple[int, int]]:
    return {code: (yes, n) for code, yes, n in _rows(cut, CONFIRMED)}


def _cases(cut: Cut, codes: list[str]) -> dict[str, list[Case]]:
    """Return touchpoint → the visits in which execution and customer disagree, the widest first; two queries."""
    digits = "{" + ", ".join(f'"{stage_of(f"{digit}.1")}": "{digit}"' for digit in range(1, 6)) + "}"
    rows = _rows(cut, CASES, codes=codes, weak=WEAK_BELOW, digits=digits)
    visits = Visit.objects.select_related("vehicle", "customer").in_bulk({visit for _code, visit, _gap, _s in rows})
    found: dict[str, list[Case]] = defaultdict(list)
    for code, visit_id, gap, score in rows:
        visit = visits[visit_id]
        found[code].append(Case(visit, who(visit), gap, score))
    return found
