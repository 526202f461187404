"""Handover on time, comebacks within 30 days, links opened and answers given, of the visits that ended then."""

from datetime import timedelta

from feedback.queries.measures.cut import Cut, Found, grouped, measured, share

COMEBACK_WITHIN = timedelta(days=30)
PARAMS = {"within": COMEBACK_WITHIN}

ENDED = """
SELECT v.id AS visit, v.advisor_id AS advisor, v.left_at AS at, v.ready_due, told.at AS told,
       v.left_at <= %(moment)s - %(within)s AS ripe,
       CASE WHEN back.comeback AND back.at <= v.left_at + %(within)s THEN back.at END AS back,
       link.opened, said.answered
FROM dealership_visit v
LEFT JOIN LATERAL (
    SELECT coalesce(
        (SELECT min(r.at) FROM inspection_readynotice r WHERE r.store_id = v.store_id AND r.visit_id = v.id),
        (SELECT min(h.at) FROM delivery_handover h WHERE h.store_id = v.store_id AND h.visit_id = v.id)
    ) AS at
) told ON v.ready_due IS NOT NULL
LEFT JOIN LATERAL (
    SELECT 'comeback' = ANY(later.works) AS comeback, later.arrived_at AS at
    FROM dealership_visit later
    WHERE later.store_id = v.store_id AND later.vehicle_id = v.vehicle_id AND later.arrived_at > v.arrived_at
      AND later.joined_to_id IS NULL
    ORDER BY later.arrived_at LIMIT 1
) back ON true
LEFT JOIN LATERAL (
    SELECT bool_or(k.opened_at IS NOT NULL) AS opened
    FROM dealership_customerlink k WHERE k.store_id = v.store_id AND k.visit_id = v.id
) link ON true
CROSS JOIN LATERAL (
    SELECT EXISTS (SELECT FROM feedback_customerreading r WHERE r.store_id = v.store_id AND r.visit_id = v.id)
        AS answered
) said
WHERE v.store_id = %(store)s AND v.left_at >= %(first)s AND v.left_at < %(end)s
  AND (v.left_at >= %(start)s OR v.left_at < %(pause)s) AND v.joined_to_id IS NULL
  AND v.stage = 'closed' AND (%(advisor)s::uuid IS NULL OR v.advisor_id = %(advisor)s)
"""

COUNTED = grouped(
    ENDED,
    "count(*) AS n, count(told) AS promised, count(*) FILTER (WHERE told <= ready_due) AS on_time, "
    "count(*) FILTER (WHERE ripe) AS ripe, count(back) FILTER (WHERE ripe) AS back, "
    "count(opened) AS linked, count(*) FILTER (WHERE opened) AS opened, count(*) FILTER (WHERE answered) AS answered",
)


def ended(cut: Cut) -> Found:
    """Return the figures of the visits that ended in the period; one statement."""
    return measured(
        cut,
        COUNTED,
        lambda row: {
            "on_time_handover": share(row["on_time"], row["promised"]),
            "comebacks_30": share(row["back"], row["ripe"]),
            "link_opened": share(row["opened"], row["linked"]),
            "answered": share(row["answered"], row["n"]),
        },
        **PARAMS,
    )
