"""Two beats wake two workers, as after a deployment that forgot one: every reminder goes out once."""

from copy import copy
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from dealership.models import KindSetting, Message, Vehicle, Visit
from dealership.uuids import uuid7
from delivery.models import FollowUp
from tests.cast import Cast, make_cast
from tests.doubles.worker import running_worker
from tests.faults.broker import Broker
from tests.faults.conftest import Tell
from tests.faults.house import MINUTE, State, awake, beat, double, lost_and_twice, nothing_open, running, states, until
from tests.journey.product import wait_until_alone

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300), pytest.mark.django_db(transaction=True)]

REMINDERS = 50 if MINUTE else 500


def reminders(cast: Cast, count: int) -> None:
    """Write as many cars that left yesterday, each with a message of the store's rules that is due."""
    now = timezone.now()
    left = now - timedelta(days=1)
    visit = cast.visit(now=left - timedelta(hours=3))
    with scope(store=cast.store):
        KindSetting.objects.create(store=cast.store, kind="thanks", on=True, changed_at=left)
        visit.customer.channel = "sms"
        visit.customer.save(update_fields=["channel"])
        cars = [again(visit.vehicle, plate=f"沪B{number:05d}") for number in range(count)]
        Vehicle.objects.bulk_create(cars)
        ended = {"stage": "closed", "stage_since": left, "left_at": left, "key_tag": ""}
        visits = [again(visit, vehicle=car, **ended) for car in cars]
        Visit.objects.bulk_create(visits)
        FollowUp.objects.bulk_create(
            FollowUp(store=cast.store, visit=one, rule="thanks", due_at=now - timedelta(minutes=5)) for one in visits
        )


def again(row, **other):
    """Return another row like this one."""
    made = copy(row)
    made.pk, made._state = uuid7(), type(row._state)()
    for name, value in other.items():
        setattr(made, name, value)
    return made


def test_two_beats_and_two_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tell: Tell) -> None:
    reminders(make_cast(), REMINDERS)
    awake()
    with Broker(tmp_path / "broker") as broker, double("sms") as provider:
        broker.start()
        monkeypatch.setenv("REDIS_URL", broker.url)
        settings = {**provider.settings, "WORKER_QUEUE": "celery"}
        beats = (beat(tmp_path, "one"), beat(tmp_path, "two"))
        with running(*beats), running_worker(**settings), running_worker(**settings):
            until(lambda: unplanned() == 0 and nothing_open(), seconds=200, every=0.3)
        counted = lost_and_twice(provider)
    with scopes_disabled():
        written = Message.objects.filter(kind="thanks").count()
    tell(f"2 beats, 2 workers, {REMINDERS} reminders due: messages written", REMINDERS, written)
    tell("  delivered, lost, twice", [REMINDERS, 0, 0], list(counted))
    tell("  states of the rows", {State.SENT.value: REMINDERS}, states())
    wait_until_alone()


def unplanned() -> int:
    """Return how many follow-ups still wait for their message."""
    with scopes_disabled():
        return FollowUp.objects.filter(state=FollowUp.State.WAITING).count()
