"""Ids are standard UUIDs of version 7 that sort by their moment."""

import random
import uuid
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealership.uuids import seeded_uuid7, uuid7

MOMENT = datetime(2026, 11, 22, 8, 31, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
moments = st.integers(0, 4_000_000_000_000).map(lambda ms: datetime.fromtimestamp(ms / 1000, UTC))


def milliseconds(value: uuid.UUID) -> int:
    return value.int >> 80


def test_uuid7_is_a_standard_uuid_of_version_7():
    made = uuid7()
    assert type(made) is uuid.UUID
    assert (made.version, made.variant) == (7, uuid.RFC_4122)


def test_uuid7_made_in_a_row_are_distinct_and_sorted():
    made = [uuid7() for _ in range(1000)]
    assert made == sorted(set(made))


def test_uuid7_carries_the_moment_it_is_given():
    assert milliseconds(uuid7(MOMENT)) == 1_795_307_460_123


@given(moments, st.integers())
def test_seeded_uuid7_is_well_formed_and_carries_its_moment(moment, seed):
    made = seeded_uuid7(moment, random.Random(seed))
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert milliseconds(made) == milliseconds(uuid7(moment))


def test_seeded_uuid7_repeats_by_seed():
    first, second = random.Random(7), random.Random(7)
    ids = [seeded_uuid7(MOMENT, first) for _ in range(100)]
    assert ids == [seeded_uuid7(MOMENT, second) for _ in range(100)]
    assert len(set(ids)) == 100


@pytest.mark.parametrize("make", [uuid7, lambda moment: seeded_uuid7(moment, random.Random(1))])
def test_a_naive_moment_is_refused(make):
    with pytest.raises(TypeError):
        make(MOMENT.replace(tzinfo=None))
