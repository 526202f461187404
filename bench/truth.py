"""The truth of scores in plain SQL, straight from the records, without the roll-up."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import connection

FULL_SCAN = """
SELECT store_id, touchpoint, count(score), sum(score), sum(score * score), sum(steps), sum(live), sum(late), sum(bulk),
    sum(skipped)
FROM dealership_touchpointrecord WHERE day BETWEEN %s AND %s AND score IS NOT NULL GROUP BY store_id, touchpoint
"""
WRONG = """
WITH truth AS (
    SELECT record.store_id, record.day, record.touchpoint, count(*) AS n, sum(score) AS total,
        sum(score * score) AS squares, sum(steps) AS steps, sum(live) AS live, sum(late) AS late, sum(bulk) AS bulk,
        sum(skipped) AS skipped
    FROM dealership_touchpointrecord AS record
    WHERE score IS NOT NULL AND day IS NOT NULL GROUP BY record.store_id, record.day, record.touchpoint
), rolled AS (
    SELECT * FROM feedback_dailyscore WHERE advisor_id IS NULL AND touchpoint <> '' AND n > 0
)
SELECT count(*), count(*) FILTER (WHERE (truth.n, truth.total, truth.squares, truth.steps, truth.live, truth.late,
    truth.bulk, truth.skipped) IS DISTINCT FROM (rolled.n, rolled.total, rolled.squares, rolled.steps, rolled.live,
    rolled.late, rolled.bulk, rolled.skipped))
FROM truth FULL JOIN rolled USING (store_id, day, touchpoint)
"""
STALE = """
WITH truth AS (
    SELECT store_id, touchpoint, count(*) AS n, sum(score) AS total, sum(live) AS live
    FROM dealership_touchpointrecord WHERE store_id = ANY(%(stores)s::uuid[]) AND day = %(day)s AND score IS NOT NULL
    GROUP BY store_id, touchpoint
), rolled AS (
    SELECT * FROM feedback_dailyscore WHERE store_id = ANY(%(stores)s::uuid[]) AND day = %(day)s
        AND advisor_id IS NULL AND touchpoint <> '' AND n > 0
)
SELECT DISTINCT store_id FROM truth FULL JOIN rolled USING (store_id, touchpoint)
WHERE (truth.n, truth.total, truth.live) IS DISTINCT FROM (rolled.n, rolled.total, rolled.live)
"""


def full_scan(first: date, last: date) -> dict[tuple[UUID, str], tuple[int, Decimal]]:
    """Return (store, touchpoint) → (n, sum of scores) of these days of all stores, reading the whole table."""
    with connection.cursor() as cursor:
        # In one process, as the page's own statement runs: on a busy day no core is idle.
        cursor.execute("SET enable_indexscan = off; SET enable_bitmapscan = off; SET enable_indexonlyscan = off")
        cursor.execute("SET max_parallel_workers_per_gather = 0")
        cursor.execute(FULL_SCAN, [first, last])
        rows = {(store, code): (n, total) for store, code, n, total, *_more in cursor.fetchall()}
        cursor.execute("RESET enable_indexscan; RESET enable_bitmapscan; RESET enable_indexonlyscan")
        cursor.execute("RESET max_parallel_workers_per_gather")
    return rows


def differences() -> tuple[int, int]:
    """Return how many rows (store, day, touchpoint) there are, and how many of them differ from the truth."""
    with connection.cursor() as cursor:
        cursor.execute(WRONG)
        rows, wrong = cursor.fetchone()
    return rows, wrong


def stale(stores: Sequence[UUID], day: date) -> set[UUID]:
    """Return the stores whose roll-up of `day` is not what the records say at this moment."""
    with connection.cursor() as cursor:
        cursor.execute(STALE, {"stores": list(stores), "day": day})
        return {row[0] for row in cursor.fetchall()}
