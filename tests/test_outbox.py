"""The outbox: claimed once, sent once, never lost, and given to a person when a machine cannot say."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django_scopes import scope

from dealership import wiring
from dealership.actions import outbox
from dealership.actions.messages import told_by_hand
from dealership.channels import ForAPerson
from dealership.models import Attention, Event, Message
from dealership.refused import Refused
from tests.cast import Cast, at, make_cast
from tests.doubles.gateway import ADDRESS, Gateway, gateway

State = Message.State


@pytest.fixture
def sms(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    with gateway() as (state, port):
        monkeypatch.setenv(ADDRESS, str(port))
        monkeypatch.setitem(wiring.CHANNELS, "sms", "tests.doubles.gateway.SmsChannel")
        yield state


def waiting(cast: Cast, plate: str = "沪A8K2D6", *, now: datetime | None = None, channel: str = "sms") -> Message:
    """A message over the gateway; its text is written by hand, since no product text is for SMS yet."""
    with scope(store=cast.store):
        visit = cast.visit(plate)
        return Message.objects.create(
            store=cast.store, visit=visit, customer=visit.customer, kind="ready", channel=channel, language="zh-hans",
            recipient="13800001234", body=f"{plate} 可以取车了", dedupe_key=f"ready:{plate}",
            created_at=now or at("11:26"), send_at=now or at("11:26"),
        )  # fmt: skip


def fresh(cast: Cast, message: Message) -> Message:
    with scope(store=cast.store):
        return Message.objects.get(pk=message.pk)


def kinds(cast: Cast, message: Message) -> list[str]:
    with scope(store=cast.store):
        return list(
            Event.objects.filter(visit=message.visit, kind__startswith="message").values_list("kind", flat=True)
        )


def marks(cast: Cast) -> list[str]:
    with scope(store=cast.store):
        return list(Attention.objects.filter(until=None).values_list("kind", flat=True))


def test_sweep_sends_what_is_due_once(cast: Cast, sms: Gateway) -> None:
    due, later = waiting(cast), waiting(cast, "沪B12345", now=at("12:00"))

    counts = [outbox.sweep(at("11:27")), outbox.sweep(at("11:27"))]

    row = fresh(cast, due)
    assert counts == [1, 0]
    assert (row.state, row.provider_id, row.attempts, row.leased_until) == (State.SENT, f"sms-{due.pk}", 1, None)
    assert fresh(cast, later).state == State.WAITING
    assert [one["reference"] for one in sms.sent] == [str(due.pk)]
    assert kinds(cast, due) == ["message.sent"]


def test_refused_for_good_fails_at_once_and_marks_the_board(cast: Cast, sms: Gateway) -> None:
    message = waiting(cast)
    sms.behave = "refuse"

    outbox.sweep(at("11:27"))

    row = fresh(cast, message)
    assert (row.state, row.error, row.attempts) == (State.FAILED, "refuse", 1)
    assert marks(cast) == ["message_failed"]
    assert kinds(cast, message) == ["message.failed"]


def test_refused_for_now_is_tried_later_and_later_then_left_to_a_person(cast: Cast, sms: Gateway) -> None:
    message = waiting(cast)
    sms.behave = "later"
    now, waits = at("11:26"), []

    for _attempt in range(5):
        outbox.sweep(now)
        row = fresh(cast, message)
        waits.append(round((row.send_at - now).total_seconds()))
        now = max(row.send_at, now)

    assert waits[:4] == [15, 60, 180, 600]
    assert (row.state, row.attempts) == (State.FAILED, 5)
    assert marks(cast) == ["message_failed"]


def test_a_refused_message_goes_out_when_the_gateway_is_back(cast: Cast, sms: Gateway) -> None:
    message = waiting(cast)
    sms.behave = "later"
    outbox.sweep(at("11:26"))
    sms.behave = "accept"

    early = outbox.sweep(at("11:26:10"))
    outbox.sweep(at("11:26:30"))

    assert early == 0
    assert fresh(cast, message).state == State.SENT


@pytest.mark.parametrize(("behave", "came_out"), [("lost_answer", 1), ("lost_request", 1)])
def test_after_a_time_out_the_gateway_is_asked_before_any_retry(
    cast: Cast, sms: Gateway, behave: str, came_out: int
) -> None:
    message = waiting(cast)
    sms.behave = behave
    outbox.sweep(at("11:26"))
    unknown = fresh(cast, message)
    sms.behave = "accept"

    too_early = outbox.sweep(at("11:26:05"))
    outbox.sweep(at("11:27"))

    assert (unknown.state, unknown.error) == (State.UNKNOWN, "the gateway says nothing")
    assert too_early == 0
    assert fresh(cast, message).state == State.SENT
    assert len(sms.sent) == came_out


def test_a_deaf_gateway_is_asked_again_then_a_person_tells_it(cast: Cast, sms: Gateway) -> None:
    message = waiting(cast)
    sms.behave = "deaf"
    now = at("11:26")
    for _attempt in range(5):
        outbox.sweep(now)
        now = max(fresh(cast, message).send_at, now) + timedelta(seconds=1)

    row = fresh(cast, message)
    assert (row.state, row.attempts) == (State.BY_HAND, 5)
    assert row.error == "It may have gone out: nobody can say."


def test_a_gateway_that_never_gets_it_is_given_up(cast: Cast, sms: Gateway) -> None:
    message = waiting(cast)
    sms.behave = "lost_request"
    with scope(store=cast.store):
        Message.objects.update(attempts=8, state=State.UNKNOWN, handed_at=at("11:20"))

    outbox.sweep(at("11:26"))

    assert fresh(cast, message).state == State.FAILED


def test_a_lease_that_ended_before_handing_over_is_sent_again(cast: Cast, sms: Gateway) -> None:
    message = waiting(cast)
    with scope(store=cast.store):
        assert outbox.claim(cast.store, now=at("11:26")).pk == message.pk

    held = outbox.sweep(at("11:28"))
    outbox.sweep(at("11:30"))

    assert held == 0
    assert fresh(cast, message).state == State.SENT
    assert len(sms.sent) == 1


def test_a_mark_after_the_lease_was_taken_over_changes_nothing(cast: Cast, sms: Gateway) -> None:
    message = waiting(cast)
    with scope(store=cast.store):
        slow = outbox.claim(cast.store, now=at("11:26"))
        outbox.sweep(at("11:30"))

        outbox._bring_on(slow, lambda: at("11:31"))

    assert fresh(cast, message).state == State.SENT
    assert len(sms.sent) == 1


def test_a_channel_that_is_not_wired_fails_with_its_name(cast: Cast) -> None:
    message = waiting(cast, channel="pigeon")

    outbox.sweep(at("11:27"))

    assert (fresh(cast, message).state, fresh(cast, message).error) == (
        State.FAILED,
        "There is no channel 'pigeon'.",
    )


def test_by_hand_leaves_it_to_a_person(cast: Cast) -> None:
    message = waiting(cast, channel="by_hand")

    outbox.sweep(at("11:27"))

    assert fresh(cast, message).state == State.BY_HAND
    assert isinstance(outbox.channel("by_hand").send(message), ForAPerson)


def test_a_receipt_says_that_it_arrived(cast: Cast, sms: Gateway) -> None:
    message = waiting(cast)
    outbox.sweep(at("11:26"))

    moved = [
        outbox.receive(cast.store, provider_id=f"sms-{message.pk}", arrived=True, now=at("11:27")),
        outbox.receive(cast.store, provider_id=f"sms-{message.pk}", arrived=True, now=at("11:28")),
        outbox.receive(cast.store, provider_id="", arrived=True, now=at("11:28")),
    ]

    row = fresh(cast, message)
    assert moved == [1, 0, 0]
    assert (row.state, row.delivered_at) == (State.DELIVERED, at("11:27"))


def test_a_receipt_that_says_no_marks_the_board(cast: Cast, sms: Gateway) -> None:
    message = waiting(cast)
    outbox.sweep(at("11:26"))

    outbox.receive(cast.store, provider_id=f"sms-{message.pk}", arrived=False, now=at("11:27"), reason="no such phone")

    assert (fresh(cast, message).state, fresh(cast, message).error) == (State.FAILED, "no such phone")
    assert marks(cast) == ["message_failed"]


def test_a_failed_message_told_by_hand_takes_the_mark_away(cast: Cast, sms: Gateway) -> None:
    message = waiting(cast)
    sms.behave = "refuse"
    outbox.sweep(at("11:27"))

    with scope(store=cast.store):
        told = told_by_hand(message, by=cast.advisor, how="phone", now=at("11:40"))
        again = told_by_hand(message, by=cast.advisor3, how="copy", now=at("11:41"))

    assert (told.state, again.told_by, told.sent_at) == (State.SENT, cast.advisor, at("11:40"))
    assert marks(cast) == []


def test_a_message_without_a_visit_is_sent_too(cast: Cast, sms: Gateway) -> None:
    message = waiting(cast)
    with scope(store=cast.store):
        Message.objects.update(visit=None)
    sms.behave = "refuse"

    outbox.sweep(at("11:27"))

    assert fresh(cast, message).state == State.FAILED


def test_another_stores_message_is_sent_in_its_own_scope(cast: Cast, sms: Gateway) -> None:
    here = waiting(cast)
    with scope(store=cast.other):
        there = Message.objects.create(
            store=cast.other, kind="ready", channel="sms", language="zh-hans", recipient="1", body="x",
            dedupe_key="x", created_at=at("11:26"), send_at=at("11:26"),
        )  # fmt: skip

    assert outbox.sweep(at("11:27")) == 2
    assert {one["reference"] for one in sms.sent} == {str(here.pk), str(there.pk)}


def test_a_sweep_that_took_long_leaves_the_rest(cast: Cast, sms: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting(cast)
    monkeypatch.setattr(outbox, "SWEEP_SECONDS", 0.0)

    assert outbox.sweep(at("11:27")) == 0


def test_told_by_hand_refuses_what_a_machine_is_sending(cast: Cast) -> None:
    message = waiting(cast)

    with scope(store=cast.store), pytest.raises(Refused) as refused:
        told_by_hand(message, by=cast.advisor, how="phone", now=at("11:27"))

    assert refused.value.code == "message.with_machine"


def test_the_kill_points_do_nothing_outside_a_test(cast: Cast, sms: Gateway, settings, monkeypatch) -> None:
    message = waiting(cast)
    settings.TEST = False
    monkeypatch.setenv("OUTBOX_DIE_AT", "claimed")

    outbox.sweep(at("11:27"))

    assert fresh(cast, message).state == State.SENT


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_send_nothing_twice(sms: Gateway) -> None:
    cast = make_cast()
    messages = [waiting(cast, f"沪A{number:05d}") for number in range(12)]
    barrier = threading.Barrier(2)
    counts: list[int] = []

    def run() -> None:
        barrier.wait()
        counts.append(outbox.sweep(at("11:27")))
        connection.close()

    threads = [threading.Thread(target=run) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(counts) == 12
    assert sorted(one["reference"] for one in sms.sent) == sorted(str(message.pk) for message in messages)
    assert {fresh(cast, message).state for message in messages} == {State.SENT}
