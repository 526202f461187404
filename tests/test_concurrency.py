"""Two processes on real connections: a visit moved by two at once, ticks sent twice and half a third time."""

import multiprocessing
import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from django_scopes import scope

from dealership.actions.operations import Incoming, submit
from dealership.actions.records import FIELDS, scored_touchpoints
from dealership.actions.stages import advance
from dealership.models import Event, Operation, Staff, StageChange, StepTick, Store, TouchpointRecord, Visit
from dealership.queries.course import lived, specs_of
from dealership.refused import Refused
from dealership.uuids import uuid7
from tests.cast import Cast, at, make_cast

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # From Python 3.12 on a fork beside pytest's own threads is warned about; these children touch none of them.
    pytest.mark.filterwarnings("ignore:This process:DeprecationWarning"),
]
# A forked child keeps the settings of the test database; it must not keep its parent's connection.
fork = multiprocessing.get_context("fork")
WAIT = 60


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


def at_once(works: list[Callable[[], Any]]) -> list[Any]:
    """Run each work in a process of its own, all released by one barrier; return what they returned, in order."""
    barrier, answers = fork.Barrier(len(works)), fork.Queue()
    connections.close_all()
    processes = [fork.Process(target=_work, args=(number, work, barrier, answers)) for number, work in enumerate(works)]
    for process in processes:
        process.start()
    found = dict(answers.get(timeout=WAIT) for _work in works)
    for process in processes:
        process.join(WAIT)
    return [found[number] for number in range(len(works))]


def _work(number: int, work: Callable[[], Any], barrier: Any, answers: Any) -> None:
    try:
        barrier.wait(WAIT)
        answers.put((number, work()))
    except Exception as error:  # noqa: BLE001 (a child's failure is the parent's to report)
        answers.put((number, repr(error)))
    finally:
        connections.close_all()


def mover(store: UUID, visit: UUID, staff: UUID, loaded: Any) -> Callable[[], str]:
    """Return a work that moves the visit on: both have read it before either has moved."""

    def work() -> str:
        with scope(store=Store.objects.get(pk=store)):
            mine, by = Visit.objects.select_related("store").get(pk=visit), Staff.objects.get(pk=staff)
            loaded.wait(WAIT)
            try:
                advance(mine, to="cancelled", by=by, reason="no time", now=at("09:00"))
            except Refused as refused:
                return refused.code
            return "moved"

    return work


def test_two_people_moving_a_visit_at_once_make_one_move_and_one_kind_refusal(cast: Cast):
    visit = cast.visit()
    loaded = fork.Barrier(2)
    people = [cast.advisor, cast.supervisor]
    said = at_once([mover(cast.store.pk, visit.pk, person.pk, loaded) for person in people])
    assert sorted(said) == ["moved", "stage.faster"]
    winner = people[said.index("moved")]
    with scope(store=cast.store):
        changes = StageChange.objects.filter(visit=visit).values_list("source", "target", "at", "by")
        assert list(changes) == [
            ("", "reception", at("08:31"), cast.guard.pk),
            ("reception", "cancelled", at("09:00"), winner.pk),
        ]
        assert list(Event.objects.filter(visit=visit, kind="stage").values_list("by", flat=True)) == [winner.pk]
        moved = Visit.objects.get(pk=visit.pk)
        assert (moved.stage, moved.stage_since, moved.left_at) == ("cancelled", at("09:00"), at("09:00"))
        assert_records_follow_from_ticks([visit.pk])


def two_hundred(visits: list[Visit], staff: list[Staff]) -> list[tuple[UUID, Incoming]]:
    """Return 200 answers of two people about two visits: (author, operation)."""
    chance = random.Random(200)
    codes = [spec.code for spec in specs_of(visits[0].standard_id)]
    made = []
    for number in range(200):
        visit, author = visits[number % 2], staff[number % 3 % 2]
        moment = at("08:40") + timedelta(seconds=17 * number)
        answer = chance.choice(["done", "done", "done", "na", "not_done"])
        payload = {"step": chance.choice(codes), "answer": answer}
        made.append((author.pk, Incoming(id=uuid7(), visit=visit.pk, kind="tick", at=moment, payload=payload)))
    return made


def sender(store: UUID, batches: list[tuple[UUID, list[Incoming]]]) -> Callable[[], list[str]]:
    """Return a work that sends batches one after the other and returns every answer's state."""

    def work() -> list[str]:
        found = Store.objects.get(pk=store)
        people = {person.pk: person for person in Staff.objects.all()}
        with scope(store=found):
            return [
                answer.state
                for author, batch in batches
                for answer in submit(found, by=people[author], operations=batch, now=at("14:00"))
            ]

    return work


def batched(sent: list[tuple[UUID, Incoming]], chance: random.Random) -> Iterator[tuple[UUID, list[Incoming]]]:
    """Yield the operations shuffled, in batches of one author each."""
    for author in sorted({author for author, _operation in sent}):
        mine = [operation for one, operation in sent if one == author]
        chance.shuffle(mine)
        while mine:
            size = chance.randint(1, 25)
            batch, mine = mine[:size], mine[size:]
            yield author, batch


@pytest.mark.parametrize("seed", [1, 2])
def test_two_hundred_ticks_sent_twice_and_half_a_third_time_are_kept_once(cast: Cast, seed: int):
    chance = random.Random(seed)
    visits = [cast.visit("沪A8K2D6"), cast.visit("沪B12345")]
    with scope(store=cast.store):
        before = set(Operation.objects.values_list("pk", flat=True))
        sent = two_hundred(visits, [cast.advisor, cast.supervisor])
    half = chance.sample(sent, 100)
    plans = [list(batched(sent, chance)), [*batched(sent, chance), *batched(half, chance)]]
    for plan in plans:
        chance.shuffle(plan)
    states = at_once([sender(cast.store.pk, plan) for plan in plans])
    assert [len(answers) for answers in states] == [200, 300]
    told = states[0] + states[1]
    assert (told.count("accepted"), told.count("duplicate")) == (200, 300)

    with scope(store=cast.store):
        kept = Operation.objects.exclude(pk__in=before).order_by("pk")
        fields = ("pk", "visit", "staff_id", "kind", "version", "payload", "at", "moment", "state", "reason")
        expected = sorted(
            (op.id, op.visit, author, "tick", 1, op.payload, op.at, op.at, "accepted", "") for author, op in sent
        )
        assert list(kept.values_list(*fields)) == expected
        ticks = StepTick.objects.exclude(pk__in=before).order_by("pk")
        assert list(
            ticks.values_list("pk", "visit", "touchpoint", "step", "answer", "evidence", "staff", "moment")
        ) == [
            (id_, visit, *payload["step"].split("/"), payload["answer"], "", author, moment)
            for id_, visit, author, _kind, _version, payload, moment, *_rest in expected
        ]
        assert_records_follow_from_ticks([visit.pk for visit in visits])


def assert_records_follow_from_ticks(visit_ids: list[UUID]) -> None:
    """Every row of TouchpointRecord is what its visit's ticks are worth; none is missing, none is left over."""
    visits = list(Visit.objects.select_related("store").filter(pk__in=visit_ids))
    expected = sorted(
        (one.visit.pk, scored.touchpoint, *(getattr(scored, name) for name in FIELDS))
        for one in lived(visits).values()
        for scored in scored_touchpoints(one)
    )
    rows = TouchpointRecord.objects.order_by("visit_id", "touchpoint").values_list("visit_id", "touchpoint", *FIELDS)
    assert list(rows) == expected
