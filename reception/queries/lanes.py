"""Which lane a car gets, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dealership.models import Customer, Lane, Store, Vehicle, Visit
from reception.lanes import DEFAULTS, LAST, Facts, History, Rule, choose
from reception.models import LaneRule
from reception.queries.comebacks import comeback_of

LANE_NUMBERS = {lane: number for number, lane in enumerate(Lane, start=1)}
"""The number painted on a lane; shown where the rule says nothing else."""


@dataclass(frozen=True)
class LaneChoice:
    """The lane of a car. `rule` is the store's row or the product's rule, `before` the visit that it comes back from.

    `sign` is never empty: what the rule says, else the lane's number.
    """

    lane: Lane
    sign: str
    first: bool
    tell_manager: bool
    rule: LaneRule | Rule
    before: Visit | None = None


def rules_of(store: Store) -> list[LaneRule] | list[Rule]:
    """Return the rules of a store in their order; the product's as long as the store has none."""
    return list(LaneRule.objects.filter(store=store)) or list(DEFAULTS)


def lane_of(
    store: Store,
    *,
    arrival: str,
    works: Sequence[str],
    customer: Customer | None,
    vehicle: Vehicle | None,
    now: datetime,
    words: str = "",
) -> LaneChoice:
    """Return the lane of a car by how it came, what for, whose it is and what was here before; at most four queries.

    `vehicle` and `customer` are None (or not yet saved) where the car is new; `words` are the customer's.
    """
    before = comeback_of(vehicle, works=works, words=words, now=now)
    histories = {History.COMEBACK} if before else set()
    if not Visit.objects.filter(vehicle=vehicle, joined_to=None, arrived_at__lt=now).exists():
        histories.add(History.FIRST)
    facts = Facts(
        arrival, works, customer.level if customer else Customer.Level.BASIC, now.astimezone(store.zone).time(),
        frozenset(histories),
    )  # fmt: skip
    return choice_of(choose(rules_of(store), facts) or LAST, before)


def choice_of(rule: LaneRule | Rule, before: Visit | None = None) -> LaneChoice:
    """Return what a rule that fits says."""
    lane = Lane(rule.lane)
    return LaneChoice(lane, rule.sign or str(LANE_NUMBERS[lane]), rule.first, rule.tell_manager, rule, before)
