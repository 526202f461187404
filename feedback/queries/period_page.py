"""Everything that the page of a store's period shows, in a constant number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dealership.queries.standards import current_id, stage_names, touchpoints
from feedback.clusters import clustered_interval
from feedback.periods import COLUMN, DAY, POINT, WEEK, Period, stretch, window_ends
from feedback.queries.dated_changes import changes_until, day_sums, effects
from feedback.queries.pareto import pareto
from feedback.queries.period_heat import Row, by_stage, cells_of, columns_of, with_weakest
from feedback.queries.period_words import part_label, part_name, period_name, than_before
from feedback.queries.periods import (
    WHOLE,
    Lived,
    Parts,
    Scored,
    Span,
    Weights,
    Windows,
    lived,
    scored,
    store_figure,
    sum_of,
    windows,
)
from feedback.queries.score_settings import own_influence, weights_of
from feedback.queries.trend import Measure, Trend, trend_of
from feedback.scores import FEW, WINDOW_DAYS, rounded

Rows = dict[str, Parts]
NONE: Parts = {}


@dataclass(frozen=True)
class Read:
    """What the queries brought: sums by part, sums of the period before, windows, weights."""

    until: Period
    before: Period
    rows: Rows
    earlier: Rows
    said: Windows
    weights: Weights

    def now(self, code: str) -> Scored:
        """Return a touchpoint of the period."""
        return scored(code, self.rows.get(code, NONE).values(), self.said, window_ends(self.until), self.weights)

    def then(self, code: str) -> Scored:
        """Return the touchpoint of the period before."""
        ends = window_ends(self.before)
        return scored(code, self.earlier.get(code, NONE).values(), self.said, ends, self.weights)


def read(span: Span, today: date, *, touchpoint: str = "") -> Read:
    """Read the sums of a period and of the one before it, and the windows that both need, in four queries."""
    until, before = span.period.until(today), span.period.before(today)
    by = COLUMN[span.period.kind]
    ends = {*window_ends(until), *window_ends(before)}
    if by != DAY:
        ends |= {part.last for part in until.parts(by)}
    return Read(
        until=until,
        before=before,
        rows=lived(span, until, by=by, touchpoint=touchpoint),
        earlier=lived(span, before, by=WHOLE, touchpoint=touchpoint),
        said=windows(span, ends),
        weights=weights_of(span.store),
    )


def period_page(span: Span, *, today: date) -> dict[str, Any]:
    """Return the context of the page of a period."""
    language = get_language() or "zh-hans"
    standard = current_id(span.store)
    words = touchpoints(standard, language)
    found = read(span, today)
    influence = own_influence(span.store)
    columns = columns_of(span, found.until.parts(COLUMN[span.period.kind]), today)
    rows = []
    for one in words:
        now, then = found.now(one.code), found.then(one.code)
        cells = cells_of(
            one.code, found.rows.get(one.code, NONE), columns, said=found.said, weights=found.weights, query=span.query
        )
        url = span.url("scores-period-touchpoint", touchpoint=one.code)
        rows.append(Row(one, influence.get(one.code, one.influence), now, change_of(now, then), cells, url))
    rows = with_weakest(rows)
    changes = changes_until(found.until.last)
    return {
        **headline(found, [row.now for row in rows], [found.then(one.code) for one in words]),
        "than_before": than_before(found.before),
        "columns": columns,
        "stages": by_stage(rows, stage_names(standard, language)),
        "pareto": pareto([(row.words, row.now.lived) for row in rows]),
        "trend": store_trend(span, found, changes, today=today),
        "effects": effects(span, changes, today=today),
        "weakest": max((row for row in rows if row.weak), key=lambda row: row.weakness, default=None),
    }


def change_of(now: Scored, then: Scored) -> Decimal | None:
    """Return how far a figure moved, None where one of the two is missing."""
    return now.figure - then.figure if now.figure is not None and then.figure is not None else None


def headline(found: Read, now: Sequence[Scored], then: Sequence[Scored]) -> dict[str, Any]:
    """Return the figures of the head: figure and change, readings with n and interval, visits, how steps were kept."""
    figure, earlier = store_figure(now), store_figure(then)
    whole = sum_of(one.lived for one in now)
    days = day_sums(found.rows)
    return {
        "figure": figure,
        "change": figure - earlier if figure is not None and earlier is not None else None,
        "execution": whole.reading,
        "interval": clustered_interval(days.values()),
        "days_n": len(days),
        "check": reading_over(now, "check"),
        "customer": reading_over(now, "customer"),
        "cars": sum(part.n for part in found.rows.get("", NONE).values()),
        "shares": whole,
        "parts": share_parts(whole),
    }


def reading_over(rows: Sequence[Scored], name: str) -> dict[str, Any]:
    """Return the mean of a reading over the touchpoints that have enough of it, and how many readings it rests on."""
    listed = [reading for reading in (getattr(row, name) for row in rows) if reading.n >= FEW]
    mean = sum((reading.mean for reading in listed), Decimal(0)) / len(listed) if listed else None
    return {"shown": None if mean is None else rounded(mean), "n": sum(reading.n for reading in listed)}


def share_parts(whole: Lived) -> list[dict[str, Any]]:
    """Return the parts of the bar of recorded steps: kind, steps, per cent and where it lies (of 1000 units)."""
    parts, start = [], 0
    for kind in ("live", "late", "bulk", "skipped", "unrecorded"):
        n = getattr(whole, kind)
        width = round(1000 * n / whole.steps) if whole.steps else 0
        parts.append({"kind": kind, "n": n, "percent": round(width / 10), "x": start, "width": width})
        start += width
    return parts


def store_trend(span: Span, found: Read, changes: Sequence[Any], *, today: date) -> Trend:
    """Return the line of a store: execution by day or week with its limits, and the single figure beside it.

    Limits are those of execution: the other readings are means of 28 days, whose neighbours are alike by making.
    """
    kind = span.period.kind
    by = POINT[kind]
    if by == COLUMN[kind] and kind != WEEK:
        rows, said, parts = found.rows, found.said, found.until.parts(by)
    else:
        shown = stretch(found.until.last, WINDOW_DAYS) if kind == WEEK else found.until
        parts = shown.parts(by)
        rows = lived(span, shown, by=by)
        said = {} if by == DAY else windows(span, [part.last for part in parts])
    sums = day_sums(rows)
    measures = []
    for part in parts:
        n, total = sums.get(part.first, (0, Decimal(0)))
        beside = figure_of_part(rows, part, said, found.weights)
        label, name = part_label(part), part_name(part)
        url = span.url("scores-period", part) if part.kind != DAY else ""
        visits = rows.get("", NONE).get(part.first, Lived()).n
        value = rounded(total / n) if n and visits >= FEW else None
        measures.append(Measure(part.first, label, name, value, visits, beside, url))
    title = _("Execution of the store, %(period)s") % {"period": period_name(span.period)}
    return trend_of(title, measures, changes=changes)


def figure_of_part(rows: Rows, part: Period, said: Windows, weights: Weights) -> Decimal | None:
    """Return the store's figure of a day (as stored) or of a week (the mean of its touchpoints' figures)."""
    if part.kind == DAY:
        return rows.get("", NONE).get(part.first, Lived()).figure
    listed = [
        scored(code, [parts[part.first]], said, [part.last], weights)
        for code, parts in rows.items()
        if code and part.first in parts
    ]
    return store_figure(listed)
