"""One contract for every provider over HTTP: the same cases against its double, a real server that checks all."""

# ruff: noqa: F811 - fixtures are imported by name

from datetime import datetime, timedelta
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django_scopes import scope

from dealership.actions import outbox
from dealership.channels import channel
from dealership.models import Attention, Message
from tests.cast import Cast, at
from tests.doubles.provider import Request
from tests.providers import (  # noqa: F401
    Doubled,
    alibaba_sms,
    tencent_sms,
    twilio_sms,
    wechat_account,
)

State = Message.State
ALL = ["tencent_sms", "alibaba_sms", "twilio_sms", "wechat_account"]
SMS = ALL[:3]


@pytest.fixture(params=ALL)
def way(request: pytest.FixtureRequest) -> Doubled:
    return request.getfixturevalue(request.param)


@pytest.fixture(params=SMS)
def sms(request: pytest.FixtureRequest) -> Doubled:
    return request.getfixturevalue(request.param)


def sweep(now: datetime) -> int:
    """Run the outbox at this moment; the doubles' clocks say the same."""
    with time_machine.travel(now, tick=False):
        return outbox.sweep(now)


def fresh(cast: Cast) -> Message:
    with scope(store=cast.store):
        return Message.objects.get()


def settle(cast: Cast, *, until: datetime) -> Message:
    """Sweep whenever the row is due, until `until`."""
    row = fresh(cast)
    while row.state in Message.OPEN and row.send_at <= until:
        sweep(row.send_at)
        row = fresh(cast)
    return row


def test_a_message_is_sent_and_its_receipt_says_that_it_arrived(cast: Cast, way: Doubled) -> None:
    message = way.message(cast)

    sweep(at("11:26"))
    row = fresh(cast)
    with time_machine.travel(at("11:27"), tick=False):
        answers = [way.report(cast, way.server.sent[0], arrived=True, now=at("11:27")) for _call in range(2)]

    assert (row.state, row.provider_id, row.error) == (State.SENT, way.server.sent[0].id, "")
    assert way.server.sent[0].reference in {"", str(message.pk), message.pk.hex}
    assert [answer.status_code for answer in answers] == [200, 200]
    assert (fresh(cast).state, fresh(cast).delivered_at) == (State.DELIVERED, at("11:27"))


def test_a_receipt_that_says_no_marks_the_board(cast: Cast, way: Doubled) -> None:
    way.message(cast)
    sweep(at("11:26"))

    with time_machine.travel(at("11:27"), tick=False):
        way.report(cast, way.server.sent[0], arrived=False, now=at("11:27"))

    with scope(store=cast.store):
        assert fresh(cast).state == State.FAILED
        assert fresh(cast).error in {"UNDELIV", "30003", "failed:user block"}
        assert Attention.objects.get(until=None).kind == "message_failed"


@pytest.mark.parametrize(("behave", "state"), [("refuse", State.FAILED), ("later", State.WAITING)])
def test_a_refusal_is_for_good_or_for_now(cast: Cast, way: Doubled, behave: str, state: str) -> None:
    way.message(cast)
    way.server.behave = behave

    sweep(at("11:26"))

    row = fresh(cast)
    assert (row.state, row.error, way.server.sent) == (state, way.refused[behave == "later"], [])
    way.server.behave = "accept"
    assert settle(cast, until=at("11:40")).state == (State.SENT if behave == "later" else State.FAILED)
    assert len(way.server.sent) == (behave == "later")


def test_after_a_time_out_the_provider_says_that_it_has_it(cast: Cast, way: Doubled) -> None:
    way.message(cast)
    way.server.behave = "lost_answer"
    sweep(at("11:26"))
    unknown = fresh(cast)
    way.server.behave = "accept"
    if way.channel == "tencent_sms":
        way.receipt(way.server.sent[0], True, at("11:27"))

    row = settle(cast, until=at("11:50"))

    assert (unknown.state, unknown.error) == (State.UNKNOWN, "no answer: TimeoutError")
    assert row.state == (State.DELIVERED if way.channel == "tencent_sms" else State.SENT)
    assert row.provider_id
    assert len(way.server.sent) == 1


