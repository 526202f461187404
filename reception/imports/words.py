"""The words over columns and in cells that are known, kept as data (`data/import_words.toml`)."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from reception.imports.cells import squeezed

FILE = Path(__file__).parent.parent / "data" / "import_words.toml"


@cache
def _all() -> dict[str, Any]:
    with FILE.open("rb") as file:
        return tomllib.load(file)


def headings(kind: str) -> dict[str, tuple[str, ...]]:
    """Return our field → headings that are known for it, for a kind of file."""
    return {name: tuple(words) for name, words in _all()[kind]["headings"].items()}


def known_words(kind: str, column: str) -> dict[str, str]:
    """Return squeezed word → value, for a column that holds one of a few."""
    return {squeezed(word): value for value, known in _all()[kind][column].items() for word in [value, *known]}
