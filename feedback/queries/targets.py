"""Targets and baselines in force, and how the present figures stand beside them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import get_language

from dealership.models import Store, business_day
from dealership.queries.standards import current_id, touchpoints
from feedback.figures import FIGURES, Figure
from feedback.models import Target
from feedback.periods import stretch
from feedback.queries.figures import figures_of
from feedback.queries.periods import WHOLE, Scored, Span, lived, scored, windows
from feedback.queries.score_settings import weights_of
from feedback.scores import FEW, WINDOW_DAYS
from feedback.targets import Picture, picture, state_of

Key = tuple[str, str]
"""Figure and touchpoint ("" the whole store)."""


@dataclass(frozen=True)
class Row:
    """A figure with its target and baseline in force, what it is now (of `n`), and those replaced or still to come."""

    figure: Figure
    touchpoint: str
    name: str
    target: Target | None
    baseline: Target | None
    value: float | None
    n: int
    others: tuple[Target, ...]

    @property
    def few(self) -> bool:
        """True where there is something, but too little to lean on."""
        return 0 < self.n < FEW

    @property
    def goal(self) -> Decimal | None:
        """The value to reach."""
        return self.target.value if self.target else None

    @property
    def state(self) -> str:
        """`reached`, `short` or `unknown`."""
        return state_of(self.figure, self.value, self.goal, few=self.few)

    @property
    def missing(self) -> float:
        """How much it lacks of its target, without a sign."""
        return abs(round(self.value or 0, 1) - round(float(self.goal or 0), 1))

    @property
    def picture(self) -> Picture:
        """The bar with its marks."""
        start = self.baseline.value if self.baseline else None
        return picture(self.figure, value=self.value, target=self.goal, baseline=start)


def target_of(
    store: Store, figure: str, touchpoint: str, day: date, *, kind: str = Target.Kind.TARGET
) -> Target | None:
    """Return the target (or baseline) in force on `day`: the newest that began by then."""
    rows = Target.objects.filter(store=store, figure=figure, touchpoint=touchpoint, kind=kind, since__lte=day)
    return rows.order_by("-since").first()


def targets_of(store: Store, day: date, *, kind: str = Target.Kind.TARGET) -> dict[Key, Target]:
    """Return (figure, touchpoint) → what is in force on `day`, of all figures in one query."""
    rows = Target.objects.filter(store=store, kind=kind, since__lte=day).order_by("since")
    return {(row.figure, row.touchpoint): row for row in rows}


def target_rows(store: Store, *, now: datetime) -> list[Row]:
    """Return every figure that has a target or baseline with its figure of the last 28 days; constant queries."""
    today = business_day(store, now)
    rows = list(Target.objects.filter(store=store).select_related("by").order_by("-since"))
    keys = {(row.figure, row.touchpoint) for row in rows if row.figure in FIGURES}
    names = {one.code: one.name for one in touchpoints(current_id(store), get_language() or "zh-hans")}
    present = _present(store, keys, today, now)
    order = list(FIGURES)
    return [
        _row(key, [row for row in rows if (row.figure, row.touchpoint) == key], today, names, present)
        for key in sorted(keys, key=lambda key: (order.index(key[0]), key[1]))
    ]


def _row(
    key: Key, rows: list[Target], today: date, names: dict[str, str], present: dict[Key, tuple[float | None, int]]
) -> Row:
    begun = [row for row in rows if row.since <= today]
    holds = {kind: next((row for row in begun if row.kind == kind), None) for kind in Target.Kind.values}
    others = tuple(row for row in rows if row not in holds.values())
    code, touchpoint = key
    value, n = present.get(key, (None, 0))
    return Row(
        figure=FIGURES[code], touchpoint=touchpoint, name=names.get(touchpoint, ""), target=holds["target"],
        baseline=holds["baseline"], value=value, n=n, others=others,
    )  # fmt: skip


def _present(store: Store, keys: Iterable[Key], today: date, now: datetime) -> dict[Key, tuple[float | None, int]]:
    """Return (figure, touchpoint) → what it was over the last 28 days, and of how many."""
    last = stretch(today, WINDOW_DAYS)
    whole = figures_of(store, last, now=now)
    span = Span(store, last)
    rows, said, weights = lived(span, last, by=WHOLE), windows(span, [today]), weights_of(store)
    found: dict[Key, tuple[float | None, int]] = {}
    for code, touchpoint in keys:
        if touchpoint:
            one = scored(touchpoint, rows.get(touchpoint, {}).values(), said, [today], weights)
            found[code, touchpoint] = _of_touchpoint(code, one)
        else:
            found[code, touchpoint] = whole[code].value, whole[code].n
    return found


def _of_touchpoint(code: str, one: Scored) -> tuple[float | None, int]:
    if code == "score":
        return (None if one.figure is None else float(one.figure)), one.lived.n
    reading = one.readings[code]
    return (None if reading.mean is None else float(reading.mean)), reading.n
