"""A car of the past on its way into rows: what happened, as facts; its records come from the product's recompute."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction

from dealership.actions.records import recompute
from dealership.demo.cast import KEY_TAGS
from dealership.models import (
    Bay,
    Event,
    LinkAddress,
    Operation,
    Situation,
    Staff,
    StageChange,
    Standard,
    StepTick,
    Store,
    StoreModel,
    Visit,
    business_day,
)
from dealership.stages import Stage
from dealership.uuids import seeded_uuid7
from feedback.demo.answers import Spec
from feedback.demo.people import Crew
from feedback.demo.plan import Plan
from feedback.demo.rows import copy, copy_lines
from reception.models import Appointment, RepairOrder

CHUNK = 200
"""Visits a recompute."""
Row = TypeVar("Row", bound=StoreModel)


@dataclass
class Ledger:
    """What the rows of one store share while they are written."""

    store: Store
    crew: Crew
    standard: Standard
    steps: Sequence[Spec]
    bays: dict[str, list[Bay]]
    signatures: list[tuple[str, str]]
    texts: dict[str, tuple[str, str]]
    """Channel → subject and text of the ready notice, with variables in braces."""
    until: datetime
    """Nothing is written after this moment."""
    numbers: Counter[date] = field(default_factory=Counter)
    expected: set[UUID] = field(default_factory=set)
    """Appointments that are there already."""
    rows: list[StoreModel] = field(default_factory=list)
    addresses: list[LinkAddress] = field(default_factory=list)
    operations: list[str] = field(default_factory=list)
    ticks: list[str] = field(default_factory=list)

    def bay(self, kind: str, number: int) -> Bay:
        """Return one place of this kind."""
        return self.bays[kind][number % len(self.bays[kind])]


class Car:
    """One plan on its way into rows: `add` keeps a row, `proves` remembers which record stands behind a step."""

    def __init__(self, plan: Plan, ledger: Ledger) -> None:
        self.plan, self.ledger = plan, ledger
        self.store, self.at, self.source = plan.store, plan.at, plan.source
        self.evidence: dict[str, tuple[StoreModel, Staff, datetime]] = {}
        self.visit = self._visit()

    def add(self, model: type[Row], moment: datetime, /, **values: Any) -> Row:
        """Keep a new row of this store; its id is of `moment`."""
        row = model(id=seeded_uuid7(moment, self.source), store=self.store, **values)
        self.ledger.rows.append(row)
        return row

    def of_visit(self, model: type[Row], moment: datetime, /, **values: Any) -> Row:
        """Keep a new row of this visit."""
        return self.add(model, moment, visit=self.visit, **values)

    def note(self, kind: str, moment: datetime, by: Staff | None, /, **data: Any) -> Event:
        """Keep a line of the timeline."""
        return self.of_visit(Event, moment, kind=kind, at=moment, by=by, data=data)

    def proves(self, row: StoreModel, by: Staff, moment: datetime, *steps: str) -> None:
        """Let `row` stand behind these steps."""
        for step in steps:
            self.evidence[step] = (row, by, moment)

    def moved(self, source: str, target: str, moment: datetime, by: Staff | None, reason: str = "") -> None:
        """Keep a stage change with its line of the timeline."""
        self.of_visit(StageChange, moment, source=source, target=target, at=moment, by=by, reason=reason)
        if source:
            self.note("stage", moment, by, source=source, target=target, reason=reason)

    def _visit(self) -> Visit:
        plan, at, ledger = self.plan, self.at, self.ledger
        ended = Stage.CANCELLED if plan.cancelled else Stage.CLOSED
        left = at["signed"] if plan.cancelled else at["left"]
        row = Visit(
            id=plan.id, store=plan.store, vehicle=plan.vehicle, customer=plan.vehicle.owner, standard=ledger.standard,
            arrival=plan.arrival, works=plan.works, lane=plan.lane, words=plan.words, stage=ended, stage_since=left,
            arrived_at=at["arrived"], greeted_at=at["greeted"], left_at=left, advisor=plan.advisor,
            key_tag=KEY_TAGS[plan.number % len(KEY_TAGS)], place=ledger.bay("handover", plan.number),
            ready_due=None if plan.cancelled else at["due"], mileage=plan.mileage,
            dms_no=f"R{at['arrived']:%y%m%d}{plan.number:03}" if plan.source.random() < 0.9 else "",
        )  # fmt: skip
        ledger.rows.append(row)
        return row

    def situation(self, kind: str, moment: datetime) -> None:
        """State a fact that changes what applies."""
        if kind in self.plan.situations:
            self.of_visit(Situation, moment, kind=kind, since=moment)

    def order_number(self) -> str:
        """Return the next number of the store's day."""
        day = business_day(self.store, self.at["negotiation"])
        self.ledger.numbers[day] += 1
        return f"W-{day:%m%d}-{self.ledger.numbers[day]:03}"


def used_numbers(days: Iterable[date]) -> Counter[date]:
    """Return day → the last order number that is taken."""
    found: Counter[date] = Counter()
    for day in days:
        prefix = f"W-{day:%m%d}-"
        used = RepairOrder.objects.filter(number__startswith=prefix).values_list("number", flat=True)
        found[day] = max((int(number[len(prefix) :]) for number in used), default=0)
    return found


OPERATION = [
    "id", "store_id", "visit", "staff_id", "kind", "version", "seq", "payload", "at", "offset", "received", "moment",
    "state", "reason", "sentence",
]  # fmt: skip
TICK = ["id", "store_id", "visit_id", "touchpoint", "step", "answer", "reason", "evidence", "staff_id", "moment"]


@transaction.atomic
def flush(ledger: Ledger, visits: Sequence[UUID]) -> None:
    """Write what was gathered and let the product judge it."""
    copy(ledger.rows)
    copy(ledger.addresses)
    copy_lines(Operation, OPERATION, ledger.operations)
    copy_lines(StepTick, TICK, ledger.ticks)
    ledger.rows, ledger.addresses, ledger.operations, ledger.ticks = [], [], [], []
    for start in range(0, len(visits), CHUNK):
        recompute(visits[start : start + CHUNK], now=ledger.until)


def expect_nobody(ids: Iterable[UUID]) -> set[UUID]:
    """Return which of these appointments are there already."""
    return set(Appointment.objects.filter(pk__in=list(ids)).values_list("pk", flat=True))
