"""Persons side by side: how their steps were recorded, and their own figures beside the store's.

A person's figures are those of the visits they led; the formulas are the same for everybody.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dealership.models import Staff
from feedback.figures import FIGURES
from feedback.queries.figure_words import Part, Shown, parts, shown
from feedback.queries.figures import Measured, figures_by_advisor, figures_of
from feedback.queries.figures_page import WHOLES, address
from feedback.queries.measures.cut import Cut
from feedback.queries.period_words import than_before
from feedback.queries.periods import Span

BESIDE = (
    "execution", "promises_kept", "greeting_wait", "on_time_handover", "estimate_accuracy", "extra_agreed",
    "transfers", "comebacks_30",
)  # fmt: skip
"""The figures that stand beside a person's name."""
BULK_SHOWN = 5
"""Per cent of steps ticked in bulk from which the page says so in words (rule of this product)."""


@dataclass(frozen=True)
class PersonRow:
    """One person, or (None) the store as a whole."""

    person: Staff | None
    parts: list[Part]
    bulk: Shown
    steps: int
    figures: list[Shown]
    url: str

    @property
    def bulky(self) -> bool:
        """True where so much was ticked in bulk that the page says so."""
        return (self.bulk.measured.value or 0) >= BULK_SHOWN

    @property
    def few(self) -> bool:
        """True for a small sample of visits' scores."""
        return self.figures[0].few


def people_page(span: Span, *, now: datetime, ranked: bool) -> dict[str, Any]:
    """Return the rows of persons, by name, or by execution where ranking is on; only one's own with an advisor."""
    whole = figures_of(span.store, span.period, now=now)
    each = figures_by_advisor(span.store, span.period, now=now)
    known = Staff.objects.in_bulk(each)
    shown_ids = [who for who in each if span.advisor is None or who == span.advisor.pk]
    people = sorted((known[who] for who in shown_ids), key=lambda person: (person.name, person.username))
    if ranked:
        people.sort(key=lambda person: -(each[person.pk]["execution"].value or 0))
    return {
        "store_row": person_row(span, None, whole),
        "rows": [person_row(span, person, each[person.pk]) for person in people],
        "columns": [FIGURES[code] for code in BESIDE],
        "ranked": ranked,
        "than_before": than_before(Cut(span.store, span.period, now).before),
    }


def person_row(span: Span, person: Staff | None, found: dict[str, Measured]) -> PersonRow:
    """Return the row of a person, or of the store."""
    own = Span(span.store, span.period, person)
    bulk = shown(FIGURES["bulk_share"], found["bulk_share"], url=address(own, "bulk_share"))
    return PersonRow(
        person=person,
        parts=parts((FIGURES[code], found[code]) for code in WHOLES["records"]),
        bulk=bulk,
        steps=bulk.measured.n,
        figures=[shown(FIGURES[code], found[code], url=address(own, code)) for code in BESIDE],
        url=own.url("figures"),
    )
