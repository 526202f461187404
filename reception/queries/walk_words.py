"""The words of the sheet in the reader's language, for pages that speak without asking the server."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reception.findings import BELONGINGS, CONTROLS, LAMPS, ZONES, Words, bay_words
from reception.models import DamageMark, SheetConfirmation, View


def walk_words(*, electric: bool) -> dict[str, Any]:
    """Return the words of `reception.queries.facts` as text; {n} stands where a figure goes."""
    return {
        "comma": _(", "), "semicolon": _("; "), "none": _("None"), "fine": _("Fine"),
        "km": _("%(km)s km") % {"km": "{n}"}, "cm": _("%(size)s cm") % {"size": "{n}"},
        "noDamage": _("No new damage"),
        "damages": [ngettext("%(count)s damage noted", "%(count)s damages noted", n) % {"count": "{n}"} for n in (1, 2)],
        "lamps": _texts(LAMPS), "belongings": _texts(BELONGINGS), "controls": _texts(CONTROLS),
        "bay": _texts(bay_words(electric)), "zones": _texts(ZONES),
        "kinds": {kind.value: str(kind.label) for kind in DamageMark.Kind},
        "views": {view.value: str(view.label) for view in View},
        "hows": {how.value: str(how.label) for how in SheetConfirmation.How},
        "labels": {
            "mileage": _("Mileage"), "energy": _("Charge level") if electric else _("Fuel level"),
            "lamps": _("Warning lamps"), "belongings": _("Belongings in the car"), "controls": _("Controls"),
            "exterior": _("Exterior"), "bay": _("Front bay") if electric else _("Engine bay"),
        },
    }  # fmt: skip


def _texts(words: Words) -> dict[str, str]:
    return {code: str(label) for code, label in words.items()}
