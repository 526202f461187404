"""The concerns of a visit: what they say in words, and the panel that asks for them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from dealership.merging import Merged
from dealership.models import Visit, Work
from dealership.queries.whole import rows_of
from reception.concerns import (
    DATA,
    KINDS,
    SPEEDS,
    USUAL,
    codes_of,
    line_of,
    page_words,
    reader,
    sentence,
    sentences,
)
from reception.models import Reading
from reception.queries.sheet import merged_readings

PLAIN_WORK = frozenset({Work.SERVICE, Work.FIRST_SERVICE})
"""Work that hardly ever comes with a concern: the button to ask about one stays in the background."""


@dataclass(frozen=True)
class Chip:
    """An answer to tap; `css` names the kinds of concern that ask for it."""

    code: str
    label: str
    css: str
    chosen: bool


@dataclass(frozen=True)
class Row:
    """A concern that is noted."""

    place: int
    text: str
    kind: str
    icon: str


@dataclass(frozen=True)
class Panel:
    """What the questions show: the concerns so far, and the one that is being asked about."""

    rows: list[Row]
    value: list[dict[str, Any]]
    seen: list[UUID]
    at: int | None
    words: str
    kinds: list[tuple[str, str, str, bool]]
    usual: list[Chip]
    questions: list[tuple[str, str, list[Chip]]]
    speeds: list[tuple[int, bool]]
    often: list[Chip]
    since: list[Chip]
    open: bool
    wanted: bool
    script: dict[str, Any]


def concerns_of(visit: Visit) -> list[dict[str, Any]]:
    """Return the concerns of a visit, none where nobody asked."""
    merged = _merged(visit)
    return list(merged.head.value) if merged else []


def _merged(visit: Visit) -> Merged | None:
    return merged_readings(row for row in rows_of(visit, Reading) if row.item == Reading.Item.CONCERNS)


def concern_sentences(visit: Visit, language: str = "") -> list[str]:
    """Return a sentence for each concern, in the reader's language unless told otherwise."""
    return [sentence(concern, language or reader()) for concern in concerns_of(visit)]


def said(visit: Visit, language: str, *, most: int = 200) -> str:
    """Return all concerns as one text of at most `most` characters; empty where there are none."""
    return shortened(sentences(concerns_of(visit), language), most)


def shortened(text: str, most: int) -> str:
    """Return the text, cut with an ellipsis where it is longer than its column."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def lines_for(visit: Visit, language: str) -> dict[str, str]:
    """Return key of a pick → why, for what the concerns usually come to; two of one pick share its line."""
    found: dict[str, list[dict[str, Any]]] = {}
    for concern in concerns_of(visit):
        found.setdefault(line_of(concern), []).append(concern)
    return {key: shortened(sentences(concerns, language), 200) for key, concerns in found.items()}


def panel(visit: Visit, *, at: str = "") -> Panel:
    """Return the questions with the concern at place `at` filled in; a new one without ("new": unfolded)."""
    language, merged = reader(), _merged(visit)
    value = list(merged.head.value) if merged else []
    place = int(at) if at.isdecimal() and int(at) < len(value) else None
    one = value[place] if place is not None else {}
    told = {concern["words"] for concern in value}
    words = one.get("words", "") if place is not None else ("" if visit.words in told else visit.words)
    rows = [Row(number, sentence(concern, language), KINDS[concern["kind"]]["name"][language],
                KINDS[concern["kind"]]["icon"]) for number, concern in enumerate(value)]  # fmt: skip
    return Panel(
        rows=rows, value=value, seen=[entry.id for entry in merged.heads] if merged else [], at=place, words=words,
        kinds=[(kind, rules["name"][language], rules["icon"], one.get("kind") == kind)
               for kind, rules in KINDS.items()],
        usual=[Chip(code, usual[language], f"for-{usual['kind']}", False) for code, usual in USUAL.items()],
        questions=_questions(one, language), speeds=[(speed, one.get("speed") == speed) for speed in SPEEDS],
        often=_answers("often", one, language), since=_answers("since", one, language),
        open=bool(at), wanted=bool(visit.words) or not set(visit.works) <= PLAIN_WORK, script=page_words(language),
    )  # fmt: skip


def _questions(one: dict[str, Any], language: str) -> list[tuple[str, str, list[Chip]]]:
    """Return name of the question, name of its list, chips: how holds a lamp or fluid, and how it is."""
    return [
        ("when", "when", _chips("when", "when", one, language)),
        ("where", "where", _chips("where", "where", one, language)),
        ("what", "how", _chips("what", "how", one, language)),
        ("how", "how", _chips("how", "how", one, language)),
    ]


def _chips(name: str, field: str, one: dict[str, Any], language: str) -> list[Chip]:
    kinds: dict[str, list[str]] = {}
    for kind in KINDS:
        for code in codes_of(kind, field):
            if code in KINDS[kind].get(name, []):
                kinds.setdefault(code, []).append(f"for-{kind}")
    chosen = one.get(field, [])
    return [Chip(code, DATA[name][code][language][0], " ".join(css), code in chosen) for code, css in kinds.items()]


def _answers(name: str, one: dict[str, Any], language: str) -> list[Chip]:
    return [Chip(code, words[language][0], "", one.get(name) == code) for code, words in DATA[name].items()]
