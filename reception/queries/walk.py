"""The drawings of the walk around the car: five sides, their zones and marks, what earlier visits found there."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dealership.models import Operation, Visit
from reception.findings import ZONES, ZONES_OF_VIEW
from reception.models import DamageMark, View
from reception.queries.sheet import Sheet, mark_words, zone_words

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
MOST_PAST = 20
"""Marks of earlier visits that a drawing shows at most: the latest."""


@dataclass(frozen=True)
class Disc:
    """A numbered disc on a drawing."""

    number: int
    x: int
    y: int
    new: bool
    row: DamageMark
    words: str


@dataclass(frozen=True)
class Past:
    """A mark of an earlier visit: drawn faded with `day`, neither numbered nor counted."""

    view: str
    x: int
    y: int
    day: str
    words: str


@dataclass(frozen=True)
class Side:
    """One view with its tab and its drawing. `text` is the tab's second line."""

    code: str
    label: str
    drawing: str
    text: str
    seen: bool
    current: bool
    middle: tuple[int, int]
    zones: dict[str, dict[str, str]]
    marks: list[Disc]
    past: list[Past]


def sides(sheet: Sheet, current: str, numbered: list[Disc], past: list[Past]) -> list[Side]:
    """Return the five views in the order of the walk, `current` being the one in hand."""
    return [
        Side(
            code=view.value, label=str(view.label), drawing=DRAWINGS[view], text=_tab_text(sheet, view),
            seen=sheet.looked_at(view), current=view == current, middle=MIDDLE[view], zones=zones(view),
            marks=[disc for disc in numbered if disc.row.view == view],
            past=[mark for mark in past if mark.view == view],
        )
        for view in View
    ]  # fmt: skip


def _tab_text(sheet: Sheet, view: View) -> str:
    count = len(sheet.marks_of(view))
    if count:
        return _("%(count)s noted") % {"count": count}
    return _("Fine") if sheet.looked_at(view) else _("Not looked at")


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


def zones(view: str) -> dict[str, dict[str, str]]:
    """Return short name → {code, label} of the zones in the drawing of `view`."""
    return {short: {"code": code, "label": str(ZONES[code])} for short, code in ZONES_OF_VIEW[view].items()}


def past_marks(visit: Visit) -> list[Past]:
    """Return what earlier visits of this car noted, the latest first: of each kind in a zone the latest."""
    if visit._state.adding:
        return []
    rows = DamageMark.objects.filter(
        visit__vehicle=visit.vehicle_id, visit__arrived_at__lt=visit.arrived_at, removed_at=None
    ).order_by("-moment", "-id")[:MOST_PAST]
    latest: dict[Any, DamageMark] = {}
    for mark in rows:
        latest.setdefault((mark.view, mark.kind, mark.zone or mark.pk), mark)
    return [
        Past(mark.view, mark.x, mark.y, _short_day(mark.moment, visit.arrived_at), _past_words(mark))
        for mark in latest.values()
    ]


def mark_entries(visit: Visit) -> dict[str, list[str]]:
    """Return id of a mark → ids of the operations that changed it: what its reader has seen."""
    log = Operation.objects.filter(visit=visit.pk, kind="mark", state=Operation.State.ACCEPTED, payload__has_key="mark")
    found: dict[str, list[str]] = defaultdict(list)
    for pk, mark in log.order_by("moment", "id").values_list("id", "payload__mark"):
        found[str(mark)].append(str(pk))
    return found


def overview(sheet: Sheet) -> dict[str, dict[str, str]]:
    """Return the zones of the view from above, coloured by what was looked at; none of them is tapped."""
    found = {view.value: {"code": view.value, "label": str(view.label), "state": _state(sheet, view)} for view in View}
    return found | {"bonnet": found[View.FRONT], "boot": found[View.REAR]}


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


def _short_day(moment: datetime, now: datetime) -> str:
    """Return 9/1, for a mark of another year the year."""
    day = timezone.localtime(moment)
    return date_format(day, "n/j") if day.year == timezone.localtime(now).year else str(day.year)


def _past_words(mark: DamageMark) -> str:
    day = date_format(timezone.localtime(mark.moment), "DATE_FORMAT")
    return _("Known since %(day)s: %(words)s") % {"day": day, "words": mark_words(mark)}
