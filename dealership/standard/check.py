"""Find every fault in the words of the standard: one line per finding, no line when all is well.

The limits are those of the course for spoken Chinese; English needs about 2.6 characters for one.
A text counts as long as it is written and as long as it is once its variables are filled in.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from dealership.standard.data import FOLDER, LANGUAGES, LanguageText, StandardData, Step, StepText, Touchpoint
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
_MEASURED = ("requirements", "expectation", "value")


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


def _language_findings(data: StandardData, text: LanguageText, rules: Rules) -> Iterator[str]:
    for stage in data.stages:
        words = text.stages[stage.code]
        for field in ("name", "purpose"):
            yield from _text_findings(f"{stage.code} {field}", getattr(words, field), rules, field)
        for touchpoint in stage.touchpoints:
            yield from _touchpoint_findings(touchpoint, text, rules)


def _touchpoint_findings(touchpoint: Touchpoint, text: LanguageText, rules: Rules) -> Iterator[str]:
    words = text.touchpoints[touchpoint.code]
    if not words.place:
        yield f"{touchpoint.code} place: the place {touchpoint.place!r} has no name"
    for field in ("name", *_MEASURED):
        yield from _text_findings(f"{touchpoint.code} {field}", getattr(words, field), rules, field)
    for step in touchpoint.steps:
        yield from _step_findings(touchpoint, step, words.steps[step.slug], rules)


def _step_findings(touchpoint: Touchpoint, step: Step, words: StepText, rules: Rules) -> Iterator[str]:
    where = f"{touchpoint.code}/{step.slug}"
    for field in ("name", "behaviour", "point"):
        yield from _text_findings(f"{where} {field}", getattr(words, field), rules, field)
    if words.name_electric is not None:
        yield from _text_findings(f"{where} name_electric", words.name_electric, rules, "name")
    key = (touchpoint.code, step.slug)
    yield from _text_findings(f"{where} script", words.script, rules, "script", key)
    if words.plain is not None:
        yield from _text_findings(f"{where} plain", words.plain, rules, "plain", key)
    yield from _plain_findings(where, words)
    yield from _spoken_findings(where, words, rules, key)


def _text_findings(
    where: str, text: str, rules: Rules, field: str, step: tuple[str, str] | None = None
) -> Iterator[str]:
    if not text.strip():
        yield f"{where}: empty"
        return
    limit = rules.limit(field, step)
    if len(text) > limit:
        yield f"{where}: {len(text)} characters, at most {limit}"
    wording = re.sub(r"\{\w*\}", "", text)
    for pattern in rules.phrases:
        if match := pattern.search(wording):
            yield f"{where}: avoid {match.group(0)!r}"


def _plain_findings(where: str, words: StepText) -> Iterator[str]:
    needed = bool(variables_in(words.script))
    if needed and words.plain is None:
        yield f"{where} plain: missing, the script has variables"
    if not needed and words.plain is not None:
        yield f"{where} plain: superfluous, the script has no variable"
    if words.plain is not None and "{" in words.plain:
        yield f"{where} plain: must stand without variables"
    for field in ("script", "plain"):
        sentences = len(_SENTENCE_END.findall(getattr(words, field) or ""))
        if sentences > MOST_SENTENCES:
            yield f"{where} {field}: {sentences} sentences, at most {MOST_SENTENCES}"


def _spoken_findings(where: str, words: StepText, rules: Rules, step: tuple[str, str]) -> Iterator[str]:
    unknown = [name for name in variables_in(words.script) if name not in rules.full]
    if unknown:
        yield f"{where} script: unknown variable {', '.join(unknown)}"
        return
    visits: dict[str, Mapping[str, str | None]] = {"full": rules.full, "empty": dict.fromkeys(rules.full)}
    for visit, values in visits.items():
        spoken = render(words.script, words.plain, values)
        if "{" in spoken or "}" in spoken:
            yield f"{where} script: a brace is left for the {visit} visit"
        limit = rules.limit("script", step)
        if len(spoken) > limit:
            yield f"{where} script: {len(spoken)} characters on the {visit} visit, at most {limit}"
