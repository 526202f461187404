"""Execution and how the steps of a period were recorded, from the roll-up; the rounds; the facts behind them."""

from collections import defaultdict
from typing import Any

from django.db import connection

from feedback.clusters import clustered_interval
from feedback.intervals import Interval
from feedback.queries.measures.cut import Cut, Found, Side, Taken, measured, share

EVERYBODY = "d.advisor_id IS NULL"
ONE = "d.advisor_id = %(advisor)s"
EACH = "d.advisor_id IN (SELECT m.staff_id FROM dealership_membership m WHERE m.store_id = %(store)s)"
"""Three texts rather than one with OR: each is led by an index."""

ROLLED = """
SELECT CASE WHEN %(each)s THEN d.advisor_id END AS who, d.day >= %(start_day)s AS now, d.day, sum(d.n) AS n,
       sum(d.total) AS total, sum(d.steps) AS steps, sum(d.live) AS live, sum(d.late) AS late, sum(d.bulk) AS bulk,
       sum(d.skipped) AS skipped, sum(d.steps - d.live - d.late - d.bulk - d.skipped) AS unrecorded
FROM feedback_dailyscore d
WHERE d.store_id = %(store)s AND d.day BETWEEN %(first_day)s AND %(last_day)s
  AND (d.day >= %(start_day)s OR d.day <= %(pause_day)s) AND d.touchpoint <> '' AND WHOSE
GROUP BY 1, 2, 3
"""

ROUNDS = """
SELECT NULL::uuid AS who, r.day >= %(start_day)s AS now, count(*) AS n, count(r.done_at) AS done
FROM feedback_checkround r
WHERE r.store_id = %(store)s AND r.day BETWEEN %(first_day)s AND %(last_day)s
  AND (r.day >= %(start_day)s OR r.day <= %(pause_day)s)
  AND (r.done_at IS NOT NULL OR r.due_at < %(moment)s)
GROUP BY 2
"""

LIVED = """
SELECT t.visit_id AS visit, v.advisor_id AS advisor, max(t.day)::timestamp AT TIME ZONE %(zone)s AS at,
       avg(t.score) AS score, sum(t.steps) AS steps, sum(t.live) AS live, sum(t.late) AS late, sum(t.bulk) AS bulk,
       sum(t.skipped) AS skipped, sum(t.steps - t.live - t.late - t.bulk - t.skipped) AS unrecorded
FROM dealership_touchpointrecord t
JOIN dealership_visit v ON v.id = t.visit_id
WHERE t.store_id = %(store)s AND t.day BETWEEN %(start_day)s AND %(last_day)s AND t.score IS NOT NULL
  AND (%(advisor)s::uuid IS NULL OR v.advisor_id = %(advisor)s)
GROUP BY 1, 2
"""

AUDITS = """
SELECT c.visit_id AS visit, c.at, c.score, c.touchpoint
FROM feedback_checkscore c
WHERE c.store_id = %(store)s AND c.day BETWEEN %(said_day)s AND %(last_day)s
  AND c.task_id IS NOT NULL AND c.score IS NOT NULL AND %(advisor)s::uuid IS NULL
"""

ANSWERS = """
SELECT r.visit_id AS visit, r.day::timestamp AT TIME ZONE %(zone)s AS at, r.gap, r.stage, r.touchpoint
FROM feedback_customerreading r
JOIN dealership_visit v ON v.id = r.visit_id
WHERE r.store_id = %(store)s AND r.day BETWEEN %(said_day)s AND %(last_day)s
  AND (%(advisor)s::uuid IS NULL OR v.advisor_id = %(advisor)s)
"""
"""Facts of the way down only: the figures themselves come from the roll-up."""


def rolled(cut: Cut) -> Found:
    """Return execution and how steps were recorded, from the roll-up; one statement."""
    whose = EACH if cut.each else ONE if cut.advisor else EVERYBODY
    days: dict[Side, list[dict[str, Any]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(ROLLED.replace("WHOSE", whose), cut.params)
        names = [column.name for column in cursor.description or ()]
        for values in cursor.fetchall():
            row = dict(zip(names, values, strict=True))
            days[row["who"], row["now"]].append(row)
    return {side: _rolled(rows) for side, rows in days.items()}


def rounds(cut: Cut) -> Found:
    """Return the share of the rounds that were done, of those done or due, in one statement; nobody's in particular."""
    if cut.advisor:
        return {}
    return measured(cut, ROUNDS, lambda row: {"rounds_done": share(row["done"], row["n"])})


def _rolled(days: list[dict[str, Any]]) -> dict[str, Taken]:
    n, total, steps = (sum(day[name] for day in days) for name in ("n", "total", "steps"))
    interval = clustered_interval((day["n"], day["total"]) for day in days)
    found = {"execution": Taken(float(total / n) if n else None, n, interval)}
    for state in ("live", "late", "bulk", "skipped", "unrecorded"):
        hits = sum(day[state] for day in days)
        # Steps of a day hang together: Wilson's interval of thousands of them would be far too narrow.
        near = clustered_interval(((day["steps"], day[state]) for day in days), high=1)
        scaled = Interval(100 * near.low, 100 * near.high) if near else None
        found[f"{state}_share"] = Taken(100 * hits / steps if steps else None, steps, scaled)
    return found
