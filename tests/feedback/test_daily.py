"""The rows of a store-day against a second computation of the three readings, straight from the records."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_scopes import scope

from dealership.actions.ticks import tick, undo
from dealership.models import DirtyDay, StepTick, Store, TouchpointRecord, Visit
from dealership.stages import Stage
from feedback.actions.scores import mark_reading, rebuild, sweep
from feedback.models import CustomerReading, DailyScore, ScoreSetting
from feedback.queries.daily import FIGURES, daily_rows, rows_for
from tests.cast import Cast, at
from tests.feedback.lives import checked, closed, hand_steps, move, through
from tests.score_sql import executions

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 20)
PLATES = [f"沪A{number:05}" for number in range(10001, 10013)]


def stored(store: Store) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Return (day, advisor, touchpoint) → figures of all stored rows."""
    return {
        (row.day, row.advisor_id, row.touchpoint): tuple(getattr(row, name) for name in FIGURES)
        for row in DailyScore.objects.filter(store=store)
    }


def answered(visit: Visit, stage: str, gap: int, day: date, touchpoint: str = "", source: str = "survey") -> None:
    CustomerReading.objects.create(
        store_id=visit.store_id, visit=visit, stage=stage, touchpoint=touchpoint, gap=gap, day=day, source=source,
        at=at("12:00", day.isoformat()),
    )  # fmt: skip
    mark_reading(visit.store, day)


def row_of(store: Store, day: date, touchpoint: str, advisor: UUID | None = None) -> DailyScore:
    return next(row for row in rows_for(store, day) if (row.touchpoint, row.advisor_id) == (touchpoint, advisor))


# The second computation: a query for each reading and figure, no grouping sets, no shared text.
EXECUTION = """
SELECT count(*), coalesce(sum(score), 0), coalesce(sum(score ^ 2), 0), coalesce(sum(steps), 0),
    coalesce(sum(live), 0), coalesce(sum(late), 0), coalesce(sum(bulk), 0), coalesce(sum(skipped), 0)
FROM dealership_touchpointrecord WHERE store_id = %s AND day = %s AND score IS NOT NULL AND touchpoint = %s
    AND (%s IS NULL OR visit_id IN (SELECT id FROM dealership_visit WHERE advisor_id::text = %s))
"""
CHECK = """
SELECT count(score), coalesce(sum(score), 0) FROM feedback_checkscore
WHERE store_id = %s AND touchpoint = %s AND day > %s::date - 28 AND day <= %s AND audit_id IS NULL AND %s IS NULL
"""
SAID = """
SELECT count(*), coalesce(sum(2.5 * (gap + 2)), 0), count(*) FILTER (WHERE reading.touchpoint <> '')
FROM feedback_customerreading AS reading WHERE store_id = %s AND day > %s::date - 28 AND day <= %s
    AND (%s IS NULL OR visit_id IN (SELECT id FROM dealership_visit WHERE advisor_id::text = %s))
    AND CASE WHEN reading.touchpoint = '' THEN
        (stage = CASE left(%s, 1) WHEN '1' THEN 'reception' WHEN '2' THEN 'negotiation' WHEN '3' THEN 'showcase'
                WHEN '4' THEN 'explanation' ELSE 'delivery' END
            AND EXISTS (SELECT FROM dealership_touchpointrecord AS record
                WHERE record.visit_id = reading.visit_id AND record.touchpoint = %s AND applicable))
        ELSE reading.touchpoint = %s END
"""


def second(store: Store, day: date, touchpoint: str, advisor: UUID | None) -> tuple[Any, ...]:
    """Return n, total, …, said_named of one touchpoint by the plain queries above."""
    who = advisor and str(advisor)
    with connection.cursor() as cursor:
        cursor.execute(EXECUTION, [store.pk, day, touchpoint, who, who])
        lived = cursor.fetchone()
        cursor.execute(CHECK, [store.pk, touchpoint, day, day, who])
        looked = cursor.fetchone()
        cursor.execute(SAID, [store.pk, day, day, who, who, touchpoint, touchpoint, touchpoint])
        return (*lived, *looked, *cursor.fetchone())


