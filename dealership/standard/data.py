"""Read the data files of the standard into plain objects; no database, no settings.

``structure.toml`` holds codes, roles and order, one file per language the words. A word that a file
lacks is read as an empty text, so that the check can name it instead of the reader breaking.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
SOURCE_LANGUAGE = "zh-hans"
LANGUAGES = (SOURCE_LANGUAGE, "en", "zh-hant")


@dataclass(frozen=True)
class Step:
    """One step: who acts, whether a record ticks it (evidence), whether a gate hangs on it."""

    slug: str
    role: str
    evidence: bool
    gate: bool


@dataclass(frozen=True)
class Touchpoint:
    """A moment at which customer and store meet; ``influence`` is 1 (little) to 5 (decisive)."""

    code: str
    element: str
    place: str
    influence: int
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Stage:
    """A stage of the visit with its touchpoints in order."""

    code: str
    touchpoints: tuple[Touchpoint, ...]


@dataclass(frozen=True)
class StepText:
    """The words of a step; ``plain`` is None when the script needs no variable."""

    name: str
    behaviour: str
    script: str
    plain: str | None
    point: str
    name_electric: str | None = None


@dataclass(frozen=True)
class TouchpointText:
    """The words of a touchpoint; ``place`` is already the place's name, ``steps`` go by slug."""

    name: str
    place: str
    requirements: str
    expectation: str
    value: str
    steps: Mapping[str, StepText]


@dataclass(frozen=True)
class StageText:
    """The words of a stage."""

    name: str
    purpose: str


@dataclass(frozen=True)
class LanguageText:
    """All words of one language: stages by code, touchpoints by code, places by code."""

    language: str
    stages: Mapping[str, StageText]
    touchpoints: Mapping[str, TouchpointText]
    places: Mapping[str, str]


@dataclass(frozen=True)
class StandardData:
    """The whole standard: the bones once, the words of every language whose file exists."""

    version: int
    stages: tuple[Stage, ...]
    texts: Mapping[str, LanguageText]

    def touchpoints(self) -> Iterator[Touchpoint]:
        """Yield the 22 touchpoints in the order of a visit."""
        for stage in self.stages:
            yield from stage.touchpoints

    def steps(self) -> Iterator[tuple[Touchpoint, Step]]:
        """Yield the 67 steps in the order of a visit, each with its touchpoint."""
        for touchpoint in self.touchpoints():
            for step in touchpoint.steps:
                yield touchpoint, step


def load(folder: Path = FOLDER) -> StandardData:
    """Read structure and words from ``folder``; a language without a file is left out.

    Raises FileNotFoundError without a structure, tomllib.TOMLDecodeError for a broken file.
    """
    raw = _read(folder / "structure.toml")
    stages = tuple(_stage(stage) for stage in raw["stages"])
    texts = {
        language: _language(language, _read(path), stages)
        for language in LANGUAGES
        if (path := folder / f"{language}.toml").exists()
    }
    return StandardData(version=raw["version"], stages=stages, texts=texts)


def as_json(data: StandardData, language: str = SOURCE_LANGUAGE) -> str:
    """Return the standard in one language as JSON text; raises KeyError for a missing language."""
    text = data.texts[language]
    stages = [_stage_dict(stage, text) for stage in data.stages]
    return json.dumps({"stages": stages}, ensure_ascii=False, indent=2)


def _read(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)


def _stage(raw: Mapping[str, Any]) -> Stage:
    touchpoints = tuple(
        Touchpoint(**{**touchpoint, "steps": tuple(Step(**step) for step in touchpoint["steps"])})
        for touchpoint in raw["touchpoints"]
    )
    return Stage(code=raw["code"], touchpoints=touchpoints)


def _language(language: str, raw: Mapping[str, Any], stages: tuple[Stage, ...]) -> LanguageText:
    places = raw.get("places", {})
    touchpoints = {
        touchpoint.code: _touchpoint_text(
            touchpoint,
            raw.get("touchpoints", {}).get(touchpoint.code, {}),
            places.get(touchpoint.place, ""),
        )
        for stage in stages
        for touchpoint in stage.touchpoints
    }
    stage_texts = {stage.code: raw.get("stages", {}).get(stage.code, {}) for stage in stages}
    return LanguageText(
        language=language,
        stages={
            code: StageText(name=words.get("name", ""), purpose=words.get("purpose", ""))
            for code, words in stage_texts.items()
        },
        touchpoints=touchpoints,
        places=places,
    )


def _touchpoint_text(touchpoint: Touchpoint, raw: Mapping[str, Any], place: str) -> TouchpointText:
    steps = raw.get("steps", {})
    return TouchpointText(
        name=raw.get("name", ""),
        place=place,
        requirements=raw.get("requirements", ""),
        expectation=raw.get("expectation", ""),
        value=raw.get("value", ""),
        steps={step.slug: _step_text(steps.get(step.slug, {})) for step in touchpoint.steps},
    )


def _step_text(raw: Mapping[str, str]) -> StepText:
    return StepText(
        name=raw.get("name", ""),
        behaviour=raw.get("behaviour", ""),
        script=raw.get("script", ""),
        plain=raw.get("plain"),
        point=raw.get("point", ""),
        name_electric=raw.get("name_electric"),
    )


def _stage_dict(stage: Stage, text: LanguageText) -> dict[str, Any]:
    words = text.stages[stage.code]
    touchpoints = [_touchpoint_dict(touchpoint, text) for touchpoint in stage.touchpoints]
    return {
        "code": stage.code,
        "name": words.name,
        "purpose": words.purpose,
        "touchpoints": touchpoints,
    }


def _touchpoint_dict(touchpoint: Touchpoint, text: LanguageText) -> dict[str, Any]:
    words = text.touchpoints[touchpoint.code]
    return {
        "code": touchpoint.code,
        "name": words.name,
        "place": words.place,
        "requirements": words.requirements,
        "expectation": words.expectation,
        "value": words.value,
        "steps": [_step_dict(step, words.steps[step.slug]) for step in touchpoint.steps],
    }


def _step_dict(step: Step, words: StepText) -> dict[str, Any]:
    return {
        "slug": step.slug,
        "name": words.name,
        "role": step.role,
        "behaviour": words.behaviour,
        "script": words.script,
        "plain": words.plain,
        "point": words.point,
        "gate": step.gate,
        "evidence": step.evidence,
    }
