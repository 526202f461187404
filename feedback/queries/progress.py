"""What is in progress now: counted apart, in no mean."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Max, Sum

from dealership.models import Promise, Staff, Store, TouchpointRecord, Visit
from dealership.queries.board import open_visits, who
from dealership.stages import Stage, stage_of
from feedback.models import CheckScore, CustomerReading, ScoreSetting
from feedback.queries.day import bounds


@dataclass(frozen=True)
class Pip:
    """One touchpoint of a car in the house: done, begun, open or na."""

    code: str
    state: str


@dataclass(frozen=True)
class CarNow:
    """A car in the house with its 22 touchpoints, and the steps of the stage it is in."""

    visit: Visit
    name: str
    pips: tuple[tuple[Pip, ...], ...]
    done: int
    steps: int


@dataclass(frozen=True)
class Now:
    """The cars in the house; `done` of `steps` counts what is in hand: the stages they stand in and what was done
    ahead."""

    cars: tuple[CarNow, ...]
    done: int
    steps: int

    @property
    def in_workshop(self) -> int:
        """Cars being worked on: no touchpoint is in hand there."""
        return sum(car.visit.stage == Stage.WORKSHOP for car in self.cars)


def now_in_progress(store: Store, *, advisor: Staff | None = None) -> Now:
    """Return the cars in the house with their records, in two queries."""
    visits = {visit.pk: visit for visit in open_visits(store, advisor=advisor).order_by("arrived_at")}
    found: dict[UUID, list[TouchpointRecord]] = defaultdict(list)
    for record in TouchpointRecord.objects.filter(visit__in=visits).order_by("touchpoint"):
        found[record.visit_id].append(record)
    cars = [_car(visit, found[pk]) for pk, visit in visits.items()]
    hand = [record for pk, visit in visits.items() for record in found[pk] if _in_hand(record, visit)]
    return Now(tuple(cars), sum(record.done for record in hand), sum(record.steps for record in hand))


def _in_hand(record: TouchpointRecord, visit: Visit) -> bool:
    return record.day is None and (stage_of(record.touchpoint) == visit.stage or record.done > 0)


def _car(visit: Visit, records: list[TouchpointRecord]) -> CarNow:
    groups: dict[str, list[Pip]] = defaultdict(list)
    for record in records:
        groups[stage_of(record.touchpoint)].append(Pip(record.touchpoint, _state(record)))
    here = [record for record in records if stage_of(record.touchpoint) == visit.stage]
    return CarNow(
        visit=visit,
        name=who(visit),
        pips=tuple(tuple(pips) for pips in groups.values()),
        done=sum(record.done for record in here),
        steps=sum(record.steps for record in here),
    )


def _state(record: TouchpointRecord) -> str:
    if not record.applicable:
        return "na"
    if record.done == record.steps:
        return "done"
    return "begun" if record.done else "open"


def day_tag(store: Store, day: date, *, query: str, language: str) -> str:
    """Return a tag that changes when anything on the page of today may have changed, in seven queries."""
    sums = {name: Sum(name) for name in ("done", "live", "skipped", "steps", "score")}
    records = TouchpointRecord.objects.order_by()
    counted = records.filter(day=day).aggregate(n=Count("pk"), **sums)
    waiting = records.filter(day=None).aggregate(n=Count("pk"), **sums)
    visits = open_visits(store).aggregate(n=Count("pk"), stage=Max("stage_since"))
    promises = Promise.objects.filter(settled_at__gte=bounds(store, day)[0]).aggregate(
        n=Count("pk"), last=Max("settled_at")
    )
    answers = CustomerReading.objects.filter(day=day).aggregate(n=Count("pk"))
    checks = CheckScore.objects.filter(day=day).aggregate(n=Count("pk"), total=Sum("score"))
    weights = ScoreSetting.objects.aggregate(last=Max("changed_at"))
    facts = [day, counted, waiting, visits, promises, answers, checks, weights, query, language]
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:32]
