"""Versions of the standard: which there are, the words of one as they stand in the database, what differs in two."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from dealership.models import Standard, StandardStep, StandardTouchpoint, Store
from dealership.queries.standards import FALLBACK
from dealership.standard.data import LANGUAGES

STEP_FIELDS = ("name", "behaviour", "script", "plain", "point")
TOUCHPOINT_FIELDS = ("requirements", "expectation", "value")
"""What a store may write anew; names and places of the 22 touchpoints stay."""

Texts = Mapping[str, Mapping[str, Any]]
"""Language → field → text."""
Place = tuple[str, str]
"""Code of a touchpoint and slug of a step, "" for the touchpoint's own words."""


@dataclass(frozen=True)
class Words:
    """A touchpoint (`step` "") or a step of one version, in every language that it has."""

    touchpoint: str
    step: str
    stage: str
    texts: Texts
    role: str = ""
    evidence: bool = False
    gate: bool = False

    @property
    def place(self) -> Place:
        """Where these words stand."""
        return self.touchpoint, self.step

    @property
    def fields(self) -> tuple[str, ...]:
        """What of it may be written anew."""
        return STEP_FIELDS if self.step else TOUCHPOINT_FIELDS

    def said(self, language: str) -> dict[str, str]:
        """Return field → text in `language`; empty texts where the language is missing."""
        return fields_of(self.texts, language, self.fields)

    def name(self, language: str) -> str:
        """Return its name, in the source language where `language` has none."""
        words = self.texts.get(language) or self.texts.get(FALLBACK) or {}
        return str(words.get("name") or "")


@dataclass(frozen=True)
class Change:
    """What differs at one place: `kind` is changed, added or dropped."""

    kind: str
    before: Words | None
    after: Words | None

    @property
    def words(self) -> Words:
        """The newer words, the older ones of what is gone."""
        return self.after or self.before or Words("", "", "", {})

    @property
    def languages(self) -> list[str]:
        """The languages in which a text differs."""
        return [language for language in LANGUAGES if self.fields(language)]

    def fields(self, language: str) -> list[tuple[str, str, str]]:
        """Return (field, before, after) of the texts that differ in `language`."""
        names = self.words.fields
        before = fields_of(self.before.texts if self.before else {}, language, names)
        after = fields_of(self.after.texts if self.after else {}, language, names)
        return [(name, before[name], after[name]) for name in names if before[name] != after[name]]


def fields_of(texts: Texts, language: str, names: tuple[str, ...]) -> dict[str, str]:
    """Return field → text, empty where there is none."""
    words = texts.get(language) or {}
    return {name: str(words.get(name) or "") for name in names}


def newest_product() -> Standard:
    """Return the product's newest version."""
    return Standard.objects.filter(store=None).latest("number")


def published_of(store: Store) -> list[Standard]:
    """Return the versions that a store has published, the newest first."""
    rows = Standard.objects.filter(store=store, published_at__isnull=False)
    return list(rows.select_related("published_by", "base").order_by("-number"))


def newest_of(store: Store) -> Standard:
    """Return what a store's next version starts from: its newest one (even before its day), else the product's."""
    own = Standard.objects.filter(store=store, published_at__isnull=False).order_by("-number").first()
    return own or newest_product()


def existing_draft(store: Store) -> Standard | None:
    """Return the store's draft, None where nobody writes one."""
    return Standard.objects.filter(store=store, published_at=None).select_related("base").first()


def before_of(standard: Standard) -> Standard:
    """Return the version that `standard` follows: the store's one before it, else the product's it is based on."""
    rows = Standard.objects.filter(store=standard.store_id, published_at__isnull=False, number__lt=standard.number)
    own = rows.order_by("-number").first()
    return own or standard.base or newest_product()


def update_for(standard: Standard) -> Standard | None:
    """Return the product's newer version that a store's own (or its draft) has not looked at yet, None without."""
    if standard.store_id is None or standard.base is None:
        return None
    newest = newest_product()
    return newest if newest.number > standard.base.number else None


def words_of(standard_id: int) -> dict[Place, Words]:
    """Read every word of a version, in order: for a draft too, so never from a cache. Two queries."""
    found: dict[Place, Words] = {}
    rows = StandardTouchpoint.objects.filter(standard_id=standard_id).prefetch_related("steps").order_by("position")
    for row in rows:
        found[row.code, ""] = Words(row.code, "", row.stage, row.texts)
        for step in row.steps.all():
            found[row.code, step.slug] = _step(row, step)
    return found


def words_at(standard_id: int, touchpoint: str, step: str) -> Words | None:
    """Return the words at one place of a version, None where it has none."""
    row = StandardTouchpoint.objects.filter(standard_id=standard_id, code=touchpoint).first()
    if row is None or not step:
        return Words(row.code, "", row.stage, row.texts) if row else None
    found = row.steps.filter(slug=step).first()
    return _step(row, found) if found else None


def changes(before: Mapping[Place, Words], after: Mapping[Place, Words]) -> list[Change]:
    """Return what differs between two versions, in the order of a visit."""
    found = [Change("added", None, words) for place, words in after.items() if place not in before]
    found += [Change("dropped", words, None) for place, words in before.items() if place not in after]
    both = (Change("changed", before[place], words) for place, words in after.items() if place in before)
    found += [change for change in both if change.languages]
    order = {place: number for number, place in enumerate([*before, *after])}
    return sorted(found, key=lambda change: (change.words.touchpoint, order[change.words.place]))


def used_slugs(store: Store, touchpoint: str) -> set[str]:
    """Return the slugs that steps of a touchpoint ever had in a version which this store had or may get."""
    rows = StandardStep.objects.filter(touchpoint__code=touchpoint)
    rows = rows.filter(Q(touchpoint__standard__store=store) | Q(touchpoint__standard__store=None))
    return set(rows.values_list("slug", flat=True))


def _step(row: StandardTouchpoint, step: StandardStep) -> Words:
    return Words(row.code, step.slug, row.stage, step.texts, step.role, step.evidence, step.gate)
