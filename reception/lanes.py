"""Lanes by rules: the product's own table, and which rule a car meets. A store's rows (LaneRule) take its place."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import time

from dealership.models import Arrival, Customer, Lane, Work
from reception.models import LaneRule

History = LaneRule.History
LEVEL = Customer.Level


@dataclass(frozen=True)
class Rule:
    """A rule of the product; an empty condition fits every car."""

    lane: str
    arrivals: tuple[str, ...] = ()
    works: tuple[str, ...] = ()
    only: bool = False
    levels: tuple[str, ...] = ()
    history: str = ""
    opens: time | None = None
    closes: time | None = None
    sign: str = ""
    first: bool = False
    tell_manager: bool = False
    active: bool = True


Ruling = LaneRule | Rule
"""What a rule says: a row of the store, or one of the product's."""


@dataclass(frozen=True)
class Facts:
    """What a lane depends on. `clock` is the store's local time of the arrival."""

    arrival: str
    works: Sequence[str]
    level: str
    clock: time
    histories: frozenset[str] = field(default_factory=frozenset)


DEFAULTS: tuple[Rule, ...] = (
    Rule(Lane.COMEBACK, works=(Work.COMEBACK,), first=True, tell_manager=True),
    Rule(Lane.COMEBACK, history=History.COMEBACK, first=True, tell_manager=True),
    Rule(Lane.ACCIDENT, works=(Work.ACCIDENT,)),
    Rule(Lane.CLAIM, works=(Work.CLAIM, Work.RECALL)),
    # Hours are the store's to set: when its express bays are manned, and the last time that fits before closing.
    Rule(Lane.EXPRESS, works=(Work.EXPRESS,), only=True),
    Rule(Lane.VIP, levels=(LEVEL.VIP, LEVEL.SVIP)),
    Rule(Lane.BOOKED, arrivals=(Arrival.BOOKED,)),
    Rule(Lane.GENERAL),
)
"""The most particular reason stands first; used as long as a store has no rows of its own."""

LAST = Rule(Lane.GENERAL)
"""Where a car goes that no rule of the store fits."""


def choose(rules: Iterable[Ruling], facts: Facts) -> Ruling | None:
    """Return the first rule in use that fits, None when none does."""
    return next((rule for rule in rules if rule.active and fits(rule, facts)), None)


def fits(rule: Ruling, facts: Facts) -> bool:
    """Tell whether every condition of a rule holds for a car."""
    return (
        (not rule.arrivals or facts.arrival in rule.arrivals)
        and _works_fit(rule, facts.works)
        and (not rule.levels or facts.level in rule.levels)
        and (not rule.history or rule.history in facts.histories)
        and _open(rule, facts.clock)
    )


def _works_fit(rule: Ruling, works: Sequence[str]) -> bool:
    if not rule.works:
        return True
    return bool(works) and set(works) <= set(rule.works) if rule.only else bool(set(works) & set(rule.works))


def _open(rule: Ruling, clock: time) -> bool:
    """Tell whether `clock` lies in the rule's hours; hours that end before they begin run past midnight."""
    opens, closes = rule.opens or time.min, rule.closes or time.max
    return opens <= clock < closes if opens < closes else clock >= opens or clock < closes


def is_last(rule: Ruling) -> bool:
    """Tell whether a rule fits every car, so that none behind it is ever reached."""
    conditions = (rule.arrivals, rule.works, rule.levels, rule.history, rule.opens, rule.closes)
    return rule.active and not any(condition not in (None, "", [], ()) for condition in conditions)
