"""Which touchpoints and steps apply to a visit: computed from kernel facts, never chosen by those who are scored.

The table follows the course's own ("Which touchpoints apply").
"""

from collections.abc import Collection
from dataclasses import dataclass, field

from dealership.models import Arrival, Lane, Situation, Work

Kind = Situation.Kind

NO_CUSTOMER_AT_GATE = ("1.1", "1.2", "1.3", "1.4", "2.4")

TOUCHPOINTS_WITHOUT: dict[str, tuple[str, ...]] = {
    Kind.OUT_OF_HOURS: NO_CUSTOMER_AT_GATE,
    Kind.NOTHING_TO_PAY: ("5.1",),
    Kind.HOME_DELIVERY: ("5.1",),
    Kind.AGENT_OR_PHONE: ("3.4",),
    Kind.DIAGNOSIS_ONLY: ("4.3",),
}
"""Situation → touchpoints that do not apply."""

STEPS_WITHOUT: dict[str, tuple[str, ...]] = {
    Kind.NOTHING_TO_PAY: ("5.2/payment",),
    Kind.HOME_DELIVERY: ("5.3/guard",),
    Kind.DIAGNOSIS_ONLY: ("3.2/materials",),
}
"""Situation → single steps that do not apply."""


@dataclass(frozen=True)
class Facts:
    """What applicability depends on. `situations` are the kinds open now."""

    arrival: str
    works: tuple[str, ...]
    lane: str
    situations: frozenset[str]
    cancelled: bool = False
    entered: frozenset[str] = field(default_factory=frozenset)
    """Stages that the visit has entered (asked only when it was cancelled)."""
    cancelled_in: str = ""


def touchpoints_out(facts: Facts) -> frozenset[str]:
    """Return the codes of touchpoints that do not apply (cancellation is judged with the ticks)."""
    out: set[str] = set()
    if facts.lane != Lane.EXPRESS:
        out.add("1.6")
    if Kind.CLAIM_LINE not in facts.situations and Work.CLAIM not in facts.works:
        out.add("1.7")
    if facts.arrival in (Arrival.PICKED_UP, Arrival.TOWED):
        out.update(NO_CUSTOMER_AT_GATE)
    for situation in facts.situations:
        out.update(TOUCHPOINTS_WITHOUT.get(situation, ()))
    return frozenset(out)


def steps_out(facts: Facts) -> frozenset[str]:
    """Return the codes of single steps ("5.3/guard") that do not apply although their touchpoint does."""
    out: set[str] = set()
    for situation in facts.situations:
        out.update(STEPS_WITHOUT.get(situation, ()))
    return frozenset(out)


def lane_for(arrival: str, works: Collection[str]) -> Lane:
    """Return the lane of a car by how it came and what for; the most particular reason wins."""
    if Work.COMEBACK in works:
        return Lane.COMEBACK
    if Work.ACCIDENT in works:
        return Lane.ACCIDENT
    if Work.CLAIM in works or Work.RECALL in works:
        return Lane.CLAIM
    if works and set(works) <= {Work.EXPRESS}:
        return Lane.EXPRESS
    return Lane.BOOKED if arrival == Arrival.BOOKED else Lane.GENERAL