def test_after_a_time_out_the_provider_says_that_it_never_got_it(cast: Cast, way: Doubled) -> None:
    way.message(cast)
    way.server.behave = "lost_request"
    sweep(at("11:26"))
    way.server.behave = "accept"

    row = settle(cast, until=at("11:50"))

    assert row.state == way.not_sent
    assert len(way.server.sent) == (way.not_sent == State.SENT)


def test_a_provider_that_says_nothing_at_all_leaves_it_to_a_person(cast: Cast, way: Doubled) -> None:
    way.message(cast)
    way.server.behave = "deaf"

    row = settle(cast, until=at("12:30"))

    assert (row.state, way.server.sent) == (State.BY_HAND, [])


def test_a_message_that_failed_there_after_a_time_out_has_failed(cast: Cast, sms: Doubled) -> None:
    sms.message(cast)
    sms.server.behave = "lost_answer"
    sweep(at("11:26"))
    sms.server.behave = "accept"
    sms.receipt(sms.server.sent[0], False, at("11:27"))

    row = settle(cast, until=at("11:50"))

    assert (row.state, len(sms.server.sent)) == (State.FAILED, 1)


def test_a_provider_that_is_away_is_tried_again(cast: Cast, way: Doubled, settings: Any) -> None:
    way.message(cast)
    for name in ("TENCENT_SMS_URL", "ALIBABA_SMS_URL", "TWILIO_URL", "WECHAT_URL"):
        setattr(settings, name, "http://127.0.0.1:1/")

    sweep(at("11:26"))

    assert (fresh(cast).state, way.server.calls) == (State.WAITING, 0)


def test_without_settings_it_reaches_nobody(cast: Cast, way: Doubled, settings: Any) -> None:
    for name, value in way.settings.items():
        setattr(settings, name, value)
    message = way.message(cast)
    with scope(store=cast.store):
        reached = channel(way.channel).address(message.customer)

    sweep(at("11:26"))

    assert (reached, channel(way.channel).configured) == ("", False)
    assert (fresh(cast).state, fresh(cast).error, way.server.calls) == (State.FAILED, "not configured", 0)


@pytest.mark.parametrize("typed", ["021-55501800", "110", "王建国", "", "138", "+1 800 555 1212", "13800001234567"])
def test_a_landline_or_nonsense_is_never_handed_over(cast: Cast, sms: Doubled, typed: str) -> None:
    message = sms.message(cast, recipient=typed)
    message.customer.phone = typed

    sweep(at("11:26"))

    assert channel(sms.channel).address(message.customer) == ""
    assert (fresh(cast).state, fresh(cast).error) == (State.FAILED, "no mobile number")
    assert sms.server.calls == 0


def test_a_number_is_written_as_the_provider_wants_it(cast: Cast, sms: Doubled) -> None:
    message = sms.message(cast, recipient="138 0000-1234")

    sweep(at("11:26"))

    assert channel(sms.channel).address(message.customer) == "+8613800001234"
    assert sms.server.sent[0].to == ("13800001234" if sms.channel == "alibaba_sms" else "+8613800001234")


def test_an_unreadable_answer_is_no_answer(cast: Cast, way: Doubled, monkeypatch: pytest.MonkeyPatch) -> None:
    way.message(cast)
    if way.channel == "wechat":
        channel("wechat").send(fresh(cast))
        way.server.keys.clear()
    monkeypatch.setattr(way.server, "answer", lambda request: (502, "<html>Bad gateway</html>"))

    sweep(at("11:26"))

    assert fresh(cast).state == State.UNKNOWN


def send_again(way: Doubled, request: Request) -> Any:
    """Play a captured request again, byte by byte, and return what the double says."""
    connection = HTTPConnection(urlsplit(way.server.url).netloc, timeout=2)
    headers = {name: value for name, value in request.headers.items() if name not in {"accept-encoding"}}
    headers["content-length"] = str(len(request.body))
    connection.request(request.method, request.target, request.body or None, headers)
    answer = connection.getresponse().read().decode()
    connection.close()
    return answer


def captured(cast: Cast, way: Doubled) -> Request:
    """Let the channel send one message and return its request."""
    way.message(cast)
    sweep(at("11:26"))
    return way.server.requests[-1]


