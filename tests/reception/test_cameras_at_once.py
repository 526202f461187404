"""Pushes of one car that come at the same moment make one row."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.utils import translation
from django_scopes import scope

from dealership.models import Device
from reception.actions.cameras import add_camera, take_reads
from reception.cameras.sighting import Sighting
from reception.models import GateRead
from tests.cast import Cast, at, make_cast
from tests.test_concurrency import WAIT, at_once, fork

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:This process:DeprecationWarning"),
]
PUSHES = 6


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


def pusher(camera: UUID, loaded: Any) -> Callable[[], str]:
    """Return a work that pushes the car once all are ready."""

    def work() -> str:
        mine = Device.objects.select_related("store").get(pk=camera)
        with scope(store=mine.store), translation.override("en"):
            loaded.wait(WAIT)
            return take_reads(mine, [Sighting("沪A8K2D6", 0.9)], now=at("08:31"))[0].outcome

    return work


def test_six_pushes_of_one_car_make_one_row(cast: Cast):
    camera, _key = add_camera(cast.store, by=cast.manager, name="Entrance", adapter="plain")
    loaded = fork.Barrier(PUSHES)
    assert at_once([pusher(camera.pk, loaded) for _push in range(PUSHES)]) == ["unknown"] * PUSHES
    with scope(store=cast.store):
        assert GateRead.objects.get().reads == PUSHES
