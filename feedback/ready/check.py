"""Find every fault in the ready self-check items: one line per finding, no line when all is well."""

from collections import Counter
from collections.abc import Iterator, Sequence

from dealership.standard.check import Rules
from dealership.standard.data import load
from feedback.ready.data import CHECKED, OWNERS, WAYS, ReadyItem, read
from feedback.wording import findings_of, text_findings

# Characters in Chinese; what a tablet shows on one line beside the mark.
LIMITS = {"pain": 30, "item": 16, "standard": 40, "at_0": 24, "at_5": 24, "at_10": 24}
# Two rounds of five items on each of seven days.
ROOM_A_WEEK = 70
DECISIVE = 5
ITEMS_WHEN_DECISIVE = 2


def findings(items: Sequence[ReadyItem] | None = None) -> list[str]:
    """Return a line for every fault of ``items``, without them of the ready set."""
    items = read() if items is None else items
    return [*_set_findings(items), *findings_of(items, bones=_bone_findings, words=_word_findings)]


def _set_findings(items: Sequence[ReadyItem]) -> Iterator[str]:
    for code, times in Counter(item.code for item in items).items():
        if times > 1:
            yield f"{code}: this code is used {times} times"
    covered = Counter(item.touchpoint for item in items)
    for touchpoint in load().touchpoints():
        needed = ITEMS_WHEN_DECISIVE if touchpoint.influence == DECISIVE else 1
        if covered[touchpoint.code] < needed:
            yield f"touchpoint {touchpoint.code}: {covered[touchpoint.code]} items, at least {needed}"
    checks = sum(item.times_a_week for item in items)
    if checks > ROOM_A_WEEK:
        yield f"{checks} checks a week, the rounds have room for {ROOM_A_WEEK}"


def _bone_findings(item: ReadyItem) -> Iterator[str]:
    steps = {touchpoint.code: {step.slug for step in touchpoint.steps} for touchpoint in load().touchpoints()}
    if item.touchpoint not in steps:
        yield f"{item.code}: unknown touchpoint {item.touchpoint!r}"
    elif item.step is not None and item.step not in steps[item.touchpoint]:
        yield f"{item.code}: {item.touchpoint} has no step {item.step!r}"
    for field, known in (("who", CHECKED), ("way", WAYS), ("owner", OWNERS)):
        if getattr(item, field) not in known:
            yield f"{item.code} {field}: unknown {getattr(item, field)!r}"
    if item.times_a_week < 1:
        yield f"{item.code}: checked {item.times_a_week} times a week"


def _word_findings(item: ReadyItem, language: str, rules: Rules) -> Iterator[str]:
    if language not in item.texts:
        yield f"{language} {item.code}: this language is missing"
        return
    for field, limit in LIMITS.items():
        text = getattr(item.texts[language], field)
        yield from text_findings(f"{language} {item.code} {field}", text, limit, rules)
