"""Which heading of a file is which of our fields."""

from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from types import ModuleType
from typing import Any

from django.conf import settings
from django.utils import translation

from reception.imports import KINDS
from reception.imports.cells import Column, Row, squeezed

Columns = dict[str, str]
"""Our field → heading of the file."""


def module_of(kind: str) -> ModuleType:
    """Return the module of a kind (ImportRun.Kind)."""
    return import_module(KINDS[kind])


def known_headings(columns: Iterable[Column], remembered: Mapping[str, str]) -> set[str]:
    """Return every heading that is known, squeezed."""
    known = {squeezed(heading) for column in columns for heading in words_of(column)}
    return known | {squeezed(heading) for heading in remembered.values()}


def words_of(column: Column) -> list[str]:
    """Return the headings of a column: those that are known for it, and our own label in every language."""
    words = [column.name, *column.headings]
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            words.append(str(column.label))
    return words


def matched(columns: Sequence[Column], headings: Sequence[str], remembered: Mapping[str, str]) -> Columns:
    """Return the columns as the store matched them last time, else as their headings say. Each heading once."""
    by_word = {squeezed(heading): heading for heading in reversed(headings) if squeezed(heading)}
    found: Columns = {}
    for column in columns:
        words = [squeezed(word) for word in words_of(column)]
        if column.name in remembered:
            words.insert(0, squeezed(remembered[column.name]))
        heading = next((by_word[word] for word in words if word in by_word), "")
        if heading and heading not in found.values():
            found[column.name] = heading
    return found


def missing(columns: Iterable[Column], found: Mapping[str, str]) -> list[Column]:
    """Return the columns that are needed and have no heading."""
    return [column for column in columns if column.needed and column.name not in found]


def places(headings: Sequence[str], columns: Mapping[str, str]) -> dict[str, int] | None:
    """Return our field → place of its cell, None where a heading is not in the file."""
    if any(heading not in headings for heading in columns.values()):
        return None
    return {name: headings.index(heading) for name, heading in columns.items()}


def row_of(number: int, cells: Sequence[Any], at: Mapping[str, int]) -> Row:
    """Return a row by our fields."""
    return Row(number, {name: cells[place] if place < len(cells) else None for name, place in at.items()})
