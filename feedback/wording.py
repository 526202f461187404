"""What may be wrong with one text of the data files: empty, too long, or a phrase nobody says.

Shared by the ready self-check items and the cross-check questions; the phrases are the standard's.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from dealership.standard.check import STRETCH, Rules, load_rules
from dealership.standard.data import LANGUAGES

Entry = TypeVar("Entry")


def findings_of(
    entries: Sequence[Entry],
    *,
    bones: Callable[[Entry], Iterator[str]],
    words: Callable[[Entry, str, Rules], Iterator[str]],
) -> Iterator[str]:
    """Yield a line for every fault of each entry: of its bones, then of its words in each language."""
    rules = load_rules()
    for entry in entries:
        yield from bones(entry)
        for language in LANGUAGES:
            yield from words(entry, language, rules[language])


def text_findings(where: str, text: str, limit: int, rules: Rules) -> Iterator[str]:
    """Yield a line for every fault of ``text``; ``limit`` is in Chinese characters and stretched for English."""
    if not text.strip():
        yield f"{where}: empty"
        return
    longest = round(limit * STRETCH[rules.language])
    if len(text) > longest:
        yield f"{where}: {len(text)} characters, at most {longest}"
    if "{" in text or "}" in text:
        yield f"{where}: holds a variable, nothing is filled in here"
    for pattern in rules.phrases:
        if match := pattern.search(text):
            yield f"{where}: avoid {match.group(0)!r}"
