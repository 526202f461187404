"""Context of the last step of 1.5: the customer reads the sheet, on the turned-round screen, and confirms it."""

from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dealership.models import Arrival, Situation, Visit
from dealership.queries.whole import rows_of
from dealership.requests import StaffRequest
from reception.queries.confirmation import FROZEN, confirmed, shown_entries
from reception.queries.sheet import Sheet
from reception.queries.walk_words import walk_words
from reception.reasons import CORRECTIONS, REFUSALS
from reception.views.confirmation import colleagues_of


def confirm(request: StaffRequest, visit: Visit, sheet: Sheet) -> dict[str, Any]:
    """Return the sheet as confirmed with its corrections, and what the ways to confirm it need."""
    shown = confirmed(sheet)
    waiting = sheet.confirmation is None
    return {
        "confirmed": shown, "lines": shown.lines, "entries": shown_entries(sheet) if waiting else [],
        "away": _away(visit), "refusals": REFUSALS, "why": CORRECTIONS, "frozen_items": sorted(map(str, FROZEN)),
        "colleagues": colleagues_of(request, request.store) if waiting and request.store else [],
        "languages": _languages(visit), "language": _spoken(visit),
    }  # fmt: skip


def _away(visit: Visit) -> bool:
    """Tell whether nobody stands beside the car: then the sheet goes out by link."""
    if visit.arrival in (Arrival.PICKED_UP, Arrival.TOWED):
        return True
    rows = [] if visit._state.adding else rows_of(visit, Situation)
    return any(row.kind == Situation.Kind.OUT_OF_HOURS and row.until is None for row in rows)


def _spoken(visit: Visit) -> str:
    """Return the customer's language, the reader's where it is none of ours."""
    code = visit.customer.language if visit.customer else ""
    return code if code in dict(settings.LANGUAGES) else get_language() or settings.LANGUAGE_CODE


def _languages(visit: Visit) -> dict[str, Any]:
    """Return code → the words of the turned-round screen in that language."""
    found = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found[code] = {"words": walk_words(electric=visit.vehicle.electric), "texts": _texts(visit, code)}
    return found


def _texts(visit: Visit, language: str) -> dict[str, str]:
    name = (visit.customer.address(language) or visit.customer.name) if visit.customer else _("Dear customer")
    return {
        "title": _("%(name)s, this is what we noted together") % {"name": name},
        "lead": _("Anything to add? Tell us now, we note it at once."),
        "photos": _("Photos"), "seen": _("I have seen it"), "sign": _("Sign here"),
        "invite": _("%(name)s, please sign here") % {"name": name}, "signed": _("Signed: keep it"),
        "again": _("Sign again"), "back": _("Back to the sheet"), "turn": _("Turn round"),
    }  # fmt: skip
