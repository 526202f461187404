"""The words of the sheet in the reader's language, for pages that speak without asking the server."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reception.concerns import page_words, reader
from reception.findings import (
    BELONGINGS,
    CONTROLS,
    EXAM_PARTS,
    EXAM_RESULTS,
    LAMPS,
    PORTS,
    ZONES,
    Words,
    bay_words,
)
from reception.models import DamageMark, SheetConfirmation, View


def walk_words(*, electric: bool) -> dict[str, Any]:
    """Return the words of `reception.queries.facts` as text; {n} stands where a figure goes."""
    return {
        "comma": _(", "), "semicolon": _("; "), "none": _("None"), "fine": _("Fine"),
        "km": _("%(km)s km") % {"km": "{n}"}, "cm": _("%(size)s cm") % {"size": "{n}"},
        "noDamage": _("No new damage"),
        "damages": [_damages(1), _damages(2)],
        "lamps": _texts(LAMPS), "belongings": _texts(BELONGINGS), "controls": _texts(CONTROLS),
        "ports": _texts(PORTS), "cable": [_("no cable in the car"), _("cable in the car")],
        "examParts": _texts(EXAM_PARTS), "examResults": _texts(EXAM_RESULTS),
        "exam": _("%(part)s: %(result)s") % {"part": "{part}", "result": "{result}"},
        "reminded": _("Asked to take them along"),
        "bay": _texts(bay_words(electric)), "zones": _texts(ZONES),
        "kinds": {kind.value: str(kind.label) for kind in DamageMark.Kind},
        "views": {view.value: str(view.label) for view in View},
        "hows": {how.value: str(how.label) for how in SheetConfirmation.How},
        "concerns": page_words(reader()),
        "labels": {
            "concerns": _("Concerns"), "mileage": _("Mileage"),
            "energy": _("Charge level") if electric else _("Fuel level"),
            "lamps": _("Warning lamps"), "belongings": _("Belongings in the car"), "controls": _("Controls"),
            "charging": _("Charge port and cable"), "valuables": _("Valuables"), "exam": _("Seen on the walk"),
            "exterior": _("Exterior"), "bay": _("Front bay") if electric else _("Engine bay"),
        },
    }  # fmt: skip


def _damages(count: int) -> str:
    return ngettext("%(count)s damage noted", "%(count)s damages noted", count) % {"count": "{n}"}


def _texts(words: Words) -> dict[str, str]:
    return {code: str(label) for code, label in words.items()}
