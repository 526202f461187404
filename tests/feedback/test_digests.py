"""The digest on its way: due, written once, in each reader's language; switched, previewed, asked for."""

import threading
from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_scopes import scope, scopes_disabled

from dealership.models import Holiday, Message, OpeningHours, Staff
from dealership.refused import Refused
from dealership.uuids import uuid7
from feedback.actions import digests
from feedback.actions.digests import send_now, set_rule, sweep
from feedback.actions.scores import recompute
from feedback.models import DigestRule
from feedback.queries.digest import facts_of, text_of
from tests.cast import Cast, at
from tests.feedback.lives import closed

pytestmark = pytest.mark.django_db
FRIDAY, SATURDAY, MONDAY = "2026-11-20", "2026-11-21", "2026-11-23"
PLATES = ["沪A8K2D6", "沪B12345", "沪C54321", "沪D67890", "沪E13579", "沪F24680"]


@pytest.fixture(autouse=True)
def _on_that_morning(time_machine) -> None:
    time_machine.move_to(at("07:50", SATURDAY), tick=False)


def written(kind: str = "day_digest") -> list[Message]:
    with scopes_disabled():
        return list(Message.objects.filter(kind=kind).select_related("staff", "store").order_by("staff__username"))


def due(cast: Cast, clock: str, day: str = SATURDAY) -> int:
    """Make the rules the evening before and sweep at `clock`."""
    sweep(at("19:00", FRIDAY))
    return sweep(at(clock, day))


def friday_of_six(cast: Cast) -> None:
    with scope(store=cast.store):
        for number, plate in enumerate(PLATES):
            closed(cast, plate, clock=f"09:{number:02}", day=FRIDAY)
        recompute(cast.store, date(2026, 11, 20))


def test_rules_are_made_at_first_need_and_stand_at_eight(cast: Cast):
    assert sweep(at("09:00", FRIDAY)) == 0
    with scope(store=cast.store):
        rules = {rule.kind: (rule.on, rule.at, rule.next_at) for rule in DigestRule.objects.all()}
    assert rules == {"day": (True, time(8), at("08:00", SATURDAY)), "week": (True, time(8), at("08:00", MONDAY))}
    with CaptureQueriesContext(connection) as queries:
        assert sweep(at("09:00", FRIDAY)) == 0
    assert len(queries) == 2


def test_digest_reaches_manager_and_supervisor_once_in_their_language(cast: Cast):
    friday_of_six(cast)
    Staff.objects.filter(pk=cast.supervisor.pk).update(language="en")
    assert due(cast, "08:00") == 2
    assert sweep(at("08:00", SATURDAY)) == 0
    manager, supervisor = written()
    assert (manager.staff, supervisor.staff) == (cast.manager, cast.supervisor)
    assert manager.dedupe_key == f"day_digest:{cast.manager.pk}:2026-11-21"
    assert manager.subject in ("", "虹桥店 每日简报")
    assert "综合" in manager.body
    assert "http://localhost:8000/hq/scores/2026-11-20/" in manager.body
    assert "one figure" in supervisor.body
    assert manager.state == Message.State.WAITING


def test_week_goes_to_the_chain_too_on_monday(cast: Cast):
    friday_of_six(cast)
    assert due(cast, "08:00", MONDAY) >= 3
    weekly = written("week_digest")
    assert {row.staff.username for row in weekly if row.store == cast.store} == {"chain", "manager", "supervisor"}
    assert "/hq/scores/week/2026-11-16/" in weekly[0].body
    assert "集团" not in weekly[0].body


def test_worker_that_stood_still_sends_no_old_digest(cast: Cast):
    sweep(at("19:00", "2026-11-18"))
    assert sweep(at("12:00", FRIDAY)) == 0
    assert written() == []
    with scope(store=cast.store):
        assert DigestRule.objects.get(kind="day").next_at == at("08:00", SATURDAY)


def test_late_on_its_own_day_it_still_goes(cast: Cast):
    assert due(cast, "11:30") == 2


def test_shut_days_have_none(cast: Cast):
    with scope(store=cast.store):
        Holiday.objects.create(store=cast.store, date=date(2026, 11, 21), name="盘点")
        OpeningHours.objects.filter(store=cast.store, weekday=6).delete()
    sweep(at("19:00", FRIDAY))
    with scope(store=cast.store):
        assert DigestRule.objects.get(kind="day").next_at == at("08:00", MONDAY)


def test_holiday_named_after_the_moment_was_set_is_seen(cast: Cast):
    sweep(at("19:00", FRIDAY))
    with scope(store=cast.store):
        Holiday.objects.create(store=cast.store, date=date(2026, 11, 21), name="盘点")
    assert sweep(at("08:00", SATURDAY)) == 0
    assert written() == []


