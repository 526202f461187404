"""A store's own standard: written as a draft, published as a version that visits opened afterwards follow.

The 22 touchpoints, their order and stages, and what ticks itself or holds an exit, are the product's.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dealership.models import Role, Staff, Standard, StandardStep, StandardTouchpoint, Store, business_day
from dealership.queries.versions import (
    STEP_FIELDS,
    TOUCHPOINT_FIELDS,
    Words,
    before_of,
    changes,
    existing_draft,
    newest_of,
    newest_product,
    used_slugs,
    words_of,
)
from dealership.queries.wording import Fault, all_faults, texts_with
from dealership.refused import Missing, Refused
from dealership.standard.data import LANGUAGES

LONGEST_TEXT = 400
"""Characters that a draft keeps of one text; the rules ask for far fewer when it is published."""
LONGEST_REASON = 300
EMPTY_STEP: dict[str, str | None] = dict.fromkeys(STEP_FIELDS, "") | {"plain": None, "name_electric": None}


def draft_of(store: Store, *, by: Staff, now: datetime | None = None) -> Standard:
    """Return the store's draft; the first edit copies the newest version, and two who begin at once share one."""
    draft = existing_draft(store)
    if draft is not None:
        return draft
    source = newest_of(store)
    own = Standard.objects.filter(store=store).order_by("-number").values_list("number", flat=True).first()
    number = max(own or 0, source.number) + 1
    try:
        with transaction.atomic():
            base = source if source.store_id is None else source.base
            draft = Standard.objects.create(store=store, base=base, number=number, stages=source.stages)
            _copy(source, draft)
    except IntegrityError:
        # Somebody began at the same moment; their draft is the one.
        draft = existing_draft(store)
        if draft is None:
            raise
    return draft


@transaction.atomic
def set_texts(
    draft: Standard, *, touchpoint: str, step: str, language: str, fields: Mapping[str, str], by: Staff,
    now: datetime | None = None,
) -> StandardStep | StandardTouchpoint:  # fmt: skip
    """Write texts of a step (`step` "": of its touchpoint) in one language; the other fields stay.

    Raises Refused: "standard.published", "standard.place" (no such step), "standard.field", "standard.language",
    "standard.long".
    """
    _lock(draft)
    row = _row(draft, touchpoint, step)
    if language not in LANGUAGES:
        raise Refused(_("The standard is written in three languages; this is none of them."), "standard.language")
    given = _cleaned(fields, STEP_FIELDS if step else TOUCHPOINT_FIELDS)
    row.texts = texts_with(row.texts, language, (EMPTY_STEP if step else {}) | row.texts.get(language, {}) | given)
    row.save(update_fields=["texts"])
    return row


@transaction.atomic
def add_step(
    draft: Standard, *, touchpoint: str, slug: str, role: str, texts: Mapping[str, Mapping[str, str]], by: Staff,
    now: datetime | None = None,
) -> StandardStep:  # fmt: skip
    """Add a step at the end of a touchpoint, ticked by hand. Its slug is one that no version ever had.

    Raises Refused: "standard.published", "standard.place", "standard.slug", "standard.role", "standard.field",
    "standard.language", "standard.long".
    """
    _lock(draft)
    point = _row(draft, touchpoint, "")
    if not slug or slug != slugify(slug) or len(slug) > 32 or slug in used_slugs(_store(draft), touchpoint):
        raise Refused(_("A step with this name for the records exists or existed. Choose another."), "standard.slug")
    if role not in Role.values or role == Role.CHAIN:
        raise Refused(_("Choose who does this step."), "standard.role", field="role")
    if set(texts) - set(LANGUAGES):
        raise Refused(_("The standard is written in three languages; this is none of them."), "standard.language")
    last = StandardStep.objects.filter(touchpoint=point).order_by("-position").first()
    return StandardStep.objects.create(
        touchpoint=point, slug=slug, role=role, evidence=False, gate=False, position=last.position + 1 if last else 1,
        texts={language: EMPTY_STEP | _cleaned(words, STEP_FIELDS) for language, words in texts.items()},
    )  # fmt: skip


@transaction.atomic
def drop_step(draft: Standard, *, touchpoint: str, step: str, by: Staff, now: datetime | None = None) -> None:
    """Take a step out of the draft: one that is ticked by hand and holds no exit, never the last of its touchpoint.

    Raises Refused: "standard.published", "standard.place", "standard.record", "standard.gate", "standard.last".
    """
    _lock(draft)
    row = _row(draft, touchpoint, step) if step else None
    if not isinstance(row, StandardStep):
        raise _no_such_place()
    if row.evidence:
        raise Refused(_("This step is ticked by a record of the visit; it stays."), "standard.record")
    if row.gate:
        raise Refused(_("The exit of a stage hangs on this step; it stays."), "standard.gate")
    if StandardStep.objects.filter(touchpoint=row.touchpoint).count() == 1:
        raise Refused(_("A touchpoint keeps one step at least."), "standard.last")
    row.delete()


@transaction.atomic
def put_back(draft: Standard, *, touchpoint: str, step: str, by: Staff, now: datetime | None = None) -> None:
    """Undo what the draft changed at one place: words as in the version before, a dropped step again, a new one gone.

    Raises Refused: "standard.published", "standard.place".
    """
    _lock(draft)
    before = StandardTouchpoint.objects.filter(standard=before_of(draft), code=touchpoint).first()
    point = _row(draft, touchpoint, "")
    if before is None or not isinstance(point, StandardTouchpoint):
        raise _no_such_place()
    if not step:
        point.texts = before.texts
        point.save(update_fields=["texts"])
        return
    old = before.steps.filter(slug=step).first()
    if old is None:
        point.steps.filter(slug=step).delete()
    else:
        _take_step(point, old)


