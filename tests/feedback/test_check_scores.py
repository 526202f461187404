"""What checkers saw: once each, whatever the order of arrival; wrong content is parked with a sentence."""

from itertools import permutations
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_scopes import scope

from dealership.actions import parked
from dealership.actions.operations import Incoming, submit
from dealership.models import DirtyDay, Membership, Operation
from dealership.queries.parked import parked_for
from dealership.refused import Refused
from dealership.uuids import uuid7
from feedback.actions.check_scores import check
from feedback.actions.rounds import draw_rounds
from feedback.models import CheckItem, CheckRound, CheckScore, CheckTask
from tests.cast import Cast, at

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _scope(cast: Cast):
    with scope(store=cast.store):
        yield


@pytest.fixture
def tasks(cast: Cast) -> list[CheckTask]:
    """The five tasks of today's first round."""
    one, _two = draw_rounds(cast.store, day=at("08:00").date(), now=at("08:00"))
    return list(CheckTask.objects.filter(round=one).select_related("round", "item", "store"))


def said(task: CheckTask, score: int | None = 8, clock: str = "10:00", /, **given) -> Incoming:
    payload = {"task": str(task.pk), "score": score} | given
    return Incoming(given.pop("id", None) or uuid7(), task.round_id, "check", at(clock), payload=payload)


def send(cast: Cast, *operations: Incoming, by=None, clock: str = "18:30"):
    return submit(cast.store, by=by or cast.supervisor, operations=operations, now=at(clock))


def rows() -> list[tuple]:
    found = CheckScore.objects.order_by("task__position", "by__username")
    return list(found.values_list("task", "by__username", "score", "at"))


def test_round_of_five_is_five_rows_with_the_operations_ids(cast: Cast, tasks):
    operations = [said(task, number + 5, note="看到了") for number, task in enumerate(tasks)]
    assert {result.state for result in send(cast, *operations)} == {"accepted"}
    assert {result.state for result in send(cast, *operations)} == {"duplicate"}
    found = list(CheckScore.objects.order_by("task__position"))
    assert [(row.pk, row.score, row.note, row.day) for row in found] == [
        (operation.id, number + 5, "看到了", at("10:00").date()) for number, operation in enumerate(operations)
    ]
    assert all((row.item_id, row.touchpoint, row.person_id) == (task.item_id, task.item.touchpoint, task.person_id)
               for row, task in zip(found, tasks, strict=True))  # fmt: skip
    done = CheckRound.objects.get(pk=tasks[0].round_id)
    assert (done.done_at, done.by) == (at("10:00"), cast.supervisor)


def test_day_is_marked(cast: Cast, tasks, time_machine):
    time_machine.move_to(at("18:30"), tick=False)
    DirtyDay.objects.all().delete()
    send(cast, said(tasks[0]))
    assert list(DirtyDay.objects.values_list("day", flat=True)) == [at("10:00").date()]


def test_latest_entry_of_a_checker_stands_in_every_order_of_arrival(cast: Cast, tasks):
    entries = [said(tasks[0], score, f"10:0{score}") for score in (3, 5, 8)]
    for order in permutations(entries):
        CheckScore.objects.all().delete()
        Operation.objects.all().delete()
        for entry in order:
            send(cast, entry)
        assert rows() == [(tasks[0].pk, "supervisor", 8, at("10:08"))]
    assert Operation.objects.filter(kind="check", state="accepted").count() == 3


def test_second_checkers_score_is_a_row_of_its_own(cast: Cast, tasks):
    send(cast, *(said(task, 8) for task in tasks))
    send(cast, said(tasks[0], 6, "15:00"), by=cast.manager)
    assert [row[1:3] for row in rows() if row[0] == tasks[0].pk] == [("manager", 6), ("supervisor", 8)]
    assert CheckRound.objects.get(pk=tasks[0].round_id).done_at == at("10:00")


def test_what_could_not_be_seen_says_why_and_closes_the_round(cast: Cast, tasks):
    operations = [said(task, 8) for task in tasks[1:]]
    send(cast, *operations, said(tasks[0], None, why="no_moment"))
    row = CheckScore.objects.get(task=tasks[0])
    assert (row.score, row.why) == (None, "no_moment")
    assert CheckRound.objects.get(pk=tasks[0].round_id).done_at == at("10:00")


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"score": 11}, "0 到 10"), ({"score": -1}, "0 到 10"), ({"score": True}, "0 到 10"),
        ({"score": 7.5}, "0 到 10"), ({"score": "8"}, "0 到 10"), ({"score": None}, "为什么"),
        ({"score": None, "why": "tired"}, "为什么"), ({"score": None, "why": ["x"]}, "为什么"),
        ({"task": "x"}, "这一轮"), ({"task": str(uuid4())}, "这一轮"), ({"task": None}, "这一轮"),
    ],
)  # fmt: skip
def test_wrong_content_is_parked_with_a_sentence(cast: Cast, tasks, change: dict, word: str):
    wrong, right = said(tasks[0], **change), said(tasks[1])
    first, second = send(cast, wrong, right)
    assert (first.state, first.reason, second.state) == ("parked", "refused", "accepted")
    assert word in first.sentence
    (line,) = parked_for(cast.supervisor, cast.store)
    assert (line.what, line.why, line.can_retry) == ("自检", first.sentence, True)
    assert [row[0] for row in rows()] == [tasks[1].pk]


