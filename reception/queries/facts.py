"""The sheet in words: a fact under each step, and the lines that the customer reads."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reception.concerns import reader, sentences
from reception.findings import BELONGINGS, CONTROLS, EXAM_PARTS, EXAM_RESULTS, LAMPS, PORTS, bay_words
from reception.models import Reading, SheetConfirmation
from reception.queries.sheet import Sheet, joined, mark_words

Item = Reading.Item


@dataclass(frozen=True)
class Fact:
    """What was found at a step; `finding` is True where it is worth a second look."""

    text: str
    finding: bool = False


def facts(sheet: Sheet) -> dict[str, Fact]:
    """Return slug of a step of 1.5 → what was found, for the steps that know something."""
    found = {
        "cabin": _cabin(sheet),
        "controls": _check(sheet, Item.CONTROLS, CONTROLS),
        "exterior": _exterior(sheet),
        "engine": _engine(sheet),
        "confirm": _confirmed(sheet.confirmation),
    }
    return {slug: fact for slug, fact in found.items() if fact}


def sheet_lines(sheet: Sheet) -> list[tuple[str, str]]:
    """Return label and text of each line of the sheet as the customer reads it; what nobody read is a dash."""
    electric = sheet.visit.vehicle.electric
    bay = _("Front bay") if electric else _("Engine bay")
    marks = _("; ").join(mark_words(mark) for mark in sheet.marks)
    fine = _("No new damage") if sheet.exterior_done else ""
    found = facts(sheet)
    under_lid = _bay(sheet)
    charging, exam = sheet.value(Item.CHARGING), sheet.value(Item.EXAM)
    concerns = sheet.value(Item.CONCERNS)
    return [
        *([(_("Concerns"), sentences(concerns, reader()))] if concerns else []),
        (_("Mileage"), kilometres(sheet.value(Item.MILEAGE))),
        (_("Charge level") if electric else _("Fuel level"), energy_words(sheet.value(Item.ENERGY))),
        *([(_("Charge port and cable"), charging_words(charging))] if charging else []),
        (_("Warning lamps"), list_words(sheet.value(Item.LAMPS), LAMPS)),
        (_("Belongings in the car"), list_words(sheet.value(Item.BELONGINGS), BELONGINGS)),
        *([(_("Valuables"), _("Asked to take them along"))] if sheet.value(Item.VALUABLES) else []),
        (_("Controls"), found["controls"].text if "controls" in found else "—"),
        (_("Exterior"), marks or fine or "—"),
        (bay, under_lid.text if under_lid else "—"),
        *([(_("Seen on the walk"), joined(exam_words(exam)))] if exam else []),
    ]


def kilometres(mileage: int | None) -> str:
    """Return 58,620 km, a dash for none."""
    return "—" if mileage is None else _("%(km)s km") % {"km": f"{mileage:,}"}


def energy_words(energy: dict[str, int] | None) -> str:
    """Return 3/8, 62% or both."""
    parts = []
    if energy and "fuel" in energy:
        parts.append(f"{energy['fuel']}/8")
    if energy and "charge" in energy:
        parts.append(f"{energy['charge']}%")
    return " · ".join(parts) or "—"


def list_words(codes: list[str] | None, words: dict[str, Any]) -> str:
    """Return the words of the codes; "none" for an empty list, a dash where nobody looked."""
    if codes is None:
        return "—"
    return joined([str(words.get(code, code)) for code in codes]) or _("None")


def charging_words(charging: dict[str, Any]) -> str:
    """Return Charge port is fine, cable in the car."""
    cable = _("cable in the car") if charging["cable"] else _("no cable in the car")
    return joined([str(PORTS[charging["port"]]), cable])


def exam_words(exam: dict[str, str], *, worn_only: bool = False) -> list[str]:
    """Return Tyre tread: good for each part that was seen (`worn_only`: that is not good)."""
    shown = [(part, exam[part]) for part in EXAM_PARTS if exam.get(part) and not (worn_only and exam[part] == "good")]
    return [
        _("%(part)s: %(result)s") % {"part": EXAM_PARTS[part], "result": EXAM_RESULTS[result]} for part, result in shown
    ]


def _cabin(sheet: Sheet) -> Fact | None:
    if Item.MILEAGE not in sheet.readings:
        return None
    energy = sheet.value(Item.ENERGY)
    port = (sheet.value(Item.CHARGING) or {"port": "ok"})["port"]
    amiss = [str(LAMPS.get(code, code)) for code in sheet.value(Item.LAMPS) or []]
    amiss += [str(PORTS[port])] if port != "ok" else []
    parts = [kilometres(sheet.value(Item.MILEAGE)), energy_words(energy) if energy else "", *amiss]
    return Fact(joined(parts), bool(amiss))


def _bay(sheet: Sheet) -> Fact | None:
    return _check(sheet, Item.ENGINE_BAY, bay_words(sheet.visit.vehicle.electric))


def _engine(sheet: Sheet) -> Fact | None:
    fact, worn = _bay(sheet), exam_words(sheet.value(Item.EXAM) or {}, worn_only=True)
    if fact is None or not worn:
        return fact
    return Fact(joined([fact.text if fact.finding else "", *worn]), True)


def _check(sheet: Sheet, item: str, words: dict[str, Any]) -> Fact | None:
    value = sheet.value(item)
    if value is None:
        return None
    if value["ok"]:
        return Fact(_("Fine"))
    return Fact(joined([str(words.get(code, code)) for code in value["findings"]], value.get("note", "")), True)


def _exterior(sheet: Sheet) -> Fact | None:
    if sheet.marks:
        count = len(sheet.marks)
        return Fact(ngettext("%(count)s damage noted", "%(count)s damages noted", count) % {"count": count}, True)
    if sheet.exterior_done:
        return Fact(_("No new damage"))
    return None


def _confirmed(row: SheetConfirmation | None) -> Fact | None:
    return Fact(str(row.get_how_display())) if row else None
