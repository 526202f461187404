"""A message that cannot go its way: the next channel, a turn of its own, another try, or not at all."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django_scopes import scope

from dealership import wiring
from dealership.actions import outbox
from dealership.actions.messages import queue, queue_for_staff, told_by_hand
from dealership.actions.pace import take_turn
from dealership.actions.retries import retry
from dealership.models import Attention, ChannelPace, ChannelSetting, Event, Message
from dealership.refused import Refused
from tests.cast import Cast, at
from tests.doubles.gateway import ADDRESS, Gateway, SmsChannel, gateway
from tests.doubles.mail import Mailbox, mail_server

State = Message.State


@pytest.fixture
def sms(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    """The gateway, wired as the first channel of all."""
    with gateway() as (state, port):
        monkeypatch.setenv(ADDRESS, str(port))
        monkeypatch.setattr(SmsChannel, "name", "sms")
        monkeypatch.setattr(SmsChannel, "kind", "sms")
        monkeypatch.setattr(wiring, "CHANNELS", {"sms": "tests.doubles.gateway.SmsChannel", **wiring.CHANNELS})
        yield state


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    with mail_server() as (box, port):
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 0.5
        yield box


def ready(cast: Cast, *, now: datetime | None = None, **given: Any) -> Message:
    """Queue a ready notice of a visit; by SMS, then by e-mail."""
    with scope(store=cast.store):
        message = queue(cast.visit(**given), kind="ready", by=cast.advisor, now=now or at("11:26"))
        assert message is not None
        assert message.channel == "sms"
        return message


def rows(cast: Cast) -> list[Message]:
    with scope(store=cast.store):
        return list(Message.objects.order_by("created_at", "id"))


def marks(cast: Cast) -> list[str]:
    with scope(store=cast.store):
        return list(Attention.objects.filter(until=None).values_list("kind", flat=True))


def test_a_message_refused_for_good_takes_the_next_channel_once(cast: Cast, sms: Gateway, mailbox: Mailbox) -> None:
    first = ready(cast)
    sms.behave = "refuse"

    outbox.sweep(at("11:26"))
    outbox.sweep(at("11:27"))

    failed, letter = rows(cast)
    assert (failed.pk, failed.state) == (first.pk, State.FAILED)
    assert (letter.channel, letter.recipient, letter.state) == ("email", "w@example.com", State.SENT)
    assert (letter.fallback_of, letter.dedupe_key) == (failed, f"{failed.dedupe_key}>email")
    assert letter.variables == failed.variables
    assert letter.subject
    assert failed.variables["link"] in letter.body
    assert (len(mailbox.letters), marks(cast)) == (1, [])
    with scope(store=cast.store):
        noted = list(Event.objects.filter(kind__startswith="message").order_by("id").values_list("kind", flat=True))
    assert noted == ["message.queued", "message.failed", "message.queued", "message.sent"]


def test_a_receipt_that_says_no_falls_back_too(cast: Cast, sms: Gateway) -> None:
    message = ready(cast)
    outbox.sweep(at("11:26"))

    for _call in range(2):
        outbox.receive(cast.store, provider_id=f"sms-{message.pk}", arrived=False, now=at("11:27"))

    assert [row.channel for row in rows(cast)] == ["sms", "email"]


def test_where_no_machine_is_left_a_person_tells_it(cast: Cast, sms: Gateway, mailbox: Mailbox) -> None:
    ready(cast)
    sms.behave = mailbox.behave = "refuse"

    outbox.sweep(at("11:26"))
    outbox.sweep(at("11:27"))

    letter = rows(cast)[1]
    assert [(row.channel, row.state) for row in rows(cast)] == [("sms", State.FAILED), ("email", State.FAILED)]
    assert marks(cast) == ["message_failed"]
    with scope(store=cast.store):
        told_by_hand(letter, by=cast.advisor, how="phone", now=at("11:30"))
    assert marks(cast) == []


def test_a_fall_back_waits_for_the_end_of_quiet_hours(cast: Cast, sms: Gateway) -> None:
    message = ready(cast, now=at("20:59"))
    outbox.sweep(at("20:59"))

    outbox.receive(cast.store, provider_id=f"sms-{message.pk}", arrived=False, now=at("21:01"))

    assert rows(cast)[1].send_at == at("08:00", day="2026-11-21")


def test_what_became_late_while_its_provider_was_away_wakes_nobody(cast: Cast, sms: Gateway) -> None:
    ready(cast, now=at("20:58"), customer={"name": "王建国", "phone": "13800001234"})
    sms.behave = "later"
    for minute in (58, 59):
        outbox.sweep(at(f"20:{minute}"))
    sms.behave = "accept"

    outbox.sweep(at("21:30"))
    held = rows(cast)[0]
    outbox.sweep(at("08:00", day="2026-11-21"))

    assert (held.state, held.send_at, held.attempts) == (State.WAITING, at("08:00", day="2026-11-21"), 2)
    assert (rows(cast)[0].state, len(sms.sent)) == (State.SENT, 1)


def test_the_stores_order_says_what_comes_next(cast: Cast, sms: Gateway) -> None:
    with scope(store=cast.store):
        ChannelSetting.objects.create(store=cast.store, channel="sms", position=1)
        ChannelSetting.objects.create(store=cast.store, channel="email", position=2, on=False)
    ready(cast)
    sms.behave = "refuse"

    outbox.sweep(at("11:26"))

    assert [row.channel for row in rows(cast)] == ["sms"]
    assert marks(cast) == ["message_failed"]


def test_an_alert_to_a_person_of_the_store_falls_back_to_the_log(
    cast: Cast, mailbox: Mailbox, capsys: pytest.CaptureFixture[str]
) -> None:
    with scope(store=cast.store):
        queue_for_staff(cast.manager, store=cast.store, text="一位客户不满意", key="x", now=at("11:26"))
    mailbox.behave = "refuse"

    outbox.sweep(at("11:26"))
    outbox.sweep(at("11:27"))

    assert [(row.channel, row.state) for row in rows(cast)] == [("email", State.FAILED), ("console", State.SENT)]
    assert capsys.readouterr().out == f"--- staff_alert to {rows(cast)[1].pk} ---\n"


def test_what_nobody_has_to_hear_any_more_is_cancelled_at_its_turn(cast: Cast, sms: Gateway) -> None:
    message = ready(cast)
    with scope(store=cast.store):
        type(message.visit).objects.update(stage_since=at("11:30"))

    outbox.sweep(at("11:31"))

    assert ([row.state for row in rows(cast)], sms.sent) == ([State.CANCELLED], [])
    with scope(store=cast.store):
        assert Event.objects.filter(kind="message.cancelled").count() == 1


def test_a_message_that_may_be_out_is_never_cancelled(cast: Cast, sms: Gateway) -> None:
    message = ready(cast)
    sms.behave = "lost_answer"
    outbox.sweep(at("11:26"))
    sms.behave = "accept"
    with scope(store=cast.store):
        type(message.visit).objects.update(stage_since=at("11:30"))

    outbox.sweep(at("11:31"))

    assert rows(cast)[0].state == State.SENT


def test_a_row_at_which_the_sweep_breaks_is_left_to_a_person(
    cast: Cast, sms: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready(cast)
    good = ready(cast, plate="沪B12345")
    monkeypatch.setattr(outbox, "MOST_ATTEMPTS", 2)
    send = SmsChannel.send

    def poisoned(self: SmsChannel, message: Message) -> Any:
        if message.pk != good.pk:
            raise KeyError("poison")
        return send(self, message)

    monkeypatch.setattr(SmsChannel, "send", poisoned)
    monkeypatch.setattr(SmsChannel, "query", lambda self, message: poisoned(self, message))

    for minute in (26, 27, 30, 34, 38):
        try:
            outbox.sweep(at(f"11:{minute}"))
        except KeyError:
            continue

    assert {row.pk: row.state for row in rows(cast)}[good.pk] == State.SENT
    assert sorted(row.state for row in rows(cast)) == [State.FAILED, State.SENT]
    assert marks(cast) == ["message_failed"]


def test_a_failed_message_is_tried_again_when_a_person_says_so(cast: Cast, sms: Gateway) -> None:
    message = ready(cast, customer={"name": "王建国", "phone": "13800001234"})
    sms.behave = "refuse"
    outbox.sweep(at("11:26"))
    sms.behave = "accept"

    with scope(store=cast.store):
        pressed = [retry(message, by=cast.advisor, now=at("11:40")) for _press in range(2)]

    assert [(row.state, row.attempts, row.error) for row in pressed] == [(State.WAITING, 0, "")] * 2
    assert marks(cast) == []
    outbox.sweep(at("11:41"))
    assert (rows(cast)[0].state, len(sms.sent)) == (State.SENT, 1)
    with scope(store=cast.store):
        assert Event.objects.filter(kind="message.retried", by=cast.advisor).count() == 1


def test_another_try_waits_for_the_end_of_quiet_hours(cast: Cast, sms: Gateway) -> None:
    message = ready(cast, customer={"name": "王建国", "phone": "13800001234"})
    sms.behave = "refuse"
    outbox.sweep(at("11:26"))

    with scope(store=cast.store):
        assert retry(message, by=cast.advisor, now=at("22:00")).send_at == at("08:00", day="2026-11-21")


@pytest.mark.parametrize("state", [State.SENT, State.DELIVERED, State.UNKNOWN, State.BY_HAND, State.CANCELLED])
def test_only_what_failed_is_tried_again(cast: Cast, sms: Gateway, state: str) -> None:
    message = ready(cast)
    with scope(store=cast.store):
        Message.objects.update(state=state)

    with scope(store=cast.store), pytest.raises(Refused) as refused:
        retry(message, by=cast.advisor, now=at("11:40"))

    assert (refused.value.code, rows(cast)[0].state) == ("message.not_failed", state)


def test_what_went_on_over_another_channel_is_not_sent_twice(cast: Cast, sms: Gateway) -> None:
    message = ready(cast)
    sms.behave = "refuse"
    outbox.sweep(at("11:26"))

    with scope(store=cast.store), pytest.raises(Refused) as refused:
        retry(message, by=cast.advisor, now=at("11:40"))

    assert refused.value.code == "message.fell_back"


def test_a_channel_is_fed_at_its_pace(db: None) -> None:
    turns = [take_turn("sms", per_second=2, now=at("11:26")) for _message in range(4)]

    half = timedelta(seconds=0.5)
    assert turns == [
        (at("11:26"), True),
        (at("11:26") + half, True),
        (at("11:26") + 2 * half, True),
        (at("11:26") + 3 * half, False),
    ]
    assert take_turn("sms", per_second=2, now=at("11:28")) == (at("11:28"), True)
    assert take_turn("other", per_second=2, now=at("11:26")) == (at("11:26"), True)


def test_a_message_that_is_too_early_is_put_back_not_lost(
    cast: Cast, sms: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SmsChannel, "per_second", 0.1)
    both = [ready(cast), ready(cast, plate="沪B12345")]

    outbox.sweep(at("11:26"))
    early = sorted(rows(cast), key=lambda row: row.send_at)
    outbox.sweep(at("11:27"))

    assert [(row.state, row.attempts) for row in early] == [(State.SENT, 1), (State.WAITING, 0)]
    assert timedelta(seconds=9) < early[1].send_at - at("11:26") < timedelta(seconds=12)
    assert sorted(one["reference"] for one in sms.sent) == sorted(str(one.pk) for one in both)


@pytest.mark.django_db(transaction=True)
def test_two_workers_take_no_turn_twice() -> None:
    barrier, turns = threading.Barrier(2), []

    def run() -> None:
        barrier.wait()
        turns.extend(take_turn("sms", per_second=100, now=at("11:26")) for _message in range(10))
        connection.close()

    threads = [threading.Thread(target=run) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(turns)) == 20
    assert ChannelPace.objects.get().next_at == at("11:26") + timedelta(seconds=0.2)
