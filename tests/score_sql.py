"""A second computation of the day's execution in plain SQL, from raw operations and stage changes.

It shares no line with `dealership/scoring.py`: when both agree, neither is likely to be wrong.
"""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from dealership.models import Store

SQL = """
WITH op AS (
    SELECT id, visit, staff_id, kind, payload, moment FROM dealership_operation
    WHERE store_id = %(store)s AND state = 'accepted' AND kind IN ('tick', 'undo')
), tick AS (
    SELECT id, visit, staff_id, moment, payload->>'step' AS code, split_part(payload->>'step', '/', 1) AS touchpoint,
           coalesce(payload->>'answer', 'done') AS answer, coalesce(payload->>'evidence', '') = '' AS by_hand
    FROM op WHERE kind = 'tick' AND NOT EXISTS (
        SELECT 1 FROM op AS undo
        WHERE undo.kind = 'undo' AND undo.visit = op.visit AND undo.payload->>'tick' = op.id::text
        AND undo.moment <= coalesce((SELECT left_at FROM dealership_visit AS gone WHERE gone.id = op.visit)
                                    + interval '10 minutes', 'infinity'))
), hand AS (
    SELECT *, CASE WHEN touchpoint IN ('1.1', '1.2', '1.3') THEN 'gate' ELSE touchpoint END AS grouped
    FROM tick WHERE by_hand AND answer = 'done'
), opening AS (
    SELECT one.id, one.visit, one.staff_id, one.moment FROM hand AS one JOIN hand AS other
        ON other.visit = one.visit AND other.staff_id IS NOT DISTINCT FROM one.staff_id
        AND other.moment BETWEEN one.moment AND one.moment + interval '20 seconds'
    GROUP BY one.id, one.visit, one.staff_id, one.moment HAVING count(DISTINCT other.grouped) >= 3
), bulk AS (
    SELECT DISTINCT hand.id FROM hand JOIN opening
        ON opening.visit = hand.visit AND opening.staff_id IS NOT DISTINCT FROM hand.staff_id
        AND hand.moment BETWEEN opening.moment AND opening.moment + interval '20 seconds'
), place(stage, number) AS (
    VALUES ('reception', 1), ('negotiation', 2), ('workshop', 3), ('showcase', 4), ('explanation', 5),
           ('delivery', 6), ('closed', 7)
), owner(digit, stage) AS (
    VALUES ('1', 'reception'), ('2', 'negotiation'), ('3', 'showcase'), ('4', 'explanation'), ('5', 'delivery')
), car AS (
    SELECT visit.*, place.number AS stands FROM dealership_visit AS visit LEFT JOIN place ON place.stage = visit.stage
    WHERE visit.store_id = %(store)s AND visit.joined_to_id IS NULL
), departure AS (
    SELECT change.visit_id, change.source AS stage, max(change.at) AS at
    FROM dealership_stagechange AS change JOIN car ON car.id = change.visit_id
    JOIN place ON place.stage = change.source
    WHERE car.stage IN ('closed', 'cancelled') OR place.number < car.stands
    GROUP BY change.visit_id, change.source
), fact AS (
    SELECT visit_id, array_agg(kind::text) AS kinds FROM dealership_situation
    WHERE store_id = %(store)s AND until IS NULL GROUP BY visit_id
), step AS (
    SELECT car.id AS visit, point.code AS touchpoint, point.code || '/' || spec.slug AS code, spec.evidence,
           owner.stage, departure.at AS departed, car.left_at,
           coalesce(fact.kinds, '{}') AS kinds, car.lane, car.arrival, car.works
    FROM car JOIN dealership_standardtouchpoint AS point ON point.standard_id = car.standard_id
    JOIN dealership_standardstep AS spec ON spec.touchpoint_id = point.id
    JOIN owner ON owner.digit = left(point.code, 1)
    LEFT JOIN departure ON departure.visit_id = car.id AND departure.stage = owner.stage
    LEFT JOIN fact ON fact.visit_id = car.id
), answered AS (
    SELECT DISTINCT ON (step.visit, step.code) step.*, tick.id AS answer_id, tick.answer, tick.by_hand, tick.moment,
        (step.touchpoint = '1.6' AND lane <> 'express')
        OR (step.touchpoint = '1.7' AND NOT ('claim_line' = ANY(kinds) OR 'claim' = ANY(works)))
        OR (step.touchpoint IN ('1.1', '1.2', '1.3', '1.4', '2.4')
            AND (arrival IN ('picked_up', 'towed') OR 'out_of_hours' = ANY(kinds)))
        OR (step.touchpoint = '5.1' AND kinds && ARRAY['nothing_to_pay', 'home_delivery'])
        OR (step.touchpoint = '3.4' AND 'agent_or_phone' = ANY(kinds))
        OR (step.touchpoint = '4.3' AND 'diagnosis_only' = ANY(kinds))
        OR (step.code = '5.2/payment' AND 'nothing_to_pay' = ANY(kinds))
        OR (step.code = '5.3/guard' AND 'home_delivery' = ANY(kinds))
        OR (step.code = '3.2/materials' AND 'diagnosis_only' = ANY(kinds)) AS set_aside
    FROM step LEFT JOIN tick ON tick.visit = step.visit AND tick.code = step.code
        AND NOT (step.evidence AND tick.by_hand AND tick.answer = 'done')
    ORDER BY step.visit, step.code, step.evidence AND tick.by_hand, tick.moment, tick.id
), weighed AS (
    SELECT answered.*, CASE
        WHEN set_aside OR answer = 'na' THEN NULL
        WHEN answer IS NULL OR answer = 'not_done' THEN 0
        WHEN NOT by_hand THEN 1
        WHEN answer_id IN (SELECT id FROM bulk) THEN 0
        WHEN moment <= coalesce(departed + interval '30 minutes', 'infinity')
            AND moment <= coalesce(left_at + interval '10 minutes', 'infinity') THEN 1
        WHEN (moment AT TIME ZONE %(zone)s)::date
            = (coalesce(departed, left_at) AT TIME ZONE %(zone)s)::date THEN 0.5
        ELSE 0 END AS weight
    FROM answered
), counted AS (
    SELECT weighed.*, CASE
        WHEN weight IS NULL AND NOT set_aside AND count(weight) OVER (PARTITION BY visit, touchpoint) = 0 THEN 0
        ELSE weight END AS counts
    FROM weighed
), lived AS (
    SELECT counted.visit, touchpoint, (departed AT TIME ZONE %(zone)s)::date AS day, counts,
        bool_and(answer IS NULL) OVER (PARTITION BY counted.visit, touchpoint) AS unanswered, counted.stage
    FROM counted WHERE departed IS NOT NULL
), score AS (
    SELECT lived.visit, touchpoint, day, round(10 * sum(counts) / count(counts), 2) AS score
    FROM lived WHERE NOT (unanswered AND EXISTS (
        SELECT 1 FROM dealership_stagechange AS change
        WHERE change.visit_id = lived.visit AND change.target = 'cancelled' AND change.source = lived.stage))
    GROUP BY lived.visit, touchpoint, day HAVING count(counts) > 0
)
"""
OF_A_DAY = """
SELECT touchpoint, round(avg(score), 1), count(*) FROM score WHERE day = %(day)s GROUP BY touchpoint ORDER BY touchpoint
"""
BY_DAY = """
SELECT day, touchpoint, sum(score), count(*) FROM score GROUP BY day, touchpoint
"""
BULK_BY_PERSON = """
SELECT car.advisor_id, count(*) FILTER (WHERE weighed.weight = 0 AND answer_id IN (SELECT id FROM bulk)), count(weight)
FROM weighed JOIN car ON car.id = weighed.visit
WHERE (departed AT TIME ZONE %(zone)s)::date BETWEEN %(first)s AND %(last)s GROUP BY car.advisor_id
"""


