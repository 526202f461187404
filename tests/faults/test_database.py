"""PostgreSQL is restarted at once (SIGQUIT: no goodbye, no checkpoint) while a worker sends."""

import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from dealership.launcher.postgres import ENVIRONMENT, Postgres
from tests.doubles.worker import environment, running_worker
from tests.faults.conftest import Tell
from tests.faults.house import MINUTE, double, own_queue, until, wake

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300), pytest.mark.django_db]

SENDS, RESTARTS = (100, 1) if MINUTE else (1000, 3)
OPEN = {"waiting", "sending", "unknown"}
LEASES_END = """
    UPDATE dealership_message SET leased_until = now() - interval '1 second' WHERE leased_until IS NOT NULL;
    UPDATE dealership_message SET send_at = now() - interval '1 second' WHERE state = 'unknown'
"""


@pytest.fixture
def database() -> Iterator[Postgres]:
    """A cluster of one's own that flushes what it commits."""
    folder = Path(tempfile.mkdtemp())
    # PostgreSQL runs as another account where we are root.
    folder.chmod(0o711)
    found = Postgres(folder / "cluster", throwaway=False)
    try:
        found.start()
        yield found
    finally:
        found.stop()
        shutil.rmtree(folder, ignore_errors=True)


def ask(database: Postgres, statement: str) -> list[Any]:
    """Run a statement on the cluster."""
    connection = psycopg2.connect(database.url, connect_timeout=3)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def states_in(database: Postgres) -> dict[str, int]:
    return dict(ask(database, "SELECT state, count(*) FROM dealership_message GROUP BY state"))


def restart_at_once(database: Postgres) -> None:
    """Let it fall and come back on the same port; it recovers from its log."""
    process = database.server.process
    assert process
    process.send_signal(signal.SIGQUIT)
    process.wait(timeout=20)
    database.server.start(database._command(), env=ENVIRONMENT)
    database.server.wait_until(database._answers)


def test_database_restarted_in_mid_send(database: Postgres, tell: Tell) -> None:
    own = {"DATABASE_URL": database.url}
    for command in (["manage.py", "migrate", "--verbosity", "0"], ["-m", "tests.faults.seed", str(SENDS)]):
        subprocess.run([sys.executable, *command], env=environment(**own), check=True, timeout=120)
    sent_at = []
    with double("sms") as provider:
        settings = own_queue({**provider.settings, **own})
        with running_worker(**settings) as worker:
            for number in range(1, RESTARTS + 1):
                goal = SENDS * number // (RESTARTS + 1)
                until(lambda goal=goal: len(provider.state.sent) >= goal, every=0.001, also=lambda: wake(settings))
                sent_at.append(len(provider.state.sent))
                restart_at_once(database)
            until(lambda: "waiting" not in states_in(database), every=0.2, also=lambda: wake(settings))
            left = sum(count for state, count in states_in(database).items() if state in OPEN)
            ask(database, LEASES_END)
            until(lambda: not OPEN & set(states_in(database)), every=0.2, also=lambda: wake(settings))
            alive = worker.poll() is None
        counted = Counter(provider.taken())
    wanted = {key.replace("-", "") for (key,) in ask(database, "SELECT id::text FROM dealership_message")}
    tell(f"PostgreSQL restarted at once in {SENDS} sends: sent at these moments", (f"< {SENDS}", fits), sent_at)
    tell("  the worker outlives it", True, alive)
    tell("  rows whose fate was asked for", (">= 0", lambda n: n >= 0), left)
    tell("  delivered, lost, twice", [SENDS, 0, 0],
         [len(wanted & set(counted)), len(wanted - set(counted)), sum(n > 1 for n in counted.values())])  # fmt: skip
    tell("  states of the rows", {"sent": SENDS}, states_in(database))


def fits(moments: list[int]) -> bool:
    """Tell whether every restart came in mid-send."""
    return len(moments) == RESTARTS and all(0 < one < SENDS for one in moments)
