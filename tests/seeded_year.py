"""A seeded year of two stores as raw operations, with three truths planted in it, written by COPY.

What happened is drawn step by step and stands in the operation log; records, roll-ups and pages come from the product.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID

from django.db import connection, transaction
from django_scopes import scope

from dealership.actions.records import recompute
from dealership.actions.standards import current_standard
from dealership.models import Operation, Staff, StageChange, StepTick, Store, StoreModel, Vehicle, Visit, Work
from dealership.queries.course import specs_of
from dealership.scoring import StepSpec
from dealership.stages import Stage, stage_of
from dealership.uuids import seeded_uuid7
from feedback.demo.car import OPERATION, TICK
from feedback.demo.rows import copy, copy_lines

MINUTE = timedelta(minutes=1)
WAY = (Stage.RECEPTION, Stage.NEGOTIATION, Stage.WORKSHOP, Stage.SHOWCASE, Stage.EXPLANATION, Stage.DELIVERY)
STAY = {
    Stage.RECEPTION: 12, Stage.NEGOTIATION: 10, Stage.WORKSHOP: 60, Stage.SHOWCASE: 15, Stage.EXPLANATION: 9,
    Stage.DELIVERY: 8,
}  # fmt: skip
"""Minutes in each stage."""
SATURDAY = 5
RECORDED, LIVE, LATE, SKIPPED = 0.96, 0.86, 0.03, 0.02
"""Usual shares: of steps with evidence that have their record; of hand steps in time, later that day, said not done."""
CHUNK = 250


@dataclass(frozen=True)
class Truths:
    """What is planted: touchpoints, the share of steps done in time there, and from which day."""

    store: Store
    weak_on_saturdays: str
    saturday_share: float
    bulk_ticker: Staff
    bulk_share: float
    planned: str
    plan_from: date
    before_share: float
    after_share: float

    def share(self, visit: Visit, touchpoint: str, day: date) -> float:
        """Return the share of hand steps that are done in time."""
        if visit.store_id != self.store.pk:
            return LIVE
        if touchpoint == self.weak_on_saturdays and day.weekday() == SATURDAY:
            return self.saturday_share
        if touchpoint == self.planned:
            return self.after_share if day >= self.plan_from else self.before_share
        return LIVE

    def in_bulk(self, visit: Visit, source: Random) -> bool:
        """Tell whether the advisor taps everything at the end of this visit."""
        return visit.advisor_id == self.bulk_ticker.pk and source.random() < self.bulk_share


@dataclass
class Lines:
    """What is written in one go."""

    rows: list[StoreModel] = field(default_factory=list)
    operations: list[str] = field(default_factory=list)
    ticks: list[str] = field(default_factory=list)
    visits: list[UUID] = field(default_factory=list)


def write_year(
    store: Store, *, crew: Sequence[Staff], days: Sequence[date], truths: Truths | None, weekday: int, saturday: int
) -> int:
    """Write the visits of one store on these days (`weekday` cars, `saturday` cars, none on Sundays); return how many.

    The scope of the store is open; the product judges what was written (`recompute`), 250 visits at a time.
    """
    source, lines, written = Random(f"{store.code} year"), Lines(), 0
    specs = specs_of(current_standard(store).pk)
    standard = current_standard(store)
    cars = _cars(store, weekday=weekday, saturday=saturday)
    for number, (day, opens) in enumerate(_arrivals(days, weekday=weekday, saturday=saturday)):
        arrived = datetime.combine(day, opens, tzinfo=store.zone)
        visit = Visit(
            id=seeded_uuid7(arrived, source), store=store, vehicle=cars[number % len(cars)], standard=standard,
            works=[Work.SERVICE if number % 4 else Work.REPAIR], stage=Stage.CLOSED, stage_since=arrived,
            arrived_at=arrived, greeted_at=arrived + MINUTE, advisor=crew[number % len(crew)],
        )  # fmt: skip
        _live(visit, lines=lines, specs=specs, truths=truths, source=source)
        written += 1
        if len(lines.visits) == CHUNK:
            _flush(lines)
    _flush(lines)
    return written


def _cars(store: Store, *, weekday: int, saturday: int) -> list[Vehicle]:
    """Make as many cars as come in about half a year: no car is there twice at a time."""
    plates = [f"沪A{number:05}" for number in range(26 * (5 * weekday + saturday))]
    Vehicle.objects.bulk_create([Vehicle(store=store, plate=plate) for plate in plates], ignore_conflicts=True)
    return list(Vehicle.objects.filter(plate__in=plates).order_by("plate"))


def _arrivals(days: Sequence[date], *, weekday: int, saturday: int) -> Iterator[tuple[date, time]]:
    for day in days:
        count = {SATURDAY: saturday, 6: 0}.get(day.weekday(), weekday)
        for number in range(count):
            minutes = 8 * 60 + 10 + number * (7 * 60 // max(count, 1))
            yield day, time(minutes // 60, minutes % 60)


def _live(visit: Visit, *, lines: Lines, specs: Sequence[StepSpec], truths: Truths | None, source: Random) -> None:
    """Let one visit go through its stages, with the answers of its steps."""
    left: dict[str, datetime] = {}
    at, before = visit.arrived_at, ""
    for stage in (*WAY, Stage.CLOSED):
        lines.rows.append(StageChange(id=seeded_uuid7(at, source), store=visit.store, visit=visit, source=before,
                                      target=stage, at=at, by=visit.advisor))  # fmt: skip
        if before:
            left[before] = at
        before = stage
        at += timedelta(minutes=STAY.get(stage, 0))
    visit.left_at = visit.stage_since = left[Stage.DELIVERY]
    lines.rows.append(visit)
    lines.visits.append(visit.pk)
    day = visit.arrived_at.astimezone(visit.store.zone).date()
    bulk = bool(truths and truths.in_bulk(visit, source))
    for number, spec in enumerate(specs):
        gone = left[stage_of(spec.touchpoint)]
        if spec.evidence:
            if source.random() < RECORDED:
                _answer(visit, spec, lines, gone - 3 * MINUTE, source=source, evidence=f"reception.Reading:{visit.pk}")
            continue
        if bulk:
            moment = visit.left_at - MINUTE + timedelta(seconds=number / 10)
            _answer(visit, spec, lines, moment, source=source)
            continue
        share = truths.share(visit, spec.touchpoint, day) if truths else LIVE
        drawn = source.random()
        # Cards 25 seconds apart: three of one person within 20 seconds would be a bulk.
        code = int(spec.touchpoint[2])
        if drawn < share:
            _answer(visit, spec, lines, gone - 4 * MINUTE + timedelta(seconds=25 * code), source=source)
        elif drawn < share + LATE:
            moment = gone + 40 * MINUTE + timedelta(seconds=25 * number)
            _answer(visit, spec, lines, moment, source=source)
        elif drawn < share + LATE + SKIPPED:
            moment = gone - 4 * MINUTE + timedelta(seconds=25 * code)
            _answer(visit, spec, lines, moment, source=source, answer="not_done")


def _answer(
    visit: Visit, spec: StepSpec, lines: Lines, moment: datetime, *, source: Random, answer: str = "done",
    evidence: str = "",
) -> None:  # fmt: skip
    id_, by, at = seeded_uuid7(moment, source), visit.advisor_id, moment.isoformat()
    named = f', "evidence": "{evidence}"' if evidence else ""
    payload = f'{{"step": "{spec.code}", "answer": "{answer}"{named}}}'
    lines.operations.append(
        f"{id_}\t{visit.store_id}\t{visit.pk}\t{by}\ttick\t1\t0\t{payload}\t{at}\t0 seconds\t{at}\t{at}\taccepted\t\t"
    )
    lines.ticks.append(
        f"{id_}\t{visit.store_id}\t{visit.pk}\t{spec.touchpoint}\t{spec.slug}\t{answer}\t\t{evidence}\t{by}\t{at}"
    )


@transaction.atomic
def _flush(lines: Lines) -> None:
    if not lines.visits:
        return
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    copy(lines.rows)
    copy_lines(Operation, OPERATION, lines.operations)
    copy_lines(StepTick, TICK, lines.ticks)
    recompute(lines.visits)
    lines.rows, lines.operations, lines.ticks, lines.visits = [], [], [], []


def year_before(last: date) -> list[date]:
    """Return the 365 days that end with `last`."""
    return [last - timedelta(days=back) for back in range(364, -1, -1)]


def write_two_stores(stores: Sequence[Store], *, crews: Sequence[Sequence[Staff]], truths: Truths, last: date) -> int:
    """Write the year of each store (3 cars a weekday and 6 on Saturdays); return how many visits."""
    written = 0
    for store, crew in zip(stores, crews, strict=True):
        with scope(store=store):
            written += write_year(store, crew=crew, days=year_before(last), truths=truths, weekday=3, saturday=6)
    return written
