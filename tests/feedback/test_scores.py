"""The sweep of the roll-up: two at once, killed in between, beside writers; and what marks which day."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django_scopes import scope, scopes_disabled

from dealership.actions.records import dirty
from dealership.actions.ticks import tick
from dealership.actions.visits import accept_offer, offer
from dealership.models import DirtyDay
from feedback.actions import scores
from feedback.actions.scores import days_until, mark_all, mark_reading, nightly, rebuild, recompute, sweep
from feedback.models import DailyScore
from tests.cast import Cast, at, make_cast
from tests.feedback.lives import closed, through

DAY = date(2026, 11, 20)
fork = multiprocessing.get_context("fork")
WAIT = 30
# From Python 3.12 on a fork beside pytest's own threads is warned about; these children touch none of them.
pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")


@pytest.fixture
def shared(transactional_db: None) -> Cast:
    """The cast where other processes see it."""
    return make_cast()


def in_process(work: Callable[[], Any], answers: Any) -> Any:
    """Start `work` in a process with connections of its own; what it returns lies in `answers`."""

    def run() -> None:
        with scopes_disabled():
            answers.put(work())
        connections.close_all()

    connections.close_all()
    process = fork.Process(target=run)
    process.start()
    return process


def marked() -> list[date]:
    with scopes_disabled():
        return list(DirtyDay.objects.order_by("day").values_list("day", flat=True))


def test_two_sweeps_at_once_compute_each_day_once(shared: Cast):
    with scope(store=shared.store):
        closed(shared)
        dirty(shared.store, days_until(DAY - timedelta(days=60), DAY))
    answers = fork.Queue()
    processes = [in_process(lambda: sweep(at("18:00")), answers) for _one in range(2)]
    counts = [answers.get(timeout=WAIT) for _one in processes]
    for process in processes:
        process.join(WAIT)
    assert (sum(counts), marked()) == (61, [])
    with scope(store=shared.store):
        assert DailyScore.objects.filter(day=DAY, advisor=None, touchpoint="").count() == 1


def test_a_worker_killed_between_claim_and_rows_leaves_the_day_marked(shared: Cast):
    with scope(store=shared.store):
        closed(shared)
    assert marked() == [DAY]

    def die() -> None:
        scores._write = lambda *claimed: os.kill(os.getpid(), signal.SIGKILL)
        sweep(at("18:00"))

    process = in_process(die, fork.Queue())
    process.join(WAIT)
    assert process.exitcode == -signal.SIGKILL
    with scope(store=shared.store):
        assert not DailyScore.objects.exists()
    assert marked() == [DAY]
    assert sweep(at("18:00")) == 1
    with scope(store=shared.store):
        assert DailyScore.objects.filter(day=DAY, touchpoint="").exists()


def test_a_write_that_comes_while_its_day_is_computed_marks_it_anew(shared: Cast):
    with scope(store=shared.store):
        closed(shared)
    computing, answers = fork.Event(), fork.Queue()

    def slowly() -> int:
        write = scores._write

        def held(*claimed: Any) -> None:
            write(*claimed)
            computing.set()
            time.sleep(0.5)

        scores._write = held
        return sweep(at("18:00"))

    process = in_process(slowly, answers)
    assert computing.wait(WAIT)
    with scope(store=shared.store):
        closed(shared, "沪B12345", clock="10:00")
    assert answers.get(timeout=WAIT) in {1, 2}
    process.join(WAIT)
    sweep(at("18:00"))
    assert marked() == []
    with scope(store=shared.store):
        assert DailyScore.objects.get(day=DAY, advisor=None, touchpoint="").n == 2


def test_a_sweep_does_not_wait_for_a_writer_and_loses_nothing(shared: Cast):
    with scope(store=shared.store):
        dirty(shared.store, [DAY, DAY - timedelta(days=1)])
    holding, go = fork.Event(), fork.Event()

    def hold() -> None:
        with transaction.atomic():
            dirty(shared.store, [DAY])
            holding.set()
            go.wait(WAIT)

    process = in_process(hold, fork.Queue())
    assert holding.wait(WAIT)
    began = time.monotonic()
    assert sweep(at("18:00")) == 1
    assert time.monotonic() - began < 1.5
    assert marked() == [DAY]
    go.set()
    process.join(WAIT)
    assert (sweep(at("18:00")), marked()) == (1, [])


def test_recompute_and_sweep_of_one_day_take_turns(shared: Cast):
    with scope(store=shared.store):
        closed(shared)
    answers = fork.Queue()

    def many() -> int:
        for _one in range(20):
            recompute(shared.store, DAY)
        return 20

    processes = [in_process(many, answers) for _one in range(3)]
    assert [answers.get(timeout=WAIT) for _one in processes] == [20, 20, 20]
    for process in processes:
        process.join(WAIT)
    assert marked() == []


@pytest.mark.django_db
def test_a_late_tick_marks_its_day_and_the_next_sweep_has_it(cast: Cast):
    with scope(store=cast.store):
        visit = closed(cast)
        sweep(at("18:00"))
        before = DailyScore.objects.get(day=DAY, advisor=None, touchpoint="3.4")
        tick(visit, by=cast.advisor, steps=["3.4/result"], now=at("11:45"))
        assert marked() == [DAY]
        assert sweep(at("18:00")) == 1
        after = DailyScore.objects.get(day=DAY, advisor=None, touchpoint="3.4")
        assert (after.pk, after.late - before.late) == (before.pk, 1)
        assert after.total > before.total


@pytest.mark.django_db
def test_newest_days_come_first_and_a_sweep_ends_in_time(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    with scope(store=cast.store):
        dirty(cast.store, days_until(DAY - timedelta(days=5), DAY))
        monkeypatch.setattr(scores, "SWEEP_SECONDS", 0)
        assert sweep(at("18:00")) == 1
        assert marked()[-1] == DAY - timedelta(days=1)


@pytest.mark.django_db
def test_a_sweep_takes_two_statements_a_day(cast: Cast):
    with scope(store=cast.store):
        closed(cast)
        with CaptureQueriesContext(connection) as asked:
            sweep(at("18:00"))
        statements = [query["sql"] for query in asked if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
        assert len(statements) == 4  # the marks, the claim, the rows, the marks again


@pytest.mark.django_db
def test_a_reading_marks_its_day_and_the_27_after_it_but_none_to_come(cast: Cast, time_machine):
    time_machine.move_to(at("18:30"), tick=True)
    with scope(store=cast.store):
        assert mark_reading(cast.store, DAY - timedelta(days=3), now=at("18:00")) == marked()
        assert marked() == days_until(DAY - timedelta(days=3), DAY)
        sweep(at("18:00"))
        mark_reading(cast.store, DAY - timedelta(days=40), now=at("18:00"))
        assert marked() == days_until(DAY - timedelta(days=40), DAY - timedelta(days=13))


@pytest.mark.django_db
def test_all_days_with_rows_are_marked_when_the_weights_change(cast: Cast):
    with scope(store=cast.store):
        closed(cast)
        closed(cast, "沪B12345", day="2026-10-02")
        sweep(at("18:00"))
        assert mark_all(cast.store) == 2
        assert marked() == [date(2026, 10, 2), DAY]


@pytest.mark.django_db
def test_every_night_the_last_28_days_are_marked_and_old_marks_are_an_alarm(cast: Cast):
    with scopes_disabled():
        assert nightly(at("03:00")) == 0
        assert marked() == sorted(2 * days_until(DAY - timedelta(days=28), DAY - timedelta(days=1)))
        assert nightly(at("03:20")) == 56


@pytest.mark.django_db
def test_a_car_that_a_colleague_takes_over_marks_the_days_it_counted_in(cast: Cast):
    with scope(store=cast.store):
        visit = through(cast, cast.visit(), start=at("08:31"), until="showcase")
        sweep(at("18:00"))
        assert DailyScore.objects.filter(day=DAY, advisor=cast.advisor).exists()
        offer(visit, by=cast.advisor, to=cast.advisor3, now=at("08:00", "2026-11-21"))
        accept_offer(visit, by=cast.advisor3, now=at("08:05", "2026-11-21"))
        assert marked() == [DAY]
        sweep(at("18:00"))
        assert set(DailyScore.objects.values_list("advisor", flat=True)) == {None, cast.advisor3.pk}


@pytest.mark.django_db
def test_the_command_rebuilds_days_of_a_store(cast: Cast, time_machine):
    time_machine.move_to(at("18:30"), tick=False)
    with scope(store=cast.store):
        closed(cast)
        closed(cast, "沪B12345", day="2026-11-18")
        assert rebuild(cast.store, [DAY]) == 1
    out = StringIO()
    call_command("scores", "--rebuild", "--store=hq", stdout=out)
    call_command("scores", "--rebuild", "--from=2026-11-19", "--until=2026-11-30", stdout=out)
    assert out.getvalue().splitlines() == ["虹桥店: 3 days", "虹桥店: 2 days", "西区店: 2 days"]
    assert marked() == []
    with scope(store=cast.store):
        assert set(DailyScore.objects.values_list("day", flat=True)) == {DAY, date(2026, 11, 18)}
    with pytest.raises(CommandError):
        call_command("scores", "--rebuild", "--store=nowhere")