def live_a_little(cast: Cast, source: Random) -> None:
    """Random visits, late and early ticks, undo, moves back, answers and checks over three weeks."""
    for number, plate in enumerate(PLATES):
        day = (DAY - timedelta(days=source.randrange(21))).isoformat()
        visit = cast.visit(plate, now=at(f"08:{number:02}", day))
        visit.advisor = source.choice([cast.advisor, cast.advisor3])
        visit.save(update_fields=["advisor"])
        start = at(f"09:{number:02}", day)
        tick(visit, by=cast.advisor, steps=source.sample(hand_steps(visit), 12), now=start)
        for given in source.sample(list(StepTick.objects.filter(visit=visit, evidence="")), 3):
            undo(visit, by=cast.advisor, ticks=[given.pk], now=start + timedelta(minutes=source.randrange(1, 90)))
        through(cast, visit, start=start, until=Stage.EXPLANATION)
        if source.random() < 0.4:
            move(visit, Stage.WORKSHOP, by=cast.advisor, now=start + timedelta(hours=2))
        if source.random() < 0.8:
            through(cast, visit, start=start + timedelta(hours=3))
        late = start + timedelta(minutes=source.choice([100, 500, 2000]))
        tick(visit, by=cast.advisor3, steps=source.sample(hand_steps(visit), 6), now=late)
        if source.random() < 0.7:
            said_on = date.fromisoformat(day) + timedelta(days=source.randrange(6))
            answered(visit, "reception", source.randint(-2, 2), said_on)
            answered(visit, "showcase", source.randint(-2, 2), said_on, touchpoint=source.choice(["", "3.4"]))
    for touchpoint in ("1.4", "3.4"):
        checked(cast.store, touchpoint, [source.choice([None, 3, 7, 8, 10]) for _one in range(9)], DAY, by=cast.manager)


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_rows_equal_a_second_computation(cast: Cast, time_machine, seed: int):
    time_machine.move_to(at("18:30"), tick=True)
    with scope(store=cast.store):
        live_a_little(cast, Random(seed))
        sweep(at("18:30"))
        assert not DirtyDay.objects.exists()
        codes = sorted(set(TouchpointRecord.objects.values_list("touchpoint", flat=True)))
        assert len(codes) == 22
        found, compared = stored(cast.store), 0
        for back in range(28):
            day = DAY - timedelta(days=back)
            for advisor in (None, cast.advisor.pk, cast.advisor3.pk):
                for code in codes:
                    told = second(cast.store, day, code, advisor)
                    row = found.get((day, advisor, code))
                    if row is None:
                        assert not any((told[0], told[8], told[10])), (day, advisor, code)
                    else:
                        assert row[:-1] == told
                        compared += 1
            for code, (mean, n) in executions(cast.store, day).items():
                row = found[day, None, code]
                assert ((row[1] / n).quantize(Decimal("0.1"), "ROUND_HALF_UP"), row[0]) == (mean, n)
        assert compared > 200


def test_recomputing_all_anew_changes_nothing(cast: Cast, time_machine):
    time_machine.move_to(at("18:30"), tick=True)
    with scope(store=cast.store):
        live_a_little(cast, Random(9))
        sweep(at("18:30"))
        before = {row.pk: (row.day, row.advisor_id, row.touchpoint) for row in DailyScore.objects.all()}
        figures = stored(cast.store)
        assert rebuild(cast.store, [DAY - timedelta(days=back) for back in range(40)]) == 40
        assert stored(cast.store) == figures
        assert {row.pk: (row.day, row.advisor_id, row.touchpoint) for row in DailyScore.objects.all()} == before


def test_a_row_that_nothing_stands_behind_any_more_goes(cast: Cast):
    with scope(store=cast.store):
        visit = closed(cast)
        rebuild(cast.store, [DAY])
        assert DailyScore.objects.filter(touchpoint="1.5", day=DAY).count() == 2
        TouchpointRecord.objects.filter(visit=visit, touchpoint="1.5").update(day=None)
        rebuild(cast.store, [DAY])
        assert not DailyScore.objects.filter(touchpoint="1.5", day=DAY).exists()


def test_three_readings_make_one_figure_by_weight(cast: Cast, time_machine):
    time_machine.move_to(at("18:30"), tick=False)
    with scope(store=cast.store):
        for number, plate in enumerate(PLATES[:6]):
            answered(closed(cast, plate, clock=f"09:{number:02}"), "delivery", 1, DAY, touchpoint="5.2")
        checked(cast.store, "5.2", [6, 6, 7, 8, 8], DAY, by=cast.manager)
        row = row_of(cast.store, DAY, "5.2")
        execution = row.total / row.n
        assert (row.n, row.check_n, row.check_total, row.said_n, row.said_total) == (6, 5, 35, 6, 45)
        assert row.figure == round((25 * execution + 25 * 7 + 50 * Decimal("7.5")) / 100, 1)
        ScoreSetting.objects.create(
            store=cast.store, execution_weight=0, check_weight=100, customer_weight=0, changed_at=at("18:00")
        )
        assert row_of(cast.store, DAY, "5.2").figure == 7
        assert row_of(cast.store, DAY, "5.1").figure is None


