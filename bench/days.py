"""Cars of today, by the product's own actions: open ones for the board, finished ones that ticks still reach."""

import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_scopes import scope

from dealership.actions.operations import Incoming, submit
from dealership.actions.ticks import tick_by_record
from dealership.actions.visits import open_visit, take
from dealership.models import Device, Operation, Staff, Store, Visit
from dealership.queries.board import open_visits
from dealership.queries.course import specs_of
from dealership.stages import FORWARD, Stage
from dealership.uuids import uuid7
from tests.feedback.lives import belongs, hand_steps, move

MINUTE = timedelta(minutes=1)
PLACES = (Stage.RECEPTION, Stage.NEGOTIATION, Stage.WORKSHOP, Stage.SHOWCASE, Stage.EXPLANATION, Stage.DELIVERY)
VISITS_A_BATCH = 10


class Batch(NamedTuple):
    """Milliseconds of a batch and of the one statement; statements of the batch."""

    batch: float
    statement: float
    queries: int


def open_cars(store: Store, crew: Sequence[Staff], count: int) -> list[Visit]:
    """Let `count` cars come within the last minutes and stand in all stages."""
    with scope(store=store):
        return [
            drive(arrive(store, crew[number % len(crew)], number), until=stage)
            for number, stage in zip(range(count), cycle(PLACES), strict=False)
        ]


def finish_visits(stores: Sequence[Store], crews: Mapping[Any, Sequence[Staff]], *, each: int) -> list[Visit]:
    """Let `each` cars of each store come; half of them leave, half stand ready to go. Their hand steps stay open."""
    found = []
    for store in stores:
        with scope(store=store):
            for number in range(each):
                until = Stage.CLOSED if number % 2 else Stage.DELIVERY
                found.append(drive(arrive(store, crews[store.pk][number % 3], 1_000 + number), until=until))
    return found


def arrive(store: Store, advisor: Staff, number: int) -> Visit:
    """Let a car come, an advisor takes it."""
    customer = {"name": f"王{number}", "sex": "m", "phone": f"139{number:08}"}
    visit = open_visit(
        store, by=advisor, plate=f"沪C{number:05}", customer=customer,
        vehicle={"make": "大众", "model": "途观L", "year": 2021}, now=timezone.now() - MINUTE,
    )  # fmt: skip
    return take(visit, by=advisor, now=timezone.now())


def drive(visit: Visit, *, until: str) -> Visit:
    """Take a car to a stage; records tick their steps, hands do not."""
    assert visit.advisor
    while visit.stage != until:
        steps = [spec.code for spec in specs_of(visit.standard_id) if spec.evidence and belongs(spec.code, visit)]
        tick_by_record(visit, steps=steps, record=visit, by=visit.advisor)
        move(visit, FORWARD[visit.stage], by=visit.advisor, now=timezone.now())
    return visit


def tick_batch(store: Store, device: Device, by: Staff, count: int) -> Batch:
    """Send `count` ticks of ten cars as a tablet does; then write as many operations with one statement."""
    with scope(store=store):
        visits = list(open_visits(store).order_by("?")[:VISITS_A_BATCH])
        steps = hand_steps(visits[0])
        pairs = [(visits[number % len(visits)], steps[number // len(visits) % len(steps)]) for number in range(count)]
        now = timezone.now()
        sent = [
            Incoming(id=uuid7(now), visit=visit.pk, kind="tick", at=now, seq=number, payload={"step": step})
            for number, (visit, step) in enumerate(pairs)
        ]
        with CaptureQueriesContext(connection) as captured:
            submit(store, by=by, operations=[_copy(one) for one in sent], device=device, now=now)
        again = [_copy(one) for one in sent]
        started = time.perf_counter()
        submit(store, by=by, operations=again, device=device, now=now)
        batch = time.perf_counter() - started
        return Batch(1000 * batch, 1000 * _one_statement(store, device, by, again, now), len(captured))


def _copy(one: Incoming) -> Incoming:
    return Incoming(id=uuid7(one.at), visit=one.visit, kind=one.kind, at=one.at, seq=one.seq, payload=one.payload)


def _one_statement(store: Store, device: Device, by: Staff, sent: Sequence[Incoming], now: datetime) -> float:
    """Write the operations of `sent` under other ids with one INSERT; return the seconds until it is committed."""
    rows = [
        Operation(
            id=uuid7(now), store=store, device=device, seq=one.seq, staff=by, visit=one.visit, kind=one.kind,
            payload=one.payload, at=now, offset=timedelta(0), received=now, moment=now,
            state=Operation.State.PARKED,
        )
        for one in sent
    ]  # fmt: skip
    fields = Operation._meta.concrete_fields
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for row in rows for field in fields]
    places = ", ".join(["(" + ", ".join(["%s"] * len(fields)) + ")"] * len(rows))
    columns = ", ".join(f'"{field.column}"' for field in fields)
    with transaction.atomic(), connection.cursor() as cursor:
        started = time.perf_counter()
        cursor.execute(f"INSERT INTO dealership_operation ({columns}) VALUES {places} RETURNING id", values)  # noqa: S608
        cursor.fetchall()
        took = time.perf_counter() - started
        transaction.set_rollback(True)
    return took
