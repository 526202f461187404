"""The drawings of the walk around the car: views, zones, marks and their place in the view from above."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from reception.findings import ZONES, ZONES_OF_VIEW
from reception.models import DamageMark, View
from reception.queries.sheet import Sheet, zone_words

DRAWINGS = {
    View.LEFT: "dealership/parts/car_side.html",
    View.FRONT: "dealership/parts/car_front.html",
    View.RIGHT: "dealership/parts/car_side.html",
    View.REAR: "dealership/parts/car_rear.html",
    View.ROOF: "dealership/parts/car_top.html",
}
MIDDLE = {View.LEFT: (260, 110), View.FRONT: (150, 100), View.RIGHT: (260, 110), View.REAR: (150, 100),
          View.ROOF: (107, 54)}  # fmt: skip
"""Where a mark stands that was named, not tapped."""


@dataclass(frozen=True)
class Disc:
    """A numbered disc on a drawing."""

    number: int
    x: int
    y: int
    new: bool
    row: DamageMark
    words: str


def tabs(sheet: Sheet, current: str) -> list[dict[str, Any]]:
    """Return the tabs of the five views: code, label, state (ok, marks or empty), count, current."""
    rows = []
    for view in View:
        count = len(sheet.marks_of(view))
        seen = sheet.looked_at(view)
        text = _("%(count)s noted") % {"count": count} if count else _("Fine") if seen else _("Not looked at")
        rows.append({"code": view.value, "label": view.label, "seen": seen, "count": count, "text": text,
                     "current": view == current, "ok": seen and not count})  # fmt: skip
    return rows


def first_view(sheet: Sheet) -> str:
    """Return the view to look at next: the first that nobody has answered."""
    return next((view for view in View.values if not sheet.looked_at(view)), View.LEFT.value)


def view_after(sheet: Sheet, current: str) -> str:
    """Return the next view without an answer when `current` is done; empty when it is the last."""
    order = View.values
    rest = order[order.index(current) + 1 :] + order[: order.index(current)]
    return next((view for view in rest if not sheet.looked_at(view)), "")


def discs(sheet: Sheet, new: UUID | None = None) -> list[Disc]:
    """Return the marks of the whole car, numbered in the order in which they were found."""
    return [
        Disc(number, mark.x, mark.y, mark.pk == new, mark, zone_words(mark))
        for number, mark in enumerate(sheet.marks, start=1)
    ]


def zones(sheet: Sheet, view: str) -> dict[str, dict[str, str]]:
    """Return short name → {code, label, state} of the zones in the drawing of `view`."""
    marked = {mark.zone for mark in sheet.marks_of(view)}
    return {
        short: {"code": code, "label": str(ZONES[code]), "state": "marked" if code in marked else ""}
        for short, code in ZONES_OF_VIEW[view].items()
    }


def overview(sheet: Sheet) -> dict[str, dict[str, str]]:
    """Return the zones of the view from above, coloured by what was looked at; none of them is tapped."""
    return {view.value: {"state": _state(sheet, view)} for view in View if _state(sheet, view)}


def from_above(marks: list[Disc]) -> list[dict[str, int]]:
    """Return the discs of all views in the drawing from above (viewBox 270 x 108, nose to the right)."""
    return [{"number": disc.number, **dict(zip("xy", _above(disc), strict=True))} for disc in marks]


def _state(sheet: Sheet, view: View) -> str:
    if sheet.marks_of(view):
        return "marked"
    return "ok" if sheet.looked_at(view) else ""


def _above(disc: Disc) -> tuple[int, int]:
    x, y, across = disc.x, disc.y, round((disc.x - 150) * 36 / 150)
    return {
        View.LEFT: (6 + x * 256 // 520, 16),
        View.RIGHT: (6 + x * 256 // 520, 92),
        View.FRONT: (254, 54 - across),
        View.REAR: (14, 54 + across),
    }.get(View(disc.row.view), (x, y))
