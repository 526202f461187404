"""The scores of a period and how its steps were recorded, from the roll-up; the other two readings and the rounds."""

from typing import Any

from feedback.queries.measures.cut import Cut, Found, Taken, mean, measured, share

EVERYBODY = "d.advisor_id IS NULL"
ONE = "d.advisor_id = %(advisor)s"
EACH = "d.advisor_id IN (SELECT m.staff_id FROM dealership_membership m WHERE m.store_id = %(store)s)"
"""Three texts rather than one with OR: each is led by an index."""

ROLLED = """
SELECT CASE WHEN %(each)s THEN d.advisor_id END AS who, d.day >= %(start_day)s AS now,
       count(d.figure) FILTER (WHERE d.touchpoint = '') AS days,
       sum(d.figure) FILTER (WHERE d.touchpoint = '') AS figure,
       sum(d.figure * d.figure) FILTER (WHERE d.touchpoint = '') AS figure2,
       coalesce(sum(d.n) FILTER (WHERE d.touchpoint <> ''), 0) AS n,
       sum(d.total) FILTER (WHERE d.touchpoint <> '') AS total,
       sum(d.squares) FILTER (WHERE d.touchpoint <> '') AS squares,
       coalesce(sum(d.steps) FILTER (WHERE d.touchpoint <> ''), 0) AS steps,
       coalesce(sum(d.live) FILTER (WHERE d.touchpoint <> ''), 0) AS live,
       coalesce(sum(d.late) FILTER (WHERE d.touchpoint <> ''), 0) AS late,
       coalesce(sum(d.bulk) FILTER (WHERE d.touchpoint <> ''), 0) AS bulk,
       coalesce(sum(d.skipped) FILTER (WHERE d.touchpoint <> ''), 0) AS skipped
FROM feedback_dailyscore d
WHERE d.store_id = %(store)s AND d.day BETWEEN %(first_day)s AND %(last_day)s
  AND (d.day >= %(start_day)s OR d.day <= %(pause_day)s) AND WHOSE
GROUP BY 1, 2
"""

SAID = """
SELECT CASE WHEN %(each)s THEN v.advisor_id END AS who, r.day >= %(start_day)s AS now, count(*) AS n,
       sum(2.5 * (r.gap + 2)) AS total, sum(6.25 * (r.gap + 2) * (r.gap + 2)) AS squares
FROM feedback_customerreading r
JOIN dealership_visit v ON v.id = r.visit_id
WHERE r.store_id = %(store)s AND r.day BETWEEN %(first_day)s AND %(last_day)s
  AND (r.day >= %(start_day)s OR r.day <= %(pause_day)s)
  AND (%(advisor)s::uuid IS NULL OR v.advisor_id = %(advisor)s)
GROUP BY 1, 2
"""

CHECKED = """
SELECT NULL::uuid AS who, c.day >= %(start_day)s AS now, count(*) AS n, sum(c.score) AS total,
       sum(c.score * c.score) AS squares
FROM feedback_checkscore c
WHERE c.store_id = %(store)s AND c.day BETWEEN %(first_day)s AND %(last_day)s
  AND (c.day >= %(start_day)s OR c.day <= %(pause_day)s)
  AND c.task_id IS NOT NULL AND c.score IS NOT NULL
GROUP BY 2
"""

ROUNDS = """
SELECT NULL::uuid AS who, r.day >= %(start_day)s AS now, count(*) AS n, count(r.done_at) AS done
FROM feedback_checkround r
WHERE r.store_id = %(store)s AND r.day BETWEEN %(first_day)s AND %(last_day)s
  AND (r.day >= %(start_day)s OR r.day <= %(pause_day)s)
  AND (r.done_at IS NOT NULL OR r.due_at < %(moment)s)
GROUP BY 2
"""


def rolled(cut: Cut) -> Found:
    """Return the scores and how steps were recorded, from the roll-up; one statement."""
    whose = EACH if cut.each else ONE if cut.advisor else EVERYBODY
    return measured(cut, ROLLED.replace("WHOSE", whose), _rolled)


def said(cut: Cut) -> Found:
    """Return what customers said in the period, each answer once; one statement."""
    return measured(cut, SAID, lambda row: {"customer": mean(row["n"], row["total"], row["squares"])})


def checked(cut: Cut) -> Found:
    """Return the self-check of the period and the rounds that are due; of the store only: they name no advisor."""
    found = measured(cut, CHECKED, lambda row: {"self_check": mean(row["n"], row["total"], row["squares"])})
    for side, taken in measured(cut, ROUNDS, lambda row: {"rounds_done": share(row["done"], row["n"])}).items():
        found[side].update(taken)
    return found


def _rolled(row: dict[str, Any]) -> dict[str, Taken]:
    steps = row["steps"]
    unrecorded = steps - row["live"] - row["late"] - row["bulk"] - row["skipped"]
    return {
        "score": mean(row["days"], row["figure"], row["figure2"]),
        "execution": mean(row["n"], row["total"], row["squares"]),
        "live_share": share(row["live"], steps),
        "late_share": share(row["late"], steps),
        "bulk_share": share(row["bulk"], steps),
        "unrecorded_share": share(unrecorded, steps),
        "skipped_share": share(row["skipped"], steps),
    }
