"""An entry of the sheet in words, whoever wrote it and wherever it waits."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from reception.concerns import sentences
from reception.findings import BELONGINGS, CONTROLS, ENGINE_BAY, FRONT_BAY, LAMPS, SYMPTOMS, ZONES
from reception.models import DamageMark, Reading, SheetConfirmation, View
from reception.queries.facts import charging_words, energy_words, exam_words, kilometres, list_words
from reception.queries.sheet import joined
from reception.readings import checked
from reception.reasons import reason_words

Item = Reading.Item


def reading_words(item: str, value: Any) -> str:
    """Return the value of a reading in words; empty for what no reading can say."""
    try:
        value = checked(item, value)
    except ValueError:
        return ""
    if item == Item.SYMPTOM:
        return joined([str(SYMPTOMS[code]) for code in value["codes"]], value["words"])
    if item in (Item.CONTROLS, Item.ENGINE_BAY):
        return _check(value, CONTROLS if item == Item.CONTROLS else ENGINE_BAY | FRONT_BAY)
    words: dict[str, Callable[[Any], str]] = {
        Item.MILEAGE: kilometres,
        Item.ENERGY: energy_words,
        Item.LAMPS: lambda codes: list_words(codes, LAMPS),
        Item.BELONGINGS: lambda codes: list_words(codes, BELONGINGS),
        Item.EXTERIOR: _view,
        Item.CHARGING: charging_words,
        Item.EXAM: lambda exam: joined(exam_words(exam)),
        Item.COVERAGE: _coverage,
        Item.CONCERNS: lambda concerns: sentences(concerns, get_language() or "zh-hans"),
        Item.FAULT_CODES: lambda codes: joined([str(code.get("code", "")) for code in codes]),
    }
    said = words.get(Item(item))
    return said(value) if said else _("Done")


def mark_entry_words(payload: dict[str, Any]) -> str:
    """Return what an operation of kind `mark` says: Dent, right rear door, 12 cm; or that a mark is taken off."""
    if "removed" in payload:
        return _("Mark taken off") if payload["removed"] else _("Mark put back")
    parts = [mark_value_words(name, payload[name]) for name in ("kind", "zone", "size_cm") if payload.get(name)]
    return joined(parts, str(payload.get("note") or ""))


def mark_value_words(name: str, value: Any) -> str:
    """Return the value of one field of a mark in words."""
    if name == "kind":
        return str(DamageMark.Kind(value).label) if value in DamageMark.Kind.values else ""
    if name == "zone":
        return str(ZONES.get(value, "")) if isinstance(value, str) else ""
    if name == "size_cm":
        return _("%(size)s cm") % {"size": value}
    if name == "removed":
        return _("Not there") if value else _("Still there")
    return str(value) or _("None")


def say_reading(payload: dict[str, Any]) -> tuple[str, str]:
    """Return what a reading is of and its value."""
    item = payload.get("item")
    label = Item(item).label if item in Item.values else _("Pre-check entry")
    return str(label), reading_words(str(item), payload.get("value"))


def say_mark(payload: dict[str, Any]) -> tuple[str, str]:
    """Return that it is a damage mark, and what it says."""
    return _("Damage mark"), mark_entry_words(payload)


def say_confirmation(payload: dict[str, Any]) -> tuple[str, str]:
    """Return that it is the customer's confirmation, and how it was given."""
    how = dict(SheetConfirmation.How.choices).get(str(payload.get("how")), "")
    return _("Customer's confirmation"), joined([str(how)], reason_words(str(payload.get("reason") or "")))


def _check(value: dict[str, Any], words: dict[str, Any]) -> str:
    if value["ok"]:
        return _("Fine")
    return joined([str(words.get(code, code)) for code in value["findings"]], value["note"])


def _view(view: str) -> str:
    return str(View(view).label) if view in View.values else _("Whole car")


def _coverage(value: dict[str, Any]) -> str:
    words = {"covered": _("Covered"), "not_covered": _("Not covered"), "unsure": _("To be checked")}
    return joined([words[value["result"]]], value["note"])
