"""Promise-keeping: how many promises of each kind were kept, late or broken, and how much was added to be safe."""

from collections import defaultdict
from typing import Any

from dealership.models import Promise
from feedback.figures import KEPT
from feedback.queries.measures.cut import Cut, Found, Taken, grouped, measured, middle, share

FACTS = """
SELECT p.visit_id AS visit, v.advisor_id AS advisor, p.settled_at AS at, p.kind, p.state, p.due_at,
       p.settled_at - p.due_at AS over,
       CASE WHEN NOT p.moved THEN extract(epoch FROM p.due_at - p.calculated_at) / 60 END AS padding
FROM dealership_promise p
JOIN dealership_visit v ON v.id = p.visit_id
WHERE p.store_id = %(store)s AND p.settled_at >= %(first)s AND p.settled_at < %(end)s
  AND (p.settled_at >= %(start)s OR p.settled_at < %(pause)s) AND p.state IN ('kept', 'late', 'broken')
  AND (%(advisor)s::uuid IS NULL OR v.advisor_id = %(advisor)s)
"""

RATES = grouped(FACTS, "kind, state, count(*) AS n", by="kind, state")
PADDING = grouped(FACTS, "count(padding) AS n, percentile_cont(0.5) WITHIN GROUP (ORDER BY padding) AS padding")

State = Promise.State
COUNTED = (State.KEPT, State.LATE, State.BROKEN)


def promises(cut: Cut) -> Found:
    """Return the keeping rates of the promises settled in the period, by the visit's advisor; two statements."""
    counts: dict[Any, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    for side, codes in measured(cut, RATES, _count).items():
        for code, taken in codes.items():
            kind, state = code.split(":")
            counts[side][kind][state] += taken.n
    found: Found = {side: _rates(kinds) for side, kinds in counts.items()}
    padding = measured(cut, PADDING, lambda row: {"padding_minutes": middle(row["padding"], row["n"])})
    for side, added in padding.items():
        found.setdefault(side, {}).update(added)
    return found


def _count(row: dict[str, Any]) -> dict[str, Taken]:
    return {f"{row['kind']}:{row['state']}": Taken(None, row["n"])}


def _rates(kinds: dict[str, dict[str, int]]) -> dict[str, Taken]:
    all_of = {state: sum(states.get(state, 0) for states in kinds.values()) for state in COUNTED}
    n = sum(all_of.values())
    rates = {
        "promises_kept": share(all_of[State.KEPT], n),
        "promises_late": share(all_of[State.LATE], n),
        "promises_broken": share(all_of[State.BROKEN], n),
    }
    for kind, states in kinds.items():
        rates[KEPT + kind] = share(states.get(State.KEPT, 0), sum(states.values()))
    return rates
