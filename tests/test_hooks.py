"""Where providers call: a secret address, a signature where there is one, and nothing told to strangers."""

# ruff: noqa: F811 - fixtures are imported by name

import json
from typing import Any

import pytest
import time_machine
from django.test import Client
from django_scopes import scope

from dealership.actions import outbox
from dealership.actions.receipts import take_receipts
from dealership.channels import Receipt
from dealership.models import Message, Store
from tests.cast import Cast, at
from tests.doubles import wechat
from tests.doubles.provider import Sending
from tests.providers import HOOK_SECRET, Doubled, tencent_sms, twilio_sms, wechat_account  # noqa: F401

State = Message.State


@pytest.fixture(autouse=True)
def _at_noon() -> Any:
    with time_machine.travel(at("11:27"), tick=False):
        yield


def sent(cast: Cast, way: Doubled) -> Sending:
    """Let the channel send one message."""
    way.message(cast)
    outbox.sweep(at("11:26"))
    return way.server.sent[0]


def state(cast: Cast) -> str:
    with scope(store=cast.store):
        return Message.objects.get().state


def tencent_call(sid: str) -> bytes:
    return json.dumps([{"sid": sid, "report_status": "SUCCESS", "errmsg": "DELIVRD"}]).encode()


def post(url: str, body: bytes, **headers: str) -> Any:
    return Client(enforce_csrf_checks=True).post(url, body, content_type="application/json", headers=headers)


@pytest.mark.parametrize(
    "url",
    [
        "/hooks/tencent_sms/hq/end-of-the-addres_/",
        "/hooks/tencent_sms/hq/x/",
        "/hooks/tencent_sms/nowhere/end-of-the-address/",
        "/hooks/pigeon/hq/end-of-the-address/",
        "/hooks/email/hq/end-of-the-address/",
        "/hooks/alibaba_sms/hq/end-of-the-address/",
    ],
)
def test_a_wrong_address_does_not_exist(cast: Cast, tencent_sms: Doubled, url: str) -> None:
    one = sent(cast, tencent_sms)

    assert post(url, tencent_call(one.id)).status_code == 404
    assert state(cast) == State.SENT


def test_an_unknown_message_is_answered_like_any_other(cast: Cast, tencent_sms: Doubled) -> None:
    one = sent(cast, tencent_sms)
    url = f"/hooks/tencent_sms/hq/{HOOK_SECRET}/"

    answers = [post(url, tencent_call(sid)) for sid in ("5000:1", "", one.id)]

    assert [(answer.status_code, answer.content) for answer in answers] == [(200, b'{"result": 0, "errmsg": "OK"}')] * 3
    assert state(cast) == State.DELIVERED


@pytest.mark.parametrize("body", [b"", b"{", b"{}", b"[1]", b"\xff"])
def test_what_cannot_be_read_changes_nothing(cast: Cast, tencent_sms: Doubled, body: bytes) -> None:
    sent(cast, tencent_sms)

    assert post(f"/hooks/tencent_sms/hq/{HOOK_SECRET}/", body).status_code == 400
    assert state(cast) == State.SENT


def test_too_long_a_call_is_not_read(cast: Cast, tencent_sms: Doubled) -> None:
    assert post(f"/hooks/tencent_sms/hq/{HOOK_SECRET}/", b"x" * 300_000).status_code == 413


def test_a_receipt_of_a_shared_account_finds_its_store(cast: Cast, tencent_sms: Doubled) -> None:
    one = sent(cast, tencent_sms)

    post(f"/hooks/tencent_sms/{cast.other.code}/{HOOK_SECRET}/", tencent_call(one.id))

    assert state(cast) == State.DELIVERED


def test_a_receipt_may_name_the_row_whose_answer_was_lost(cast: Cast, tencent_sms: Doubled) -> None:
    message = tencent_sms.message(cast)
    with scope(store=cast.store):
        Message.objects.update(state=State.UNKNOWN, handed_at=at("11:26"))
    store = Store.objects.get(pk=cast.store.pk)

    moved = [
        take_receipts(store, channel=name, receipts=[Receipt(str(message.pk), arrived=True)], now=at("11:27"))
        for name in ("alibaba_sms", "tencent_sms")
    ]

    assert (moved, state(cast)) == ([0, 1], State.DELIVERED)


def test_twilio_signs_its_calls(cast: Cast, twilio_sms: Doubled) -> None:
    one = sent(cast, twilio_sms)
    body, _query, headers = twilio_sms.receipt(one, True, at("11:27"))
    url = f"/hooks/twilio_sms/hq/{HOOK_SECRET}/"

    def call(body: bytes, headers: dict[str, str], url: str = url) -> int:
        kind = "application/x-www-form-urlencoded"
        return Client(enforce_csrf_checks=True).post(url, body, content_type=kind, headers=headers).status_code

    forged = [
        call(body, {}),
        call(body, {"X-Twilio-Signature": "0" + headers["X-Twilio-Signature"][1:]}),
        call(body.replace(b"delivered", b"undelivered"), headers),
        call(body, headers, f"{url}?more=1"),
    ]

    assert (forged, state(cast)) == ([403] * 4, State.SENT)
    assert (call(body, headers), state(cast)) == (200, State.DELIVERED)


def test_twilio_tells_of_steps_on_the_way_too(cast: Cast, twilio_sms: Doubled) -> None:
    one = sent(cast, twilio_sms)
    one.status = "sent"

    body, _query, headers = twilio_sms.receipt(one, True, at("11:27"))
    assert b"MessageStatus=delivered" in body
    assert post(f"/hooks/twilio_sms/hq/{HOOK_SECRET}/", b"MessageStatus=sent").status_code == 403
    assert one.content["StatusCallback"] == f"http://localhost:8000/hooks/twilio_sms/hq/{HOOK_SECRET}/"
    assert headers["X-Twilio-Signature"]


def test_wechat_asks_whose_address_it_is(cast: Cast, wechat_account: Doubled) -> None:
    query, _body = wechat.call(b"", at=at("11:27").timestamp())
    url = f"/hooks/wechat/hq/{HOOK_SECRET}/"

    good = Client().get(f"{url}?{query}&echostr=5927")
    wrong = Client().get(f"{url}?{query.replace('nonce=4', 'nonce=5')}&echostr=5927")

    assert (good.status_code, good.content, wrong.status_code) == (200, b"5927", 403)


def test_an_old_call_of_wechat_played_again_is_none(cast: Cast, wechat_account: Doubled) -> None:
    one = sent(cast, wechat_account)

    early = wechat_account.report(cast, one, arrived=True, now=at("11:10"))

    assert (early.status_code, state(cast)) == (403, State.SENT)


def test_other_events_of_wechat_are_no_receipts(cast: Cast, wechat_account: Doubled) -> None:
    one = sent(cast, wechat_account)
    event = wechat.report(one, arrived=True).replace(b"TEMPLATESENDJOBFINISH", b"subscribe")
    query, body = wechat.call(event, at=at("11:27").timestamp())

    answer = Client().post(f"/hooks/wechat/hq/{HOOK_SECRET}/?{query}", body, content_type="text/xml")

    assert (answer.content, state(cast)) == (b"success", State.SENT)


def test_nothing_personal_is_logged(cast: Cast, tencent_sms: Doubled, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    url = f"/hooks/tencent_sms/hq/{HOOK_SECRET}/"

    post(url, b'[{"mobile": "13800001234"')

    own = [record.getMessage() for record in caplog.records if record.name.startswith("dealership")]
    assert own == ["A call for tencent_sms could not be read"]
