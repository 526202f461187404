"""How well the steps of a visit are lived: the execution figures of each touchpoint, drawn step by step."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from random import Random

from dealership.applicability import Facts, steps_out, touchpoints_out
from dealership.demo.curves import BULK_ANSWERS, EXECUTION, LATE_ANSWERS, weekend
from dealership.models import StandardStep
from dealership.stages import stage_of

LIVE, LATE, BULK, SKIPPED, NONE = "live", "late", "bulk", "skipped", "none"
SKIPPED_SHARE = 0.15
"""Of what is not done, how much is said to be so (own assumption)."""

Pair = tuple[float, float]
FIXED: dict[str, Pair] = {
    # What the product itself always leaves a record of; the rest of the touchpoint makes up its figure.
    "1.1/plate": (1, 1), "1.1/admit": (1, 1), "1.2/purpose": (1, 1), "1.2/notify": (1, 1), "1.3/lane": (1, 1),
    "1.4/verify": (1, 1), "1.5/cabin": (1, 1), "1.5/confirm": (1, 1), "1.6/price": (1, 1),
    "2.1/reasons": (1, 1), "2.1/consent": (1, 1), "2.3/entry": (1, 1), "2.3/signature": (1, 1), "2.5/start": (1, 1),
    "3.1/inspection": (1, 1), "3.2/midcheck": (1, 1), "3.2/materials": (1, 0.52), "3.2/prepare": (0.16, 0.10),
    "4.3/finalise": (1, 1), "5.2/payment": (1, 1), "5.3/guard": (0.90, 0.76),
    # Within two minutes of the gate, by the curve of "greeting".
    "1.4/meet": (0.647, 0.137),
}  # fmt: skip
"""Step → its share on weekdays and weekends.

Of 3.2 a gate keeps two of three steps; the weekend figure (5.4) lies below that and is met by cars that came
before the gate was asked for.
"""


@dataclass(frozen=True)
class Spec:
    """A step of the standard with who acts."""

    touchpoint: str
    slug: str
    role: str
    evidence: bool

    @property
    def code(self) -> str:
        """`1.5/controls`."""
        return f"{self.touchpoint}/{self.slug}"


def specs(standard_id: int) -> list[Spec]:
    """Read the steps of a version in order."""
    rows = StandardStep.objects.filter(touchpoint__standard_id=standard_id).order_by("touchpoint__position", "position")
    return [Spec(*row) for row in rows.values_list("touchpoint__code", "slug", "role", "evidence")]


def draw_answers(
    source: Random, steps: Iterable[Spec], facts: Facts, day_of: Callable[[str], date], *, met: bool
) -> dict[str, str]:
    """Return step → live, late, bulk, skipped or none for every step that applies to these facts.

    `day_of` names the day a stage is left, which decides between the weekday's and Saturday's figure; `met` says
    whether the advisor was there within two minutes.
    """
    out, out_steps = touchpoints_out(facts), steps_out(facts)
    by_touchpoint: dict[str, list[Spec]] = defaultdict(list)
    for spec in steps:
        if spec.touchpoint not in out and spec.code not in out_steps:
            by_touchpoint[spec.touchpoint].append(spec)
    answers: dict[str, str] = {}
    for touchpoint, listed in by_touchpoint.items():
        column = weekend(day_of(stage_of(touchpoint)))
        free = _free_share(touchpoint, listed, column)
        for spec in listed:
            share = FIXED[spec.code][column] if spec.code in FIXED else free
            answers[spec.code] = _answer(source, share, by_hand=not spec.evidence)
    if "1.4/meet" in answers:
        answers["1.4/meet"] = LIVE if met else SKIPPED
    return answers


def _free_share(touchpoint: str, listed: list[Spec], column: int) -> float:
    """Return what the steps without a share of their own must come to, so that the mean meets the figure."""
    target = EXECUTION[touchpoint][0][column] / 10 * len(listed)
    fixed = [FIXED[spec.code][column] for spec in listed if spec.code in FIXED]
    free = len(listed) - len(fixed)
    return min(max((target - sum(fixed)) / free, 0), 1) if free else 0


def _answer(source: Random, share: float, *, by_hand: bool) -> str:
    drawn = source.random()
    if not by_hand:
        return LIVE if drawn < share else NONE
    late = min(LATE_ANSWERS, share)
    live = share - late / 2
    for answer, part in ((LIVE, live), (LATE, late), (BULK, BULK_ANSWERS)):
        if drawn < part:
            return answer
        drawn -= part
    return SKIPPED if source.random() < SKIPPED_SHARE else NONE
