"""Everything that the page of a day shows, in a constant number of queries."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language

from dealership.models import Staff, Store
from dealership.queries.board import who
from dealership.queries.standards import current_id, stage_names, touchpoints
from feedback.queries.day import (
    WEEK,
    Shares,
    lost_steps,
    promises,
    shares,
    store_figure,
    strip,
    worst_records,
)
from feedback.queries.heat import Row, by_stage, days_of, heat_rows, weakest
from feedback.queries.progress import now_in_progress
from feedback.queries.words import INFLUENCE_STEPS, influence_word, losses, losses_of, than_last


@dataclass(frozen=True)
class Whose:
    """Which figures: a store, a day, one advisor or all."""

    store: Store
    day: date
    advisor: Staff | None = None

    @property
    def query(self) -> str:
        """The query string that keeps the advisor."""
        return f"?advisor={self.advisor.username}" if self.advisor else ""

    def url(self, name: str, **more: Any) -> str:
        """Return the address of a page of these figures."""
        return reverse(name, kwargs={"store": self.store.code, "day": self.day, **more}) + self.query


def day_page(whose: Whose, *, today: date) -> dict[str, Any]:
    """Return the context of the live part of the page."""
    language = get_language() or "zh-hans"
    standard = current_id(whose.store)
    found = strip(whose.day, advisor=whose.advisor)
    rows = heat_rows(found, touchpoints(standard, language), whose.day)
    figure, before = store_figure(found, whose.day), store_figure(found, whose.day - WEEK)
    weak = weak_cards(whose, weakest(rows))
    recorded = shares(whose.day, advisor=whose.advisor)
    return {
        "day": whose.day,
        "is_today": whose.day == today,
        "days": days_of(whose.day),
        "stages": by_stage(rows, stage_names(standard, language)),
        "figure": figure,
        "change": figure - before if figure is not None and before is not None else None,
        "than_last": than_last(whose.day),
        "shares": recorded,
        "parts": parts_of(recorded),
        "promises": promises(whose.store, whose.day, advisor=whose.advisor),
        "weak": weak,
        "few": [row for row in rows if row.execution.few],
        "now": now_in_progress(whose.store, advisor=whose.advisor) if whose.day == today else None,
        "whose": whose,
    }


def parts_of(recorded: Shares) -> list[dict[str, Any]]:
    """Return the parts of the bar: kind, steps, per cent and where it starts (of 1000 units)."""
    parts, start = [], 0
    for kind in ("live", "late", "bulk", "skipped", "unrecorded"):
        n = getattr(recorded, kind)
        width = round(1000 * n / recorded.steps) if recorded.steps else 0
        parts.append({"kind": kind, "n": n, "percent": round(width / 10), "x": start, "width": width})
        start += width
    return parts


def weak_cards(whose: Whose, rows: list[Row]) -> list[dict[str, Any]]:
    """Return the cards of the weakest touchpoints: where they lost, and two visits by name and plate."""
    codes = [row.code for row in rows]
    lost = lost_steps(whose.day, codes, advisor=whose.advisor)
    worst = worst_records(whose.day, codes, advisor=whose.advisor)
    return [
        {
            "row": row,
            "url": whose.url("scores-touchpoint", touchpoint=row.code),
            "bars": [step <= row.words.influence for step in INFLUENCE_STEPS],
            "influence": influence_word(row.words.influence),
            "lost": losses(**lost.get(row.code, {"unrecorded": 0, "bulk": 0, "late": 0, "skipped": 0})),
            "visits": [
                {
                    "name": who(record.visit),
                    "plate": record.visit.vehicle.plate_info.display,
                    "url": reverse("visit-steps", kwargs={"store": whose.store.code, "visit": record.visit_id}),
                    "lost": losses_of(record),
                }
                for record in worst[row.code]
            ],
        }
        for row in rows
    ]