def test_killed_between_moving_on_and_writing_leaves_it_due(cast: Cast, monkeypatch):
    sweep(at("19:00", FRIDAY))
    calls = []

    def die(*args: object, **kwargs: object) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        queue(*args, **kwargs)

    queue = digests.queue_for_staff
    monkeypatch.setattr(digests, "queue_for_staff", die)
    with pytest.raises(KeyboardInterrupt):
        sweep(at("08:00", SATURDAY))
    assert written() == []
    monkeypatch.setattr(digests, "queue_for_staff", queue)
    assert sweep(at("08:01", SATURDAY)) == 2
    assert len(written()) == 2


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_write_once(cast: Cast):
    sweep(at("19:00", FRIDAY))
    done: list[int] = []

    def run() -> None:
        try:
            done.append(sweep(at("08:00", SATURDAY)))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [0, 0, 0, 2]
    assert len(written()) == 2


def test_switched_off_nobody_is_written_to(cast: Cast):
    with scope(store=cast.store):
        rule = set_rule(cast.store, by=cast.manager, kind="day", on=False, at=time(8), now=at("19:00", FRIDAY))
    assert rule.next_at is None
    assert due(cast, "08:00") == 0


def test_another_time_holds_from_the_next_day_it_fits(cast: Cast):
    with scope(store=cast.store):
        rule = set_rule(cast.store, by=cast.manager, kind="day", on=True, at=time(7, 30), now=at("07:00", SATURDAY))
        assert rule.next_at == at("07:30", SATURDAY)
        rule = set_rule(cast.store, by=cast.manager, kind="day", on=True, at=time(7, 30), now=at("07:45", SATURDAY))
        assert rule.next_at == at("07:30", "2026-11-22")
        assert DigestRule.objects.filter(kind="day").count() == 1


def test_unknown_kind_is_refused(cast: Cast):
    with scope(store=cast.store):
        with pytest.raises(Refused) as refused:
            set_rule(cast.store, by=cast.manager, kind="hour", on=True, at=time(8))
        assert refused.value.code == "digest.kind"
        with pytest.raises(Refused) as refused:
            send_now(cast.store, by=cast.manager, kind="hour", id=uuid7())
        assert refused.value.code == "digest.kind"


def test_send_me_one_now_writes_one_however_often_it_is_pressed(client: Client, cast: Cast):
    client.force_login(cast.supervisor)
    form = {"operation": str(uuid7())}
    for _press in range(2):
        assert client.post("/hq/settings/digests/day/now/", form).status_code == 303
    (row,) = written()
    assert row.staff == cast.supervisor


def test_page_previews_todays_text_and_keeps_the_time(client: Client, cast: Cast):
    friday_of_six(cast)
    client.force_login(cast.manager)
    html = client.get("/hq/settings/digests/").content.decode()
    with scope(store=cast.store):
        for line in text_of(cast.store, "day", now=at("07:50", SATURDAY)).splitlines():
            assert line in html
    assert client.post("/hq/settings/digests/day/", {"on": "on", "at": "07:30"}).status_code == 303
    with scope(store=cast.store):
        assert DigestRule.objects.get(kind="day").at == time(7, 30)


def test_supervisor_reads_the_page_and_may_not_set_it(client: Client, cast: Cast):
    client.force_login(cast.supervisor)
    assert "digest-rule" not in client.get("/hq/settings/digests/").content.decode()
    assert client.post("/hq/settings/digests/day/", {"at": "07:30"}).status_code == 403
    client.force_login(cast.advisor)
    assert client.get("/hq/settings/digests/").status_code == 403


def test_facts_come_from_the_stored_days(cast: Cast):
    friday_of_six(cast)
    with scope(store=cast.store):
        facts = facts_of(cast.store, "day", now=at("08:00", SATURDAY))
        assert (facts.level.cars, facts.level.figure is not None) == (6, True)
        assert facts.loss is not None
        assert facts.loss.n == 6
        assert 0 < facts.loss.share < 1
        assert (facts.level.low, facts.level.best_of, facts.rounds_due, facts.booked) == (None, 0, 0, 0)


def test_facts_take_as_many_queries_with_six_cars_as_without(cast: Cast):
    def count(now: datetime) -> int:
        with scope(store=cast.store), CaptureQueriesContext(connection) as queries:
            facts_of(cast.store, "day", now=now)
            facts_of(cast.store, "week", now=now)
        return len(queries)

    count(at("08:00", SATURDAY))
    empty = count(at("08:00", SATURDAY) - timedelta(days=40))
    friday_of_six(cast)
    assert count(at("08:00", SATURDAY)) == empty
