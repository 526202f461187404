"""Context of the fourth step of 1.5: the car from five sides."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from dealership.models import Visit
from dealership.queries.cards import NextAction
from dealership.requests import StaffRequest
from reception.findings import SIZES_CM, ZONES, ZONES_OF_VIEW
from reception.models import DamageMark, Reading, View
from reception.queries.sheet import Sheet
from reception.queries.walk import (
    DRAWINGS,
    MIDDLE,
    Disc,
    discs,
    first_view,
    from_above,
    overview,
    tabs,
    view_after,
    zones,
)

Item = Reading.Item


def exterior(request: StaffRequest, visit: Visit, sheet: Sheet) -> dict[str, Any]:
    """Return the drawing of the view in hand with its marks, and the way on (`exterior_next`)."""
    view = request.GET.get("view", "")
    view = view if view in View.values else first_view(sheet)
    current = _uuid(request.GET.get("mark", ""))
    numbered = discs(sheet, current)
    chosen = next((disc for disc in numbered if disc.new), None)
    return {
        "tabs": tabs(sheet, view), "view": view, "view_label": View(view).label, "drawing": DRAWINGS[View(view)],
        "zones": zones(sheet, view), "marks": [disc for disc in numbered if disc.row.view == view],
        "chosen": chosen, "above": {"zones": overview(sheet), "marks": from_above(numbered)},
        "kinds": DamageMark.Kind.choices, "sizes": SIZES_CM, "middle": MIDDLE[View(view)],
        "zone_choices": [(code, ZONES[code]) for code in ZONES_OF_VIEW[view].values()],
        "exterior_next": _look_on(visit, sheet, view, chosen),
    }  # fmt: skip


def _look_on(visit: Visit, sheet: Sheet, view: str, chosen: Disc | None) -> NextAction:
    """Return the action that answers this view and goes on to the next."""
    store = visit.store.code
    url = reverse("sheet-readings", kwargs={"store": store, "visit": visit.pk})
    page = reverse("reception-stage", kwargs={"store": store, "visit": visit.pk})
    after = view_after(sheet, view)
    if sheet.exterior_done:
        return NextAction(_("Outside seen: open the bonnet"), href=f"{page}?card=1.5&step=engine")
    label = _("%(view)s seen: go on to %(next)s") if after else _("%(view)s seen: open the bonnet")
    words = {"view": View(view).label, "next": View(after).label if after else ""}
    onward = f"{page}?card=1.5&step=exterior&view={after}" if after else f"{page}?card=1.5"
    return NextAction(label % words, url=url, fields={"item": Item.EXTERIOR, "exterior": view, "next": onward})


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