def changed(request: Request, **values: Any) -> Request:
    """Return the request with a header or another part changed."""
    headers = dict(request.headers)
    for name in [name for name in values if name not in {"target", "body"}]:
        headers[name.replace("_", "-")] = values.pop(name)
    return Request(request.method, values.get("target", request.target), headers, values.get("body", request.body))


def flip(text: str) -> str:
    """Return the text with its last character wrong."""
    return text[:-1] + ("0" if text[-1] != "0" else "1")


def test_tencent_refuses_one_wrong_byte(cast: Cast, tencent_sms: Doubled) -> None:
    good = captured(cast, tencent_sms)
    stamp = good.headers["x-tc-timestamp"]

    with time_machine.travel(at("11:26"), tick=False):
        answers = [
            send_again(tencent_sms, changed(good, authorization=flip(good.headers["authorization"]))),
            send_again(tencent_sms, changed(good, body=good.body.replace(b"+86138", b"+86139"))),
            send_again(tencent_sms, changed(good, x_tc_timestamp=flip(stamp))),
            send_again(tencent_sms, changed(good, authorization=good.headers["authorization"].replace("AKID", "AKIE"))),
        ]
    with time_machine.travel(at("11:32"), tick=False):
        answers.append(send_again(tencent_sms, good))

    wrong = ["SignatureFailure", "SignatureFailure", "SignatureFailure", "SecretIdNotFound", "SignatureExpire"]
    assert [f"AuthFailure.{code}" in answer for code, answer in zip(wrong, answers, strict=True)] == [True] * 5
    assert len(tencent_sms.server.sent) == 1


def test_alibaba_refuses_one_wrong_byte(cast: Cast, alibaba_sms: Doubled) -> None:
    good = captured(cast, alibaba_sms)

    with time_machine.travel(at("11:26"), tick=False):
        answers = [
            send_again(alibaba_sms, changed(good, authorization=flip(good.headers["authorization"]))),
            send_again(alibaba_sms, changed(good, target=good.target.replace("138", "139"))),
            send_again(alibaba_sms, changed(good, x_acs_signature_nonce=flip(good.headers["x-acs-signature-nonce"]))),
            send_again(alibaba_sms, changed(good, x_acs_date="2026-11-20T03:26:01Z")),
            send_again(alibaba_sms, good),
        ]
    with time_machine.travel(at("11:42"), tick=False):
        answers.append(send_again(alibaba_sms, good))

    wrong = ["SignatureDoesNotMatch"] * 4 + ["SignatureNonceUsed", "InvalidTimeStamp.Expired"]
    assert [code in answer for code, answer in zip(wrong, answers, strict=True)] == [True] * 6
    assert len(alibaba_sms.server.sent) == 1


def test_twilio_refuses_one_wrong_byte(cast: Cast, twilio_sms: Doubled) -> None:
    good = captured(cast, twilio_sms)

    answers = [
        send_again(twilio_sms, changed(good, authorization=flip(good.headers["authorization"].rstrip("=")) + "=")),
        send_again(twilio_sms, changed(good, target=good.target.replace("AC0", "AC1"))),
        send_again(twilio_sms, changed(good, body=good.body.replace(b"%2B15005550006", b"%2B15005550007"))),
        send_again(twilio_sms, changed(good, body=good.body.replace(b"%2B86138", b"86138"))),
    ]

    assert [code in answer for code, answer in zip(["20003", "20404", "21606", "21211"], answers, strict=True)] == (
        [True] * 4
    )
    assert len(twilio_sms.server.sent) == 1


def test_wechat_refuses_one_wrong_byte(cast: Cast, wechat_account: Doubled) -> None:
    good = captured(cast, wechat_account)
    long = good.body.replace("可以取车了".encode(), "可以取车了".encode() * 5)

    with time_machine.travel(at("11:26"), tick=False):
        answers = [
            send_again(wechat_account, changed(good, target=flip(good.target))),
            send_again(wechat_account, changed(good, body=good.body.replace(b"ngqIpb", b"ngqIpc"))),
            send_again(wechat_account, changed(good, body=good.body.replace(b"oia2Tj", b"oia2Tk"))),
            send_again(wechat_account, changed(good, body=good.body.replace(b"thing1", b"thing2"))),
            send_again(wechat_account, changed(good, body=long)),
        ]
    with time_machine.travel(at("14:00"), tick=False):
        answers.append(send_again(wechat_account, good))

    wrong = ["40001", "40037", "40003", "47003", "47003", "42001"]
    assert [code in answer for code, answer in zip(wrong, answers, strict=True)] == [True] * 6
    assert len(wechat_account.server.sent) == 1


