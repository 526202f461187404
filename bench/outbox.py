"""How much longer do messages through the outbox take than empty Celery tasks? `python -m bench.outbox`

One run, on real servers: as many messages through the outbox to an HTTP double as empty tasks through the same broker
and the same worker, in turns (tasks, messages, messages, tasks, ...). From the first `delay()` until the broker holds
no task; from the first row until every row is sent. Exit code 1 when the median of the messages is more than LIMIT
times the median of the tasks, or when one message is lost or comes twice.
BENCH_FORM=minute: smaller numbers. The figures also go to .data/bench/outbox.json.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from datetime import time as time_of_day
from pathlib import Path
from statistics import median
from typing import NamedTuple
from urllib.request import urlopen

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone
from django_scopes import scope

from bench.worker import ADDRESS, CHANNEL, app, empty
from dealership.models import Message, Store, Visit
from dealership.tasks import sweep
from tests.cast import make_cast

LIMIT = 1.5
MINUTE = os.environ.get("BENCH_FORM") == "minute"
COUNT, ROUNDS = (1_000, 4) if MINUTE else (10_000, 4)
WARM = 400
PROCESSES = 2
"""As `deploy/start worker` has it."""
ROWS = 500
"""Messages written in one transaction."""
PATIENCE = 240.0
"""Seconds for one round."""
REPORT = Path(__file__).resolve().parent.parent / ".data" / "bench" / "outbox.json"


class Seconds(NamedTuple):
    """Of one round, from its start: until the last task or row was written, until the last was done."""

    written: float
    done: float


def main() -> int:
    """Measure and report; return the exit code."""
    call_command("migrate", verbosity=0)
    visit = a_visit()
    with double() as address, worker(address):
        warm_up(visit)
        times: dict[str, list[Seconds]] = {"tasks": [], "messages": []}
        for number in range(ROUNDS):
            for name in ("tasks", "messages") if number % 2 == 0 else ("messages", "tasks"):
                measure = through_celery if name == "tasks" else through_outbox
                times[name].append(measure(COUNT, visit))
                written, done = times[name][-1]
                print(f"{name:>9} {done:8.2f} s, the last one written after {written:.2f} s", flush=True)
        told = json.load(urlopen(address))  # noqa: S310 - our own double
    return report(times, told)


def a_visit() -> Visit:
    """Write a store without quiet hours and a visit in it."""
    cast = make_cast()
    Store.objects.update(quiet_from=time_of_day(), quiet_until=time_of_day())
    return cast.visit(now=timezone.now())


@contextmanager
def double() -> Iterator[str]:
    """Run the HTTP double; yield its address."""
    process = subprocess.Popen([sys.executable, "-m", "bench.double"], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}/"
    finally:
        process.terminate()
        process.wait(timeout=20)


@contextmanager
def worker(address: str) -> Iterator[None]:
    """Run the worker with its processes."""
    command = [sys.executable, "-m", "bench.worker", "--concurrency", str(PROCESSES)]
    process = subprocess.Popen(command, env={**os.environ, ADDRESS: address, "PYTHONWARNINGS": "ignore"})
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=60)


def warm_up(visit: Visit) -> None:
    """Let every process of the worker load what it needs."""
    through_celery(WARM, visit)
    through_outbox(WARM, visit)


def through_celery(count: int, _visit: Visit) -> Seconds:
    """Send `count` empty tasks."""
    started = time.monotonic()
    for _ in range(count):
        empty.delay()
    written = time.monotonic()
    idle(started)
    return Seconds(written - started, time.monotonic() - started)


def through_outbox(count: int, visit: Visit) -> Seconds:
    """Write `count` messages and let them be sent."""
    started, over = time.monotonic(), threading.Event()
    now = timezone.now()
    caller = threading.Thread(target=wake, args=[over])
    try:
        with scope(store=visit.store):
            for first in range(0, count, ROWS):
                Message.objects.bulk_create(a_message(visit, now) for _ in range(min(ROWS, count - first)))
                if not first:
                    caller.start()
            written = time.monotonic()
            open_ones = Message.objects.filter(state__in=Message.OPEN)
            until(lambda: not open_ones.exists(), started)
            took = Seconds(written - started, time.monotonic() - started)
    finally:
        over.set()
    caller.join()
    idle(started)
    return took


def a_message(visit: Visit, now: datetime) -> Message:
    """Return a row that is due."""
    message = Message(
        store=visit.store, visit=visit, kind="ready", channel=CHANNEL, language="zh-hans", recipient="13800001234",
        body="王先生，您的沪A8K2D6已可以取车。", created_at=now, send_at=now,
    )  # fmt: skip
    message.dedupe_key = str(message.pk)
    return message


def wake(over: threading.Event) -> None:
    """Call the sweep as beat does.

    The first call comes with the first rows: how long beat sleeps just then is no matter of how fast messages go.
    """
    calls = [call for call in settings.CELERY_BEAT_SCHEDULE.values() if call["args"] == ["outbox"]]
    while not over.is_set():
        for call in calls:
            sweep.apply_async(args=call["args"], **call["options"])
        over.wait(settings.SWEEP_SECONDS)


def idle(started: float) -> None:
    """Wait until nothing is left over for the next round."""
    with app.connection_for_read() as connection:
        broker = connection.default_channel.client
        until(lambda: not broker.llen("celery") and not broker.hlen("unacked"), started)


def until(done, started: float) -> None:
    """Wait for `done()`, at most PATIENCE seconds after `started`."""
    while not done():
        if time.monotonic() - started > PATIENCE:
            raise SystemExit("It did not come to an end in time.")
        time.sleep(0.01)


def report(times: dict[str, list[Seconds]], told: dict[str, int]) -> int:
    """Print the table, write the file; return 1 when a promise is broken."""
    done = {name: median(one.done for one in rounds) for name, rounds in times.items()}
    written = {name: median(one.written for one in rounds) for name, rounds in times.items()}
    expected = ROUNDS * COUNT + WARM
    ratio = done["messages"] / done["tasks"]
    print(f"\n{'median of ' + str(ROUNDS) + ' rounds':24}{'count':>8}{'written s':>11}{'done s':>9}{'per s':>8}")
    for name, title in (("tasks", "empty Celery tasks"), ("messages", "messages, outbox")):
        print(f"{title:24}{COUNT:>8}{written[name]:>11.2f}{done[name]:>9.2f}{COUNT / done[name]:>8.0f}")
    good = ratio <= LIMIT and told == {"taken": expected, "twice": 0}
    print(f"\nexpected: ratio at most {LIMIT}, {expected} messages taken, 0 twice")
    print(
        f"actual:   ratio {ratio:.2f}, {told['taken']} messages taken, {told['twice']} twice: {'ok' if good else 'NO'}"
    )
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    figures = {
        "count": COUNT,
        "processes": PROCESSES,
        "rounds": {name: [one._asdict() for one in rounds] for name, rounds in times.items()},
        "ratio": ratio,
        "limit": LIMIT,
        **told,
    }
    REPORT.write_text(json.dumps(figures, indent=1) + "\n")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
