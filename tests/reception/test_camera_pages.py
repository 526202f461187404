"""The guard's strip of reads and the manager's page of cameras."""

import re
from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope

from dealership.models import Device
from reception.actions.cameras import add_camera, take_reads
from reception.cameras.sighting import Candidate, Sighting
from reception.models import GateRead
from tests.cast import Cast
from tests.reception import payloads

pytestmark = pytest.mark.django_db


def url(cast: Cast, name: str, **kwargs) -> str:
    return reverse(name, kwargs={"store": cast.store.code} | kwargs)


@pytest.fixture
def camera(cast: Cast) -> Device:
    return add_camera(cast.store, by=cast.manager, name="Entrance", adapter="plain")[0]


@pytest.fixture
def guard(cast: Cast, client):
    client.force_login(cast.guard)
    return client


@pytest.fixture
def manager(cast: Cast, client):
    client.force_login(cast.manager)
    return client


def seen(camera: Device, plate: str = "沪A8K2D6", *, now: datetime | None = None, **given) -> GateRead:
    with scope(store=camera.store):
        take_reads(camera, [Sighting(plate, **given)], now=now or timezone.now())
        return GateRead.objects.order_by("-received_at").first()


def test_read_is_a_link_into_the_arrival(cast: Cast, camera, guard):
    seen(camera)
    page = guard.get(url(cast, "gate")).content.decode()
    [href] = re.findall(r'class="rx-read-plate" href="([^"]+)"', page)
    assert "沪A·8K2D6" in page
    tapped = guard.get(href.replace("&amp;", "&")).content.decode()
    assert 'value="A8K2D6"' in tapped
    assert 'name="works"' in tapped
    assert "rx-read-plate" not in tapped


def test_unsure_read_offers_its_candidates(cast: Cast, camera, guard):
    seen(camera, "沪A8K206", confidence=0.5, candidates=(Candidate("沪A8K2D6", 0.4),))
    page = guard.get(url(cast, "gate-reads")).content.decode()
    assert page.count("rx-read-plate ") == 2
    assert "is-unsure" in page
    assert "is-maybe" in page


def test_poll_answers_304_until_something_changes(cast: Cast, camera, guard):
    seen(camera)
    tag = guard.get(url(cast, "gate-reads"))["X-Tag"]
    assert guard.get(url(cast, "gate-reads"), headers={"If-None-Match": tag}).status_code == 304
    assert f'data-poll-tag="{tag.replace(chr(34), "&quot;")}"' in guard.get(url(cast, "gate")).content.decode()
    seen(camera, "沪B00001")
    assert guard.get(url(cast, "gate-reads"), headers={"If-None-Match": tag}).status_code == 200


def test_read_is_dismissed_by_one_tap(cast: Cast, camera, guard):
    read = seen(camera)
    answer = guard.post(url(cast, "gate-read-dismissed"), {"read": str(read.pk)})
    assert answer.status_code == 303
    assert "rx-read-plate" not in guard.get(url(cast, "gate")).content.decode()


@pytest.mark.parametrize("read", ["", "x", "019a0000-0000-7000-8000-000000000000"])
def test_read_that_is_none_is_404(cast: Cast, guard, read: str):
    assert guard.post(url(cast, "gate-read-dismissed"), {"read": read}).status_code == 404


def test_old_reads_leave_the_strip_and_six_are_shown(cast: Cast, camera, guard):
    now = timezone.now()
    seen(camera, "沪C99999", now=now - timedelta(minutes=31))
    for number in range(8):
        seen(camera, f"沪B0000{number}", now=now - timedelta(minutes=8 - number))
    page = guard.get(url(cast, "gate-reads")).content.decode()
    assert re.findall(r"沪B·0000(\d)</a>", page) == ["7", "6", "5", "4", "3", "2"]


def test_strip_takes_the_same_queries_for_one_and_three_reads(cast: Cast, camera, guard, django_assert_max_num_queries):
    def queries() -> int:
        with django_assert_max_num_queries(8) as taken:
            guard.get(url(cast, "gate-reads"))
        return len(taken)

    seen(camera)
    one = queries()
    seen(camera, "沪B00001")
    seen(camera, "沪B00002")
    assert queries() == one


