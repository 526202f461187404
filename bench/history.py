"""Many visits with their 22 records, written by COPY: the past of stores as the roll-up meets it."""

import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import connection, transaction
from django_scopes import scope

from dealership.actions.records import dirty
from dealership.models import Membership, OpeningHours, Role, Staff, Standard, Store, TouchpointRecord, Vehicle, Visit
from dealership.uuids import seeded_uuid7
from feedback.demo.rows import NOTHING, copy_lines

TOUCHPOINTS = tuple(f"{digit}.{number}" for digit, count in zip("12345", (7, 5, 4, 3, 3), strict=True)
                    for number in range(1, count + 1))  # fmt: skip
OUT = {"1.6": 0.7, "1.7": 0.84, "5.1": 0.17}
"""Touchpoint → share of visits it does not apply to (shares: `docs/scores.md`, the demo's own)."""
SCORES = tuple(
    f"{10 * (live + late / 2) / 3:.2f}\t3\t{live + late}\t{live}\t{late}\t0\t0\t{'L' * live}{'T' * late}"
    f"{'U' * (3 - live - late)}"
    for live in range(4) for late in range(4 - live)
)  # fmt: skip
"""Score, steps, done, live, late, bulk, skipped and states of a touchpoint of three steps, tab between them."""
WEIGHTS = tuple(line.count("L") ** 3 + 1 for line in SCORES)
VISIT = [
    "id", "store_id", "vehicle_id", "standard_id", "advisor_id", "arrival", "works", "lane", "words", "stage",
    "stage_since", "arrived_at", "left_at", "key_tag", "dms_no",
]  # fmt: skip
RECORD = [
    "id", "store_id", "visit_id", "touchpoint", "day", "applicable", "score", "steps", "done", "live", "late", "bulk",
    "skipped", "states",
]  # fmt: skip
VISITS_A_CAR = 2


def make_stores(count: int) -> tuple[list[Store], dict[UUID, list[Staff]]]:
    """Make stores s01, s02, ... with opening hours and three advisors each."""
    stores = Store.objects.bulk_create(
        Store(code=f"s{number:02}", name=f"{number}号店") for number in range(1, count + 1)
    )
    crews: dict[UUID, list[Staff]] = {}
    for store in stores:
        OpeningHours.objects.bulk_create(
            OpeningHours(store=store, weekday=weekday, opens=time(8), closes=time(18)) for weekday in range(7)
        )
        crews[store.pk] = Staff.objects.bulk_create(
            Staff(username=f"{store.code}-{number}", name=f"顾问{number}") for number in range(3)
        )
        Membership.objects.bulk_create(
            Membership(store=store, staff=staff, role=Role.ADVISOR) for staff in crews[store.pk]
        )
    return stores, crews


def write_history(
    store: Store, *, crew: Sequence[Staff], standard: Standard, visits: int, last: date, days: int
) -> int:
    """Write `visits` closed visits of one store spread over the `days` days that end with `last`; return the records.

    Every one of these days is marked dirty, as the product would have done.
    """
    source = random.Random(f"{store.code} history")
    with scope(store=store), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cars = Vehicle.objects.bulk_create(
            [Vehicle(store=store, plate=f"沪B{number:05}") for number in range(visits // VISITS_A_CAR)], batch_size=2000
        )
        lived = list(_visits(store, count=visits, last=last, days=days, source=source))
        copy_lines(Visit, VISIT, (
            f"{id_}\t{store.pk}\t{cars[number % len(cars)].pk}\t{standard.pk}\t{crew[number % len(crew)].pk}\tbooked"
            f"\t{{service}}\tgeneral\t\tclosed\t{at}\t{at}\t{at}\t\t"
            for number, (id_, at, _day) in enumerate(lived)
        ))  # fmt: skip
        copy_lines(TouchpointRecord, RECORD, _records(store, lived, source))
        dirty(store, sorted({day for _id, _at, day in lived}))
    return len(lived) * len(TOUCHPOINTS)


def _visits(
    store: Store, *, count: int, last: date, days: int, source: random.Random
) -> Iterator[tuple[UUID, datetime, date]]:
    for number in range(count):
        day = last - timedelta(days=days - 1 - number * days // count)
        at = datetime.combine(day, time(8 + number % 9, number % 60), tzinfo=store.zone)
        yield seeded_uuid7(at, source), at, day


def _records(store: Store, lived: Sequence[tuple[UUID, datetime, date]], source: random.Random) -> Iterator[str]:
    nothing = f"f\t{NOTHING}\t0\t0\t0\t0\t0\t0\t---"
    for id_, at, day in lived:
        prefix = f"{int(at.timestamp() * 1000):012x}7"
        suffix = f"\t{store.pk}\t{id_}\t"
        drawn = source.choices(SCORES, WEIGHTS, k=len(TOUCHPOINTS))
        for touchpoint, score in zip(TOUCHPOINTS, drawn, strict=True):
            out = touchpoint in OUT and source.random() < OUT[touchpoint]
            yield (
                f"{prefix}{source.getrandbits(12):03x}8{source.getrandbits(60):015x}{suffix}{touchpoint}\t{day}\t"
                + (nothing if out else f"t\t{score}")
            )
