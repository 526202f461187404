"""What people wrote differently about one car without having seen each other's entries, in words to choose from."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from dealership.models import Attention, Staff, Visit
from dealership.queries.fields import ASKED, merged_fields
from dealership.queries.marks import CONFLICT
from dealership.queries.whole import rows_of
from reception.models import DamageMark, Reading
from reception.queries.entries import mark_value_words, reading_words
from reception.queries.sheet import Sheet, mark_words

Item = Reading.Item
STEPS = {
    Item.COVERS: "enter",
    Item.MILEAGE: "cabin",
    Item.ENERGY: "cabin",
    Item.LAMPS: "cabin",
    Item.BELONGINGS: "cabin",
    Item.CHARGING: "cabin",
    Item.VALUABLES: "cabin",
    Item.CONTROLS: "controls",
    Item.ENGINE_BAY: "engine",
    Item.EXAM: "engine",
}
"""Item → the step of the walk at which it is asked; what is elsewhere is asked where the customer confirms."""
ORDER = ("enter", "cabin", "controls", "exterior", "engine", "confirm")
"""The steps of the walk."""


class Side(NamedTuple):
    """What one person wrote (the latest of those who wrote the same)."""

    value: Any
    words: str
    who: str
    moment: datetime
    id: UUID

    @property
    def text(self) -> str:
        """The value as a form sends it (JSON)."""
        return json.dumps(self.value)


@dataclass(frozen=True)
class Conflict:
    """Sides of one field, the one shown last. `kind`: reading, mark or field; `name`: item, "<mark>:<field>" or field.

    `seen`: ids that an answer names; `asked`: who decides, None where nobody has the car (then whoever may write).
    """

    kind: str
    name: str
    label: str
    sides: tuple[Side, ...]
    seen: tuple[UUID, ...]
    asked: Staff | None
    step: str = ""

    def for_person(self, staff: Staff) -> bool:
        """True for the person who is asked."""
        return self.asked is None or self.asked == staff


def conflicts_of(sheet: Sheet) -> list[Conflict]:
    """Return what is in conflict about a visit: readings, marks, then simple fields.

    No query where nothing is; otherwise at most four.
    """
    found = [_of_readings(sheet, item) for item in sorted(sheet.conflicts)]
    names = _names(side for mark in sheet.disputed for sides in mark.disputed.values() for side in sides)
    found += [_of_mark(sheet, mark, name, names) for mark in sheet.disputed for name in sorted(mark.disputed)]
    asked = [mark for mark in rows_of(sheet.visit, Attention) if mark.kind == CONFLICT and mark.until is None]
    if any("fields" in mark.data for mark in asked):
        found += _of_fields(sheet.visit)
    return found


def at_steps(conflicts: Iterable[Conflict]) -> dict[str, list[Conflict]]:
    """Return slug of a step of 1.5 → what is asked there; before the customer confirms, all that is still open."""
    steps: dict[str, list[Conflict]] = {}
    for conflict in conflicts:
        for slug in filter(None, (conflict.step, "confirm")):
            steps.setdefault(slug, []).append(conflict)
    return steps


def first_asked(steps: dict[str, list[Conflict]]) -> str:
    """Return the slug of the first step at which something is asked, "" where nothing is."""
    return next((slug for slug in ORDER if slug in steps), "")


def _of_readings(sheet: Sheet, item: str) -> Conflict:
    sides = tuple(
        Side(row.value, reading_words(item, row.value), str(row.staff or ""), row.moment, row.pk)
        for row in sheet.conflicts[item]
    )
    label, seen = str(Item(item).label), tuple(sheet.heads[item])
    return Conflict("reading", item, label, sides, seen, sheet.visit.advisor, STEPS.get(Item(item), ""))


def _of_mark(sheet: Sheet, mark: DamageMark, name: str, names: dict[str, str]) -> Conflict:
    latest = {json.dumps(side["value"]): side for side in mark.disputed[name]}
    sides = tuple(
        Side(
            side["value"], mark_value_words(name, side["value"]), names.get(side["staff"], ""),
            datetime.fromisoformat(side["at"]), UUID(side["id"]),
        )
        for side in sorted(latest.values(), key=lambda side: (side["at"], side["id"]))
    )  # fmt: skip
    seen = tuple(UUID(side["id"]) for side in mark.disputed[name])
    label = _("%(field)s: %(mark)s") % {"field": _field_label(name), "mark": mark_words(mark)}
    return Conflict("mark", f"{mark.pk}:{name}", label, sides, seen, sheet.visit.advisor, "exterior")


def _of_fields(visit: Visit) -> list[Conflict]:
    merged = {name: each for name, each in sorted(merged_fields(visit.pk).items()) if name in ASKED and each.conflict}
    names = _names({"staff": str(entry.staff)} for each in merged.values() for entry in each.heads)
    labels = {"words": _("The customer's words"), "dms_no": _("DMS number")}
    return [
        Conflict(
            "field", name, labels[name],
            tuple(
                Side(one.value, str(one.value) or _("None"), names.get(str(one.staff), ""), one.moment, one.id)
                for one in each.sides
            ),
            tuple(entry.id for entry in each.heads), visit.advisor,
        )
        for name, each in merged.items()
    ]  # fmt: skip


def _names(sides: Iterable[dict[str, Any]]) -> dict[str, str]:
    wanted = {side["staff"] for side in sides}
    return {str(staff.pk): str(staff) for staff in Staff.objects.filter(pk__in=wanted)} if wanted else {}


def _field_label(name: str) -> str:
    labels = {"kind": _("Kind"), "size_cm": _("Size"), "note": _("Note"), "removed": _("Is it there?")}
    return labels[name]