@transaction.atomic
def take_update(draft: Standard, *, take: Collection[str], by: Staff, now: datetime | None = None) -> Standard:
    """Take words of the product's newest version ("1.5" or "1.5/controls") into the draft; the others stay one's own.

    From now on the draft counts as based on that version: the comparison is done. Raises Refused:
    "standard.published", "standard.place".
    """
    _lock(draft)
    newest = newest_product()
    for code in take:
        touchpoint, _slash, slug = code.partition("/")
        source, point = _row(newest, touchpoint, slug), _row(draft, touchpoint, "")
        if isinstance(source, StandardStep) and isinstance(point, StandardTouchpoint):
            _take_step(point, source)
        else:
            point.texts = source.texts
            point.save(update_fields=["texts"])
    draft.base = newest
    draft.save(update_fields=["base"])
    return draft


@transaction.atomic
def publish(draft: Standard, *, valid_from: date, reason: str, by: Staff, now: datetime | None = None) -> Standard:
    """Put the draft in force: visits opened from that business day on follow it, those under way keep theirs.

    Pressed twice by one person it is published once. Raises Refused: "standard.published" (somebody was faster),
    "standard.past", "standard.reason", "standard.same" (nothing is different), "standard.words" (with one line for
    each text that breaks the rules).
    """
    now = now or timezone.now()
    locked = Standard.objects.select_for_update(no_key=True, of=("self",)).get(pk=draft.pk)
    if locked.published_at and locked.published_by_id == by.pk:
        return locked
    _refuse_published(locked)
    reason = " ".join(reason.split())
    if valid_from < business_day(_store(draft), now):
        raise Refused(_("Choose today or a later day."), "standard.past", field="valid_from")
    if not reason or len(reason) > LONGEST_REASON:
        sentence = _("Say why, in up to %(count)s characters: everybody will read it.") % {"count": LONGEST_REASON}
        raise Refused(sentence, "standard.reason", field="reason")
    words = words_of(draft.pk)
    if not changes(words_of(before_of(locked).pk), words):
        raise Refused(_("Nothing differs from the version in force. Change a text first."), "standard.same")
    if wrong := all_faults(words):
        raise Refused(
            _("Some texts break the rules of the standard. Mend them, then publish."), "standard.words",
            missing=[Missing(f"standard.{fault.kind}", _line(at, fault)) for at, fault in wrong],
        )  # fmt: skip
    locked.valid_from, locked.reason, locked.published_at, locked.published_by = valid_from, reason, now, by
    locked.save(update_fields=["valid_from", "reason", "published_at", "published_by"])
    return locked


def _copy(source: Standard, draft: Standard) -> None:
    points = StandardTouchpoint.objects.filter(standard=source)
    made = {}
    for point in points:
        point.pk, point.standard, point._state.adding = None, draft, True
        made[point.code] = point
    StandardTouchpoint.objects.bulk_create(made.values())
    steps = list(StandardStep.objects.filter(touchpoint__standard=source).select_related("touchpoint"))
    for step in steps:
        step.pk, step.touchpoint, step._state.adding = None, made[step.touchpoint.code], True
    StandardStep.objects.bulk_create(steps)


def _take_step(point: StandardTouchpoint, source: StandardStep) -> None:
    facts = {"role": source.role, "evidence": source.evidence, "gate": source.gate, "position": source.position}
    StandardStep.objects.update_or_create(
        touchpoint=point, slug=source.slug, defaults={"texts": source.texts}, create_defaults=facts | {
            "texts": source.texts
        },
    )  # fmt: skip


def _lock(draft: Standard) -> None:
    _refuse_published(Standard.objects.select_for_update(no_key=True, of=("self",)).get(pk=draft.pk))


def _refuse_published(draft: Standard) -> None:
    if draft.published_at or draft.store_id is None:
        raise Refused(
            _("This version has been published meanwhile. Reload: the next change begins a new draft."),
            "standard.published",
        )


def _row(standard: Standard, touchpoint: str, step: str) -> Any:
    if step:
        rows = StandardStep.objects.filter(touchpoint__standard=standard, touchpoint__code=touchpoint, slug=step)
        found: StandardStep | StandardTouchpoint | None = rows.select_related("touchpoint").first()
    else:
        found = StandardTouchpoint.objects.filter(standard=standard, code=touchpoint).first()
    if found is None:
        raise _no_such_place()
    return found


def _cleaned(fields: Mapping[str, str], known: Collection[str]) -> dict[str, str | None]:
    if set(fields) - set(known):
        raise Refused(_("This part of the standard cannot be changed."), "standard.field")
    cleaned = {name: " ".join(text.split()) for name, text in fields.items()}
    if any(len(text) > LONGEST_TEXT for text in cleaned.values()):
        raise Refused(_("At most %(count)d characters.") % {"count": LONGEST_TEXT}, "standard.long")
    return {name: (text or None) if name == "plain" else text for name, text in cleaned.items()}


def _store(draft: Standard) -> Store:
    if draft.store is None:
        raise Refused(_("The product's own standard is read only."), "standard.published")
    return draft.store


def _no_such_place() -> Refused:
    return Refused(_("This step is not part of the draft. Reload the page."), "standard.place")


def _line(words: Words, fault: Fault) -> str:
    return f"{words.touchpoint} {words.name(get_language() or '')} ({fault.language}): {fault.sentence}"
