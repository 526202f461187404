"""Read the ready self-check items into plain objects; no database, no settings.

``items.toml`` holds the bones, one file per language the words. A word that a file lacks is read
as an empty text, so that the check can name it instead of the reader breaking.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from dealership.standard.data import LANGUAGES

FOLDER = Path(__file__).resolve().parent
WAYS = ("watch", "sheet", "ask", "car", "phone")
CHECKED = ("guard", "advisor", "technician", "controller", "cashier")
OWNERS = ("supervisor", "manager", "care")


@dataclass(frozen=True)
class ItemText:
    """The words of an item: pain point, what is checked, its standard, and what 0, 5 and 10 look like."""

    pain: str
    item: str
    standard: str
    at_0: str
    at_5: str
    at_10: str


@dataclass(frozen=True)
class ReadyItem:
    """One item of the ready set: what is checked of whom, how, how often, and who sees to it.

    ``who`` and ``owner`` are roles, ``way`` is one of WAYS, ``step`` is a slug of the standard. With
    ``needs_visit`` a visit is drawn and looked at, without it the next such moment is watched.
    ``texts`` go by language.
    """

    code: str
    touchpoint: str
    step: str | None
    who: str
    way: str
    times_a_week: int
    owner: str
    needs_visit: bool
    texts: Mapping[str, ItemText]

    @property
    def step_code(self) -> str | None:
        """Return "1.4/meet", or None when the item looks at the touchpoint as a whole."""
        return f"{self.touchpoint}/{self.step}" if self.step else None


@lru_cache
def read(folder: Path = FOLDER) -> tuple[ReadyItem, ...]:
    """Return the items in the order of the file; a language without a file is left out of the texts.

    Raises FileNotFoundError without bones, tomllib.TOMLDecodeError for a broken file, KeyError for
    a bone without its fields.
    """
    words = {language: _load(path) for language in LANGUAGES if (path := folder / f"{language}.toml").exists()}
    return tuple(_item(raw, words) for raw in _load(folder / "items.toml")["items"])


def _load(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)


def _item(raw: Mapping[str, Any], words: Mapping[str, Mapping[str, Mapping[str, str]]]) -> ReadyItem:
    return ReadyItem(
        code=raw["code"],
        touchpoint=raw["touchpoint"],
        step=raw.get("step"),
        who=raw["who"],
        way=raw["way"],
        times_a_week=raw["times_a_week"],
        owner=raw["owner"],
        needs_visit=raw["needs_visit"],
        texts={language: _text(texts.get(raw["code"], {})) for language, texts in words.items()},
    )


def _text(raw: Mapping[str, str]) -> ItemText:
    return ItemText(**{field.name: raw.get(field.name, "") for field in fields(ItemText)})
