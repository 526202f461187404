"""Context of the fourth step of 1.5: the car from five sides, all in one document."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from dealership.models import Attachment, Vehicle, Visit
from dealership.requests import StaffRequest
from reception.findings import INVITED_PHOTOS, SIZES_CM, ZONES, ZONES_OF_VIEW
from reception.models import DamageMark, View
from reception.queries.sheet import Sheet
from reception.queries.walk import Past, discs, first_view, from_above, overview, sides, view_after


def exterior(
    request: StaffRequest, visit: Visit, sheet: Sheet, photos: Iterable[Attachment], past: list[Past]
) -> dict[str, Any]:
    """Return the five sides with their marks, the view in hand, and the way on (`exterior_next`)."""
    wanted = request.GET.get("view", "")
    view = wanted if wanted in View.values else first_view(sheet)
    numbered = discs(sheet, _uuid(request.GET.get("mark", "")))
    chosen = next((disc for disc in numbered if disc.new), None)
    car = sides(sheet, view, numbered, past)
    taken = {photo.place for photo in photos}
    return {
        "sides": car, "side": next(side for side in car if side.current),
        "chosen": chosen, "above": {"zones": overview(sheet), "marks": from_above(numbered)},
        "kinds": DamageMark.Kind.choices, "sizes": SIZES_CM,
        "zone_choices": [(code, ZONES[code]) for code in ZONES_OF_VIEW[view].values()],
        "invited": next(((place, label) for place, label in INVITED_PHOTOS.items() if place not in taken), None),
        "numbers": {f"mark:{disc.row.pk}": disc.number for disc in numbered},
        "exterior_next": _label(sheet, view), "exterior_words": _words(), "bodies": _other_bodies(visit),
    }  # fmt: skip


def _other_bodies(visit: Visit) -> list[str]:
    """Return the bodies to draw too: the page of a car that only the tablet knows is the same for all of them."""
    return [body for body in Vehicle.Body.values if body != visit.vehicle.body] if visit._state.adding else []


def _label(sheet: Sheet, view: str) -> str:
    """Return what happens next when this view is answered."""
    words, after = _words(), view_after(sheet, view)
    if sheet.exterior_done:
        return words["done"]
    onward = words["next"].replace("{next}", str(View(after).label)) if after else words["last"]
    return onward.replace("{view}", str(View(view).label))


def _words() -> dict[str, Any]:
    """Return the sentences that static/js/exterior.js fills in; {view}, {next} and {n} stand where words go."""
    return {
        "next": _("%(view)s seen: go on to %(next)s") % {"view": "{view}", "next": "{next}"},
        "last": _("%(view)s seen: open the bonnet") % {"view": "{view}"},
        "done": _("Outside seen: open the bonnet"),
        "noted": _("%(count)s noted") % {"count": "{n}"}, "fine": _("Fine"), "unseen": _("Not looked at"),
        "cm": _("%(size)s cm") % {"size": "{n}"},
        "invited": [{"place": place, "label": str(label)} for place, label in INVITED_PHOTOS.items()],
    }  # fmt: skip


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
