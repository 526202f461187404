"""What every scenario stands on: rows that are due, workers and beats in processes of their own, a count at the end."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.utils import timezone
from django_scopes import scope, scopes_disabled

from dealership.models import Message, Store, Visit
from dealership.tasks import sweep
from tests.cast import Cast
from tests.doubles import wechat
from tests.doubles.gateway import ADDRESS, gateway
from tests.doubles.provider import serving
from tests.doubles.worker import environment, running_worker

State = Message.State
MINUTE = os.environ.get("FAULTS_FORM") == "minute"
WHERE = {"sms": "13800001234", "wechat": next(iter(wechat.FOLLOWERS)), "email": "w@example.com"}


@dataclass
class Double:
    """A provider's double that counts: the channel, its deliveries by reference, what a worker needs to find it."""

    channel: str
    state: Any
    settings: dict[str, str] = field(default_factory=dict)

    def taken(self) -> list[str]:
        """Return the reference of every delivery, in order; one that stands here twice was delivered twice."""
        of = (lambda one: one["reference"]) if self.channel == "sms" else (lambda one: one.reference)
        return [of(one).replace("-", "") for one in list(self.state.sent)]


@contextmanager
def double(channel: str) -> Iterator[Double]:
    """Run the double with keys (wechat) or the one without keys that can be asked (sms)."""
    if channel == "sms":
        with gateway() as (state, port):
            yield Double(channel, state, {ADDRESS: str(port)})
        return
    with serving(wechat.WeChat()) as server:
        yield Double(
            channel, server,
            {"WECHAT_URL": server.url, "WECHAT_APP_ID": wechat.APP_ID, "WECHAT_APP_SECRET": wechat.APP_SECRET,
             "WECHAT_TOKEN": wechat.TOKEN, "WECHAT_PER_SECOND": "0"},
        )  # fmt: skip


def own_queue(settings: dict[str, str]) -> dict[str, str]:
    """Return the environment of a worker with a queue of its own: others listen to the same broker."""
    return {**settings, "WORKER_QUEUE": uuid4().hex}


def awake() -> None:
    """Let no hour be a quiet one: the scenarios run at any time of the day."""
    Store.objects.update(quiet_from=time_of_day(), quiet_until=time_of_day())


def due(cast: Cast, count: int, *, channel: str, now: datetime | None = None, key: str = "", **given: Any) -> None:
    """Write messages that are due one after the other, an hour before `now`."""
    now = (now or timezone.now()) - timedelta(hours=1)
    values = {
        "kind": "ready", "recipient": WHERE.get(channel, ""), "template_id": next(iter(wechat.TEMPLATES)),
        "subject": "可以取车了",
        "body": "thing1: 可以取车了\ntime2: 11:26",
    } | given  # fmt: skip
    with scope(store=cast.store):
        visit = Visit.objects.first() or cast.visit(now=now)
        Message.objects.bulk_create(
            Message(
                store=cast.store, visit=visit, channel=channel, language="zh-hans", created_at=now,
                dedupe_key=f"{key or channel}:{number}", send_at=now + timedelta(milliseconds=number), **values,
            )
            for number in range(count)
        )  # fmt: skip


def rows(**wanted: Any) -> list[Message]:
    """Return the messages of every store, in the order of sending."""
    with scopes_disabled():
        return list(Message.objects.filter(**wanted).order_by("send_at", "id"))


def states() -> dict[str, int]:
    """Return how many messages are in which state."""
    with scopes_disabled():
        return dict(Counter(Message.objects.values_list("state", flat=True)))


def leases_end() -> None:
    """Let the time of the leases and of the next question pass. Only while no worker is at work."""
    past = timezone.now() - timedelta(seconds=1)
    with scopes_disabled():
        Message.objects.exclude(leased_until=None).update(leased_until=past)
        Message.objects.filter(state=State.UNKNOWN).update(send_at=past)


def wake(settings: dict[str, str]) -> None:
    """Do what beat does."""
    sweep.apply_async(args=["outbox"], expires=30, queue=settings["WORKER_QUEUE"])


def until(condition: Callable[[], bool], *, seconds: float = 60, every: float = 0.05, also: Any = None) -> float:
    """Wait until something is true, return how long it took; `also` is called now and then."""
    begun, last = time.monotonic(), 0.0
    while not condition():
        assert time.monotonic() - begun < seconds, f"it did not come about in {seconds:.0f} s; rows: {states()}"
        if also and time.monotonic() - last > 1:
            also()
            last = time.monotonic()
        time.sleep(every)
    return time.monotonic() - begun


def nothing_open() -> bool:
    """Tell whether every message has come to an end."""
    return not set(states()) & {str(one) for one in Message.OPEN}


def drain(settings: dict[str, str], *, seconds: float = 60) -> float:
    """Let one worker do what is due; return the seconds it took."""
    with running_worker(**settings):
        return until(nothing_open, seconds=seconds, also=lambda: wake(settings))


def lost_and_twice(provider: Double) -> tuple[int, int, int]:
    """Return how many messages were delivered, lost and delivered twice, counted by the double against the rows."""
    counted = Counter(provider.taken())
    wanted = {row.pk.hex for row in rows(channel=provider.channel)}
    return len(wanted & set(counted)), len(wanted - set(counted)), sum(count > 1 for count in counted.values())


def children(pid: int) -> set[int]:
    """Return the pids of a process's children that live."""
    try:
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return {int(one) for one in found if "Z" not in Path(f"/proc/{one}/stat").read_text().split()[2]}
    except OSError:
        return set()


@contextmanager
def running(*commands: list[str], **extra: str) -> Iterator[list["subprocess.Popen[bytes]"]]:
    """Run modules (`python -m ...`) on this test's database until the block ends."""
    wanted = environment(**extra)
    with ExitStack() as stack:
        found = []
        for command in commands:
            process = subprocess.Popen([sys.executable, "-m", *command], env=wanted)
            stack.callback(end, process)
            found.append(process)
        yield found


def end(process: "subprocess.Popen[bytes]") -> None:
    """End a process of ours, kindly, then by force."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()


def beat(folder: Path, name: str = "beat") -> list[str]:
    """Return the command of a beat with a schedule of its own."""
    return ["celery", "--quiet", "-A", "dealership", "beat", "--loglevel", "ERROR", "-s", str(folder / name)]
