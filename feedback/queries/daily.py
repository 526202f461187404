"""The three readings of a store-day by touchpoint and advisor: one SQL text, stored by a sweep, read live today."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from dealership.models import Staff, Store, business_day
from dealership.stages import TOUCHPOINT_STAGE
from feedback.models import DailyScore
from feedback.scores import FEW, WEIGHTS, WINDOW_DAYS

WHO = ("store_id", "advisor_id", "touchpoint")
FIGURES = (
    "n", "total", "squares", "steps", "live", "late", "bulk", "skipped", "check_n", "check_total", "said_n",
    "said_total", "said_named", "figure",
)  # fmt: skip

ROWS = """
WITH store AS (
    SELECT one.id, coalesce(setting.execution_weight, %(execution)s) AS execution_weight,
        coalesce(setting.check_weight, %(self_check)s) AS check_weight,
        coalesce(setting.customer_weight, %(customer)s) AS customer_weight
    FROM unnest(%(stores)s::uuid[]) AS one(id)
    LEFT JOIN feedback_scoresetting AS setting ON setting.store_id = one.id
), owner(digit, stage) AS (
    SELECT * FROM unnest(%(digits)s::text[], %(owners)s::text[])
), lived AS (
    SELECT record.*, visit.advisor_id FROM dealership_touchpointrecord AS record
    JOIN dealership_visit AS visit ON visit.id = record.visit_id
    WHERE record.store_id = ANY(%(stores)s::uuid[]) AND record.day = %(day)s AND record.score IS NOT NULL
), answer AS (
    SELECT reading.id, reading.store_id, reading.visit_id, visit.advisor_id, reading.stage, reading.touchpoint,
        2.5 * (reading.gap + 2) AS value, (reading.touchpoint <> '')::int AS named
    FROM feedback_customerreading AS reading JOIN dealership_visit AS visit ON visit.id = reading.visit_id
    WHERE reading.store_id = ANY(%(stores)s::uuid[]) AND reading.day BETWEEN %(since)s AND %(day)s
), heard AS (
    SELECT store_id, advisor_id, touchpoint, value, named FROM answer WHERE named = 1
    UNION ALL
    SELECT answer.store_id, answer.advisor_id, record.touchpoint, answer.value, 0
    FROM answer JOIN owner ON owner.stage = answer.stage
    JOIN dealership_touchpointrecord AS record ON record.store_id = answer.store_id
        AND record.visit_id = answer.visit_id AND record.applicable AND left(record.touchpoint, 1) = owner.digit
    WHERE answer.named = 0
    UNION ALL
    SELECT store_id, advisor_id, '', value, named FROM answer
), part AS (
    SELECT store_id, CASE WHEN GROUPING(advisor_id) = 0 THEN advisor_id END AS advisor_id,
        CASE WHEN GROUPING(touchpoint) = 0 THEN touchpoint ELSE '' END AS touchpoint, count(DISTINCT visit_id) AS n,
        sum(score) AS total, sum(score * score) AS squares, sum(steps) AS steps, sum(live) AS live, sum(late) AS late,
        sum(bulk) AS bulk, sum(skipped) AS skipped, 0 AS check_n, 0 AS check_total, 0 AS said_n, 0 AS said_total,
        0 AS said_named
    FROM lived
    GROUP BY store_id, GROUPING SETS ((touchpoint), (), (advisor_id, touchpoint), (advisor_id))
    HAVING GROUPING(advisor_id) = 1 OR advisor_id IS NOT NULL
    UNION ALL
    SELECT store_id, NULL, CASE WHEN GROUPING(touchpoint) = 0 THEN touchpoint ELSE '' END,
        0, 0, 0, 0, 0, 0, 0, 0, count(*), sum(score), 0, 0, 0
    FROM feedback_checkscore
    WHERE store_id = ANY(%(stores)s::uuid[]) AND day BETWEEN %(since)s AND %(day)s
        AND task_id IS NOT NULL AND score IS NOT NULL
    GROUP BY store_id, GROUPING SETS ((touchpoint), ())
    UNION ALL
    SELECT store_id, CASE WHEN GROUPING(advisor_id) = 0 THEN advisor_id END, touchpoint,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, count(*), sum(value), sum(named)
    FROM heard
    GROUP BY store_id, touchpoint, GROUPING SETS ((), (advisor_id))
    HAVING GROUPING(advisor_id) = 1 OR advisor_id IS NOT NULL
), whole AS (
    SELECT store_id, advisor_id, touchpoint, sum(n)::int AS n, sum(total) AS total, sum(squares) AS squares,
        sum(steps)::int AS steps, sum(live)::int AS live, sum(late)::int AS late, sum(bulk)::int AS bulk,
        sum(skipped)::int AS skipped, sum(check_n)::int AS check_n, sum(check_total) AS check_total,
        sum(said_n)::int AS said_n, sum(said_total) AS said_total, sum(said_named)::int AS said_named
    FROM part GROUP BY store_id, advisor_id, touchpoint
), weighed AS (
    SELECT whole.*,
        CASE WHEN n >= %(few)s THEN execution_weight ELSE 0 END AS execution_weight,
        CASE WHEN check_n >= %(few)s THEN check_weight ELSE 0 END AS check_weight,
        CASE WHEN said_n >= %(few)s THEN customer_weight ELSE 0 END AS customer_weight
    FROM whole JOIN store ON store.id = whole.store_id
), single AS (
    SELECT weighed.*, CASE WHEN touchpoint <> '' THEN round(round(
        (execution_weight * total / greatest(n, 1) + check_weight * check_total / greatest(check_n, 1)
            + customer_weight * said_total / greatest(said_n, 1))
        / nullif(execution_weight + check_weight + customer_weight, 0), 9), 1) END AS own
    FROM weighed
)
SELECT store_id, advisor_id, touchpoint, n, total, squares, steps, live, late, bulk, skipped, check_n, check_total,
    said_n, said_total, said_named,
    CASE WHEN touchpoint = '' THEN round(round(avg(own) OVER (PARTITION BY store_id, advisor_id), 9), 1)
        ELSE own END AS figure