def test_a_reading_of_four_counts_as_missing_and_its_weight_is_shared_out(cast: Cast, time_machine):
    time_machine.move_to(at("18:30"), tick=False)
    with scope(store=cast.store):
        for number, plate in enumerate(PLATES[:6]):
            closed(cast, plate, clock=f"09:{number:02}")
        plain = row_of(cast.store, DAY, "5.2").figure
        checked(cast.store, "5.2", [0, 0, 0, 0, None], DAY, by=cast.manager)
        row = row_of(cast.store, DAY, "5.2")
        assert (row.check_n, row.figure) == (4, plain)
        checked(cast.store, "5.2", [0], DAY, by=cast.manager)
        assert row_of(cast.store, DAY, "5.2").figure < plain


def test_an_answer_without_a_touchpoint_counts_for_all_that_apply_of_its_stage(cast: Cast, time_machine):
    time_machine.move_to(at("18:30"), tick=False)
    with scope(store=cast.store):
        visit = closed(cast)
        answered(visit, "reception", 2, DAY)
        answered(visit, "reception", -2, DAY, touchpoint="1.5")
        rows = {row.touchpoint: row for row in rows_for(cast.store, DAY) if row.advisor_id is None}
        applies = set(
            TouchpointRecord.objects.filter(visit=visit, applicable=True).values_list("touchpoint", flat=True)
        )
        assert {code for code, row in rows.items() if row.said_n} - {""} == {c for c in applies if c[0] == "1"}
        assert "1.7" not in applies
        assert (rows["1.5"].said_n, rows["1.5"].said_total, rows["1.5"].said_named) == (2, 10, 1)
        assert (rows["1.4"].said_n, rows["1.4"].said_total, rows["1.4"].said_named) == (1, 10, 0)
        assert (rows[""].said_n, rows[""].said_total, rows[""].said_named, rows[""].n) == (2, 10, 1, 1)


def test_readings_leave_after_28_days(cast: Cast, time_machine):
    time_machine.move_to(at("18:30"), tick=False)
    with scope(store=cast.store):
        visit = closed(cast)
        answered(visit, "delivery", 0, DAY - timedelta(days=27), touchpoint="5.2")
        assert row_of(cast.store, DAY, "5.2").said_n == 1
        assert row_of(cast.store, DAY - timedelta(days=27), "5.2").said_n == 1
        CustomerReading.objects.update(day=DAY - timedelta(days=28))
        assert row_of(cast.store, DAY, "5.2").said_n == 0


def test_figure_of_the_day_is_the_plain_mean_of_the_figures_shown(cast: Cast):
    with scope(store=cast.store):
        for number, plate in enumerate(PLATES[:6]):
            closed(cast, plate, clock=f"09:{number:02}")
        for advisor in (None, cast.advisor.pk):
            rows = [row for row in rows_for(cast.store, DAY) if row.advisor_id == advisor]
            shown = [row.figure for row in rows if row.touchpoint and row.figure is not None]
            whole = next(row for row in rows if not row.touchpoint)
            assert whole.figure == (sum(shown) / len(shown)).quantize(Decimal("0.1"), "ROUND_HALF_UP")
            assert whole.n == 6
            assert whole.steps == sum(row.steps for row in rows if row.touchpoint)


def test_another_store_is_not_counted(cast: Cast):
    with scope(store=cast.store):
        closed(cast)
    with scope(store=cast.other):
        assert rows_for(cast.other, DAY) == []


def test_stored_days_and_todays_live_rows_in_two_queries(cast: Cast, time_machine):
    time_machine.move_to(at("18:30"), tick=False)
    with scope(store=cast.store):
        closed(cast, PLATES[0], day="2026-11-18")
        sweep(at("18:30"))
        closed(cast, PLATES[1])
        for advisor in (None, cast.advisor):
            with CaptureQueriesContext(connection) as asked:
                rows = daily_rows([cast.store], DAY - timedelta(days=13), DAY, advisor=advisor)
            assert len(asked) == 2
            assert {row.day for row in rows} == {date(2026, 11, 18), DAY}
            assert {row.advisor for row in rows} == {advisor}
        assert not DailyScore.objects.filter(day=DAY).exists()
        assert daily_rows([cast.store, cast.other], DAY, DAY) == []
