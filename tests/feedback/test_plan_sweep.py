"""Reminders, the day of the review, and climbing: each once, whoever sweeps."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django_scopes import scope, scopes_disabled

from dealership.models import Message
from feedback.actions.plan_moves import check, drop, start
from feedback.actions.plan_steps import tick_step
from feedback.actions.plan_sweep import sweep
from feedback.models import Plan, PlanStep
from tests.cast import Cast, at, make_cast
from tests.feedback.plan_world import TITLE, TODAY, planned

DAY = timedelta(days=1)


@pytest.fixture
def store(cast: Cast):
    with scope(store=cast.store):
        yield cast.store


def told() -> list[tuple[str, str]]:
    with scopes_disabled():
        rows = Message.objects.filter(kind="staff_alert").order_by("created_at", "dedupe_key").select_related("staff")
        return [(row.staff.username, row.body) for row in rows if row.staff]


def running(cast: Cast) -> Plan:
    return start(planned(cast, now=at("09:00")), by=cast.manager, now=at("09:00"))


@pytest.mark.django_db
def test_step_is_reminded_once_on_the_morning_before(cast: Cast, store):
    plan = running(cast)
    assert sweep(at("07:59", "2026-11-21")) == 0
    assert sweep(at("08:00", "2026-11-21")) == 1
    assert sweep(at("08:01", "2026-11-21")) == 0
    ((username, body),) = told()
    assert username == "advisor"
    assert "步骤1" in body
    assert TITLE in body
    assert f"/hq/plans/{plan.pk}/" in body


@pytest.mark.django_db
def test_done_or_dropped_steps_remind_nobody(cast: Cast, store):
    plan = running(cast)
    tick_step(PlanStep.objects.get(), by=cast.advisor, now=at("10:00"))
    assert sweep(at("08:00", "2026-11-21")) == 0
    PlanStep.objects.update(done_at=None, remind_at=at("08:00", "2026-11-21"))
    drop(plan, why="换了系统", by=cast.manager, now=at("11:00"))
    assert sweep(at("08:00", "2026-11-21")) == 0
    assert told() == []


@pytest.mark.django_db
def test_plan_goes_on_to_the_check_on_its_day(cast: Cast, store):
    plan = running(cast)
    tick_step(PlanStep.objects.get(), by=cast.advisor, now=at("10:00"))
    # 00:30 in Shanghai is the day before in Greenwich.
    assert sweep(at("23:30", "2026-12-17")) == 0
    assert sweep(at("00:30", "2026-12-18")) == 1
    assert sweep(at("00:31", "2026-12-18")) == 0
    assert Plan.objects.get(pk=plan.pk).phase == "check"
    assert [username for username, _body in told()] == ["advisor"]


@pytest.mark.django_db
def test_overdue_climbs_to_the_manager_and_then_to_the_chain(cast: Cast, store):
    running(cast)
    PlanStep.objects.update(remind_at=None)
    steps = [
        ("07:59", "2026-11-24", [], 0),
        ("08:00", "2026-11-24", ["manager"], 1),
        ("08:01", "2026-11-24", ["manager"], 1),
        ("07:59", "2026-11-29", ["manager"], 1),
        ("08:00", "2026-11-29", ["manager", "chain"], 2),
        ("08:00", "2026-12-05", ["manager", "chain"], 2),
    ]
    for clock, day, people, level in steps:
        sweep(at(clock, day))
        assert ([username for username, _body in told()], Plan.objects.get().level) == (people, level), (clock, day)
    assert "逾期 2 天" in told()[0][1]
    assert "逾期 7 天" in told()[1][1]


@pytest.mark.django_db
def test_review_that_nobody_does_climbs_too(cast: Cast, store):
    running(cast)
    tick_step(PlanStep.objects.get(), by=cast.advisor, now=at("10:00"))
    sweep(at("08:00", "2026-12-18"))
    sweep(at("08:00", "2026-12-20"))
    assert [username for username, _body in told()] == ["advisor", "manager"]


@pytest.mark.django_db
def test_what_is_done_comes_down_again(cast: Cast, store):
    running(cast)
    sweep(at("08:00", "2026-11-24"))
    assert Plan.objects.get().level == 1
    tick_step(PlanStep.objects.get(), by=cast.advisor, now=at("09:00", "2026-11-24"))
    plan = Plan.objects.get()
    assert (plan.level, plan.climb_at) == (0, at("08:00", "2026-12-20"))


@pytest.mark.django_db
def test_too_few_values_give_the_review_more_time(cast: Cast, store):
    running(cast)
    tick_step(PlanStep.objects.get(), by=cast.advisor, now=at("10:00"))
    sweep(at("08:00", "2026-12-18"))
    plan = check(Plan.objects.get(), by=cast.manager, now=at("09:00", "2026-12-18"))
    assert (plan.review_on, plan.climb_at) == (TODAY + 42 * DAY, at("08:00", "2027-01-03"))


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_tell_once():
    cast = make_cast()
    with scope(store=cast.store):
        running(cast)
    barrier, done = Barrier(2), []

    def run() -> None:
        try:
            barrier.wait(5)
            done.append(sweep(at("08:00", "2026-11-24")))
        finally:
            connection.close()

    threads = [Thread(target=run) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(done) == 2
    assert sorted(username for username, _body in told()) == ["advisor", "manager"]