FROM single
"""
"""All rows of a day of the stores `stores`: of everybody (advisor NULL) and of each advisor, and of the whole day
(touchpoint ''), whose `n` counts visits and whose answers count once each. Its parameters: `parameters`.

The inner rounding keeps a tie a tie: a quotient of numerics is cut after some 16 digits.
"""


def parameters(stores: Collection[UUID], day: date) -> dict[str, Any]:
    """Return the parameters of `ROWS`."""
    since = date.fromordinal(day.toordinal() - WINDOW_DAYS + 1)
    return {
        "stores": list(stores), "day": day, "since": since, "few": FEW, **WEIGHTS,
        "digits": list(TOUCHPOINT_STAGE), "owners": [stage.value for stage in TOUCHPOINT_STAGE.values()],
    }  # fmt: skip


def rows_for(store: Store, day: date) -> list[DailyScore]:
    """Compute the rows of a store-day as they are at this moment, unsaved, in one query; sorted by touchpoint."""
    with connection.cursor() as cursor:
        cursor.execute(f"{ROWS} ORDER BY touchpoint, advisor_id NULLS FIRST", parameters([store.pk], day))
        found = cursor.fetchall()
    return [DailyScore(day=day, **dict(zip(WHO + FIGURES, row, strict=True))) for row in found]


def daily_rows(
    stores: Collection[Store], first: date, last: date, *, advisor: Staff | None = None, now: datetime | None = None
) -> list[DailyScore]:
    """Return the rows of the days `first` to `last` of everybody, or of one advisor, by day and touchpoint.

    Stored rows, in one query. Of one store today is computed live, in one more; of several it is as the sweep left
    it, seconds ago. The scope of `stores` is open.
    """
    stored = DailyScore.objects.filter(store__in=list(stores), advisor=advisor, day__range=(first, last))
    rows = list(stored.order_by("day", "touchpoint"))
    if len(stores) != 1:
        return rows
    (store,) = stores
    today = business_day(store, now or timezone.now())
    if not first <= today <= last:
        return rows
    live = [row for row in rows_for(store, today) if row.advisor_id == (advisor.pk if advisor else None)]
    before, after = ([row for row in rows if row.day < today], [row for row in rows if row.day > today])
    return [*before, *live, *after]
