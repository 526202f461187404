"""The page of figures of a period: groups with a leading figure, a bar of parts where there is a whole, and rows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from dealership.models import business_day
from feedback.figures import FIGURES, GROUPS, KEPT, Figure
from feedback.queries.figure_words import Part, Shown, parts, shown
from feedback.queries.figures import Measured, figures_of
from feedback.queries.measures.cut import Cut
from feedback.queries.measures.down import WAYS
from feedback.queries.period_words import than_before
from feedback.queries.periods import Span

WHOLES = {
    "promises": ("promises_kept", "promises_late", "promises_broken"),
    "money": ("extra_agreed", "extra_declined", "extra_unanswered"),
    "records": ("live_share", "late_share", "bulk_share", "skipped_share", "unrecorded_share"),
}
"""Group → the shares that together make up a whole."""


OF_THE_STORE = ("self_check", "rounds_done")
"""Figures that name nobody."""


@dataclass(frozen=True)
class Group:
    """A panel of the page: its words, the leading figure, the parts of a whole, the other figures."""

    code: str
    name: str
    lead: Shown
    parts: list[Part]
    rows: list[Shown]


def figures_page(span: Span, *, now: datetime) -> dict[str, Any]:
    """Return the context of the page of figures, in a constant number of queries."""
    found = figures_of(span.store, span.period, advisor=span.advisor, now=now)
    cut = Cut(span.store, span.period, now, span.advisor)
    groups = [_group(span, code, found) for code in GROUPS]
    return {
        "groups": groups,
        "than_before": than_before(cut.before),
        "empty": all(one.n == 0 for one in found.values()),
        "is_today": business_day(span.store, now) <= span.period.last,
    }


def _group(span: Span, code: str, found: dict[str, Measured]) -> Group:
    figures = [figure for figure in FIGURES.values() if figure.group == code]
    if span.advisor:
        figures = [figure for figure in figures if figure.code not in OF_THE_STORE]
    # A kind of promise that nobody gave is no row.
    rows = [_shown(span, one, found) for one in figures if not one.code.startswith(KEPT) or found[one.code].n]
    whole = parts((FIGURES[part], found[part]) for part in WHOLES.get(code, ()))
    return Group(code, str(GROUPS[code]), rows[0], whole, rows[1:])


def _shown(span: Span, figure: Figure, found: dict[str, Measured]) -> Shown:
    help_url = reverse("figure-help", kwargs={"store": span.store.code, "figure": figure.code})
    return shown(figure, found[figure.code], url=way_down(span, figure.code), help_url=help_url)


def address(span: Span, code: str) -> str:
    """Return the address of the visits behind a figure."""
    named = {"store": span.store.code, "kind": span.period.kind, "day": span.period.first, "figure": code}
    return reverse("figure-visits", kwargs=named) + span.query


def way_down(span: Span, code: str) -> str:
    """Return the address of what is behind a figure: its visits, or the page of the rounds or of the scores."""
    if code in WAYS:
        return address(span, code)
    if code == "rounds_done":
        return reverse("checks", kwargs={"store": span.store.code})
    return span.url("scores-period")