def test_picture_is_served_to_the_gate_alone(cast: Cast, camera, client):
    read = seen(camera, picture=payloads.photo())
    address = url(cast, "gate-read-picture", read=read.pk)
    client.force_login(cast.guard)
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"], answer["Content-Security-Policy"]) == (
        200, "image/jpeg", "sandbox",
    )  # fmt: skip
    client.force_login(cast.cashier)
    assert client.get(address).status_code == 403
    client.force_login(cast.stranger)
    assert client.get(address).status_code == 404
    assert client.get(address.replace("/hq/", "/west/")).status_code == 404


def test_read_without_picture_has_none_to_serve(cast: Cast, camera, guard):
    assert guard.get(url(cast, "gate-read-picture", read=seen(camera).pk)).status_code == 404


def test_key_and_address_are_shown_once(cast: Cast, manager):
    fields = {"name": "入口", "adapter": "hikvision", "place": "entrance", "lane": "1"}
    made = manager.post(url(cast, "camera-new"), fields)
    page = made.content.decode()
    camera = Device.objects.get(kind="camera")
    [key] = re.findall(r"\?key=([\w-]+)</code>", page)
    assert f"/api/gate/{camera.pk}/?key=" in page
    assert made["Cache-Control"] == "no-store"
    again = manager.get(url(cast, "cameras")).content.decode()
    assert "入口" in again
    assert key not in again
    push = manager.post(
        f"/api/gate/{camera.pk}/?key={key}", payloads.payload("hikvision_anpr.xml"), content_type="application/xml"
    )
    assert push.status_code == 200


@pytest.mark.parametrize("wrong", [{"name": ""}, {"adapter": "x"}, {"place": "roof"}])
def test_camera_is_refused_with_a_sentence(cast: Cast, manager, wrong: dict):
    fields = {"name": "入口", "adapter": "plain", "place": "exit"} | wrong
    assert manager.post(url(cast, "camera-new"), fields).status_code == 422
    assert Device.objects.count() == 0


def test_plate_is_tried_without_a_trace(cast: Cast, camera, manager):
    page = manager.get(url(cast, "cameras"), {"camera": camera.pk, "plate": "沪a 8k2d6"}).content.decode()
    assert 'id="tried"' in page
    with scope(store=cast.store):
        assert GateRead.objects.count() == 0


def test_camera_is_shut_out_and_gone_from_the_list(cast: Cast, camera, manager):
    address = url(cast, "camera-revoked", camera=camera.pk)
    assert manager.post(address).status_code == 303
    assert "Entrance" not in manager.get(url(cast, "cameras")).content.decode()
    assert manager.post(address).status_code == 422


def test_camera_of_another_store_does_not_exist(cast: Cast, manager):
    other = add_camera(cast.other, by=cast.manager, name="West", adapter="plain")[0]
    assert manager.post(url(cast, "camera-revoked", camera=other.pk)).status_code == 404
    page = manager.get(url(cast, "cameras"), {"camera": other.pk, "plate": "沪A8K2D6"}).content.decode()
    assert 'id="tried"' not in page
    assert "West" not in page


def test_cameras_are_no_screens(cast: Cast, camera, manager):
    assert "Entrance" not in manager.get(url(cast, "devices")).content.decode()
    screen = Device.objects.create(store=cast.store, name="Bay 1")
    assert manager.post(url(cast, "camera-revoked", camera=screen.pk)).status_code == 404


def test_cameras_take_the_same_queries_for_one_and_three(cast: Cast, camera, manager, django_assert_max_num_queries):
    def queries() -> int:
        with django_assert_max_num_queries(10) as taken:
            manager.get(url(cast, "cameras"))
        return len(taken)

    one = queries()
    for name in ("A", "B"):
        add_camera(cast.store, by=cast.manager, name=name, adapter="dahua")
    assert queries() == one
