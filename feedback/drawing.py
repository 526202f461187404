"""Which items of the self-check form a round looks at: a pure rule, the same for everybody, chosen by nobody.

First what came out low comes back; then the touchpoints that nobody has looked at for longest, so that all are seen
within a week; then what is due most by how often it is to be looked at. Equals are drawn by lot, and the lot follows
from the seed, so that a draw can be repeated and checked. Rule of this product (no source states it).
"""

import math
import random
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

T = TypeVar("T", str, UUID)

SIZE = 5
"""Items of a round (issue: five, done in two minutes)."""
ROUNDS = 2
"""Rounds of an open day."""
LOW = 7
"""An item whose last score was under this comes back."""
NEVER = 10_000
"""Rounds since something was looked at, where it never was."""


@dataclass(frozen=True)
class Candidate:
    """An item that can be looked at today; times are counted in rounds (two a day).

    `tried`: rounds since the item was last looked at; `seen`: since anything of its touchpoint was; NEVER for never.
    """

    key: str
    touchpoint: str
    times_a_week: int
    low: bool = False
    tried: int = NEVER
    seen: int = NEVER


@dataclass(frozen=True)
class Drawn:
    """An item drawn; `again`: it comes back because it was low."""

    key: str
    again: bool


def least_new(touchpoints: int, open_days: int) -> int:
    """Return how many places of a round stay with touchpoints not looked at for longest, whatever comes back.

    With fewer, a day of low scores would push a touchpoint out of its week.
    """
    return min(SIZE, math.ceil(touchpoints / (max(open_days, 1) * ROUNDS)))


def draw(candidates: Iterable[Candidate], *, seed: str, keep: int, size: int = SIZE) -> list[Drawn]:
    """Draw a round, in the order of a customer's way through the house; fewer than `size` where there are no more.

    `keep`: places for what was not looked at for longest (`least_new`). Two items of one touchpoint stand in a round
    only when nothing else is left. The order in which the candidates come does not matter.
    """
    mixed = sorted(candidates, key=lambda one: one.key)
    random.Random(seed).shuffle(mixed)  # noqa: S311 (a lot that can be repeated, not a secret)
    low = sorted((one for one in mixed if one.low), key=lambda one: -one.tried)
    rest = [one for one in mixed if not one.low]
    chosen: list[Candidate] = []
    _take(chosen, low, size - min(keep, len({one.touchpoint for one in rest})))
    _take(chosen, sorted(rest, key=lambda one: (-one.seen, -_due(one))), min(len(chosen) + keep, size))
    _take(chosen, sorted(rest, key=lambda one: -_due(one)), size)
    for left in (low, rest):
        _take(chosen, left, size, apart=False)
    return [Drawn(one.key, one.low) for one in sorted(chosen, key=lambda one: (one.touchpoint, one.key))]


def choose(options: Sequence[T], *, seed: str) -> T | None:
    """Draw one of `options` by lot, None of nothing; the order in which they come does not matter."""
    return random.Random(seed).choice(sorted(options)) if options else None  # noqa: S311 (as above)


def _due(one: Candidate) -> float:
    """How much of its interval has passed: 1 is just due."""
    return one.tried * one.times_a_week / (7 * ROUNDS)


def _take(chosen: list[Candidate], offered: Collection[Candidate], until: int, *, apart: bool = True) -> None:
    """Add what is offered until so many are chosen; `apart`: no touchpoint twice."""
    for one in offered:
        if len(chosen) >= until:
            return
        there = {each.touchpoint for each in chosen} if apart else set()
        if one not in chosen and one.touchpoint not in there:
            chosen.append(one)
