"""The four doubled providers as a test sees them: its settings, its receipts, and what it can tell after a time-out."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django_scopes import scope

from dealership.channels import wechat as wechat_channel
from dealership.models import Message, MessageTemplate
from tests.cast import Cast, at
from tests.doubles import alibaba, tencent, twilio, wechat
from tests.doubles.provider import Provider, Sending, serving

HOOK_SECRET = "end-of-the-address"
TEXT = "{plate} 可以取车了，详情 https://shop.example/v/{link}"
OPENID = next(iter(wechat.FOLLOWERS))
Call = tuple[bytes, str, dict[str, str]]
"""body, query and headers of a call with receipts"""


@dataclass
class Doubled:
    """A provider under test."""

    channel: str
    server: Any
    receipt: Callable[[Sending, bool, datetime], Call]
    template: str = ""
    recipient: str = "+8613800001234"
    body: str = "沪A·8K2D6 可以取车了"
    refused: tuple[str, str] = ("", "")
    """error of a row refused for good, and for now"""
    not_sent: str = Message.State.SENT
    """where a message ends that timed out and never came there: sent anew, or left to a person who can ask"""
    settings: dict[str, str] = field(default_factory=dict)

    def message(self, cast: Cast, **given: Any) -> Message:
        """Write a message that is due at 11:26, with the store's own text where the provider wants an approved one."""
        with scope(store=cast.store):
            visit = cast.visit(customer={"name": "王建国", "sex": "m", "phone": "13800001234"})
            if self.template:
                MessageTemplate.objects.create(
                    store=cast.store, kind="ready", channel=self.channel, language="zh-hans", body=TEXT,
                    template_id=self.template, created_at=at("08:00"),
                )  # fmt: skip
            variables = {
                "plate": "沪A·8K2D6",
                "link": "https://shop.example/v/AbCdEf0123456789AbCdEf",
                "store": "虹桥店",
            }
            values = {
                "channel": self.channel, "recipient": self.recipient, "body": self.body, "template_id": self.template,
                "variables": variables,
            }  # fmt: skip
            return Message.objects.create(
                store=cast.store, visit=visit, customer=visit.customer, kind="ready", language="zh-hans",
                dedupe_key="ready", created_at=at("11:26"), send_at=at("11:26"), **values | given,
            )  # fmt: skip

    def report(self, cast: Cast, one: Sending, *, arrived: bool, now: datetime, secret: str = HOOK_SECRET) -> Any:
        """Call the product with the receipt of a message."""
        body, query, headers = self.receipt(one, arrived, now)
        url = f"/hooks/{self.channel}/{cast.store.code}/{secret}/" + (f"?{query}" if query else "")
        kind = "application/x-www-form-urlencoded" if self.channel == "twilio_sms" else "application/json"
        return Client(enforce_csrf_checks=True).post(url, body, content_type=kind, headers=headers)


@contextmanager
def _double(state: Provider, settings: Any, values: dict[str, Any]) -> Iterator[None]:
    with serving(state):
        settings.PROVIDER_TIMEOUT = 0.3
        for name, value in values.items():
            setattr(settings, name, state.url if value is None else value)
        yield


@pytest.fixture
def tencent_sms(settings: Any) -> Iterator[Doubled]:
    values = {
        "TENCENT_SMS_URL": None, "TENCENT_SMS_SECRET_ID": tencent.SECRET_ID, "TENCENT_SMS_SIGN": tencent.SIGN,
        "TENCENT_SMS_SECRET_KEY": tencent.SECRET_KEY, "TENCENT_SMS_APP_ID": tencent.APP_ID,
        "TENCENT_SMS_HOOK_SECRET": HOOK_SECRET,
    }  # fmt: skip
    server = tencent.Tencent()
    with _double(server, settings, values):
        yield Doubled(
            "tencent_sms", server, lambda one, arrived, now: (tencent.report(one, arrived=arrived), "", {}),
            template="449739", not_sent=Message.State.BY_HAND,
            refused=("FailedOperation.PhoneNumberInBlacklist", "LimitExceeded.PhoneNumberThirtySecondLimit"),
            settings={name: "" for name in values if name.endswith(("_ID", "_KEY", "_SIGN"))},
        )  # fmt: skip


@pytest.fixture
def alibaba_sms(settings: Any) -> Iterator[Doubled]:
    values = {
        "ALIBABA_SMS_URL": None, "ALIBABA_SMS_KEY_ID": alibaba.KEY_ID, "ALIBABA_SMS_SIGN": alibaba.SIGN,
        "ALIBABA_SMS_KEY_SECRET": alibaba.KEY_SECRET, "ALIBABA_SMS_HOOK_SECRET": HOOK_SECRET,
    }  # fmt: skip
    server = alibaba.Alibaba()
    with _double(server, settings, values):
        yield Doubled(
            "alibaba_sms", server, lambda one, arrived, now: (alibaba.report(one, arrived=arrived), "", {}),
            template="SMS_449739", refused=("isv.BLACK_KEY_CONTROL_LIMIT", "isv.BUSINESS_LIMIT_CONTROL"),
            settings={name: "" for name in values if name.endswith(("KEY_ID", "KEY_SECRET", "_SIGN"))},
        )  # fmt: skip


@pytest.fixture
def twilio_sms(settings: Any) -> Iterator[Doubled]:
    values = {
        "TWILIO_URL": None, "TWILIO_ACCOUNT_SID": twilio.ACCOUNT, "TWILIO_AUTH_TOKEN": twilio.TOKEN,
        "TWILIO_FROM": twilio.FROM, "TWILIO_HOOK_SECRET": HOOK_SECRET,
    }  # fmt: skip

    def receipt(one: Sending, arrived: bool, now: datetime) -> Call:
        body, headers = twilio.report(one, arrived=arrived)
        return body, "", headers

    server = twilio.Twilio()
    with _double(server, settings, values):
        yield Doubled(
            "twilio_sms", server, receipt, refused=("21610", "busy: 429"),
            settings={name: "" for name in values if name.endswith(("_SID", "_TOKEN", "_FROM"))},
        )  # fmt: skip


@pytest.fixture
def wechat_account(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Doubled]:
    values = {
        "WECHAT_URL": None, "WECHAT_APP_ID": wechat.APP_ID, "WECHAT_APP_SECRET": wechat.APP_SECRET,
        "WECHAT_TOKEN": wechat.TOKEN, "WECHAT_HOOK_SECRET": HOOK_SECRET,
    }  # fmt: skip

    def receipt(one: Sending, arrived: bool, now: datetime) -> Call:
        query, body = wechat.call(wechat.report(one, arrived=arrived), at=now.timestamp())
        return body, query, {}

    monkeypatch.setattr(wechat_channel, "_token", {})
    server = wechat.WeChat()
    with _double(server, settings, values):
        yield Doubled(
            "wechat", server, receipt, template=next(iter(wechat.TEMPLATES)), recipient=OPENID,
            body="thing1: 沪A·8K2D6 可以取车了\ntime2: 11:26", refused=("errcode 43004", "errcode 45011"),
            settings={"WECHAT_APP_ID": "", "WECHAT_APP_SECRET": ""},
        )  # fmt: skip
