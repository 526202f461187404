"""The store's self-check items in the reader's words."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from dealership.models import Store
from dealership.queries.standards import TouchpointWords, current_id, stage_names, touchpoints
from dealership.standard.data import LANGUAGES
from feedback.models import CheckItem
from feedback.ready.data import ItemText, ReadyItem, read

FIELDS = ("pain", "item", "standard", "at_0", "at_5", "at_10")
STALE = "stale"
"""Marks the texts of a language that was left behind when another was changed."""


@dataclass(frozen=True)
class TouchpointItems:
    """A touchpoint with its items of today and those that were ended, each with its words."""

    words: TouchpointWords
    items: list[tuple[CheckItem, ItemText]]
    ended: list[tuple[CheckItem, ItemText]]


@dataclass(frozen=True)
class StageItems:
    """A stage with its touchpoints."""

    name: str
    touchpoints: list[TouchpointItems]


def current_items(store: Store) -> list[CheckItem]:
    """Return the items in force, in the order of a visit."""
    return list(CheckItem.objects.filter(store=store, ended_at=None).order_by("touchpoint", "code"))


def words_of(item: CheckItem, language: str = "") -> ItemText:
    """Return the words of an item in `language` (the reader's when not given), else in one that it has."""
    return _text(item.texts, language or get_language() or LANGUAGES[0])


def _text(texts: dict[str, dict[str, Any]], language: str) -> ItemText:
    found = next((texts[one] for one in (language, *LANGUAGES) if one in texts), {})
    return ItemText(**{name: str(found.get(name, "")) for name in FIELDS})


def stale_languages(item: CheckItem) -> list[str]:
    """Return the languages whose words wait to be looked at: left behind by a change, or missing."""
    return [one for one in LANGUAGES if item.texts.get(one, {STALE: True}).get(STALE)]


def items_by_stage(store: Store) -> list[StageItems]:
    """Return all 22 touchpoints by stage with their items, in three queries."""
    language = get_language() or LANGUAGES[0]
    rows = list(CheckItem.objects.filter(store=store).order_by("touchpoint", "code", "-version"))
    current = {row.code for row in rows if row.ended_at is None}
    last = {row.code: row for row in reversed(rows)}
    names = stage_names(current_id(store), language)
    stages: dict[str, list[TouchpointItems]] = {}
    for words in touchpoints(current_id(store), language):
        mine = [row for row in rows if row.touchpoint == words.code]
        stages.setdefault(words.stage, []).append(
            TouchpointItems(
                words,
                [(row, words_of(row, language)) for row in mine if row.ended_at is None],
                [(row, words_of(row, language)) for row in mine if row.code not in current and last[row.code] == row],
            )
        )
    return [StageItems(names[stage], found) for stage, found in stages.items()]


def is_ready_set(items: list[CheckItem]) -> bool:
    """Tell whether these are the product's own items, unchanged."""
    return {(item.code, as_ready(item)) for item in items} == {(one.code, content_of(one)) for one in read()}


def content_of(item: ReadyItem) -> str:
    """Return all that a ready item says, comparable with `as_ready`."""
    texts = {language: {name: getattr(text, name) for name in FIELDS} for language, text in item.texts.items()}
    bones = (item.touchpoint, item.step or "", item.who, item.way, item.times_a_week, item.owner, item.needs_visit)
    return repr((bones, sorted((one, sorted(text.items())) for one, text in texts.items())))


def as_ready(item: CheckItem) -> str:
    """Return all that a store's item says."""
    bones = (item.touchpoint, item.step, item.who, item.way, item.times_a_week, item.owner, item.needs_visit)
    return repr((bones, sorted((one, sorted(text.items())) for one, text in item.texts.items())))
