"""A backlog goes out many at a time; each message is still claimed once, sent once and accounted for."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django_scopes import scope

from dealership import wiring
from dealership.actions import outbox
from dealership.actions.outcomes import all_taken
from dealership.channels import Sent
from dealership.models import Attention, Event, Message
from tests.cast import Cast, at
from tests.doubles.gateway import ADDRESS, Gateway, SmsChannel, gateway

State = Message.State


@pytest.fixture
def sms(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    with gateway() as (state, port):
        monkeypatch.setenv(ADDRESS, str(port))
        monkeypatch.setitem(wiring.CHANNELS, "sms", "tests.doubles.gateway.SmsChannel")
        yield state


def backlog(cast: Cast, count: int, *, channel: str = "sms", **given: Any) -> None:
    """Write messages that are due, one after the other."""
    with scope(store=cast.store):
        visit = cast.visit(customer={"name": "王建国", "phone": "13800001234"})
        Message.objects.bulk_create(
            Message(
                store=cast.store, visit=visit, kind="ready", channel=channel, language="zh-hans", body=f"{number}",
                recipient="13800001234", dedupe_key=f"{channel}:{number}", created_at=at("11:00"),
                send_at=at("11:00") + timedelta(seconds=number), **given,
            )
            for number in range(count)
        )  # fmt: skip


def states(cast: Cast) -> dict[str, int]:
    with scope(store=cast.store):
        found = list(Message.objects.values_list("state", flat=True))
    return {state: found.count(state) for state in found}


def test_a_backlog_is_sent_in_order_and_each_message_once(
    cast: Cast, sms: Gateway, django_assert_max_num_queries
) -> None:
    backlog(cast, 100)

    with django_assert_max_num_queries(200):
        done = outbox.sweep(at("11:26"))

    with scope(store=cast.store):
        rows = list(Message.objects.order_by("send_at"))
        noted = Event.objects.filter(kind="message.sent").count()
    assert (done, states(cast), noted) == (100, {State.SENT: 100}, 100)
    assert [one["reference"] for one in sms.sent] == [str(row.pk) for row in rows]
    assert {(row.provider_id == f"sms-{row.pk}", row.attempts, row.leased_until) for row in rows} == {(True, 1, None)}
    assert all(row.handed_at and row.sent_at for row in rows)


def test_a_provider_that_falls_silent_in_between_gets_nothing_twice(
    cast: Cast, sms: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    backlog(cast, 12)
    send = SmsChannel.send

    def silent_at_the_sixth(self: SmsChannel, message: Message) -> Any:
        sms.behave = "lost_answer" if len(sms.sent) == 5 else "accept"
        return send(self, message)

    monkeypatch.setattr(SmsChannel, "send", silent_at_the_sixth)

    outbox.sweep(at("11:26"))
    between = states(cast)
    outbox.sweep(at("11:27"))

    assert between == {State.SENT: 11, State.UNKNOWN: 1}
    assert states(cast) == {State.SENT: 12}
    assert len({one["reference"] for one in sms.sent}) == len(sms.sent) == 12


def test_what_a_slow_provider_leaves_of_a_lease_goes_back(
    cast: Cast, sms: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    backlog(cast, 8)
    monkeypatch.setattr(outbox, "START_WITHIN", timedelta(0))

    outbox.sweep(at("11:26"))

    with scope(store=cast.store):
        left = list(Message.objects.exclude(state=State.SENT).values_list("state", "handed_at", "attempts").distinct())
    assert left in ([], [(State.WAITING, None, 0)])
    assert len({one["reference"] for one in sms.sent}) == len(sms.sent)


def test_a_row_that_breaks_the_sweep_takes_no_other_with_it(
    cast: Cast, sms: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    backlog(cast, 12)
    send = SmsChannel.send

    def poisoned(self: SmsChannel, message: Message) -> Any:
        if message.dedupe_key == "sms:5":
            raise KeyError("poison")
        return send(self, message)

    monkeypatch.setattr(SmsChannel, "send", poisoned)

    with pytest.raises(KeyError):
        outbox.sweep(at("11:26"))
    outbox.sweep(at("11:27"))

    assert states(cast) == {State.SENT: 11, State.SENDING: 1}
    assert len({one["reference"] for one in sms.sent}) == len(sms.sent) == 11


def test_what_is_past_is_left_out_of_a_batch(cast: Cast, sms: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    backlog(cast, 8)
    with scope(store=cast.store):
        Message.objects.filter(dedupe_key="sms:4").update(created_at=at("07:00"))

    outbox.sweep(at("11:26"))

    assert states(cast) == {State.SENT: 7, State.CANCELLED: 1}


def test_a_row_that_somebody_else_has_is_not_marked(cast: Cast, sms: Gateway) -> None:
    backlog(cast, 3, state=State.SENDING, handed_at=at("11:25"), leased_until=at("11:28"))
    with scope(store=cast.store):
        rows = list(Message.objects.order_by("send_at"))
        Message.objects.filter(pk=rows[1].pk).update(state=State.UNKNOWN, leased_until=at("11:31"))

        marked = all_taken([(row, Sent(provider_id=str(row.pk))) for row in rows], now=at("11:26"))

    assert (marked, states(cast)) == (False, {State.SENDING: 2, State.UNKNOWN: 1})


def test_letters_go_one_by_one(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    backlog(cast, 4, channel="by_hand")

    with scope(store=cast.store):
        first = outbox.claim(cast.store, now=at("11:26"))
        assert first is not None
        assert outbox._claim_like(first, cast.store, most=3, now=at("11:26")) == []
    outbox.sweep(at("11:26"))

    assert states(cast) == {State.SENDING: 1, State.BY_HAND: 3}
    with scope(store=cast.store):
        assert Attention.objects.get(until=None).kind == "tell_by_hand"
