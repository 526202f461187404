"""One touchpoint over a period: its line, its steps, where it is weak, and the visits that lost."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dealership.queries.board import who
from dealership.queries.standards import TouchpointWords, touchpoints
from dealership.scoring import BULK, LATE, LETTER, LIVE, SKIPPED, UNRECORDED
from feedback.intervals import Interval, mean_interval, wilson
from feedback.models import DatedChange
from feedback.periods import COLUMN, DAY, POINT, WEEK, stretch
from feedback.queries.breakdown import groups_of, period_records, visit_means
from feedback.queries.dated_changes import changes_until, effects
from feedback.queries.period_page import NONE, Read, change_of, read
from feedback.queries.period_words import part_label, part_name, period_name, than_before
from feedback.queries.periods import Lived, Span, lived, scored, windows
from feedback.queries.touchpoint import VisitScore
from feedback.queries.trend import Measure, Trend, trend_of
from feedback.queries.words import losses_of
from feedback.scores import FEW, WEAK_BELOW, WINDOW_DAYS

SHOWN = 30
"""So many of the weakest visits are listed."""
STATES = (LIVE, LATE, BULK, SKIPPED, UNRECORDED)


@dataclass(frozen=True)
class StepRow:
    """A step over all visits: in how many it applied, and its state in each."""

    slug: str
    name: str
    by_record: bool
    n: int
    counts: dict[str, int]
    interval: Interval | None

    @property
    def live(self) -> int:
        """Per cent done in time."""
        return round(100 * self.counts[LIVE] / self.n) if self.n else 0

    @property
    def few(self) -> bool:
        """True where there are too few to say anything."""
        return self.n < FEW

    @property
    def parts(self) -> list[dict[str, Any]]:
        """The bar of its states, of 1000 units."""
        found, start = [], 0
        for kind in STATES:
            width = round(1000 * self.counts[kind] / self.n) if self.n else 0
            percent = round(width / 10)
            found.append({"kind": kind, "n": self.counts[kind], "percent": percent, "x": start, "width": width})
            start += width
        return found


def touchpoint_page(span: Span, words: TouchpointWords, *, today: date, people: bool, ranked: bool) -> dict[str, Any]:
    """Return the context of a touchpoint's page of a period, in a constant number of queries."""
    found = read(span, today, touchpoint=words.code)
    now, then = found.now(words.code), found.then(words.code)
    changes = changes_until(found.until.last, touchpoint=words.code)
    visits = visit_means(span, touchpoint=words.code)
    weak, below = weak_visits(span, words.code)
    return {
        "now": now,
        "change": change_of(now, then),
        "than_before": than_before(found.before),
        "interval": mean_interval(now.lived.n, now.lived.total, now.lived.squares),
        "trend": touchpoint_trend(span, words, found, changes),
        "steps": step_rows(span, words),
        "groups": groups_of(visits, people=people, ranked=ranked),
        "weak_visits": weak,
        "below": below,
        "effects": effects(span, changes, today=today, touchpoint=words.code),
    }


def touchpoint_trend(span: Span, words: TouchpointWords, found: Read, changes: Sequence[DatedChange]) -> Trend:
    """Return the line of a touchpoint: execution by day or week with its limits, the single figure beside it."""
    kind = span.period.kind
    by = POINT[kind]
    if by == COLUMN[kind] and kind != WEEK:
        rows, said, parts = found.rows.get(words.code, NONE), found.said, found.until.parts(by)
    else:
        shown = stretch(found.until.last, WINDOW_DAYS) if kind == WEEK else found.until
        parts = shown.parts(by)
        rows = lived(span, shown, by=by, touchpoint=words.code).get(words.code, NONE)
        said = {} if by == DAY else windows(span, [part.last for part in parts])
    measures = []
    for part in parts:
        one = rows.get(part.first, Lived())
        if part.kind == DAY:
            url = span.day_url(part.first, words.code)
            beside = one.figure
        else:
            url = span.url("scores-period-touchpoint", part, touchpoint=words.code)
            beside = scored(words.code, [one], said, [part.last], found.weights).figure if one.n else None
        value = None if one.n < FEW else one.reading.shown
        measures.append(Measure(part.first, part_label(part), part_name(part), value, one.n, beside, url))
    title = _("Execution of %(code)s %(name)s, %(period)s") % {
        "code": words.code, "name": words.name, "period": period_name(span.period),
    }  # fmt: skip
    return trend_of(title, measures, changes=changes)


def step_rows(span: Span, words: TouchpointWords) -> list[StepRow]:
    """Return the steps of a touchpoint, each counted in the order of the version that its visits followed.

    One query, and two more for each version that was not read before.
    """
    language = get_language() or "zh-hans"
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    names = {step.slug: step for step in words.steps}
    rows = period_records(span, touchpoint=words.code).exclude(states="").values_list("visit__standard_id", "states")
    for (standard, states), n in Counter(rows).items():
        version = next(one for one in touchpoints(standard, language) if one.code == words.code)
        for step, letter in zip(version.steps, states, strict=False):
            counts[step.slug][letter] += n
            names.setdefault(step.slug, step)
    return [_step_row(slug, names[slug].name, names[slug].evidence, counts[slug]) for slug in names if counts[slug]]


def _step_row(slug: str, name: str, by_record: bool, letters: Counter[str]) -> StepRow:
    counts = {state: letters[LETTER[state]] for state in STATES}
    n = sum(counts.values())
    return StepRow(slug, name, by_record, n, counts, wilson(counts[LIVE], n))


def weak_visits(span: Span, touchpoint: str) -> tuple[list[VisitScore], int]:
    """Return the 30 weakest visits below 8, and how many there are, in two queries."""
    below = period_records(span, touchpoint=touchpoint).filter(score__lt=WEAK_BELOW)
    listed = below.select_related("visit__vehicle", "visit__customer", "visit__advisor").order_by("score", "-day")
    shown = [VisitScore(one, who(one.visit), losses_of(one, bulk=False)) for one in listed[:SHOWN]]
    return shown, len(shown) if len(shown) < SHOWN else below.count()
