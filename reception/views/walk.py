"""The panel of 1.5: the six steps of the walk around the car in one document, the one in hand shown."""

from typing import Any

from django.utils.translation import gettext as _

from dealership.models import Attachment, Visit
from dealership.queries.cards import Card
from dealership.queries.whole import rows_of
from dealership.requests import StaffRequest
from dealership.views.stage import address
from reception.concerns import reader, sentence
from reception.findings import (
    BELONGINGS,
    CONTROLS,
    ENGINE_BAY,
    EXAM_PARTS,
    EXAM_RESULTS,
    FRONT_BAY,
    LAMPS,
    PORTS,
    RED_LAMPS,
    fitting,
)
from reception.forms.sheet import EXAM_FIELDS
from reception.models import Reading
from reception.queries.conflicts import at_steps, conflicts_of, first_asked
from reception.queries.facts import facts, sheet_lines
from reception.queries.sheet import Sheet, sheet_of
from reception.queries.walk import past_marks
from reception.queries.walk_state import walk_state
from reception.reasons import CORRECTIONS
from reception.views.walk_confirm import confirm
from reception.views.walk_exterior import exterior

Item = Reading.Item
DISCS = (("done", "check"), ("finding", "alert-triangle"), ("na", "minus"))
"""What a step's disc may show → its icon."""
RESULT_ICONS = {"good": "circle-check", "watch": "alert-triangle", "replace": "circle-x"}


def walkaround_panel(request: StaffRequest, visit: Visit, card: Card) -> dict[str, Any]:
    """Return the context of all steps. `walk_step`: slug of the one in hand, empty once everything is answered."""
    sheet = sheet_of(visit)
    conflicts = at_steps(conflicts_of(sheet))
    step = (first_asked(conflicts) if "asked" in request.GET else "") or _step(request, card)
    photos = [row for row in rows_of(visit, Attachment) if row.kind == Attachment.Kind.PHOTO]
    past = past_marks(visit)
    return {
        "walk": True, "walk_step": step, "walk_shown": step or "confirm",
        "walk_next": request.get_full_path().partition("?")[0] + "?card=1.5", "walk_labels": _labels(visit),
        "walk_icons": DISCS,
        "walk_state": walk_state(sheet, card, step=step, photos=photos, past=past),
        "sheet": sheet, "facts": facts(sheet), "lines": sheet_lines(sheet), "photos": photos,
        "concern_lines": [sentence(concern, reader()) for concern in sheet.value(Item.CONCERNS) or []],
        "cabin": _cabin(visit, sheet), "controls": _controls(sheet), "engine": _engine(sheet),
        "corrections": CORRECTIONS, "conflicts": conflicts,
        **exterior(request, visit, sheet, photos, past), **confirm(request, visit, sheet),
    }  # fmt: skip


def _step(request: StaffRequest, card: Card) -> str:
    """Return the slug of the step in hand; empty once the card is done and no step is asked for."""
    wanted = request.GET.get("step", "")
    if wanted in {row.words.slug for row in card.steps}:
        return wanted
    return card.open_steps[0].words.slug if card.open_steps else ""


def _labels(visit: Visit) -> dict[str, str]:
    """Return slug → what happens next when the step's form is sent."""
    name = address(visit) or _("the customer")
    seen = _("Front bay seen: ask %(name)s to confirm") if visit.vehicle.electric else None
    return {
        "enter": _("Covers are on: note the mileage"),
        "cabin": _("Noted: try the controls"),
        "controls": _("Controls tried: look at the outside"),
        "engine": (seen or _("Engine bay seen: ask %(name)s to confirm")) % {"name": name},
        "confirm": _("%(name)s has seen it: confirm") % {"name": name},
    }


def _cabin(visit: Visit, sheet: Sheet) -> dict[str, Any]:
    car, energy = visit.vehicle, sheet.value(Item.ENERGY) or {}
    return {
        "lamps": [_lamp(each) for each in fitting(LAMPS, car)],
        "belongings": BELONGINGS, "eighths": range(9), "charges": range(0, 101, 10), "ports": PORTS,
        "chosen_lamps": sheet.value(Item.LAMPS) or [], "chosen_belongings": sheet.value(Item.BELONGINGS) or [],
        "charging": sheet.value(Item.CHARGING) or {}, "mileage": sheet.value(Item.MILEAGE),
        "last": car.mileage, "last_text": f"{car.mileage:,}" if car.mileage else "",
        "energy": energy, "turn": energy.get("fuel", 4) * 22.5, "fill": energy.get("charge", 0) * 164 // 100,
        "has_fuel": not car.electric, "has_charge": car.energy in car.PLUGGED,
    }  # fmt: skip


def _lamp(row: dict[str, Any]) -> dict[str, Any]:
    code = row["code"]
    colour = "red" if code in RED_LAMPS else "amber"
    return row | {"colour": colour, "template": f"reception/parts/lamps/{code}.html"}


def _controls(sheet: Sheet) -> dict[str, Any]:
    return _check(sheet, Item.CONTROLS) | {"findings": fitting(CONTROLS, sheet.visit.vehicle)}


def _engine(sheet: Sheet) -> dict[str, Any]:
    seen = sheet.value(Item.EXAM) or {}
    rows = [
        {"name": EXAM_FIELDS[part], "label": label,
         "results": [{"code": code, "label": words, "icon": RESULT_ICONS[code], "chosen": seen.get(part) == code}
                     for code, words in EXAM_RESULTS.items()]}
        for part, label in EXAM_PARTS.items()
    ]  # fmt: skip
    return _check(sheet, Item.ENGINE_BAY) | {
        "findings": fitting(ENGINE_BAY | FRONT_BAY, sheet.visit.vehicle), "exam": rows,
    }  # fmt: skip


def _check(sheet: Sheet, item: str) -> dict[str, Any]:
    value = sheet.value(item) or {"findings": [], "note": ""}
    return {"item": item, "chosen": value["findings"], "note": value.get("note", "")}
