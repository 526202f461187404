"""What differs between two texts, so that the eye finds it: by character in Chinese, by word in English."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

_TOKEN = re.compile(r"[A-Za-z0-9'’]+|\{\w*\}|‹[^›]*›|.", re.DOTALL)


@dataclass(frozen=True)
class Part:
    """A piece of a text; `marked` where the other text has something else."""

    text: str
    marked: bool


@dataclass(frozen=True)
class Difference:
    """Two texts in pieces."""

    before: tuple[Part, ...]
    after: tuple[Part, ...]


def difference(before: str, after: str) -> Difference:
    """Return both texts in pieces, those marked that the other does not have."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    left: list[Part] = []
    right: list[Part] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if b > a:
            left.append(Part("".join(old[a:b]), kind != "equal"))
        if d > c:
            right.append(Part("".join(new[c:d]), kind != "equal"))
    return Difference(tuple(left), tuple(right))
