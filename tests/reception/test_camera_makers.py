"""Each maker's documented payload is read; what is not in that form is told so, never guessed."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from django.utils import timezone

from reception.cameras import dahua, hikvision, plain, plate_recognizer
from reception.cameras.makers import MAKERS
from reception.cameras.sighting import Candidate, Unreadable
from tests.cast import SHANGHAI, at
from tests.reception import payloads
from tests.reception.payloads import payload

MOMENT = at("08:31:05")
JSON, XML = "application/json", "application/xml"


def push(body, content_type=JSON):
    return RequestFactory().post("/api/gate/", body, content_type=content_type)


def form(**fields):
    return RequestFactory().post("/api/gate/", fields)


@pytest.fixture(autouse=True)
def _store_time():
    with timezone.override(SHANGHAI):
        yield


def test_hikvision_xml_is_read():
    [seen] = hikvision.read(push(payload("hikvision_anpr.xml"), XML))
    assert (seen.plate, seen.confidence, seen.at, seen.lane) == ("沪A8K2D6", 0.96, MOMENT, "2")
    assert (seen.make, seen.picture, seen.late) == ("大众", None, False)


def test_hikvision_form_is_read_with_the_picture_of_the_scene():
    [seen] = hikvision.read(form(**payloads.hikvision_form()))
    assert (seen.plate, seen.picture) == ("沪A8K2D6", payloads.photo())


def test_hikvision_xml_as_a_plain_field_of_the_form_is_read():
    [seen] = hikvision.read(form(**{"anpr.xml": payload("hikvision_anpr.xml").decode()}))
    assert seen.plate == "沪A8K2D6"


def test_hikvision_in_the_encoding_of_the_home_market_is_read():
    text = payload("hikvision_anpr.xml").decode().replace("UTF-8", "GB2312")
    [seen] = hikvision.read(push(text.encode("gb18030"), XML))
    assert seen.plate == "沪A8K2D6"


def test_hikvision_plate_keeps_its_province_from_the_original():
    body = payload("hikvision_anpr.xml", **{"<licensePlate>沪A8K2D6": "<licensePlate>A8K2D6"})
    assert hikvision.read(push(body, XML))[0].plate == "沪A8K2D6"


def test_hikvision_weak_character_weakens_the_plate():
    body = payload("hikvision_anpr.xml", **{"98,99,97": "98,99,41"})
    assert hikvision.read(push(body, XML))[0].confidence == 0.41


def test_hikvision_says_what_it_sends_again():
    body = payload("hikvision_anpr.xml", **{"<isDataRetransmission>false": "<isDataRetransmission>true"})
    assert hikvision.read(push(body, XML))[0].late is True


@pytest.mark.parametrize("none", ["unknown", "无车牌", ""])
def test_hikvision_car_without_plate_has_an_empty_one(none: str):
    body = payload("hikvision_anpr.xml", 沪A8K2D6=none)
    assert hikvision.read(push(body, XML))[0].plate == ""


def test_hikvision_heartbeat_is_no_car():
    assert hikvision.read(push(payload("hikvision_heartbeat.xml"), XML)) == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<a/>",
        b"<EventNotificationAlert>",
        b"{}",
        b'<!DOCTYPE a [<!ENTITY x "y">]><EventNotificationAlert>&x;</EventNotificationAlert>',
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><EventNotificationAlert/>',
        b'<?xml version="1.0" encoding="utf-99"?><EventNotificationAlert/>',
        b'<?xml version="1.0" encoding="gbk"?>\xff\xff\xff',
    ],
)
def test_hikvision_refuses_what_it_does_not_write(body: bytes):
    with pytest.raises(Unreadable):
        hikvision.read(push(body, XML))


def test_dahua_tollgate_is_read():
    [seen] = dahua.read(push(payloads.dahua(picture=b"jpeg")))
    assert (seen.plate, seen.confidence, seen.lane, seen.make) == ("沪A8K2D6", 0.96, "2", "Volkswagen")
    assert (seen.at, seen.picture) == (MOMENT + timedelta(microseconds=120_000), b"jpeg")


def test_dahua_car_without_plate_has_an_empty_one():
    body = payload("dahua_tollgate.json", **{'"IsExist": true': '"IsExist": false'})
    assert dahua.read(push(body))[0].plate == ""


def test_dahua_colour_before_the_plate_is_left_out():
    assert dahua.read(push(payloads.dahua("蓝沪A8K2D6")))[0].plate == "沪A8K2D6"


def test_dahua_keepalive_is_no_car():
    assert dahua.read(push(payload("dahua_keepalive.json"))) == []


@pytest.mark.parametrize("name", ["stream.json", "stream_vehicle.json"])
def test_stream_webhook_is_read(name: str):
    [seen] = plate_recognizer.read(push(payload(name)))
    assert (seen.plate, seen.confidence, seen.lane, seen.make) == ("沪a8k2d6", 0.912, "entrance", "Volkswagen")
    assert seen.at == MOMENT + timedelta(microseconds=606_935)
    assert seen.candidates[-1] in {Candidate("沪a8k2o6", 0.604), Candidate("沪a8k206", 0.5)}


def test_stream_webhook_with_image_is_read():
    upload = SimpleUploadedFile("scene.jpg", payloads.photo(), "image/jpeg")
    [seen] = plate_recognizer.read(form(json=payload("stream.json").decode(), upload=upload))
    assert (seen.plate, seen.picture) == ("沪a8k2d6", payloads.photo())


def test_plain_form_is_read():
    [seen] = plain.read(push(payload("plain.json")))
    assert (seen.plate, seen.at, seen.lane, seen.confidence, seen.make) == ("沪A·8K2D6", MOMENT, "2", 0.95, "大众")


def test_plain_list_is_read_in_its_order_and_capped():
    rows = [{"plate": f"沪A{number:05}"} for number in range(20)]
    seen = plain.read(push(json.dumps(rows)))
    assert [one.plate for one in seen] == [row["plate"] for row in rows[:8]]


@pytest.mark.parametrize("time", ["2026-11-20 08:31:05", "2026-11-20T00:31:05Z", MOMENT.timestamp()])
def test_times_without_offset_are_the_stores(time):
    assert plain.read(push(json.dumps({"plate": "沪A8K2D6", "at": time})))[0].at == MOMENT


@pytest.mark.parametrize("time", ["yesterday", "2026-13-40 08:00", {}, 10**18, True, "9" * 40, None])
def test_times_that_are_none_are_left_out(time):
    assert plain.read(push(json.dumps({"plate": "沪A8K2D6", "at": time})))[0].at is None


@pytest.mark.parametrize("maker", sorted(MAKERS))
@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe", b"[[[", b"[1]", b'{"a": 1}', b'"text"', b"7", b"null", b'{"plate": 7}', b"[" * 100_000]
)
def test_every_maker_refuses_what_it_cannot_read(maker: str, body: bytes):
    with pytest.raises(Unreadable) as told:
        MAKERS[maker].read(push(body))
    assert str(told.value)


@pytest.mark.parametrize("confidence", ["NaN", "many", -3, 7, {}, None])
def test_confidence_is_a_share_or_nothing(confidence):
    [seen] = plain.read(push(json.dumps({"plate": "沪A8K2D6", "confidence": confidence})))
    assert seen.confidence in (None, 0.0, 1.0)
