"""The standard as words: read once per version and language, for versions in force never change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import F
from django.utils import timezone

from dealership.models import Standard, StandardTouchpoint, Store, business_day
from dealership.standard.script import render, variables_in

FALLBACK = "zh-hans"


@dataclass(frozen=True)
class StepWords:
    """A step in one language."""

    code: str
    slug: str
    role: str
    evidence: bool
    gate: bool
    name: str
    name_electric: str
    behaviour: str
    script: str
    plain: str | None
    point: str

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of the variables that its script says."""
        return variables_in(self.script)

    def say(self, values: Mapping[str, str | None]) -> str:
        """Return what to say in this visit; the plain text when a value is unknown."""
        return render(self.script, self.plain, values)


@dataclass(frozen=True)
class TouchpointWords:
    """A touchpoint in one language."""

    code: str
    stage: str
    element: str
    influence: int
    name: str
    place: str
    requirements: str
    expectation: str
    value: str
    steps: tuple[StepWords, ...]


@lru_cache(maxsize=256)
def touchpoints(standard_id: int, language: str) -> tuple[TouchpointWords, ...]:
    """Return the 22 touchpoints of a version in `language` (the source language where a text is missing).

    Raises LookupError for a draft, whose words still change: `queries.versions.words_of` reads those.
    """
    rows = StandardTouchpoint.objects.filter(standard_id=standard_id).prefetch_related("steps").order_by("position")
    rows = rows.select_related("standard")
    if any(row.standard.store_id and row.standard.published_at is None for row in rows):
        raise LookupError(f"Standard {standard_id} is a draft.")
    return tuple(_touchpoint(row, language) for row in rows)


@lru_cache(maxsize=256)
def stage_names(standard_id: int, language: str) -> dict[str, str]:
    """Return stage code → its name as staff say it."""
    stages = Standard.objects.values_list("stages", flat=True).get(pk=standard_id)
    return {stage["code"]: _words(stage["texts"], language)["name"] for stage in stages}


def current_id(store: Store | None, *, now: datetime | None = None) -> int:
    """Return the id of the version in force: the store's own newest, else the product's (also without a store)."""
    found = Standard.objects.filter(store=None)
    if store is not None:
        today = business_day(store, now or timezone.now())
        found |= Standard.objects.filter(store=store, published_at__isnull=False, valid_from__lte=today)
    ids = found.order_by(F("store_id").asc(nulls_last=True), "-number").values_list("pk", flat=True)
    return ids[0]


def _words(texts: dict[str, Any], language: str) -> dict[str, Any]:
    return texts.get(language) or texts[FALLBACK]


def _touchpoint(row: StandardTouchpoint, language: str) -> TouchpointWords:
    words = _words(row.texts, language)
    steps = []
    for step in row.steps.all():
        said = _words(step.texts, language)
        steps.append(
            StepWords(
                code=f"{row.code}/{step.slug}", slug=step.slug, role=step.role, evidence=step.evidence, gate=step.gate,
                name=said["name"], name_electric=said.get("name_electric") or "", behaviour=said["behaviour"],
                script=said["script"], plain=said["plain"], point=said["point"],
            )
        )  # fmt: skip
    return TouchpointWords(
        code=row.code, stage=row.stage, element=row.element, influence=row.influence, name=words["name"],
        place=words["place"], requirements=words["requirements"], expectation=words["expectation"],
        value=words["value"], steps=tuple(steps),
    )  # fmt: skip
