"""Estimate and extra work: what was settled against the first price agreed, and what became of lines found later."""

from feedback.queries.measures.cut import Cut, Found, grouped, measured, middle, share

ESTIMATE = """
SELECT v.id AS visit, v.advisor_id AS advisor, v.left_at AS at, first.amount AS quoted, sums.settled
FROM dealership_visit v
JOIN delivery_settlement s ON s.store_id = v.store_id AND s.visit_id = v.id AND s.state = 'final'
JOIN LATERAL (
    SELECT c.amount FROM reception_consent c
    WHERE c.store_id = v.store_id AND c.visit_id = v.id AND c.kind = 'repair' ORDER BY c.at, c.id LIMIT 1
) first ON true
CROSS JOIN LATERAL (
    SELECT coalesce((SELECT sum(l.settled) FROM delivery_settlementline l
                     WHERE l.store_id = s.store_id AND l.settlement_id = s.id AND l.payer = 'customer'), 0)
         - coalesce((SELECT sum(d.amount) FROM delivery_discount d
                     WHERE d.store_id = s.store_id AND d.settlement_id = s.id), 0) AS settled
) sums
WHERE v.store_id = %(store)s AND v.left_at >= %(first)s AND v.left_at < %(end)s
  AND (v.left_at >= %(start)s OR v.left_at < %(pause)s) AND v.joined_to_id IS NULL
  AND (%(advisor)s::uuid IS NULL OR v.advisor_id = %(advisor)s)
"""

EXTRA = """
SELECT v.id AS visit, v.advisor_id AS advisor, v.left_at AS at, l.answer, l.names, l.labour + l.parts AS amount,
       extract(epoch FROM l.answered_at - coalesce(sent.at, l.added_at)) / 60 AS minutes
FROM dealership_visit v
JOIN reception_repairorder o ON o.store_id = v.store_id AND o.visit_id = v.id
JOIN reception_orderline l ON l.store_id = o.store_id AND l.order_id = o.id
    AND l.why = 'extra' AND l.answer <> 'advised_against'
LEFT JOIN LATERAL (
    SELECT min(f.sent_at) AS at FROM reception_offerline ol JOIN reception_offer f ON f.id = ol.offer_id
    WHERE ol.store_id = l.store_id AND ol.line_id = l.id
) sent ON true
WHERE v.store_id = %(store)s AND v.left_at >= %(first)s AND v.left_at < %(end)s
  AND (v.left_at >= %(start)s OR v.left_at < %(pause)s) AND v.joined_to_id IS NULL
  AND (%(advisor)s::uuid IS NULL OR v.advisor_id = %(advisor)s)
"""

ACCURACY = grouped(
    ESTIMATE,
    "count(*) AS n, count(*) FILTER (WHERE settled = quoted) AS equal, "
    "count(*) FILTER (WHERE settled < quoted) AS below, count(*) FILTER (WHERE settled > quoted) AS above",
)
ANSWERS = grouped(
    EXTRA,
    "count(*) AS n, count(*) FILTER (WHERE answer = 'agreed') AS agreed, "
    "count(*) FILTER (WHERE answer = 'declined') AS declined, count(*) FILTER (WHERE answer = 'open') AS unanswered, "
    "count(minutes) AS answered, percentile_cont(0.5) WITHIN GROUP (ORDER BY minutes) AS half",
)


def estimate(cut: Cut) -> Found:
    """Return how the visits that ended in the period were settled against the first repair consent; one statement."""
    return measured(
        cut,
        ACCURACY,
        lambda row: {
            "estimate_accuracy": share(row["equal"] + row["below"], row["n"]),
            "estimate_equal": share(row["equal"], row["n"]),
            "estimate_below": share(row["below"], row["n"]),
            "estimate_above": share(row["above"], row["n"]),
        },
    )


def extra_work(cut: Cut) -> Found:
    """Return what customers said to the lines found in the workshop, of visits that ended then; one statement."""
    return measured(
        cut,
        ANSWERS,
        lambda row: {
            "extra_agreed": share(row["agreed"], row["n"]),
            "extra_declined": share(row["declined"], row["n"]),
            "extra_unanswered": share(row["unanswered"], row["n"]),
            "extra_minutes": middle(row["half"], row["answered"]),
        },
    )