def executions(store: Store, day: date) -> dict[str, tuple[Decimal, int]]:
    """Return touchpoint → (execution mean to one place, n) of a store-day."""
    with connection.cursor() as cursor:
        cursor.execute(SQL + OF_A_DAY, {"store": store.pk, "day": day, "zone": store.timezone})
        return {touchpoint: (mean, n) for touchpoint, mean, n in cursor.fetchall()}


def bulk_by_person(store: Store, first: date, last: date) -> dict[UUID, tuple[int, int]]:
    """Return advisor → (steps ticked in bulk, applicable steps) of the visits of these days."""
    found = _rows(SQL + BULK_BY_PERSON, {"store": store.pk, "zone": store.timezone, "first": first, "last": last})
    return {advisor: (bulk, steps) for advisor, bulk, steps in found}


def sums_by_day(store: Store) -> dict[tuple[date, str], tuple[Decimal, int]]:
    """Return (day, touchpoint) → (sum of execution scores, n) of all that a store ever lived, in one statement."""
    found = _rows(SQL + BY_DAY, {"store": store.pk, "zone": store.timezone})
    return {(day, touchpoint): (total, n) for day, touchpoint, total, n in found}


def _rows(statement: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        # Nothing is known of the size of a WITH: nested loops over a year's ticks would take hours.
        cursor.execute("SET enable_nestloop = off")
        cursor.execute(statement, parameters)
        rows = cursor.fetchall()
        cursor.execute("RESET enable_nestloop")
    return rows
