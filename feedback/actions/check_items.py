"""The self-check form of a store: the ready set at first, then its own. Nothing that was scored is ever rewritten.

A change makes a new version and ends the old one, so every score keeps the words that its checker read.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.models import Staff, Store
from dealership.refused import Refused
from dealership.uuids import uuid7
from feedback.models import CheckItem
from feedback.queries.check_items import FIELDS, STALE, as_ready, content_of
from feedback.ready.data import ReadyItem, read

BONES = ("step", "who", "way", "times_a_week", "owner", "needs_visit")
"""What an item is besides its words; its code and touchpoint never change."""


def ensure_items(store: Store, *, by: Staff | None = None, now: datetime | None = None) -> int:
    """Copy the ready set to a store that has no item yet; return how many. Twice at once copies it once."""
    if CheckItem.objects.filter(store=store).exists():
        return 0
    rows = [_row(store, item, version=1, by=by, now=now or timezone.now()) for item in read()]
    CheckItem.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


@transaction.atomic
def change_item(
    item: CheckItem, *, by: Staff, language: str, said: Mapping[str, Any], now: datetime | None = None
) -> CheckItem:
    """Put a new version in the place of an item and return it; the same one where nothing changes.

    `said`: BONES and the texts of `language`; changed words mark those of the other languages as to be looked at.
    Raises Refused("check_item.changed") where somebody else has changed or ended it meanwhile, "check_item.texts".
    """
    now = now or timezone.now()
    row = _current(item)
    texts = _retold(row.texts, language, said)
    bones = {name: said.get(name, getattr(row, name)) for name in BONES}
    if texts == row.texts and all(getattr(row, name) == value for name, value in bones.items()):
        return row
    _end(row, now)
    return CheckItem.objects.create(
        store_id=row.store_id, code=row.code, version=row.version + 1, touchpoint=row.touchpoint, texts=texts,
        since=now, by=by, **bones,
    )  # fmt: skip


@transaction.atomic
def add_item(
    store: Store, *, by: Staff, touchpoint: str, language: str, said: Mapping[str, Any], now: datetime | None = None
) -> CheckItem:
    """Add an item of the store's own. Raises Refused("check_item.texts") when a text is missing."""
    now = now or timezone.now()
    bones = {name: said[name] for name in BONES}
    return CheckItem.objects.create(
        store=store, code=f"{touchpoint}-{uuid7(now).hex[-8:]}", touchpoint=touchpoint,
        texts=_retold({}, language, said), since=now, by=by, **bones,
    )  # fmt: skip


@transaction.atomic
def end_item(item: CheckItem, *, by: Staff, now: datetime | None = None) -> CheckItem:
    """Take an item out of the rounds to come; what was scored stays. A second press changes nothing.

    Raises Refused("check_item.last") for the only item of a touchpoint: all 22 are looked at.
    """
    row = CheckItem.objects.select_for_update(no_key=True).get(pk=item.pk)
    if row.ended_at:
        return row
    others = CheckItem.objects.filter(store_id=row.store_id, touchpoint=row.touchpoint, ended_at=None)
    if not others.exclude(pk=row.pk).exists():
        sentence = _("Each touchpoint keeps at least one item. Change this one, or add another first.")
        raise Refused(sentence, "check_item.last")
    return _end(row, now or timezone.now())


@transaction.atomic
def restore(item: CheckItem, *, by: Staff, now: datetime | None = None) -> CheckItem:
    """Take an ended item up again, as a new version with the same words; the current one where there is one."""
    Store.objects.select_for_update(no_key=True).get(pk=item.store_id)
    rows = CheckItem.objects.filter(store_id=item.store_id, code=item.code).order_by("-version")
    newest = rows[0]
    if newest.ended_at is None:
        return newest
    return CheckItem.objects.create(
        store_id=item.store_id, code=item.code, version=newest.version + 1, touchpoint=item.touchpoint,
        texts=item.texts, since=now or timezone.now(), by=by, **{name: getattr(item, name) for name in BONES},
    )  # fmt: skip


@transaction.atomic
def reset_items(store: Store, *, by: Staff, now: datetime | None = None) -> int:
    """Go back to the ready set: own items end, changed ones get the ready words again; return how many changed."""
    now = now or timezone.now()
    Store.objects.select_for_update(no_key=True).get(pk=store.pk)
    versions: dict[str, int] = {}
    current: dict[str, CheckItem] = {}
    for row in CheckItem.objects.filter(store=store).order_by("version"):
        versions[row.code] = row.version
        if row.ended_at is None:
            current[row.code] = row
    wanted = {item.code: item for item in read()}
    same = {code for code, row in current.items() if code in wanted and as_ready(row) == content_of(wanted[code])}
    gone = [row.pk for code, row in current.items() if code not in same]
    CheckItem.objects.filter(pk__in=gone).update(ended_at=now)
    fresh = [
        _row(store, item, version=versions.get(code, 0) + 1, by=by, now=now)
        for code, item in wanted.items() if code not in same
    ]  # fmt: skip
    CheckItem.objects.bulk_create(fresh)
    return len(fresh) + sum(code not in wanted for code in current)


def _current(item: CheckItem) -> CheckItem:
    row = CheckItem.objects.select_for_update(no_key=True).get(pk=item.pk)
    if row.ended_at:
        raise Refused(_("Somebody has changed this item meanwhile. Open it anew."), "check_item.changed")
    return row


def _end(row: CheckItem, now: datetime) -> CheckItem:
    row.ended_at = now
    row.save(update_fields=["ended_at"])
    return row


def _retold(texts: Mapping[str, Any], language: str, said: Mapping[str, Any]) -> dict[str, Any]:
    """Return the texts with those of one language told anew, the others marked when something changed."""
    own = {name: str(said.get(name, "")).strip() for name in FIELDS}
    for name, text in own.items():
        if not text:
            raise Refused(_("This text is still missing."), "check_item.texts", field=name)
    before = {name: texts.get(language, {}).get(name) for name in FIELDS}
    others = {one: dict(text) for one, text in texts.items() if one != language}
    if before != own:
        others = {one: text | {STALE: True} for one, text in others.items()}
    return others | {language: own}


def _row(store: Store, item: ReadyItem, *, version: int, by: Staff | None, now: datetime) -> CheckItem:
    texts = {language: {name: getattr(text, name) for name in FIELDS} for language, text in item.texts.items()}
    return CheckItem(
        store=store, code=item.code, version=version, touchpoint=item.touchpoint, step=item.step or "",
        who=item.who, way=item.way, times_a_week=item.times_a_week, owner=item.owner, needs_visit=item.needs_visit,
        texts=texts, since=now, by=by,
    )  # fmt: skip
