"""Signs of life: /livez for load balancers, /healthz for people, and whoever gives them."""

import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError
from django.test import Client
from django.utils import timezone
from django_scopes import scope

from dealership import beat, tasks, wiring
from dealership.actions.heartbeats import beat as give_sign
from dealership.celery import app
from dealership.models import Event, Heartbeat
from dealership.queries.health import report
from dealership.queries.strays import count_strays
from tests.cast import Cast, at
from tests.doubles.worker import environment


def test_livez_needs_the_database_only(db: None, settings: Any) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"

    response = Client().get("/livez")

    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert response.headers["Cache-Control"].startswith("max-age=0")


@pytest.mark.django_db
def test_livez_says_503_without_its_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise OperationalError("connection refused\nmore about it")

    monkeypatch.setattr("dealership.queries.health.connection.cursor", away)

    response = Client().get("/livez")

    assert (response.status_code, response.json()) == (503, {"status": "down", "database": "connection refused"})


def test_healthz_has_a_line_for_each_part(db: None) -> None:
    give_sign("worker")
    give_sign("beat", now=timezone.now() - timedelta(seconds=7))

    response = Client().get("/healthz")

    answer = response.json()
    assert response.status_code == 200
    assert list(answer) == ["status", "database", "broker", "worker", "beat"]
    assert [answer[name] if name == "status" else answer[name]["status"] for name in answer] == ["ok"] * 5
    assert 7 <= answer["beat"]["age"] < 9


def test_healthz_says_503_and_why(db: None, settings: Any) -> None:
    settings.CELERY_BROKER_URL = "redis://:hush@127.0.0.1:1/0"
    give_sign("beat", now=timezone.now() - timedelta(minutes=5))

    response = Client().get("/healthz")

    answer = response.json()
    assert (response.status_code, answer["status"]) == (503, "down")
    assert answer["broker"]["status"] == "down"
    assert "hush" not in response.content.decode()
    assert answer["worker"] == {"status": "down", "reason": "no sign of life"}
    assert answer["beat"]["reason"] == "silent for 300 s"


def test_healthz_is_quick_when_the_broker_hangs(db: None, settings: Any) -> None:
    settings.CELERY_BROKER_URL = "redis://10.255.255.1:6379/0"
    started = time.monotonic()

    lines, problem = report()

    assert time.monotonic() - started < 3
    assert lines["broker"]["status"] == "down"
    assert "broker" in problem


def test_health_without_a_database_still_names_the_rest(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dealership.queries.health.alive", lambda: "gone")

    lines, problem = report()

    assert problem == "database: gone; worker: no sign of life; beat: no sign of life"
    assert lines["broker"] == {"status": "ok"}


def test_a_sign_of_life_is_written_at_most_every_five_seconds(db: None) -> None:
    moments = [at("11:00:00"), at("11:00:03"), at("11:00:05"), at("11:00:06")]

    written = [give_sign("worker", now=moment) for moment in moments]

    assert written == [True, False, True, False]
    assert Heartbeat.objects.get().at == at("11:00:05")


@pytest.mark.django_db(transaction=True)
def test_a_sweep_task_runs_the_wired_sweep_and_gives_a_sign() -> None:
    assert tasks.sweep("outbox") == 0
    assert Heartbeat.objects.filter(name="worker").exists()


@pytest.mark.django_db(transaction=True)
def test_a_nightly_check_that_finds_something_is_an_alarm(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(wiring.NIGHTLY, "found", "tests.test_health.found_two")

    assert [tasks.nightly("found"), tasks.nightly("strays")] == [2, 0]
    assert [record.getMessage() for record in caplog.records] == ["Nightly check found found 2"]


def found_two(now: object) -> int:
    return 2


def test_strays_are_counted_in_every_table(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    visit = cast.visit()
    assert count_strays(timezone.now()) == 0

    with scope(store=cast.other):
        Event.objects.create(store=cast.other, visit=visit, kind="astray", at=at("08:40"))

    assert count_strays(timezone.now()) == 1
    assert "1 rows of dealership.Event name a visit of another store" in caplog.text


@pytest.fixture
def scheduler(tmp_path: Path) -> Any:
    made = beat.Scheduler(app, schedule_filename=str(tmp_path / "schedule"), lazy=True)
    made.setup_schedule()
    made.schedule.clear()
    yield made
    made.close()


@pytest.mark.django_db(transaction=True)
def test_beat_gives_a_sign_of_life(scheduler: Any) -> None:
    wait = scheduler.tick()

    assert Heartbeat.objects.filter(name="beat").exists()
    assert 0 <= wait <= 5


@pytest.mark.django_db(transaction=True)
def test_beat_outlives_its_database(scheduler: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(name: str, **given: object) -> bool:
        raise DatabaseError("gone")

    monkeypatch.setattr(beat, "beat", away)

    assert scheduler.tick() <= 5
    assert not Heartbeat.objects.exists()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_real_beat_wakes_every_sweep(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "celery", "-A", "dealership", "--quiet", "beat", "--pidfile=", "-l", "INFO"]
    log = tmp_path / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env=environment(DATA_DIR=str(tmp_path)), stdout=output, stderr=subprocess.STDOUT
        )
        try:
            end = time.monotonic() + 40
            while "sweep-outbox" not in log.read_text() or not Heartbeat.objects.filter(name="beat").exists():
                assert time.monotonic() < end, log.read_text()
                time.sleep(0.2)
        finally:
            process.terminate()
            process.wait(timeout=20)
