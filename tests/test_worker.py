"""A real worker on a real broker: killed at every point between claim and mark, nothing is lost or sent twice."""

import signal
import time
from collections.abc import Callable, Iterator
from datetime import time as time_of_day
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from dealership.models import Heartbeat, Message, Store
from dealership.tasks import sweep
from tests.cast import Cast, make_cast
from tests.doubles.gateway import ADDRESS, Gateway, gateway
from tests.doubles.mail import Mailbox, mail_server
from tests.doubles.worker import running_worker

State = Message.State
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def providers() -> Iterator[tuple[Gateway, Mailbox, dict[str, str]]]:
    """An SMS gateway, a mail server, and the environment in which a worker finds them."""
    with gateway() as (sms, sms_port), mail_server() as (mailbox, mail_port):
        settings = {ADDRESS: str(sms_port), "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}"}
        # A queue of its own: other tests' workers listen to the same broker.
        yield sms, mailbox, {**settings, "WORKER_QUEUE": uuid4().hex}


def messages(cast: Cast) -> dict[str, Message]:
    """Three messages over the gateway and three letters, all due, by dedupe key in the order of sending."""
    now = timezone.now() - timedelta(minutes=1)
    # These tests run at any hour of the day, quiet ones too.
    Store.objects.update(quiet_from=time_of_day(), quiet_until=time_of_day())
    with scope(store=cast.store):
        visit = cast.visit(now=now)
        for number in range(6):
            channel = "sms" if number < 3 else "email"
            Message.objects.create(
                store=cast.store, visit=visit, kind="ready", channel=channel, language="zh-hans",
                dedupe_key=str(number), recipient="w@example.com", subject="可以取车了", body=f"第 {number} 条",
                created_at=now, send_at=now + timedelta(seconds=number),
            )  # fmt: skip
    return rows()


def rows() -> dict[str, Message]:
    with scopes_disabled():
        return {row.dedupe_key: row for row in Message.objects.order_by("dedupe_key")}


def until(condition: Callable[[], bool], *, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.1)


def leases_end() -> None:
    """Let the time of the leases pass."""
    with scopes_disabled():
        Message.objects.exclude(leased_until=None).update(leased_until=timezone.now() - timedelta(seconds=1))
        Message.objects.filter(state=State.UNKNOWN).update(send_at=timezone.now() - timedelta(seconds=1))


def wake(environment: dict[str, str]) -> None:
    sweep.apply_async(args=["outbox"], expires=30, queue=environment["WORKER_QUEUE"])


def kill_at(point: str, environment: dict[str, str]) -> int:
    """Let a worker die at `point` of the first message that is due; return its exit code."""
    with running_worker(**environment, OUTBOX_DIE_AT=point) as worker:
        wake(environment)
        return worker.wait(timeout=60)


def work_on(environment: dict[str, str], done: Callable[[], bool]) -> None:
    with running_worker(**environment):
        wake(environment)
        until(done)


@pytest.mark.parametrize("point", ["claimed", "before_send", "after_send", "before_mark"])
def test_a_worker_killed_between_claim_and_mark_loses_and_doubles_nothing(providers, point: str) -> None:
    sms, mailbox, environment = providers
    cast = make_cast()
    before = messages(cast)

    assert kill_at(point, environment) == -signal.SIGKILL
    first = rows()["0"]
    assert (first.state, first.attempts, bool(first.leased_until)) == (State.SENDING, 1, True)
    assert bool(first.handed_at) == (point != "claimed")
    assert [rows()[key].state for key in "12345"] == [State.WAITING] * 5

    leases_end()
    work_on(environment, lambda: {row.state for row in rows().values()} == {State.SENT})

    after = rows()
    assert [one["reference"] for one in sms.sent].count(str(before["0"].pk)) == 1
    assert sorted(one["reference"] for one in sms.sent) == sorted(str(before[key].pk) for key in "012")
    assert sorted(letter["Message-ID"] for letter in mailbox.letters) == sorted(
        f"<{before[key].pk}@dealership.example>" for key in "345"
    )
    for key, row in after.items():
        assert (row.state, row.leased_until, row.error, bool(row.sent_at)) == (State.SENT, None, "", True), key
        assert row.provider_id == (f"sms-{row.pk}" if key in "012" else f"<{row.pk}@dealership.example>")
        assert (row.body, row.recipient) == (before[key].body, before[key].recipient)


@pytest.mark.parametrize(
    ("point", "letters", "state"),
    [("claimed", 1, State.SENT), ("before_send", 0, State.BY_HAND), ("after_send", 1, State.BY_HAND)],
)
def test_a_letter_that_may_have_gone_out_is_left_to_a_person(providers, point: str, letters: int, state: str) -> None:
    _sms, mailbox, environment = providers
    cast = make_cast()
    messages(cast)
    with scope(store=cast.store):
        Message.objects.exclude(dedupe_key="3").delete()

    assert kill_at(point, environment) == -signal.SIGKILL
    leases_end()
    work_on(environment, lambda: rows()["3"].state == state)

    assert len(mailbox.letters) == letters
    assert rows()["3"].attempts == 2


def test_the_worker_gives_a_sign_of_life(providers) -> None:
    _sms, _mailbox, environment = providers

    work_on(environment, lambda: Heartbeat.objects.filter(name="worker").exists())

    assert timezone.now() - Heartbeat.objects.get(name="worker").at < timedelta(seconds=30)


def test_the_worker_outlives_a_lost_connection(providers) -> None:
    _sms, _mailbox, environment = providers
    cast = make_cast()
    with running_worker(**environment):
        wake(environment)
        until(lambda: Heartbeat.objects.filter(name="worker").exists())
        hang_up_the_others()
        messages(cast)
        wake(environment)
        until(lambda: {row.state for row in rows().values()} == {State.SENT})


def hang_up_the_others() -> None:
    """End every other connection, as a restarted database does."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
