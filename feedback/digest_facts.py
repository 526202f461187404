"""What a digest looks at: the facts of a day or a week, as its rules (`feedback.digest`) read them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True)
class Level:
    """The one figure, of how many cars, against the time before; execution against its usual range.

    `best_of`: the figure is the best of so many days (weeks); 0 where it is not.
    """

    figure: Decimal | None = None
    cars: int = 0
    before: Decimal | None = None
    execution: Decimal | None = None
    low: float | None = None
    high: float | None = None
    best_of: int = 0

    @property
    def side(self) -> int:
        """-1 below the usual range, 1 above it, 0 inside or where there is none."""
        if self.execution is None or self.low is None or self.high is None:
            return 0
        return (float(self.execution) > self.high) - (float(self.execution) < self.low)


@dataclass(frozen=True)
class Loss:
    """The touchpoint that lost most points: its execution, of how many visits, its share (0 to 1) of all lost."""

    code: str
    name: str
    mean: Decimal
    n: int
    share: float


@dataclass(frozen=True)
class Settled:
    """The promises settled: how many, how many kept, and the broken ones by the words of their kind."""

    n: int = 0
    kept: int = 0
    broken: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Bulk:
    """Steps that apply, how many of them were ticked in bulk, and the usual share (0 to 1) of the time before."""

    steps: int = 0
    bulk: int = 0
    usual: float | None = None


@dataclass(frozen=True)
class PlanNews:
    """A plan that is due today, overdue (by `days`), or was judged: better, same, worse."""

    title: str
    owner: str
    what: str
    days: int = 0
    before: Decimal | None = None
    before_n: int = 0
    after: Decimal | None = None
    after_n: int = 0


@dataclass(frozen=True)
class Facts:
    """All that the rules look at. `when`, `than` and `ahead` are words: Friday 20 Nov, last Friday, today."""

    when: str
    than: str
    ahead: str
    weekly: bool = False
    level: Level = Level()
    loss: Loss | None = None
    settled: Settled = Settled()
    rounds_done: int = 0
    rounds_due: int = 0
    bulk: Bulk = Bulk()
    plans: tuple[PlanNews, ...] = ()
    booked: int = 0
