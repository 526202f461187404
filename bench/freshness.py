"""How old is the roll-up while ticks, undos and moves back come in? Real processes on real connections."""

import multiprocessing
import random
import time
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import connections
from django.utils import timezone
from django_scopes import scope

from bench.truth import stale
from dealership.actions.operations import Incoming, submit
from dealership.models import Store, Visit, business_day
from dealership.stages import FORWARD, Stage
from dealership.uuids import uuid7
from feedback.actions.scores import sweep
from tests.feedback.lives import hand_steps, move

BATCH = 20
"""Operations that a tablet sends at once."""
UNDO = 0.2
"""Share of operations that take an earlier tick back."""
LATE_BY = 90
"""Minutes by which an entry may come late."""
BACK_EVERY = 10
"""Of so many batches one visit goes back a stage, and on again."""
LOOK_EVERY = 0.1
GRACE = 6.0
"""Seconds after the last tick in which the roll-up must have caught up."""
fork = multiprocessing.get_context("fork")


def lag_of(stores: Sequence[Store], visits: Sequence[Visit], *, rate: int, seconds: int) -> tuple[float, int]:
    """Send `rate` operations a second for `seconds`; return the longest time a store's day was old, and how many.

    Old is a store-day from the moment at which it was last seen equal to its records until it is so again.
    """
    over, sent = fork.Event(), fork.Value("i", 0)
    connections.close_all()
    processes = [
        fork.Process(target=_write, args=(visits, rate, seconds, sent)),
        fork.Process(target=_sweep, args=(over,)),
    ]
    for process in processes:
        process.start()
    lag = _watch(stores, until=time.monotonic() + seconds + GRACE)
    over.set()
    for process in processes:
        process.join(60)
        assert process.exitcode == 0, "a process of the bench failed"
    return lag, sent.value


def _watch(stores: Sequence[Store], *, until: float) -> float:
    ids = [store.pk for store in stores]
    day = business_day(stores[0], timezone.now())
    equal = dict.fromkeys(ids, time.monotonic())
    lag = 0.0
    while time.monotonic() < until:
        looked = time.monotonic()
        old = stale(ids, day)
        for store in ids:
            if store not in old:
                lag = max(lag, looked - equal[store])
                equal[store] = looked
        time.sleep(LOOK_EVERY)
    return max(lag, *(looked - moment for moment in equal.values()))


def _write(
    visits: Sequence[Visit], rate: int, seconds: int, sent: "multiprocessing.sharedctypes.Synchronized[int]"
) -> None:
    source = random.Random("freshness")
    ticked: dict[UUID, list[UUID]] = {}
    started = time.monotonic()
    number = 0
    while time.monotonic() - started < seconds:
        visit = source.choice(visits)
        with scope(store=visit.store):
            if number % BACK_EVERY == 0 and visit.stage == Stage.DELIVERY:
                _there_and_back(visit)
            _batch(visit, ticked.setdefault(visit.pk, []), source)
        number += 1
        sent.value += BATCH
        ahead = number * BATCH / rate - (time.monotonic() - started)
        if ahead > 0:
            time.sleep(ahead)
    connections.close_all()


def _batch(visit: Visit, ticked: list[UUID], source: random.Random) -> None:
    """Send ticks of random steps, some late by up to 90 minutes, and undos of earlier ones."""
    assert visit.advisor
    now = timezone.now()
    sent = []
    for _one in range(BATCH):
        undo = bool(ticked) and source.random() < UNDO
        if undo:
            kind, payload = "undo", {"tick": str(ticked.pop(source.randrange(len(ticked))))}
        else:
            kind, payload = "tick", {"step": source.choice(hand_steps(visit))}
        at = now - timedelta(minutes=source.choice((0, 0, 0, source.randrange(LATE_BY))))
        one = Incoming(id=uuid7(now), visit=visit.pk, kind=kind, at=at, payload=payload)
        sent.append(one)
        if not undo:
            ticked.append(one.id)
    submit(visit.store, by=visit.advisor, operations=sent, now=now)


def _there_and_back(visit: Visit) -> None:
    assert visit.advisor
    for stage in (Stage.EXPLANATION, FORWARD[Stage.EXPLANATION]):
        move(visit, stage, by=visit.advisor, now=timezone.now())


def _sweep(over: "multiprocessing.synchronize.Event") -> None:
    """Call the sweep as beat does."""
    while not over.is_set():
        started = time.monotonic()
        sweep(timezone.now())
        over.wait(max(settings.SWEEP_SECONDS - (time.monotonic() - started), 0))
    connections.close_all()
