"""Loading the product's standard into the database."""

from dataclasses import asdict
from typing import Any

from django.db import transaction

from dealership.models import Standard, StandardStep, StandardTouchpoint
from dealership.queries.course import specs_of
from dealership.standard.data import StandardData


@transaction.atomic
def load(data: StandardData) -> Standard:
    """Write version `data.version` as rows; loading it again renews the words and keeps every code and slug."""
    standard, _created = Standard.objects.update_or_create(
        number=data.version, defaults={"stages": [_stage(data, stage.code) for stage in data.stages]}
    )
    position = 0
    for stage in data.stages:
        for touchpoint in stage.touchpoints:
            position += 1
            row, _created = StandardTouchpoint.objects.update_or_create(
                standard=standard,
                code=touchpoint.code,
                defaults={
                    "stage": stage.code,
                    "position": position,
                    "element": touchpoint.element,
                    "place": touchpoint.place,
                    "influence": touchpoint.influence,
                    "texts": _texts(data, touchpoint.code),
                },
            )
            for number, step in enumerate(touchpoint.steps, start=1):
                words = {
                    lang: asdict(text.touchpoints[touchpoint.code].steps[step.slug])
                    for lang, text in data.texts.items()
                }
                StandardStep.objects.update_or_create(
                    touchpoint=row,
                    slug=step.slug,
                    defaults={
                        "position": number, "role": step.role, "evidence": step.evidence, "gate": step.gate,
                        "texts": words,
                    },
                )  # fmt: skip
    specs_of.cache_clear()
    return standard


def current_standard() -> Standard:
    """Return the newest version, which visits opened now follow."""
    return Standard.objects.latest("number")


def _stage(data: StandardData, code: str) -> dict[str, Any]:
    return {
        "code": code,
        "texts": {language: asdict(text.stages[code]) for language, text in data.texts.items()},
    }


def _texts(data: StandardData, code: str) -> dict[str, Any]:
    return {
        language: {
            "name": (words := text.touchpoints[code]).name,
            "place": words.place,
            "requirements": words.requirements,
            "expectation": words.expectation,
            "value": words.value,
        }
        for language, text in data.texts.items()
    }
