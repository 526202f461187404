"""Which lane a car gets, and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from dealership.models import Arrival, Customer, Lane, Store, Vehicle, Visit, Work
from reception.lanes import DEFAULTS, LAST, Facts, History, Ruling, choose, is_last
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
    rule: Ruling
    before: Visit | None = None


def rules_of(store: Store) -> Sequence[Ruling]:
    """Return the rules of a store in their order; the product's as long as the store has none."""
    return list(LaneRule.objects.filter(store=store)) or list(DEFAULTS)


def arrival_of(said: str, *, booked: bool, vehicle: Vehicle | None) -> str:
    """Return how a car came: what was said of it, else booked, else sent by its company, else walked in."""
    if said != Arrival.WALK_IN:
        return said
    if booked:
        return Arrival.BOOKED
    return Arrival.FLEET if vehicle and vehicle.owner and vehicle.owner.company else Arrival.WALK_IN


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


def signs_of(store: Store) -> dict[str, str]:
    """Return lane → what stands on its sign: of the first rule in use that leads there, else the lane's number."""
    signs = {str(lane): str(number) for lane, number in LANE_NUMBERS.items()}
    return signs | {rule.lane: rule.sign for rule in reversed(rules_of(store)) if rule.active and rule.sign}


def choice_of(rule: Ruling, before: Visit | None = None) -> LaneChoice:
    """Return what a rule that fits says."""
    lane = Lane(rule.lane)
    return LaneChoice(lane, rule.sign or str(LANE_NUMBERS[lane]), rule.first, rule.tell_manager, rule, before)


@dataclass(frozen=True)
class RuleLine:
    """One line of the table that the store edits. `key` names it in an address."""

    key: str
    rule: Ruling
    number: int
    conditions: list[str]
    lane: str
    sign: str
    reached: bool
    """False behind a rule that fits every car."""


def rule_lines(store: Store) -> list[RuleLine]:
    """Return the table of a store in one query."""
    lines: list[RuleLine] = []
    reached = True
    for number, rule in enumerate(rules_of(store), start=1):
        key = str(rule.pk) if isinstance(rule, LaneRule) else str(number)
        choice = choice_of(rule)
        lines.append(RuleLine(key, rule, number, conditions(rule), str(choice.lane.label), choice.sign, reached))
        reached = reached and not is_last(rule)
    return lines


def conditions(rule: Ruling) -> list[str]:
    """Return the conditions of a rule in the reader's words; none for a rule that fits every car."""
    works = words_of(Work, rule.works)
    said = [
        words_of(Arrival, rule.arrivals),
        _("nothing but %(works)s") % {"works": works} if rule.only and works else works,
        words_of(Customer.Level, rule.levels),
        str(History(rule.history).label) if rule.history else "",
        _hours(rule),
    ]
    return [words for words in said if words]


def words_of(choices: type[TextChoices], values: Iterable[str]) -> str:
    """Return values of an enum as words, one of which is enough."""
    return " / ".join(str(choices(value).label) for value in values)


def _hours(rule: Ruling) -> str:
    if rule.opens is None and rule.closes is None:
        return ""
    return f"{clock_of(rule.opens or time.min)}–{clock_of(rule.closes) if rule.closes else '24:00'}"


def clock_of(clock: time) -> str:
    """Write a clock time: 8:30."""
    return f"{clock.hour}:{clock:%M}"


@dataclass(frozen=True)
class Tried:
    """What a car of these facts would get. `number` is the rule's place, None where no rule fits."""

    car: str
    choice: LaneChoice
    number: int | None


def tried(store: Store, facts: Facts) -> Tried:
    """Return the lane of an imagined car, in one query."""
    rules = rules_of(store)
    rule = choose(rules, facts)
    said = [
        words_of(Arrival, [facts.arrival]), words_of(Customer.Level, [facts.level]), words_of(Work, facts.works),
        *(str(History(history).label) for history in sorted(facts.histories)), clock_of(facts.clock),
    ]  # fmt: skip
    number = [id(each) for each in rules].index(id(rule)) + 1 if rule else None
    return Tried(" · ".join(said), choice_of(rule or LAST), number)