def test_another_rounds_task_is_parked(cast: Cast, tasks):
    other = CheckRound.objects.get(number=2)
    entry = Incoming(uuid7(), other.pk, "check", at("10:00"), payload={"task": str(tasks[0].pk), "score": 8})
    (result,) = send(cast, entry)
    assert (result.state, rows()) == ("parked", [])


def test_another_stores_round_is_not_known(cast: Cast, tasks):
    with scope(store=cast.other):
        Membership.objects.create(store=cast.other, staff=cast.manager, role="manager")
        (result,) = submit(cast.other, by=cast.manager, operations=[said(tasks[0])], now=at("18:30"))
    assert (result.state, result.reason) == ("parked", "refused")
    assert rows() == []


def test_entry_of_another_day_is_parked(cast: Cast, tasks):
    late = Incoming(uuid7(), tasks[0].round_id, "check", at("08:10", "2026-11-21"),
                    payload={"task": str(tasks[0].pk), "score": 8})  # fmt: skip
    (result,) = submit(cast.store, by=cast.supervisor, operations=[late], now=at("08:11", "2026-11-21"))
    assert result.state == "parked"
    assert "每天" in result.sentence


def test_entry_made_in_time_counts_when_it_arrives_the_next_day(cast: Cast, tasks):
    sent = at("08:11", "2026-11-21")
    submit(cast.store, by=cast.supervisor, operations=[said(tasks[0])], sent_at=sent, now=sent)
    assert rows() == [(tasks[0].pk, "supervisor", 8, at("10:00"))]


def test_own_work_is_not_scored_but_may_be_said(cast: Cast, tasks):
    Membership.objects.create(store=cast.store, staff=cast.advisor, role="supervisor")
    mine = next(task for task in tasks if task.person_id)
    CheckTask.objects.filter(pk=mine.pk).update(person=cast.advisor)
    (result,) = send(cast, said(mine, 10), by=cast.advisor)
    assert (result.state, "自己" in result.sentence) == ("parked", True)
    (result,) = send(cast, said(mine, None, why="own_work"), by=cast.advisor)
    assert result.state == "accepted"


def test_customer_care_looks_only_by_telephone(cast: Cast, tasks):
    (result,) = send(cast, said(tasks[0]), by=cast.care)
    assert result.state == "parked"
    CheckItem.objects.filter(pk=tasks[0].item_id).update(way="phone")
    (result,) = send(cast, said(tasks[0]), by=cast.care)
    assert result.state == "accepted"


@pytest.mark.parametrize("role", ["guard", "advisor", "technician", "controller", "cashier"])
def test_other_roles_are_parked(cast: Cast, tasks, role: str):
    (result,) = send(cast, said(tasks[0]), by=getattr(cast, role))
    assert (result.state, rows()) == ("parked", [])


def test_form_is_refused_and_not_kept(cast: Cast, tasks):
    with pytest.raises(Refused) as refused:
        check(tasks[0], by=cast.supervisor, score=None, now=at("10:00"))
    assert (refused.value.code, Operation.objects.filter(kind="check").count()) == ("check.refused", 0)
    id_ = uuid7()
    first = check(tasks[0], by=cast.supervisor, score=8, id=id_, now=at("10:00"))
    second = check(tasks[0], by=cast.supervisor, score=8, id=id_, now=at("10:01"))
    assert first.pk == second.pk == id_


def test_parked_entry_is_tried_again_without_a_visit(cast: Cast, tasks):
    (result,) = send(cast, said(tasks[0]), by=cast.care)
    operation = Operation.objects.get(pk=result.id)
    CheckItem.objects.filter(pk=tasks[0].item_id).update(way="phone")
    again = parked.retry(operation, by=cast.care, now=at("19:00"))
    assert (again.state, len(rows())) == ("accepted", 1)


def test_parked_for_another_version_stays_parked(cast: Cast, tasks):
    entry = said(tasks[0])
    odd = Incoming(entry.id, entry.visit, "check", entry.at, version=9, payload=entry.payload)
    (result,) = send(cast, odd)
    again = parked.retry(Operation.objects.get(pk=result.id), by=cast.supervisor, now=at("19:00"))
    assert (again.state, again.reason) == ("parked", "unknown_kind")


def test_queries_do_not_grow_with_the_batch(cast: Cast, tasks):
    with CaptureQueriesContext(connection) as one:
        send(cast, said(tasks[0]))
    with CaptureQueriesContext(connection) as four:
        send(cast, *(said(task) for task in tasks[1:4]))
    assert len(four) <= len(one)
