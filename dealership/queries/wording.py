"""What is wrong with words of the standard, said to the person who writes them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from django.utils.translation import gettext as _

from dealership.queries.versions import Texts, Words
from dealership.standard.check import Finding, Rules, load_rules, step_findings, text_findings
from dealership.standard.data import LANGUAGES, StepText

STEP_TEXT = tuple(field.name for field in fields(StepText))


@dataclass(frozen=True)
class Fault:
    """A finding in one language: `sentence` says to the reader what to do about `field`."""

    language: str
    field: str
    kind: str
    sentence: str


@cache
def rules() -> dict[str, Rules]:
    """Return the rules of every language; they come with the product."""
    return load_rules()


def faults(words: Words, languages: Iterable[str] = LANGUAGES) -> list[Fault]:
    """Return what is wrong with the words of a step or touchpoint, in the order of languages and fields."""
    found = []
    for language in languages:
        if not words.texts.get(language):
            found.append(Fault(language, "", "language", _("This language is missing.")))
            continue
        found += faults_in(words.touchpoint, words.step, language, words.texts[language])
    return found


def faults_in(touchpoint: str, step: str, language: str, said: Mapping[str, Any]) -> list[Fault]:
    """Return what is wrong with the texts of one language: of a step, or of a touchpoint where `step` is ""."""
    rule = rules()[language]
    if step:
        found = list(step_findings(touchpoint, step, step_text(said), rule))
    else:
        found = [
            one
            for name in ("requirements", "expectation", "value")
            for one in text_findings(touchpoint, name, str(said.get(name) or ""), rule)
        ]
    return [Fault(language, one.field, one.kind, sentence(one)) for one in _once(found)]


def limit_of(field: str, language: str, *, touchpoint: str, step: str) -> int:
    """Return how many characters a field may have."""
    return rules()[language].limit(field, (touchpoint, step))


def step_text(said: Mapping[str, Any]) -> StepText:
    """Return the words of a row as the check knows them."""
    given = {name: said.get(name) for name in STEP_TEXT}
    optional = {"plain": given["plain"] or None, "name_electric": given["name_electric"] or None}
    return StepText(**{name: str(text or "") for name, text in given.items()} | optional)  # type: ignore[arg-type]


def all_faults(places: Mapping[Any, Words]) -> list[tuple[Words, Fault]]:
    """Return every fault of a whole version."""
    return [(words, fault) for words in places.values() for fault in faults(words)]


def sentence(finding: Finding) -> str:
    """Say a finding in the reader's language."""
    said = finding.said
    return {
        "empty": _("Write this text."),
        "long": _("%(count)s characters, at most %(limit)s. Shorten it to one breath."),
        "avoid": _("We do not say “%(words)s” to customers. Say it differently."),
        "missing": _("The script holds variables: write what to say when one of them is unknown."),
        "superfluous": _("The script has no variable, so no second text is needed. Empty it."),
        "variables": _("This text must stand without variables."),
        "sentences": _("%(count)s sentences, at most %(limit)s."),
        "unknown": _("{%(words)s} is no variable of a script. Tap a chip to insert one."),
        "brace": _("A brace is open or left over. A variable stands as {plate}."),
        "spoken": _("Filled in it is %(count)s characters long, at most %(limit)s."),
        "place": _("The place has no name."),
    }[finding.kind] % said


def _once(found: Iterable[Finding]) -> list[Finding]:
    """Leave out what says the same twice: a text that is too long as written is too long when filled in."""
    kept: dict[tuple[str, str], Finding] = {}
    for one in found:
        kind = "long" if one.kind == "spoken" else one.kind
        kept.setdefault((one.field, kind if kind != "avoid" else str(one)), one)
    return list(kept.values())


def texts_with(texts: Texts, language: str, given: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return `texts` with some fields of a language written anew."""
    return {code: dict(words) for code, words in texts.items()} | {language: {**texts.get(language, {}), **given}}
