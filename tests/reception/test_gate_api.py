"""The address that cameras push to: whose key, how large, how it is answered."""

import base64
import json
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from django.test import Client
from django.urls import reverse
from django_scopes import scope

from dealership.models import Device
from dealership.uuids import uuid7
from reception.actions.appointments import book_plate
from reception.actions.cameras import add_camera, revoke_camera
from reception.cameras.makers import MAKERS
from reception.models import GateRead
from reception.views.gate_api import LONGEST
from tests.cast import Cast, at
from tests.reception import payloads
from tests.reception.payloads import payload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(at("08:31:06"))


def made(cast: Cast, adapter: str = "plain", **given: Any) -> tuple[Device, str]:
    return add_camera(cast.store, by=cast.manager, name="Entrance", adapter=adapter, **given)


def push(device: Any, key: str, body: Any = None, content_type: str = "application/json", **headers: str):
    url = reverse("gate-push", kwargs={"device": getattr(device, "pk", device)})
    given = {"Authorization": f"Bearer {key}"} | headers
    client = Client(enforce_csrf_checks=True)
    return client.post(url, body or payload("plain.json"), content_type=content_type, headers=given)


def reads(cast: Cast) -> list[GateRead]:
    with scope(store=cast.store):
        return list(GateRead.objects.all())


BODIES = {
    "plain": (payload("plain.json"), "application/json"),
    "dahua": (payloads.dahua(picture=payloads.photo()), "application/json"),
    "hikvision": (payload("hikvision_anpr.xml"), "application/xml"),
    "plate_recognizer": (payload("stream.json"), "application/json"),
}


@pytest.mark.parametrize("maker", sorted(MAKERS))
def test_each_makers_push_opens_for_a_booked_car(cast: Cast, maker: str):
    with scope(store=cast.store):
        book_plate(
            cast.store, plate="沪A8K2D6", by=cast.advisor, name="王建国", sex="m", phone="1", at=at("09:00"),
            now=at("08:00"),
        )  # fmt: skip
    answer = push(*made(cast, maker), *BODIES[maker])
    assert answer.status_code == 200
    told = answer.json()
    assert (told["open"], told["outcome"], told["plate"], told["Result"]) == (True, "booked", "沪A8K2D6", True)
    assert told["display"][0] == "王先生，欢迎光临"
    assert "建国" not in answer.content.decode()
    [row] = reads(cast)
    assert (row.plate, row.outcome, row.opened, bool(row.picture)) == ("沪A8K2D6", "booked", True, maker == "dahua")


def test_hikvision_form_with_pictures_is_answered_in_xml_when_asked(cast: Cast):
    device, key = made(cast, "hikvision")
    url = reverse("gate-push", kwargs={"device": device.pk})
    answer = Client(enforce_csrf_checks=True).post(
        f"{url}?key={key}", payloads.hikvision_form(), headers={"Accept": "application/xml"}
    )
    assert answer.headers["Content-Type"].startswith("application/xml")
    told = {each.tag.rpartition("}")[2]: each.text for each in fromstring(answer.content).iter()}
    assert (told["statusCode"], told["open"], told["outcome"]) == ("1", "true", "brand")
    assert reads(cast)[0].picture


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"<xml/>", b"\xff", b'[{"plate": 1}]'], ids=["none", "empty", "xml", "bytes", "type"]
)
@pytest.mark.parametrize("maker", sorted(MAKERS))
def test_unknown_form_is_400_with_a_sentence_and_no_row(cast: Cast, maker: str, body: bytes):
    answer = push(*made(cast, maker), body or b" ")
    assert (answer.status_code, answer.json()["open"]) == (400, False)
    assert len(answer.json()["error"]) > 6
    assert reads(cast) == []


def test_broken_form_is_400(cast: Cast):
    device, key = made(cast, "hikvision")
    assert push(device, key, b"--x", "multipart/form-data; boundary=").status_code == 400
    assert push(device, key, b"no part", "multipart/form-data; boundary=x").status_code == 400


@pytest.mark.parametrize("header", ["Bearer wrong", "Bearer ", "Basic !", "Basic /w==", "Digest x", ""])
def test_wrong_key_is_401(cast: Cast, header: str):
    device, _key = made(cast)
    answer = push(device, "", Authorization=header)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Basic realm="gate"')
    assert reads(cast) == []


def test_key_comes_as_password_or_in_the_address_too(cast: Cast):
    device, key = made(cast, "dahua")
    basic = base64.b64encode(f"camera:{key}".encode()).decode()
    assert push(device, "", payloads.dahua(), Authorization=f"Basic {basic}").status_code == 200
    url = reverse("gate-push", kwargs={"device": device.pk})
    for address in (f"{url}?key={key}", f"{url}NotificationInfo/TollgateInfo?key={key}", f"{url}?key={key}/Notif/X"):
        assert Client().post(address, payloads.dahua(), content_type="application/json").status_code == 200
    assert reads(cast)[0].reads == 4


def test_wrong_keys_are_counted_and_the_right_one_passes_still(cast: Cast):
    device, key = made(cast)
    answers = [push(device, "wrong").status_code for _try in range(40)]
    assert (answers[0], answers[-1]) == (401, 429)
    assert push(device, key).status_code == 200


def test_another_stores_camera_opens_nothing_here(cast: Cast):
    device, _key = made(cast)
    _other, key = add_camera(cast.other, by=cast.manager, name="Entrance", adapter="plain")
    assert push(device, key).status_code == 401
    assert reads(cast) == []


def test_revoked_camera_is_403(cast: Cast):
    device, key = made(cast)
    revoke_camera(device, by=cast.manager)
    assert push(device, key).status_code == 403


def test_unknown_device_and_a_screen_are_404(cast: Cast):
    screen = Device.objects.create(store=cast.store, name="Bay 1")
    assert push(uuid7(), "x").status_code == 404
    assert push(screen, "").status_code == 404


def test_push_that_is_too_large_is_413_before_it_is_read(cast: Cast):
    device, key = made(cast)
    assert push(device, key, b"[" + b" " * LONGEST + b"]").status_code == 413


def test_get_is_no_push(cast: Cast):
    device, _key = made(cast)
    assert Client().get(reverse("gate-push", kwargs={"device": device.pk})).status_code == 405


def test_heartbeat_is_heard_and_writes_no_read(cast: Cast):
    device, key = made(cast, "dahua")
    answer = push(device, key, payload("dahua_keepalive.json"))
    assert (answer.status_code, answer.json()["cars"], answer.json()["open"]) == (200, [], False)
    device.refresh_from_db()
    assert device.seen_at == at("08:31:06") or device.seen_at > at("08:31:06")
    assert reads(cast) == []


def test_too_many_cars_a_minute_is_429(cast: Cast):
    device, key = made(cast)
    for start in range(0, 30, 6):
        push(device, key, json.dumps([{"plate": f"沪B{number:05}"} for number in range(start, start + 6)]))
    answer = push(device, key)
    assert (answer.status_code, answer.json()["code"]) == (429, "camera.busy")
    assert len(reads(cast)) == 30


def test_key_is_kept_only_as_a_hash(cast: Cast):
    device, key = made(cast)
    assert len(key) >= 32
    assert key not in json.dumps({name: str(value) for name, value in vars(device).items()})
