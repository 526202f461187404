"""Two people offline on one visit: whatever the order of arrival and the batches, the same result and nothing lost."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby, permutations
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django_scopes import scope
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dealership.actions.operations import Incoming, submit
from dealership.merging import Entry, merge, seen_ids
from dealership.models import Attention, Event, Operation, StepTick, TickUndo, TouchpointRecord, Visit
from dealership.uuids import uuid7
from reception.actions.marks import add_mark
from reception.models import DamageMark
from reception.queries.conflicts import conflicts_of
from reception.queries.sheet import sheet_of
from tests.cast import Cast, at

START = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


def number(n: int) -> UUID:
    return UUID(int=n + 1)


# The rule itself.


@st.composite
def histories(draw: st.DrawFn) -> list[Entry]:
    """Entries of one field by honest people: each has seen some of those written before (or does not say)."""
    count = draw(st.integers(1, 7))
    entries: list[Entry] = []
    for n in range(count):
        moment = START + timedelta(seconds=draw(st.integers(0, 30)))
        seen = draw(st.none() | st.sets(st.sampled_from([e.id for e in entries]) if entries else st.nothing()))
        value = draw(st.sampled_from([1, 2, ["a", "b"], ["b", "a"], {"fuel": 3}]))
        entries.append(Entry(number(n), moment, value, None if seen is None else frozenset(seen)))
    return entries


@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(entries: list[Entry], chance: Any):
    again = [*entries, *entries[:2]]
    chance.shuffle(again)
    assert merge(again) == merge(entries)


@given(histories())
def test_nothing_is_lost_that_nobody_has_replaced(entries: list[Entry]):
    merged = merge(entries)
    assert merged is not None
    for entry in entries:
        others = [other for other in entries if other.id != entry.id]
        named = any(entry.id in (other.seen or ()) for other in others)
        overtaken = any(other.seen is None and other.place > entry.place for other in others)
        if not named and not overtaken:
            assert entry in merged.heads
        if named:
            assert entry not in merged.heads or len(merged.heads) == 1


@given(histories())
def test_naming_all_heads_settles_a_conflict(entries: list[Entry]):
    merged = merge(entries)
    assert merged is not None
    answer = Entry(number(99), START - timedelta(days=1), "x", frozenset(head.id for head in merged.heads))
    if all(entry.seen is not None for entry in entries):
        settled = merge([*entries, answer])
        assert settled is not None
        assert (settled.heads, settled.conflict) == ((answer,), False)


def entry(n: int, value: Any, *seen: int, blind: bool = False, second: int | None = None) -> Entry:
    moment = START + timedelta(seconds=n if second is None else second)
    return Entry(number(n), moment, value, None if blind else frozenset(map(number, seen)))


@pytest.mark.parametrize(
    ("entries", "heads", "value", "conflict"),
    [
        ([entry(0, 1)], [0], 1, False),
        ([entry(0, 1), entry(1, 2, 0)], [1], 2, False),
        ([entry(0, 1), entry(1, 2)], [0, 1], 2, True),
        ([entry(0, ["a", "b"]), entry(1, ["b", "a"])], [0, 1], ["b", "a"], False),
        ([entry(0, 1), entry(1, 2), entry(2, 3, blind=True)], [2], 3, False),
        ([entry(0, 1, second=9), entry(1, 2, 0, second=5)], [1], 2, False),
        ([entry(0, 1, blind=True, second=9), entry(1, 2, 0, second=5)], [1], 2, False),
        ([entry(0, 1, 1), entry(1, 2, 0)], [1], 2, False),
        ([entry(0, 1, 1), entry(1, 2, 2), entry(2, 3, 0)], [2], 3, False),
        ([entry(0, 1, 0, 7)], [0], 1, False),
    ],
)
def test_heads_of_small_cases(entries, heads, value, conflict):
    merged = merge(entries)
    assert [head.id for head in merged.heads] == [number(n) for n in heads]
    assert (merged.value, merged.conflict) == (value, conflict)


def test_nobody_differs_with_themselves():
    mine = [replace(entry(n, n), staff="me") for n in (0, 1)]
    assert [head.value for head in merge(mine).heads] == [1]
    assert merge([*mine, replace(entry(2, 2), staff="you")]).conflict


def test_no_entries_come_to_nothing():
    assert merge([]) is None


def test_sides_are_the_latest_head_of_each_value():
    merged = merge([entry(0, 1), entry(1, 2), entry(2, 1)])
    assert [(side.id, side.value) for side in merged.sides] == [(number(1), 2), (number(2), 1)]


@pytest.mark.parametrize(
    ("given_", "found"),
    [(None, None), ("x", None), ({}, None), ([], frozenset()), (["x", None, 3], frozenset()),
     ([str(number(1)), "y"], frozenset([number(1)]))],
)  # fmt: skip
def test_seen_of_a_payload(given_, found):
    assert seen_ids(given_) == found


# Two advisors, the real way in, the real database.


@dataclass(frozen=True)
class Act:
    """One operation of the advisor number `who` (0 or 1)."""

    who: int
    operation: Incoming


STEPS = ["1.4/introduce", "1.5/controls", "1.7/listen", "2.1/repeat", "3.4/result"]
VALUES = {
    "mileage": [58620, 58260],
    "energy": [{"fuel": 3}, {"fuel": 8}],
    "lamps": [[], ["tyre"], ["tyre", "oil"]],
    "controls": [{"findings": []}, {"findings": ["wiper"], "note": "左"}],
    "exterior": ["left", "front", "right", "rear", "roof", "all"],
    "covers": [True],
}
PLACES = [{"view": "left", "x": 10, "y": 10}, {"view": "rear", "x": 40, "y": 40, "kind": "dent", "size_cm": 3}]
CHANGES = [{"kind": "chip"}, {"kind": "rust", "size_cm": 12}, {"note": "新伤"}, {"removed": True}, {"removed": False}]


class Person:
    """What one advisor knows and does without network: their own acts, and what was there before."""

    def __init__(self, draw: st.DrawFn, who: int, visit: UUID, mark: UUID, count: int) -> None:
        self.draw, self.who, self.visit = draw, who, visit
        self.ticks: list[UUID] = []
        self.known: dict[str, list[UUID]] = {}
        self.marks: dict[UUID, list[UUID]] = {mark: [mark]}
        self.words = ""
        seconds = sorted(draw(st.lists(st.integers(0, 900), min_size=count, max_size=count)))
        self.acts = [self.act(seq, at("08:40") + timedelta(seconds=second)) for seq, second in enumerate(seconds)]

    def act(self, seq: int, moment: datetime) -> Act:
        kind = self.draw(st.sampled_from(["tick", "undo", "reading", "reading", "mark", "mark", "note", "field.set"]))
        id_ = self.draw(st.uuids())
        payload = getattr(self, kind.replace(".", "_"))(id_)
        return Act(self.who, Incoming(id_, self.visit, kind, moment, seq=seq, payload=payload))

    def tick(self, id_: UUID) -> dict[str, Any]:
        self.ticks.append(id_)
        answer = self.draw(st.sampled_from(["done", "na", "not_done"]))
        return {"step": self.draw(st.sampled_from(STEPS)), "answer": answer}

    def undo(self, id_: UUID) -> dict[str, Any]:
        return {"tick": str(self.draw(st.sampled_from(self.ticks or [id_])))}

    def note(self, id_: UUID) -> dict[str, Any]:
        return {"text": f"{self.who}"}

    def reading(self, id_: UUID) -> dict[str, Any]:
        item = self.draw(st.sampled_from(sorted(VALUES)))
        seen = {"seen": [str(known) for known in self.known.get(item, [])]} if self.draw(st.booleans()) else {}
        self.known[item] = [id_]
        return {"item": item, "value": self.draw(st.sampled_from(VALUES[item])), **seen}

    def mark(self, id_: UUID) -> dict[str, Any]:
        if self.draw(st.integers(0, 3)) == 0:
            self.marks[id_] = [id_]
            return self.draw(st.sampled_from(PLACES))
        mark = self.draw(st.sampled_from(sorted(self.marks)))
        seen = {"seen": [str(known) for known in self.marks[mark]]} if self.draw(st.booleans()) else {}
        self.marks[mark].append(id_)
        return {"mark": str(mark), **self.draw(st.sampled_from(CHANGES)), **seen}

    def field_set(self, id_: UUID) -> dict[str, Any]:
        was, self.words = self.words, self.draw(st.sampled_from(["刹车响", "空调不冷"]))
        return {"field": "words", "value": self.words, "was": was}


@st.composite
def stories(draw: st.DrawFn, visit: UUID, mark: UUID) -> tuple[list[Act], list[Act]]:
    """What two advisors did, as they did it and in an order of arrival."""
    acts = [act for who in (0, 1) for act in Person(draw, who, visit, mark, draw(st.integers(1, 6))).acts]
    return acts, draw(st.permutations(acts))


def arrive(cast: Cast, acts: Sequence[Act], *, one_by_one: bool) -> None:
    """Send the operations in this order: each alone, or as many as one person has in a row."""
    people = [cast.advisor, cast.advisor3]
    batches = [[act] for act in acts] if one_by_one else [list(run) for _who, run in groupby(acts, lambda a: a.who)]
    for batch in batches:
        submit(cast.store, by=people[batch[0].who], operations=[act.operation for act in batch], now=at("10:00"))


def by_record(op: Operation) -> bool:
    return "evidence" in op.payload


def outcome(cast: Cast, visit_id: UUID) -> dict[str, Any]:
    """Return all that the operations of a visit have come to."""
    visit = Visit.objects.select_related("vehicle", "advisor", "store").get(pk=visit_id)
    of_visit = {"visit": visit}
    sheet = sheet_of(visit)
    return {
        "visit": (visit.words, visit.dms_no, visit.key_tag, visit.mileage, visit.vehicle.mileage),
        "operations": {op.pk: op.state for op in Operation.objects.filter(visit=visit.pk) if not by_record(op)},
        "readings": {(row.pk, row.item, str(row.value), str(row.seen), row.staff_id, row.moment) for row in sheet.log},
        "marks": sorted(
            map(str, DamageMark.objects.filter(**of_visit).order_by("id").values_list(
                "id", "view", "kind", "size_cm", "note", "disputed", "removed_at", "staff", "moment"
            ))
        ),
        "ticks": set(
            StepTick.objects.filter(**of_visit).values_list(
                "touchpoint", "step", "answer", "evidence", "staff", "moment"
            )
        ),
        "undone": set(TickUndo.objects.filter(**of_visit).values_list("id", "tick", "moment")),
        "notes": set(Event.objects.filter(kind="note", **of_visit).values_list("id", "at", "by", "data__text")),
        "shown": {item: (row.pk, row.value) for item, row in sheet.readings.items()} | {"seen": sheet.seen},
        "conflicts": conflicts_of(sheet),
        "asked": list(Attention.objects.filter(kind="conflict", until=None, **of_visit).values_list("since", "data")),
        "records": set(
            TouchpointRecord.objects.filter(**of_visit).values_list(
                "touchpoint", "applicable", "steps", "done", "live", "late", "bulk", "skipped", "score"
            )
        ),
    }  # fmt: skip


def tried(cast: Cast, visit_id: UUID, acts: Sequence[Act], *, one_by_one: bool) -> dict[str, Any]:
    """Return the outcome of one order of arrival, leaving no trace."""
    with transaction.atomic():
        arrive(cast, acts, one_by_one=one_by_one)
        found = outcome(cast, visit_id)
        transaction.set_rollback(True)
    return found


@pytest.mark.django_db
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_two_advisors_come_to_the_same_result(cast: Cast, data: st.DataObject):
    with scope(store=cast.store), transaction.atomic():
        visit = cast.visit()
        mark = add_mark(visit, by=cast.advisor, view="left", x=9, y=9, id=number(0), now=at("08:35"))
        acts, arrived = data.draw(stories(visit.pk, mark.pk))
        asked = tried(cast, visit.pk, acts, one_by_one=False)
        assert asked["operations"].keys() >= {act.operation.id for act in acts}, "nothing is lost"
        assert set(asked["operations"].values()) == {"accepted"}
        for one_by_one in (True, False):
            assert tried(cast, visit.pk, arrived, one_by_one=one_by_one) == asked
        transaction.set_rollback(True)


@pytest.mark.django_db
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_arrival_itself_may_arrive_last(cast: Cast, data: st.DataObject):
    visit = uuid7()
    opening = Act(
        0, Incoming(uuid7(), visit, "visit.open", at("08:31"), payload={"plate": "沪B12345", "works": ["service"]})
    )
    with scope(store=cast.store):
        acts, arrived = data.draw(stories(visit, number(0)))
        place = data.draw(st.integers(0, len(arrived)))
        first = tried(cast, visit, [opening, *acts], one_by_one=False)
        assert tried(cast, visit, [*arrived[:place], opening, *arrived[place:]], one_by_one=True) == first


def acted(visit: Visit, said: Sequence[tuple[int, str, int, dict[str, Any]]]) -> list[Act]:
    """Return acts of (who, kind, second, payload)."""
    return [
        Act(who, Incoming(number(n), visit.pk, kind, at("08:40") + timedelta(seconds=second), seq=n, payload=payload))
        for n, (who, kind, second, payload) in enumerate(said)
    ]


def reading(who: int, second: int, value: int, *seen: UUID) -> tuple[int, str, int, dict[str, Any]]:
    return who, "reading", second, {"item": "mileage", "value": value, "seen": [str(id_) for id_ in seen]}


@pytest.mark.django_db
def test_every_order_of_one_conflict(cast: Cast):
    with scope(store=cast.store):
        visit = cast.visit()
        mark = add_mark(visit, by=cast.advisor, view="left", x=9, y=9, now=at("08:35"))
        said = [
            reading(0, 1, 58620), reading(1, 2, 58260),
            (0, "mark", 3, {"mark": str(mark.pk), "removed": True, "seen": [str(mark.pk)]}),
            (1, "mark", 4, {"mark": str(mark.pk), "kind": "dent", "seen": [str(mark.pk)]}),
        ]  # fmt: skip
        acts = acted(visit, said)
        outcomes = [
            tried(cast, visit.pk, order, one_by_one=one_by_one)
            for nth, order in enumerate(permutations(acts))
            for one_by_one in ((True, False) if nth % 4 == 0 else (True,))
        ]
        assert all(found == outcomes[0] for found in outcomes)
        assert [(one.kind, [side.value for side in one.sides]) for one in outcomes[0]["conflicts"]] == [
            ("reading", [58620, 58260]), ("mark", [True, False])
        ]  # fmt: skip


@pytest.mark.django_db
def test_an_answer_settles_it_even_when_it_comes_first(cast: Cast):
    with scope(store=cast.store):
        visit = cast.visit()
        said = [reading(0, 1, 58620), reading(1, 2, 58260), reading(0, 9, 58620, number(0), number(1))]
        acts = acted(visit, said)
        for order in permutations(acts):
            found = tried(cast, visit.pk, order, one_by_one=True)
            assert (found["conflicts"], found["asked"], found["visit"][3]) == ([], [], 58620)
