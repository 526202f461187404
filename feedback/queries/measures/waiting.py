"""Waiting and effort: gate to greeting, unplanned transfers, minutes unattended, what customers had to ask.

What counts as a minute unattended is a rule of this product.
"""

from feedback.queries.measures.cut import Cut, Found, mean, measured, middle, share

QUICK = 2
"""Minutes within which a customer is greeted (the standard's 1.4)."""
LONGEST = 60
"""Minutes of one wait that count at most: beyond that the customer has gone away and comes back."""
ASKED = ("thread.asked", "thread.not_satisfied")
"""Events of a customer who had to ask of their own accord."""

GREETING = """
SELECT CASE WHEN %(each)s THEN v.advisor_id END AS who, v.arrived_at >= %(start)s AS now, count(*) AS n,
       count(w.minutes) AS greeted, count(*) FILTER (WHERE w.minutes <= %(quick)s) AS quickly,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY w.minutes) AS half,
       percentile_cont(0.9) WITHIN GROUP (ORDER BY w.minutes) AS nine_in_ten
FROM dealership_visit v
CROSS JOIN LATERAL (SELECT greatest(extract(epoch FROM v.greeted_at - v.arrived_at) / 60, 0) AS minutes) w
WHERE v.store_id = %(store)s AND v.arrived_at >= %(first)s AND v.arrived_at < %(end)s
  AND (v.arrived_at >= %(start)s OR v.arrived_at < %(pause)s) AND v.joined_to_id IS NULL
  AND v.arrival NOT IN ('picked_up', 'towed')
  AND (v.greeted_at IS NOT NULL OR v.stage NOT IN ('reception', 'cancelled'))
  AND NOT EXISTS (SELECT FROM dealership_situation s WHERE s.store_id = v.store_id AND s.visit_id = v.id
                  AND s.kind = 'out_of_hours' AND s.until IS NULL)
  AND (%(advisor)s::uuid IS NULL OR v.advisor_id = %(advisor)s)
GROUP BY 1, 2
"""

EFFORT = """
SELECT CASE WHEN %(each)s THEN v.advisor_id END AS who, v.left_at >= %(start)s AS now, count(*) AS n,
       sum(e.moved) AS moved, sum(e.moved * e.moved) AS moved2,
       sum(e.asked) AS asked, sum(e.asked * e.asked) AS asked2,
       sum(alone.minutes) AS alone, sum(alone.minutes * alone.minutes) AS alone2
FROM dealership_visit v
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE kind = 'transferred') AS moved, count(*) FILTER (WHERE kind = ANY(%(asked)s)) AS asked
    FROM dealership_event WHERE store_id = v.store_id AND visit_id = v.id
) e
LEFT JOIN LATERAL (
    SELECT extract(epoch FROM min(p.at) - min(s.final_at)) / 60 AS minutes
    FROM delivery_settlement s
    JOIN delivery_payment p ON p.store_id = s.store_id AND p.visit_id = s.visit_id
    WHERE s.store_id = v.store_id AND s.visit_id = v.id
) till ON true
LEFT JOIN dealership_situation away ON away.store_id = v.store_id AND away.visit_id = v.id
    AND away.kind = 'out_of_hours' AND away.until IS NULL
CROSS JOIN LATERAL (
    SELECT least(greatest(coalesce(till.minutes, 0), 0), %(longest)s)
         + CASE WHEN v.arrival IN ('picked_up', 'towed') OR away.id IS NOT NULL THEN 0
                ELSE least(greatest(coalesce(extract(epoch FROM v.greeted_at - v.arrived_at) / 60, 0), 0), %(longest)s)
           END AS minutes
) alone
WHERE v.store_id = %(store)s AND v.left_at >= %(first)s AND v.left_at < %(end)s
  AND (v.left_at >= %(start)s OR v.left_at < %(pause)s) AND v.joined_to_id IS NULL
  AND v.stage = 'closed' AND (%(advisor)s::uuid IS NULL OR v.advisor_id = %(advisor)s)
GROUP BY 1, 2
"""


def greeting(cut: Cut) -> Found:
    """Return how long customers who arrived in the period waited for a greeting; one statement."""
    return measured(
        cut,
        GREETING,
        lambda row: {
            "greeting_wait": middle(row["half"], row["greeted"]),
            "greeting_p90": middle(row["nine_in_ten"], row["greeted"]),
            "greeting_in_2": share(row["quickly"], row["n"]),
        },
        quick=QUICK,
    )


def effort(cut: Cut) -> Found:
    """Return what the visits that ended in the period cost their customers; one statement."""
    return measured(
        cut,
        EFFORT,
        lambda row: {
            "transfers": mean(row["n"], row["moved"], row["moved2"], high=99),
            "unattended": mean(row["n"], row["alone"], row["alone2"], high=2 * LONGEST),
            "customer_calls": mean(row["n"], row["asked"], row["asked2"], high=99),
        },
        asked=list(ASKED),
        longest=LONGEST,
    )
