"""Workers that are killed: between any two statements, at named points, and kindly, by a deployment."""

import signal
from typing import Any

import pytest

from dealership.actions.outbox import KILL_POINTS
from tests.cast import make_cast
from tests.doubles.worker import running_worker
from tests.faults.conftest import Tell
from tests.faults.house import (
    MINUTE,
    State,
    awake,
    children,
    double,
    drain,
    due,
    leases_end,
    lost_and_twice,
    nothing_open,
    own_queue,
    states,
    until,
    wake,
)

pytestmark = [pytest.mark.faults, pytest.mark.timeout(400), pytest.mark.django_db(transaction=True)]

SENDS, KILLS = (100, 1) if MINUTE else (1000, 3)
AT_A_POINT = 2 if MINUTE else 20
WAYS = {"wechat": "a provider with keys", "sms": "a provider with query"}


@pytest.mark.parametrize("channel", WAYS)
def test_workers_killed_in_mid_send(channel: str, tell: Tell) -> None:
    """SIGKILL, wherever the worker is, whenever another part of the messages is out."""
    cast = make_cast()
    awake()
    due(cast, SENDS, channel=channel)
    killed = 0
    with double(channel) as provider:
        settings = own_queue(provider.settings)
        for number in range(1, KILLS + 1):
            goal = SENDS * number // (KILLS + 1)
            with running_worker(**settings) as worker:
                until(lambda goal=goal: len(provider.state.sent) >= goal, every=0.001, also=lambda: wake(settings))
                worker.kill()
                worker.wait()
            killed += not nothing_open()
            leases_end()
        drain(settings, seconds=120)
        counted = lost_and_twice(provider)
    tell(f"worker SIGKILLed in {SENDS} sends at {WAYS[channel]}: kills in mid-work", KILLS, killed)
    tell(f"  the same: delivered, lost, twice at {WAYS[channel]}", [SENDS, 0, 0], list(counted))
    tell("  the same: states of the rows", {State.SENT.value: SENDS}, states())


@pytest.mark.parametrize("point", KILL_POINTS)
def test_killed_at_a_named_point(point: str, tell: Tell) -> None:
    """Each time the process that does the work dies there; the worker's pool makes a new one."""
    cast = make_cast()
    awake()
    due(cast, AT_A_POINT * 2, channel="sms")
    with double("sms") as provider:
        settings = own_queue(provider.settings)
        with running_worker("--pool", "prefork", "--concurrency", "1", **settings, OUTBOX_DIE_AT=point) as worker:
            killed = sum(dies_again(worker, settings) for _ in range(AT_A_POINT))
        between = states().get(State.SENDING, 0)
        leases_end()
        drain(settings)
        counted = lost_and_twice(provider)
    tell(f"killed at {point!r}: times", AT_A_POINT, killed)
    tell("  rows left in mid-work", 0 if point == "marked" else AT_A_POINT, between)
    tell("  delivered, lost, twice", [2 * AT_A_POINT, 0, 0], list(counted))
    tell("  states of the rows", {State.SENT.value: 2 * AT_A_POINT}, states())


def dies_again(worker: Any, settings: dict[str, str]) -> bool:
    """Wake the worker and see its child killed and replaced."""
    until(lambda: bool(children(worker.pid)))
    before = children(worker.pid)
    wake(settings)
    until(lambda: not before & children(worker.pid), every=0.01)
    return worker.poll() is None


def test_deployment_in_mid_work(tell: Tell) -> None:
    """SIGTERM: the worker finishes its sweep and goes; the next version goes on. No lease has to end."""
    sends = 100 if MINUTE else 400
    cast = make_cast()
    awake()
    due(cast, sends, channel="sms")
    with double("sms") as provider:
        settings = own_queue(provider.settings)
        with running_worker(**settings) as worker:
            until(lambda: len(provider.state.sent) >= sends // 4, every=0.001, also=lambda: wake(settings))
            at_signal = len(provider.state.sent)
            worker.send_signal(signal.SIGTERM)
            code = worker.wait(timeout=60)
        left = states().get(State.SENDING, 0) + states().get(State.UNKNOWN, 0)
        drain(settings)
        counted = lost_and_twice(provider)
    tell("SIGTERM in mid-work: sent at that moment", (f"< {sends}", lambda actual: actual < sends), at_signal)
    tell("  exit code, rows left in mid-work", [0, 0], [code, left])
    tell("  delivered, lost, twice", [sends, 0, 0], list(counted))
