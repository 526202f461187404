"""Waiting and effort: gate to greeting, unplanned transfers, minutes unattended, what customers had to ask.

What counts as a minute unattended is a rule of this product.
"""

from feedback.queries.measures.cut import Cut, Found, grouped, mean, measured, middle, share

QUICK = 2
"""Minutes within which a customer is greeted (the standard's 1.4)."""
LONGEST = 60
"""Minutes of one wait that count at most: beyond that the customer has gone away and comes back."""
ASKED = ("thread.asked", "thread.not_satisfied")
"""Events of a customer who had to ask of their own accord."""
PARAMS = {"quick": QUICK, "longest": LONGEST, "asked": list(ASKED)}

GREETING = """
SELECT v.id AS visit, v.advisor_id AS advisor, v.arrived_at AS at,
       greatest(extract(epoch FROM v.greeted_at - v.arrived_at) / 60, 0) AS minutes
FROM dealership_visit v
WHERE v.store_id = %(store)s AND v.arrived_at >= %(first)s AND v.arrived_at < %(end)s
  AND (v.arrived_at >= %(start)s OR v.arrived_at < %(pause)s) AND v.joined_to_id IS NULL
  AND v.arrival NOT IN ('picked_up', 'towed')
  AND (v.greeted_at IS NOT NULL OR v.stage NOT IN ('reception', 'cancelled'))
  AND NOT EXISTS (SELECT FROM dealership_situation s WHERE s.store_id = v.store_id AND s.visit_id = v.id
                  AND s.kind = 'out_of_hours' AND s.until IS NULL)
  AND (%(advisor)s::uuid IS NULL OR v.advisor_id = %(advisor)s)
"""

EFFORT = """
SELECT v.id AS visit, v.advisor_id AS advisor, v.left_at AS at, e.moved, e.asked, alone.minutes AS alone
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
"""

GREETED = grouped(
    GREETING,
    "count(*) AS n, count(minutes) AS greeted, count(*) FILTER (WHERE minutes <= %(quick)s) AS quickly, "
    "percentile_cont(0.5) WITHIN GROUP (ORDER BY minutes) AS half, "
    "percentile_cont(0.9) WITHIN GROUP (ORDER BY minutes) AS nine_in_ten",
)
SPENT = grouped(
    EFFORT,
    "count(*) AS n, sum(moved) AS moved, sum(moved * moved) AS moved2, sum(asked) AS asked, "
    "sum(asked * asked) AS asked2, sum(alone) AS alone, sum(alone * alone) AS alone2",
)


def greeting(cut: Cut) -> Found:
    """Return how long customers who arrived in the period waited for a greeting; one statement."""
    return measured(
        cut,
        GREETED,
        lambda row: {
            "greeting_wait": middle(row["half"], row["greeted"]),
            "greeting_p90": middle(row["nine_in_ten"], row["greeted"]),
            "greeting_in_2": share(row["quickly"], row["n"]),
        },
        **PARAMS,
    )


def effort(cut: Cut) -> Found:
    """Return what the visits that ended in the period cost their customers; one statement."""
    return measured(
        cut,
        SPENT,
        lambda row: {
            "transfers": mean(row["n"], row["moved"], row["moved2"], high=99),
            "unattended": mean(row["n"], row["alone"], row["alone2"], high=2 * LONGEST),
            "customer_calls": mean(row["n"], row["asked"], row["asked2"], high=99),
        },
        **PARAMS,
    )
