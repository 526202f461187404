"""The figures of a period beside those of the period before: of a store, of one advisor, of each (docs/figures.md)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from dealership.models import Staff, Store
from feedback.figures import FIGURES
from feedback.intervals import Interval
from feedback.periods import Period
from feedback.queries.measures.cut import Cut, Found, Taken
from feedback.queries.measures.money import estimate, extra_work
from feedback.queries.measures.promises import promises
from feedback.queries.measures.quality import ended
from feedback.queries.measures.records import rolled, rounds
from feedback.queries.measures.scores import singles
from feedback.queries.measures.waiting import effort, greeting
from feedback.scores import FEW

NOTHING = Taken(None, 0)
OF_EVERYBODY: tuple[Callable[[Cut], Found], ...] = (
    singles, rolled, rounds, promises, greeting, effort, estimate, extra_work, ended,
)  # fmt: skip
OF_EACH: tuple[Callable[[Cut], Found], ...] = (
    rolled, promises, greeting, effort, estimate, extra_work, ended,
)  # fmt: skip
"""Without the single figure: it needs the readings of a whole store."""


@dataclass(frozen=True)
class Measured:
    """A figure of a period: its value (None where there is nothing), how many it is of, and what it was before.

    Shares are in per cent, minutes and points as they are; `interval` is of 95 %, None for medians.
    """

    value: float | None
    n: int
    interval: Interval | None
    before: float | None
    before_n: int = 0

    @property
    def few(self) -> bool:
        """True where there is something, but too little to lean on."""
        return 0 < self.n < FEW

    @property
    def change(self) -> float | None:
        """How much it moved against the period before; None where a side is missing."""
        return None if self.value is None or self.before is None else self.value - self.before


def figures_of(
    store: Store, period: Period, *, advisor: Staff | None = None, now: datetime | None = None
) -> dict[str, Measured]:
    """Return code → figure for every figure of the catalogue, of everybody or of one advisor's visits.

    A constant number of statements, each bounded by the period and the one before it.
    """
    cut = Cut(store, period, now or timezone.now(), advisor)
    return _merged([measure(cut) for measure in OF_EVERYBODY], None)


def figures_by_advisor(store: Store, period: Period, *, now: datetime | None = None) -> dict[UUID, dict[str, Measured]]:
    """Return advisor's id → code → figure, for all whose visits count in the period; a constant number of queries."""
    cut = Cut(store, period, now or timezone.now(), each=True)
    found = [measure(cut) for measure in OF_EACH]
    people = {who for one in found for who, now_ in one if who and now_}
    return {who: _merged(found, who) for who in people}


def _merged(found: list[Found], who: UUID | None) -> dict[str, Measured]:
    now: dict[str, Taken] = {}
    before: dict[str, Taken] = {}
    for one in found:
        now |= one.get((who, True), {})
        before |= one.get((who, False), {})
    return {code: _measured(now.get(code, NOTHING), before.get(code, NOTHING)) for code in FIGURES}


def _measured(now: Taken, before: Taken) -> Measured:
    return Measured(now.value, now.n, now.interval, before.value, before.n)
