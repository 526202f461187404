"""What may be wrong with one text of the data files: empty, too long, or a phrase nobody says.

Shared by the ready self-check items and the cross-check questions; the phrases are the standard's.
"""

from collections.abc import Iterator

from dealership.standard.check import STRETCH, Rules


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
