"""Which items a round draws: what was low comes back, every touchpoint within a week, the rest by lot."""

import random
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.drawing import LOW, NEVER, SIZE, Candidate, choose, draw, least_new
from feedback.ready.data import read

TOUCHPOINTS = sorted({item.touchpoint for item in read()})


def one(key: str, **given) -> Candidate:
    return Candidate(key=key, touchpoint=given.pop("touchpoint", key), times_a_week=given.pop("times", 1), **given)


def keys(drawn) -> list[str]:
    return [each.key for each in drawn]


def test_round_has_five_items_in_the_order_of_the_way():
    drawn = draw([one(code) for code in TOUCHPOINTS], seed="a", keep=2)
    assert len(drawn) == SIZE
    assert keys(drawn) == sorted(keys(drawn))
    assert not any(each.again for each in drawn)


def test_low_items_come_back_first():
    known = [one(code, seen=4, tried=4) for code in TOUCHPOINTS if code not in ("3.3", "1.4")]
    drawn = draw(
        [*known, one("3.3", low=True, tried=1, seen=1), one("1.4", low=True, tried=1, seen=1)], seed="a", keep=2
    )
    assert [each.key for each in drawn if each.again] == ["1.4", "3.3"]


def test_many_low_items_leave_places_for_what_nobody_looked_at():
    low = [one(code, low=True, tried=1, seen=1) for code in TOUCHPOINTS[:8]]
    new = [one(code, tried=9, seen=9) for code in TOUCHPOINTS[8:]]
    drawn = draw([*low, *new], seed="a", keep=2)
    assert sum(each.again for each in drawn) == 3
    assert len(drawn) == SIZE


def test_low_items_fill_a_round_that_has_nothing_else():
    low = [one(code, low=True, tried=1, seen=1) for code in TOUCHPOINTS[:8]]
    assert len(draw(low, seed="a", keep=2)) == SIZE


def test_touchpoint_not_looked_at_for_longest_is_drawn_before_a_frequent_item():
    frequent = [one(f"a{n}", touchpoint=f"1.{n}", times=10, tried=3, seen=3) for n in range(1, 6)]
    drawn = keys(draw([*frequent, one("late", touchpoint="5.3", tried=12, seen=12)], seed="a", keep=1))
    assert "late" in drawn


def test_what_is_due_most_fills_the_rest():
    rare = [one(f"b{n}", touchpoint=f"2.{n}", times=1, tried=3, seen=3) for n in range(1, 9)]
    drawn = keys(draw([*rare, one("often", touchpoint="1.5", times=10, tried=1, seen=1)], seed="a", keep=2))
    assert "often" in drawn


def test_one_touchpoint_twice_only_when_nothing_else_is_left():
    items = [one("x", touchpoint="1.4"), one("y", touchpoint="1.4"), one("z", touchpoint="1.5")]
    assert keys(draw(items, seed="a", keep=2, size=2)) in (["x", "z"], ["y", "z"])
    assert keys(draw(items, seed="a", keep=2, size=3)) == ["x", "y", "z"]


def test_same_seed_draws_the_same_whatever_the_order():
    items = [one(code) for code in TOUCHPOINTS]
    assert draw(items, seed="hq 2026-11-22 1", keep=2) == draw(items[::-1], seed="hq 2026-11-22 1", keep=2)


def test_equals_are_drawn_by_lot():
    items = [one(code) for code in TOUCHPOINTS]
    found = {key for number in range(60) for key in keys(draw(items, seed=str(number), keep=2))}
    assert found == set(TOUCHPOINTS)


def test_choose_draws_one_and_nothing_of_nothing():
    assert choose([], seed="a") is None
    assert choose(["b", "a", "c"], seed="s") == choose(["c", "b", "a"], seed="s")
    assert {choose(["a", "b", "c"], seed=str(n)) for n in range(40)} == {"a", "b", "c"}


@pytest.mark.parametrize(("days", "wanted"), [(7, 2), (6, 2), (5, 3), (1, 5), (0, 5)])
def test_places_kept_for_new_touchpoints_follow_the_open_days(days: int, wanted: int):
    assert least_new(22, days) == wanted


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([7, 6, 5]), st.floats(0, 0.5))
def test_all_touchpoints_are_seen_within_a_week_whatever_comes_back(start: int, open_days: int, bad: float):
    """Six weeks of the ready set; `bad` is how often a score is under 7."""
    source, first = random.Random(start), date(2026, 10, 5)
    tried: dict[str, int] = {}
    low: set[str] = set()
    looked: dict[str, list[date]] = {code: [] for code in TOUCHPOINTS}
    keep = least_new(len(TOUCHPOINTS), open_days)
    for day in (first + timedelta(days=n) for n in range(42)):
        if day.weekday() >= open_days:
            continue
        today: set[str] = set()
        back: set[str] = set()
        for number in (1, 2):
            now = (day - first).days * 2 + number
            drawn = draw(_candidates(tried, low - today, now), seed=f"{start} {day} {number}", keep=keep)
            for key in keys(drawn):
                tried[key] = now
                today.add(key)
                looked[key.split("-")[0]].append(day)
                (back.add if source.random() < bad else back.discard)(key)
        low = (low - today) | back
    for code, days in looked.items():
        gaps = [(after - before).days for before, after in pairwise(days)]
        assert max([*gaps, (days[0] - first).days]) <= 7, (code, days)


def _candidates(tried: dict[str, int], low: set[str], now: int) -> list[Candidate]:
    by_touchpoint = {code: [k for k in tried if k.startswith(f"{code}-")] for code in TOUCHPOINTS}
    return [
        Candidate(
            item.code, item.touchpoint, item.times_a_week, low=item.code in low,
            tried=now - tried[item.code] if item.code in tried else NEVER,
            seen=min((now - tried[k] for k in by_touchpoint[item.touchpoint]), default=NEVER),
        )
        for item in read()
    ]  # fmt: skip


def test_low_is_under_seven():
    assert LOW == 7
