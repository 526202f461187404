"""The walk around the car as data: what static/js/walk.js merges with the entries that wait on the tablet."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.urls import reverse
from django.utils import timezone

from dealership.models import Attachment
from dealership.queries.cards import Card
from reception.models import DamageMark
from reception.queries.sheet import Sheet
from reception.queries.walk import Past, mark_entries
from reception.queries.walk_words import walk_words


def walk_state(
    sheet: Sheet, card: Card, *, step: str, photos: Iterable[Attachment], past: Iterable[Past] = ()
) -> dict[str, Any]:
    """Return JSON data: visit, step, steps, readings (item → id, value, at), views, marks, photos, confirmation,
    the car, and the words that walkwords.js needs. Times are HH:MM of the store."""
    visit, car, confirmation = sheet.visit, sheet.visit.vehicle, sheet.confirmation
    entries = mark_entries(visit) if sheet.marks else {}
    return {
        "visit": str(visit.pk), "step": step, "zone": str(visit.store.timezone),
        "steps": [
            {"slug": row.words.slug, "number": row.number, "state": row.state, "at": _clock(row.at),
             "tick": str(row.tick or "")}
            for row in card.steps
        ],
        "car": {"electric": car.electric, "fuel": not car.electric, "plugged": car.energy in car.PLUGGED,
                "mileage": car.mileage},
        "readings": {
            item: {"id": str(row.pk), "value": row.value, "at": _clock(row.moment),
                   "heads": [str(head) for head in sheet.heads[item]]}
            for item, row in sheet.readings.items()
        },
        "views": sorted(sheet.seen),
        "marks": [_mark(mark) | {"ops": [str(mark.pk), *entries.get(str(mark.pk), [])]} for mark in sheet.marks],
        "past": [asdict(mark) for mark in past],
        "photos": [_photo(photo, visit.store.code) for photo in photos],
        "confirmation": {"how": confirmation.how, "at": _clock(confirmation.at)} if confirmation else None,
        "words": walk_words(electric=car.electric),
    }  # fmt: skip


def _mark(mark: DamageMark) -> dict[str, Any]:
    return {
        "id": str(mark.pk), "view": mark.view, "zone": mark.zone, "x": mark.x, "y": mark.y, "kind": mark.kind,
        "size_cm": mark.size_cm, "note": mark.note,
    }  # fmt: skip


def _photo(photo: Attachment, store: str) -> dict[str, Any]:
    url = reverse("attachment", kwargs={"store": store, "visit": photo.visit_id, "attachment": photo.pk})
    return {"id": str(photo.pk), "label": photo.label, "place": photo.place, "url": url, "thumb": f"{url}?size=thumb"}


def _clock(moment: Any) -> str:
    return timezone.localtime(moment).strftime("%H:%M") if moment else ""
