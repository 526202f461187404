"""One contract that every channel passes: accepted, refused for good, refused for now, time-out, receipt.

A channel is seen through the outbox: what becomes of the row is what counts. A provider behaves as its real or
doubled server is told; where a channel has no such case (nobody refuses a person) it says so with None.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django_scopes import scope

from dealership import wiring
from dealership.actions import outbox
from dealership.actions.messages import queue, told_by_hand
from dealership.channels import Sent, channel
from dealership.models import Customer, Message
from tests.cast import Cast, at
from tests.doubles.gateway import ADDRESS, gateway
from tests.doubles.mail import Mailbox, mail_server

State = Message.State


@dataclass
class Provider:
    """How to make a channel's provider behave, and which state a message is then in after one sweep."""

    server: Any
    behaviours: dict[str, tuple[str, str]]
    """case → (behaviour of the server, state of the row)"""
    after_unknown: str = ""
    """the state in which an unknown message ends when it has gone out in truth"""


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    with mail_server() as (box, port):
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 0.5
        yield box


@pytest.fixture
def email(mailbox: Mailbox) -> Provider:
    return Provider(
        mailbox,
        {
            "accepted": ("accept", State.SENT),
            "refused for good": ("refuse", State.FAILED),
            "text refused for good": ("refuse_text", State.FAILED),
            "refused for now": ("later", State.WAITING),
            "text refused for now": ("later_text", State.WAITING),
            "time-out before anything was said": ("hang_before", State.WAITING),
            "time-out": ("hang_after", State.UNKNOWN),
        },
        after_unknown=State.BY_HAND,
    )


@pytest.fixture
def sms(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    with gateway() as (state, port):
        monkeypatch.setenv(ADDRESS, str(port))
        monkeypatch.setitem(wiring.CHANNELS, "sms", "tests.doubles.gateway.SmsChannel")
        yield Provider(
            state,
            {
                "accepted": ("accept", State.SENT),
                "refused for good": ("refuse", State.FAILED),
                "refused for now": ("later", State.WAITING),
                "time-out": ("lost_answer", State.UNKNOWN),
            },
            after_unknown=State.SENT,
        )


@pytest.fixture
def console(settings: Any) -> Provider:
    settings.EMAIL_ON_CONSOLE = True
    return Provider(None, {"accepted": ("", State.SENT)})


@pytest.fixture
def by_hand() -> Provider:
    return Provider(None, {"accepted": ("", State.BY_HAND)})


@pytest.fixture(params=["email", "sms", "console", "by_hand"])
def case(request: pytest.FixtureRequest) -> tuple[str, Provider]:
    return request.param, request.getfixturevalue(request.param)


def message(cast: Cast, name: str) -> Message:
    with scope(store=cast.store):
        visit = cast.visit()
        recipient = channel(name).address(visit.customer) or "13800001234"
        return Message.objects.create(
            store=cast.store, visit=visit, customer=visit.customer, kind="ready", channel=name, language="zh-hans",
            recipient=recipient, subject="可以取车了", body="王先生您好，\n可以取车了。", dedupe_key="ready",
            created_at=at("11:26"), send_at=at("11:26"),
        )  # fmt: skip


def fresh(cast: Cast) -> Message:
    with scope(store=cast.store):
        return Message.objects.get(fallback_of=None)


def test_every_wired_channel_is_held_to_the_contract() -> None:
    asked_over_http = {"wechat", "tencent_sms", "alibaba_sms", "twilio_sms"}  # test_channel_contract.py
    assert set(wiring.CHANNELS) == {"email", "console", "by_hand"} | asked_over_http


@pytest.mark.parametrize(
    "what",
    [
        "accepted",
        "refused for good",
        "text refused for good",
        "refused for now",
        "text refused for now",
        "time-out before anything was said",
        "time-out",
    ],
)
def test_a_channel_keeps_the_contract(cast: Cast, case: tuple[str, Provider], what: str) -> None:
    name, provider = case
    if what not in provider.behaviours:
        assert (name, what) not in {("email", "refused for good"), ("sms", "refused for good")}
        return
    behave, state = provider.behaviours[what]
    message(cast, name)
    if provider.server is not None:
        provider.server.behave = behave

    outbox.sweep(at("11:26"))

    row = fresh(cast)
    assert row.state == state
    assert (row.leased_until, row.attempts) == (None, 1)
    assert bool(row.error) == (what != "accepted")
    assert bool(row.handed_at) == (state not in {State.WAITING, State.BY_HAND})


def test_a_time_out_never_sends_twice(cast: Cast, case: tuple[str, Provider]) -> None:
    name, provider = case
    if not provider.after_unknown:
        return
    message(cast, name)
    provider.server.behave = provider.behaviours["time-out"][0]
    outbox.sweep(at("11:26"))
    provider.server.behave = "accept"

    outbox.sweep(at("11:27"))

    assert fresh(cast).state == provider.after_unknown
    assert len(provider.server.letters if name == "email" else provider.server.sent) == 1


def test_a_receipt_moves_the_row(cast: Cast, case: tuple[str, Provider]) -> None:
    name, _provider = case
    row = message(cast, name)
    outbox.sweep(at("11:26"))

    if name == "by_hand":
        with scope(store=cast.store):
            told_by_hand(row, by=cast.advisor, how="copy", now=at("11:30"))
        assert fresh(cast).state == State.SENT
        return
    outbox.receive(cast.store, provider_id=fresh(cast).provider_id, arrived=True, now=at("11:30"))

    assert fresh(cast).state == State.DELIVERED


def test_a_letter_arrives_as_it_was_written(cast: Cast, mailbox: Mailbox) -> None:
    row = message(cast, "email")

    outbox.sweep(at("11:26"))

    letter = mailbox.letters[0]
    assert (letter["To"], letter["Subject"]) == ("w@example.com", "可以取车了")
    assert letter["Message-ID"] == f"<{row.pk}@dealership.example>" == fresh(cast).provider_id
    assert str(letter["From"]) == "虹桥店 <service@dealership.example>"
    assert letter.get_content().strip().splitlines() == ["王先生您好，", "可以取车了。"]


def test_a_mail_server_that_is_away_is_tried_again(cast: Cast, mailbox: Mailbox, settings: Any) -> None:
    message(cast, "email")
    settings.EMAIL_PORT = 1

    outbox.sweep(at("11:26"))

    assert fresh(cast).state == State.WAITING


def test_a_mail_server_without_tls_is_not_given_the_password(cast: Cast, mailbox: Mailbox, settings: Any) -> None:
    message(cast, "email")
    settings.EMAIL_USE_TLS, settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = True, "me", "secret"

    outbox.sweep(at("11:26"))

    assert (fresh(cast).state, mailbox.letters) == (State.WAITING, [])


def test_the_console_stands_in_only_where_there_is_no_mail_server(cast: Cast, console: Provider, capsys: Any) -> None:
    with scope(store=cast.store):
        row = queue(cast.visit(), kind="ready", by=cast.advisor, now=at("11:26"))

    outbox.sweep(at("11:26"))

    assert row.channel == "console"
    assert channel("console").query(row) is None
    assert f"--- ready to w@example.com ---\n{row.body}\n" in capsys.readouterr().out


def test_nobody_is_reached_without_an_address() -> None:
    nobody = Customer(name="王建国")

    reached = {channel(name).address(who) for name in wiring.CHANNELS for who in (None, nobody)}

    assert reached == {""}
    assert Sent().provider_id == ""
