"""Hours and rows that go wrong: a provider away across quiet hours, and rows that no worker can send."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.template import TemplateDoesNotExist
from django_scopes import scope

from dealership import wiring
from dealership.actions import outbox
from dealership.models import Attention, Message
from dealership.queries.messages import send_time
from tests.cast import Cast, at
from tests.doubles.gateway import ADDRESS
from tests.doubles.mail import mail_server
from tests.faults.conftest import Tell
from tests.faults.house import State, double, due, lost_and_twice, rows, states

pytestmark = [pytest.mark.faults, pytest.mark.timeout(200), pytest.mark.django_db]

BREAKS = (ValueError, TemplateDoesNotExist)
"""What the poison makes the sweep end with, as the worker's log would say."""


def test_provider_away_two_hours_across_quiet_hours(cast: Cast, monkeypatch: pytest.MonkeyPatch, tell: Tell) -> None:
    """Down from 20:00 to 22:00; a message every two minutes from 19:30 to 22:30; a sweep a minute until 08:30."""
    monkeypatch.setitem(wiring.CHANNELS, "sms", "tests.doubles.gateway.SmsChannel")
    start, heard = at("19:30"), Counter[str]()
    with scope(store=cast.store), double("sms") as provider:
        monkeypatch.setenv(ADDRESS, provider.settings[ADDRESS])
        visit = cast.visit(now=at("16:00"), customer={"name": "王建国", "sex": "m", "phone": "13800001234"})
        for minute in range(13 * 60):
            now = start + timedelta(minutes=minute)
            if minute < 180 and minute % 2 == 0:
                write(cast, visit, number=minute, now=now)
            provider.state.behave = "later" if at("20:00") <= now < at("22:00") else "accept"
            before = len(provider.state.sent)
            outbox.sweep(now)
            if len(provider.state.sent) > before:
                heard[hour_of(now)] += len(provider.state.sent) - before
        delivered, _rest, twice = lost_and_twice(provider)
        told = Attention.objects.filter(kind="message_failed", until=None).count()
    found = states()
    failed = found.get(State.FAILED, 0)
    tell("provider away 20:00 to 22:00: 90 messages, sent in quiet hours", 0, heard["quiet"])
    tell("  sent or left to a person, twice", [90, 0], [delivered + failed, twice])
    tell("  still open at 08:30", 0, 90 - found.get(State.SENT, 0) - failed)
    tell("  of those written while it was away before 21:00, a mark for a person", (">= 1", lambda n: n >= 1), told)
    tell("  sent in the morning (written from 20:50 on)", (">= 45", lambda n: n >= 45), heard["morning"])


def hour_of(now: Any) -> str:
    if now >= at("08:00", "2026-11-21"):
        return "morning"
    return "quiet" if now >= at("21:00") else "evening"


def write(cast: Cast, visit: Any, *, number: int, now: Any) -> Message:
    return Message.objects.create(
        store=cast.store, visit=visit, customer=visit.customer, kind="ready", channel="sms", language="zh-hans",
        recipient="13800001234", body="可以取车了", dedupe_key=f"{number}", created_at=now,
        send_at=send_time(cast.store, quiet=True, now=now),
    )  # fmt: skip


def test_poison_beside_good_ones(cast: Cast, monkeypatch: pytest.MonkeyPatch, settings: Any, tell: Tell) -> None:
    """A channel that is not wired, an address that breaks the letter, a kind whose text cannot be made."""
    monkeypatch.setitem(wiring.CHANNELS, "sms", "tests.doubles.gateway.SmsChannel")
    monkeypatch.setitem(wiring.MESSAGE_KINDS, "no_text", wiring.MessageKind(wiring.COMMON))
    now, broke = at("11:30"), 0
    with double("sms") as provider, mail_server() as (mailbox, port):
        monkeypatch.setenv(ADDRESS, provider.settings[ADDRESS])
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        customer = {"customer": cast.visit(now=at("10:00")).customer}
        due(cast, 1, channel="pigeon", now=now, key="pigeon", **customer)
        due(cast, 1, channel="email", now=now, key="broken", recipient="w@example.com\r\nBcc: x@example.com")
        poisoned = {"kind": "no_text", "variables": {"plate": "沪A"}, **customer}
        due(cast, 1, channel="pigeon", now=now, key="no_text", **poisoned)
        due(cast, 20, channel="sms", now=now, key="good")
        out_after = 0
        for minute in range(90):
            broke += breaks(now + timedelta(minutes=minute))
            out_after = out_after or (len(provider.state.sent) == 20) * (minute + 1)
        counted = lost_and_twice(provider)
        letters = len(mailbox.letters)
    found = {row.dedupe_key: row.state for row in rows() if not row.dedupe_key.startswith("good")}
    tell("poison beside 20 good ones: good delivered, lost, twice", [20, 0, 0], list(counted))
    tell("  good ones out after how many sweeps (a minute apart)", ("<= 5", lambda n: 0 < n <= 5), out_after)
    tell("  unknown channel: failed, its letter sent instead", ["failed", "sent", 1],
         [found["pigeon:0"], found.get("pigeon:0>email"), letters])  # fmt: skip
    tell("  broken recipient: left to a person", State.BY_HAND.value, found["broken:0"])
    tell("  text that cannot be made: given up, left to a person", State.FAILED.value, found["no_text:0"])
    tell("  sweeps that it broke, then never again", ("<= 14", lambda n: n <= 14), broke)


def breaks(now: Any) -> bool:
    """Sweep as the worker does; tell whether the task failed."""
    try:
        outbox.sweep(now)
    except BREAKS:
        return True
    return False
