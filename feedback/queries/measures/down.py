"""The way down: the visits behind a figure, those that count against it first (the same facts as the figure)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from feedback.figures import FIGURES, KEPT
from feedback.queries.measures import money, promises, quality, records, waiting
from feedback.queries.measures.cut import Cut

SHOWN = 100
"""Visits of a list."""


@dataclass(frozen=True)
class Way:
    """Which facts a figure rests on, which of them, and what stands first."""

    facts: str
    order: str
    where: str = "at >= %(start)s"
    params: Mapping[str, Any] = field(default_factory=dict)


NOW = "at >= %(start)s"
BROKEN_FIRST = "CASE state WHEN 'broken' THEN 0 WHEN 'late' THEN 1 ELSE 2 END, over DESC NULLS LAST, at"
LONGEST_FIRST = "minutes DESC NULLS FIRST, at"
WAITED = Way(waiting.GREETING, LONGEST_FIRST, params=waiting.PARAMS)
STEPS = {
    "live": "live::float / steps",
    "late": "-late",
    "bulk": "-bulk",
    "skipped": "-skipped",
    "unrecorded": "-unrecorded",
}
"""How steps were recorded → what puts the worst visit first."""

WAYS: dict[str, Way] = {
    "execution": Way(records.LIVED, "score, at"),
    "self_check": Way(records.AUDITS, "score, at", "true"),
    "customer": Way(records.ANSWERS, "gap, at", "true"),
    "promises_kept": Way(promises.FACTS, BROKEN_FIRST),
    "promises_late": Way(promises.FACTS, BROKEN_FIRST, f"{NOW} AND state = 'late'"),
    "promises_broken": Way(promises.FACTS, BROKEN_FIRST, f"{NOW} AND state = 'broken'"),
    "padding_minutes": Way(promises.FACTS, "padding DESC, at", f"{NOW} AND padding IS NOT NULL"),
    "greeting_wait": WAITED,
    "greeting_p90": WAITED,
    "greeting_in_2": WAITED,
    "transfers": Way(waiting.EFFORT, "moved DESC, at", params=waiting.PARAMS),
    "unattended": Way(waiting.EFFORT, "alone DESC, at", params=waiting.PARAMS),
    "customer_calls": Way(waiting.EFFORT, "asked DESC, at", params=waiting.PARAMS),
    "estimate_accuracy": Way(money.ESTIMATE, "settled - quoted DESC, at"),
    "estimate_equal": Way(money.ESTIMATE, "at", f"{NOW} AND settled = quoted"),
    "estimate_below": Way(money.ESTIMATE, "settled - quoted, at", f"{NOW} AND settled < quoted"),
    "estimate_above": Way(money.ESTIMATE, "settled - quoted DESC, at", f"{NOW} AND settled > quoted"),
    "extra_agreed": Way(money.EXTRA, "answer = 'agreed', at"),
    "extra_declined": Way(money.EXTRA, "at", f"{NOW} AND answer = 'declined'"),
    "extra_unanswered": Way(money.EXTRA, "at", f"{NOW} AND answer = 'open'"),
    "extra_minutes": Way(money.EXTRA, LONGEST_FIRST, f"{NOW} AND minutes IS NOT NULL"),
    "on_time_handover": Way(
        quality.ENDED, "told <= ready_due, told - ready_due DESC", f"{NOW} AND told IS NOT NULL", quality.PARAMS
    ),
    "comebacks_30": Way(quality.ENDED, "back NULLS LAST, at", f"{NOW} AND ripe", quality.PARAMS),
    "link_opened": Way(quality.ENDED, "opened, at", f"{NOW} AND opened IS NOT NULL", quality.PARAMS),
    "answered": Way(quality.ENDED, "answered, at", params=quality.PARAMS),
    **{f"{name}_share": Way(records.LIVED, f"{order}, at") for name, order in STEPS.items()},
    **{
        code: Way(promises.FACTS, BROKEN_FIRST, f"{NOW} AND kind = %(kind)s", {"kind": code.removeprefix(KEPT)})
        for code in FIGURES
        if code.startswith(KEPT)
    },
}
"""Code → way down. The one figure and the rounds have pages of their own."""


def facts_behind(cut: Cut, code: str) -> tuple[list[dict[str, Any]], int]:
    """Return the facts behind a figure of the period (at most 100), and how many there are; one statement."""
    way = WAYS[code]
    text = (
        f"SELECT *, count(*) OVER () AS of FROM ({way.facts}) facts "  # noqa: S608 own texts
        f"WHERE {way.where} ORDER BY {way.order} LIMIT {SHOWN}"
    )
    with connection.cursor() as cursor:
        cursor.execute(text, cut.params | dict(way.params))
        names = [column.name for column in cursor.description or ()]
        rows = [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]
    return rows, rows[0]["of"] if rows else 0
