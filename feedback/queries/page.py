"""Everything that the page of a day shows, in a constant number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language

from dealership.models import Staff, Store
from dealership.queries.board import who
from dealership.queries.standards import current_id, stage_names, touchpoints
from feedback.queries.day import (
    NO_ROW,
    WEEK,
    WHOLE,
    Shares,
    promises,
    shares,
    store_figure,
    strip,
    worst_records,
)
from feedback.queries.felt import Voice, effort_of, voice
from feedback.queries.heat import Row, by_stage, days_of, heat_rows, weakest
from feedback.queries.hero import hero_of
from feedback.queries.progress import now_in_progress
from feedback.queries.score_settings import influence_of
from feedback.queries.ways import way_to
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


def day_page(whose: Whose, *, by: Staff, today: date) -> dict[str, Any]:
    """Return the context of the live part of the page, for the reader `by`."""
    language = get_language() or "zh-hans"
    standard = current_id(whose.store)
    found = strip(whose.store, whose.day, advisor=whose.advisor)
    rows = heat_rows(found, touchpoints(standard, language), whose.day, influence_of(whose.store))
    figure, before = store_figure(found, whose.day), store_figure(found, whose.day - WEEK)
    recorded = shares(found.get(WHOLE, {}).get(whose.day, NO_ROW))
    felt = voice(whose.store, whose.day, advisor=whose.advisor)
    weak = weak_cards(whose, weakest(rows))
    is_today = whose.day == today
    return {
        "day": whose.day,
        "is_today": is_today,
        "days": days_of(whose.day),
        "stages": by_stage(rows, stage_names(standard, language)),
        "figure": figure,
        "change": figure - before if figure is not None and before is not None else None,
        "than_last": than_last(whose.day),
        "shares": recorded,
        "parts": parts_of(recorded),
        "promises": promises(whose.store, whose.day, advisor=whose.advisor),
        "voice": felt,
        "voice_parts": voice_parts(felt),
        "effort": effort_of(whose.store, whose.day, advisor=whose.advisor),
        "weak": weak,
        "causes_url": way_to(by, whose.store, "weak-items"),
        "hero": hero_of(by, whose.store, whose.day, weak, today=is_today and whose.advisor is None),
        "now": now_in_progress(whose.store, advisor=whose.advisor) if is_today else None,
        "whose": whose,
    }


def parts_of(recorded: Shares) -> list[dict[str, Any]]:
    """Return the parts of the bar of steps."""
    return bar((kind, getattr(recorded, kind)) for kind in ("live", "late", "bulk", "skipped", "unrecorded"))


def voice_parts(felt: Voice) -> list[dict[str, Any]]:
    """Return the parts of the bar of what customers said."""
    return bar((("high", felt.high), ("mid", felt.basic), ("low", felt.disappointed)))


def bar(counts: Iterable[tuple[str, int]]) -> list[dict[str, Any]]:
    """Return the parts of a bar: kind, n, per cent and where it starts (of 1000 units)."""
    listed = list(counts)
    total, parts, start = sum(n for _kind, n in listed), [], 0
    for kind, n in listed:
        width = round(1000 * n / total) if total else 0
        parts.append({"kind": kind, "n": n, "percent": round(width / 10), "x": start, "width": width})
        start += width
    return parts


def weak_cards(whose: Whose, rows: list[Row]) -> list[dict[str, Any]]:
    """Return the cards of the weakest touchpoints: where they lost, and two visits by name and plate."""
    codes = [row.code for row in rows]
    worst = worst_records(whose.day, codes, advisor=whose.advisor)
    return [
        {
            "row": row,
            "url": whose.url("scores-touchpoint", touchpoint=row.code),
            "bars": [step <= row.influence for step in INFLUENCE_STEPS],
            "influence": influence_word(row.influence),
            "lost": losses_in(row),
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


def losses_in(row: Row) -> list[str]:
    """Say where the visits of a row lost."""
    score = row.score
    unrecorded = score.steps - score.live - score.late - score.bulk - score.skipped
    return losses(unrecorded=unrecorded, bulk=score.bulk, late=score.late, skipped=score.skipped)
