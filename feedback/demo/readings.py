"""What customers of the past said: a fifth of them answer, stage by stage, and some name a touchpoint."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from random import Random

from dealership.models import Store, Visit, business_day
from dealership.stages import TOUCHPOINT_STAGE, Stage, stage_of
from feedback.models import CustomerReading

PAST = timedelta(days=60)
ANSWERS = 0.19
"""Share of visits whose survey is answered (dealer facts, part 3)."""
HIGH, LOW, LOW_SATURDAY = 0.31, 0.11, 0.17
"""Shares of highly satisfied and of disappointed; the rest is basically satisfied."""
WORSE = {"3.4": 0.34, "2.4": 0.30, "4.2": 0.28}
"""Touchpoints that customers name more often than others, and the share of disappointed among who does."""
OTHERS = ("1.4", "1.5", "2.2", "3.3", "4.1", "5.2", "5.3")
NAMES = 0.4
"""Share of answers that name a touchpoint; half of these one of the worse."""
SAME = 0.6
"""How often a stage felt like the visit as a whole."""
SATURDAY = 5


def fill(store: Store, *, now: datetime) -> None:
    """Write what customers have answered until `now`; what is there stays."""
    visits = Visit.objects.filter(store=store, stage=Stage.CLOSED, joined_to=None, left_at__gte=now - PAST)
    rows: list[CustomerReading] = []
    for visit in visits.select_related("store"):
        chance = Random(f"{visit.pk} said")
        if chance.random() < ANSWERS:
            at = _answered_at(visit, chance)
            rows += _answer(visit, chance, at) if at and at <= now else []
    CustomerReading.objects.bulk_create(rows, ignore_conflicts=True)


def _answered_at(visit: Visit, chance: Random) -> datetime | None:
    """Return a moment between 9 and 20 o'clock of one of the three days after the car left."""
    if visit.left_at is None:
        return None
    day = business_day(visit.store, visit.left_at) + timedelta(days=chance.choice([1, 1, 1, 2, 2, 3]))
    return datetime.combine(day, time(chance.randrange(9, 20), chance.randrange(60)), tzinfo=visit.store.zone)


def _answer(visit: Visit, chance: Random, at: datetime) -> Iterator[CustomerReading]:
    low = LOW_SATURDAY if business_day(visit.store, visit.arrived_at).weekday() == SATURDAY else LOW
    whole = _gap(chance, low)
    for stage in TOUCHPOINT_STAGE.values():
        yield _row(visit, stage, whole if chance.random() < SAME else _gap(chance, low), at)
    if chance.random() < NAMES:
        touchpoint = chance.choice([*WORSE, *chance.sample(OTHERS, len(WORSE))])
        yield _row(visit, stage_of(touchpoint), _gap(chance, WORSE.get(touchpoint, low)), at, touchpoint)


def _gap(chance: Random, low: float) -> int:
    drawn = chance.random()
    if drawn < low:
        return chance.choice([-1, -1, -1, -1, -2])
    return chance.choice([1, 2, 2]) if drawn > 1 - HIGH else 0


def _row(visit: Visit, stage: str, gap: int, at: datetime, touchpoint: str = "") -> CustomerReading:
    return CustomerReading(
        store_id=visit.store_id, visit=visit, stage=stage, touchpoint=touchpoint, gap=gap,
        source=CustomerReading.Source.SURVEY, at=at, day=business_day(visit.store, at),
    )  # fmt: skip