@pytest.mark.parametrize(
    ("given", "tencent_says", "alibaba_says"),
    [
        ({"template_id": "449730"}, "FailedOperation.TemplateIncorrectOrUnapproved", "isv.SMS_TEMPLATE_ILLEGAL"),
        ({"template_id": ""}, "no approved template", "no approved template"),
        (
            {"variables": {"plate": "http://x.example", "link": "1"}},
            "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter",
            "isv.PARAM_NOT_SUPPORT_URL",
        ),
        (
            {"variables": {"plate": "恭喜中奖" * 10, "link": "1"}},
            "FailedOperation.ContainSensitiveWord",
            "isv.PARAM_LENGTH_LIMIT",
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["tencent_sms", "alibaba_sms"])
def test_what_a_provider_forbids_fails_with_its_code(
    cast: Cast, request: Any, name: str, given: dict[str, Any], tencent_says: str, alibaba_says: str
) -> None:
    doubled: Doubled = request.getfixturevalue(name)
    doubled.message(cast, **given)

    sweep(at("11:26"))

    assert fresh(cast).state == State.FAILED
    assert fresh(cast).error == (tencent_says if name == "tencent_sms" else alibaba_says)
    assert doubled.server.sent == []


def test_of_a_link_only_its_end_is_a_value(cast: Cast, tencent_sms: Doubled) -> None:
    tencent_sms.message(cast)

    sweep(at("11:26"))

    assert tencent_sms.server.sent[0].content["TemplateParamSet"] == ["沪A·8K2D6", "AbCdEf0123456789AbCdEf"]


def test_wechat_takes_another_token_when_its_own_ended_early(cast: Cast, wechat_account: Doubled) -> None:
    wechat_account.message(cast)
    sweep(at("11:26"))
    wechat_account.server.tokens.clear()
    with scope(store=cast.store):
        Message.objects.update(state=State.WAITING, handed_at=None, recipient=wechat_account.recipient)

    sweep(at("11:40"))

    calls = [request.path.rpartition("/")[2] for request in wechat_account.server.requests]
    assert fresh(cast).state == State.SENT
    assert calls == ["stable_token", "send", "send", "stable_token", "send"]


def test_wechat_cuts_a_value_to_what_its_kind_takes(cast: Cast, wechat_account: Doubled) -> None:
    wechat_account.message(cast, body="thing1: " + "长" * 40 + "\ntime2：11:26\n没有冒号的一行")

    sweep(at("11:26"))

    assert wechat_account.server.sent[0].content["data"] == {
        "thing1": {"value": "长" * 20},
        "time2": {"value": "11:26"},
    }
    assert wechat_account.server.sent[0].content["url"] == "https://shop.example/v/AbCdEf0123456789AbCdEf"


def test_logs_hold_ids_only(cast: Cast, way: Doubled, caplog: pytest.LogCaptureFixture, capsys: Any) -> None:
    caplog.set_level("DEBUG")
    way.message(cast)

    for behave, minute in (("lost_request", "11:26"), ("accept", "11:28"), ("accept", "11:34"), ("accept", "11:50")):
        way.server.behave = behave
        sweep(at(minute))

    said = caplog.text + "".join(capsys.readouterr())
    assert [
        secret for secret in ("13800001234", "王建国", "8K2D6", way.recipient, "AbCdEf0123") if secret in said
    ] == []


def test_the_row_is_asked_for_in_time(cast: Cast, way: Doubled) -> None:
    way.message(cast)
    way.server.behave = "lost_answer"

    sweep(at("11:26"))

    assert fresh(cast).send_at - at("11:26") < timedelta(seconds=25)
