"""Promise-keeping: how many promises of each kind were kept, late or broken, and how much was added to be safe."""

from collections import defaultdict
from typing import Any

from dealership.models import Promise
from feedback.figures import KEPT
from feedback.queries.measures.cut import Cut, Found, Taken, measured, middle, share

SQL = """
SELECT CASE WHEN %(each)s THEN v.advisor_id END AS who, p.settled_at >= %(start)s AS now, p.kind, p.state,
       count(*) AS n
FROM dealership_promise p
JOIN dealership_visit v ON v.id = p.visit_id
WHERE p.store_id = %(store)s AND p.settled_at >= %(first)s AND p.settled_at < %(end)s
  AND (p.settled_at >= %(start)s OR p.settled_at < %(pause)s)
  AND p.state IN ('kept', 'late', 'broken')
  AND (%(advisor)s::uuid IS NULL OR v.advisor_id = %(advisor)s)
GROUP BY 1, 2, 3, 4
"""

PADDING = """
SELECT CASE WHEN %(each)s THEN v.advisor_id END AS who, p.settled_at >= %(start)s AS now, count(*) AS n,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM p.due_at - p.calculated_at) / 60) AS padding
FROM dealership_promise p
JOIN dealership_visit v ON v.id = p.visit_id
WHERE p.store_id = %(store)s AND p.settled_at >= %(first)s AND p.settled_at < %(end)s
  AND (p.settled_at >= %(start)s OR p.settled_at < %(pause)s)
  AND NOT p.moved AND p.due_at IS NOT NULL AND p.calculated_at IS NOT NULL
  AND (%(advisor)s::uuid IS NULL OR v.advisor_id = %(advisor)s)
GROUP BY 1, 2
"""

State = Promise.State
COUNTED = (State.KEPT, State.LATE, State.BROKEN)


def promises(cut: Cut) -> Found:
    """Return the keeping rates of the promises settled in the period, by the visit's advisor; two statements."""
    counts: dict[Any, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    for side, codes in _counts(cut).items():
        for code, taken in codes.items():
            kind, state = code.split(":")
            counts[side][kind][state] += taken.n
    found: Found = {side: _rates(kinds) for side, kinds in counts.items()}
    for side, taken in measured(
        cut, PADDING, lambda row: {"padding_minutes": middle(row["padding"], row["n"])}
    ).items():
        found.setdefault(side, {}).update(taken)
    return found


def _counts(cut: Cut) -> Found:
    return measured(cut, SQL, lambda row: {f"{row['kind']}:{row['state']}": Taken(None, row["n"])})


def _rates(kinds: dict[str, dict[str, int]]) -> dict[str, Taken]:
    all_of = {state: sum(states.get(state, 0) for states in kinds.values()) for state in COUNTED}
    n = sum(all_of.values())
    rates = {
        "promises_kept": share(all_of[State.KEPT], n),
        "promises_late": share(all_of[State.LATE], n),
        "promises_broken": share(all_of[State.BROKEN], n),
    }
    return rates | {
        KEPT + kind: share(states.get(State.KEPT, 0), sum(states.values())) for kind, states in kinds.items()
    }
