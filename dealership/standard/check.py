"""Find every fault in the words of the standard: one line per finding, no line when all is well.

The limits are those of the course for spoken Chinese; English needs about 2.6 characters for one.
A text counts as long as it is written and as long as it is once its variables are filled in.
"""

import dataclasses
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dealership.standard.data import FOLDER, LANGUAGES, LanguageText, StandardData, StepText, Touchpoint
from dealership.standard.script import render, variables_in

# Scripts that must say figures may be longer.
FIGURE_STEPS = frozenset({("2.2", "estimate"), ("2.2", "time"), ("4.1", "explain")})
LIMITS = {
    "name": 20,
    "purpose": 40,
    "requirements": 60,
    "expectation": 60,
    "value": 60,
    "behaviour": 30,
    "script": 60,
    "plain": 60,
    "point": 30,
}
FIGURE_SCRIPT_LIMIT = 100
STRETCH = {"zh-hans": 1.0, "zh-hant": 1.0, "en": 2.6}
MOST_SENTENCES = 2
_SENTENCE_END = re.compile(r"[。！？]+|[.!?]+(?=\s|$)")
MEASURED = ("requirements", "expectation", "value")
LINES = {
    "empty": "empty",
    "long": "{count} characters, at most {limit}",
    "avoid": "avoid {words!r}",
    "missing": "missing, the script has variables",
    "superfluous": "superfluous, the script has no variable",
    "variables": "must stand without variables",
    "sentences": "{count} sentences, at most {limit}",
    "unknown": "unknown variable {words}",
    "brace": "a brace is left for the {visit} visit",
    "spoken": "{count} characters on the {visit} visit, at most {limit}",
    "place": "the place {words!r} has no name",
}


@dataclass(frozen=True)
class Finding:
    """A fault: `where` is a stage, a touchpoint or a step ("1.5/controls"), `kind` a key of LINES."""

    where: str
    field: str
    kind: str
    said: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.where} {self.field}: {LINES[self.kind].format(**self.said)}"


@dataclass(frozen=True)
class Rules:
    """What the words of one language are held against; ``full`` are the values of a full visit."""

    language: str
    phrases: tuple[re.Pattern[str], ...]
    full: Mapping[str, str]

    def limit(self, field: str, step: tuple[str, str] | None = None) -> int:
        """Return how many characters a field may have, for the script of ``step`` where it matters."""
        limit = LIMITS[field]
        if field in ("script", "plain") and step in FIGURE_STEPS:
            limit = FIGURE_SCRIPT_LIMIT
        return round(limit * STRETCH[self.language])


def load_rules(folder: Path = FOLDER) -> dict[str, Rules]:
    """Read the phrases to avoid and the sample values of every language."""
    with (folder / "avoid.toml").open("rb") as file:
        avoid = tomllib.load(file)
    with (folder / "samples.toml").open("rb") as file:
        samples = tomllib.load(file)
    return {
        language: Rules(
            language=language,
            phrases=tuple(
                re.compile(pattern, re.IGNORECASE)
                for pattern in avoid[language]["phrases"] + avoid[language]["foreign"]
            ),
            full=samples[language],
        )
        for language in LANGUAGES
    }


def findings(data: StandardData, rules: Mapping[str, Rules] | None = None) -> list[str]:
    """Return a line for every fault of the standard, in the order of languages and of a visit."""
    rules = rules or load_rules()
    found: list[str] = []
    for language in LANGUAGES:
        if language not in data.texts:
            found.append(f"{language}: this language is missing")
            continue
        text = data.texts[language]
        found += [f"{language} {line}" for line in _language_findings(data, text, rules[language])]
    return found


def _language_findings(data: StandardData, text: LanguageText, rules: Rules) -> Iterator[Finding]:
    for stage in data.stages:
        words = text.stages[stage.code]
        for name in ("name", "purpose"):
            yield from text_findings(stage.code, name, getattr(words, name), rules)
        for touchpoint in stage.touchpoints:
            yield from _touchpoint_findings(touchpoint, text, rules)


def _touchpoint_findings(touchpoint: Touchpoint, text: LanguageText, rules: Rules) -> Iterator[Finding]:
    words = text.touchpoints[touchpoint.code]
    if not words.place:
        yield Finding(touchpoint.code, "place", "place", {"words": touchpoint.place})
    for name in ("name", *MEASURED):
        yield from text_findings(touchpoint.code, name, getattr(words, name), rules)
    for step in touchpoint.steps:
        yield from step_findings(touchpoint.code, step.slug, words.steps[step.slug], rules)


def step_findings(touchpoint: str, slug: str, words: StepText, rules: Rules) -> Iterator[Finding]:
    """Yield every fault in the words of one step in one language."""
    where, key = f"{touchpoint}/{slug}", (touchpoint, slug)
    for name in ("name", "behaviour", "point"):
        yield from text_findings(where, name, getattr(words, name), rules)
    if words.name_electric is not None:
        yield from text_findings(where, "name_electric", words.name_electric, rules)
    yield from text_findings(where, "script", words.script, rules, key)
    if words.plain is not None:
        yield from text_findings(where, "plain", words.plain, rules, key)
    yield from _plain_findings(where, words)
    yield from _spoken_findings(where, words, rules, key)


def text_findings(
    where: str, name: str, text: str, rules: Rules, step: tuple[str, str] | None = None
) -> Iterator[Finding]:
    """Yield every fault of one text: empty, too long, words that nobody says."""
    if not text.strip():
        yield Finding(where, name, "empty")
        return
    limit = rules.limit("name" if name == "name_electric" else name, step)
    if len(text) > limit:
        yield Finding(where, name, "long", {"count": len(text), "limit": limit})
    wording = re.sub(r"\{\w*\}", "", text)
    for pattern in rules.phrases:
        if match := pattern.search(wording):
            yield Finding(where, name, "avoid", {"words": match.group(0)})


def _plain_findings(where: str, words: StepText) -> Iterator[Finding]:
    needed = bool(variables_in(words.script))
    if needed and words.plain is None:
        yield Finding(where, "plain", "missing")
    if not needed and words.plain is not None:
        yield Finding(where, "plain", "superfluous")
    if words.plain is not None and "{" in words.plain:
        yield Finding(where, "plain", "variables")
    for name in ("script", "plain"):
        sentences = len(_SENTENCE_END.findall(getattr(words, name) or ""))
        if sentences > MOST_SENTENCES:
            yield Finding(where, name, "sentences", {"count": sentences, "limit": MOST_SENTENCES})


def _spoken_findings(where: str, words: StepText, rules: Rules, step: tuple[str, str]) -> Iterator[Finding]:
    unknown = [name for name in variables_in(words.script) if name not in rules.full]
    if unknown:
        yield Finding(where, "script", "unknown", {"words": ", ".join(unknown)})
        return
    visits: dict[str, Mapping[str, str | None]] = {"full": rules.full, "empty": dict.fromkeys(rules.full)}
    for visit, values in visits.items():
        spoken = render(words.script, words.plain, values)
        if "{" in spoken or "}" in spoken:
            yield Finding(where, "script", "brace", {"visit": visit})
        limit = rules.limit("script", step)
        if len(spoken) > limit:
            yield Finding(where, "script", "spoken", {"count": len(spoken), "limit": limit, "visit": visit})
