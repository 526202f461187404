"""What a reading may say: one pure check per item, for forms and tablets alike."""

from typing import Any

from reception.concerns import checked_concerns
from reception.fault_codes import checked_fault_codes
from reception.findings import (
    BELONGINGS,
    CONTROLS,
    ENGINE_BAY,
    EXAM_PARTS,
    EXAM_RESULTS,
    FRONT_BAY,
    LAMPS,
    PORTS,
    SYMPTOMS,
)
from reception.models import WHOLE_CAR, Reading, View

Item = Reading.Item
MOST_KM = 2_000_000
"""No car has driven further; a longer number is a slip of the finger."""
WORDS = 300
RESULTS = ("covered", "not_covered", "unsure")
"""Outcomes of the warranty check."""


def checked(item: str, value: Any) -> Any:
    """Return the value of `item` in its stored form. Raises ValueError for what no reading can say."""
    if item in (Item.COVERS, Item.QUALIFY, Item.VALUABLES):
        return True
    if item == Item.MILEAGE:
        return _number(value, MOST_KM)
    if item == Item.ENERGY:
        return _energy(value)
    if item == Item.LAMPS:
        return _codes(value, LAMPS)
    if item == Item.BELONGINGS:
        return _codes(value, BELONGINGS)
    if item == Item.CHARGING:
        return {"port": _choice(_part(value, "port", ""), PORTS), "cable": _part(value, "cable", False) is True}
    if item == Item.EXAM:
        return _exam(value)
    if item == Item.EXTERIOR:
        return _choice(value, [*View.values, WHOLE_CAR])
    if item in (Item.CONTROLS, Item.ENGINE_BAY):
        return _check(value, CONTROLS if item == Item.CONTROLS else ENGINE_BAY | FRONT_BAY)
    if item == Item.SYMPTOM:
        return {"codes": _codes(_part(value, "codes", []), SYMPTOMS), "words": _text(_part(value, "words", ""))}
    if item == Item.COVERAGE:
        return {"result": _choice(_part(value, "result", ""), RESULTS), "note": _text(_part(value, "note", ""))}
    if item == Item.CONCERNS:
        return checked_concerns(value)
    if item == Item.FAULT_CODES:
        return checked_fault_codes(value)
    raise ValueError(f"No item {item!r}.")


def _energy(value: Any) -> dict[str, int]:
    found = {name: _number(_part(value, name, None), most) for name, most in (("fuel", 8), ("charge", 100))
             if _part(value, name, None) is not None}  # fmt: skip
    if not found:
        raise ValueError("Neither fuel nor charge.")
    return found


def _exam(value: Any) -> dict[str, str]:
    seen = {part: _part(value, part, None) for part in EXAM_PARTS}
    found = {part: _choice(result, EXAM_RESULTS) for part, result in seen.items() if result is not None}
    if not found:
        raise ValueError("Nothing was seen.")
    return found


def _check(value: Any, words: dict[str, Any]) -> dict[str, Any]:
    findings, note = _codes(_part(value, "findings", []), words), _text(_part(value, "note", ""))
    return {"ok": not (findings or note), "findings": findings, "note": note}


def _number(value: Any, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise ValueError(f"{value!r} is no number up to {most}.")
    return value


def _codes(value: Any, words: dict[str, Any]) -> list[str]:
    if not isinstance(value, list):
        raise ValueError(f"{value!r} is no list.")
    return [_choice(code, words) for code in value]


def _choice(value: Any, choices: Any) -> str:
    if not isinstance(value, str) or value not in choices:
        raise ValueError(f"{value!r} is none of the choices.")
    return str(value)


def _text(value: Any) -> str:
    return str(value).strip()[:WORDS]


def _part(value: Any, name: str, default: Any) -> Any:
    if not isinstance(value, dict):
        raise ValueError(f"{value!r} is no object.")
    return value.get(name, default)
