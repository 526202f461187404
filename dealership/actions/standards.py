"""Loading the product's standard into the database."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction

from dealership.models import Standard, StandardStep, StandardTouchpoint, Store
from dealership.queries.course import specs_of
from dealership.queries.standards import current_id, stage_names, touchpoints
from dealership.standard.data import StandardData


@transaction.atomic
def load(data: StandardData) -> Standard:
    """Write version `data.version` as rows; loading it again renews the words and keeps every code and slug."""
    standard, _created = Standard.objects.update_or_create(
        store=None, number=data.version, defaults={"stages": [_stage(data, stage.code) for stage in data.stages]}
    )
    made = StandardTouchpoint.objects.bulk_create(
        _touchpoints(standard, data),
        update_conflicts=True,
        unique_fields=["standard", "code"],
        update_fields=["stage", "position", "element", "place", "influence", "texts"],
    )
    StandardStep.objects.bulk_create(
        _steps({touchpoint.code: touchpoint for touchpoint in made}, data),
        update_conflicts=True,
        unique_fields=["touchpoint", "slug"],
        update_fields=["position", "role", "evidence", "gate", "texts"],
    )
    for words in (specs_of, touchpoints, stage_names):
        words.cache_clear()
    return standard


def _touchpoints(standard: Standard, data: StandardData) -> list[StandardTouchpoint]:
    pairs = [(stage, touchpoint) for stage in data.stages for touchpoint in stage.touchpoints]
    return [
        StandardTouchpoint(
            standard=standard, code=touchpoint.code, stage=stage.code, position=position, element=touchpoint.element,
            place=touchpoint.place, influence=touchpoint.influence, texts=_texts(data, touchpoint.code),
        )
        for position, (stage, touchpoint) in enumerate(pairs, start=1)
    ]  # fmt: skip


def _steps(touchpoints: dict[str, StandardTouchpoint], data: StandardData) -> list[StandardStep]:
    return [
        StandardStep(
            touchpoint=touchpoints[touchpoint.code], slug=step.slug, position=position, role=step.role,
            evidence=step.evidence, gate=step.gate, texts=_step_texts(data, touchpoint.code, step.slug),
        )
        for stage in data.stages
        for touchpoint in stage.touchpoints
        for position, step in enumerate(touchpoint.steps, start=1)
    ]  # fmt: skip


def _step_texts(data: StandardData, code: str, slug: str) -> dict[str, Any]:
    return {language: asdict(text.touchpoints[code].steps[slug]) for language, text in data.texts.items()}


def current_standard(store: Store, *, now: datetime | None = None) -> Standard:
    """Return the version that visits opened now in `store` follow."""
    return Standard.objects.get(pk=current_id(store, now=now))


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
