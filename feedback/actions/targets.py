"""Targets and baselines: set, changed, taken away. A newer `since` replaces an older; the older stays as history."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dealership.models import Staff, Store
from dealership.queries.standards import current_id, touchpoints
from dealership.refused import Refused
from feedback.figures import FIGURES
from feedback.models import Target
from feedback.targets import BY_TOUCHPOINT, largest

NEEDS_NOTE = frozenset({Target.Source.INDUSTRY, Target.Source.OTHER_TRADE, Target.Source.THIRD_PARTY})
"""A number from outside says where it stands, so that anybody can look it up."""


@transaction.atomic
def set_target(
    store: Store, *, by: Staff, figure: str, value: Decimal, source: str, since: date,
    kind: str = Target.Kind.TARGET, touchpoint: str = "", note: str = "", now: datetime | None = None,
) -> Target:  # fmt: skip
    """Set a target or baseline from `since` on; the same figure, touchpoint, kind and day again replaces it.

    Raises Refused: "target.figure", "target.touchpoint" (none such, or the figure has none), "target.value" (off the
    figure's scale), "target.source", "target.note" (a number from outside without where it stands).
    """
    _check(store, figure=figure, touchpoint=touchpoint, kind=kind)
    values = _values(figure, value=value, source=source, note=note)
    values |= {"at": now or timezone.now(), "by": by}
    key: dict[str, Any] = {"store": store, "figure": figure, "touchpoint": touchpoint, "kind": kind, "since": since}
    return Target.objects.update_or_create(**key, defaults=values)[0]


@transaction.atomic
def change_target(
    target: Target, *, by: Staff, value: Decimal, source: str, note: str = "", now: datetime | None = None
) -> Target:
    """Correct value and source of a target; its figure and day stay. Raises Refused as `set_target`."""
    for name, one in _values(target.figure, value=value, source=source, note=note).items():
        setattr(target, name, one)
    target.at, target.by = now or timezone.now(), by
    target.save(update_fields=["value", "source", "note", "at", "by"])
    return target


def remove_target(target: Target, *, by: Staff) -> None:
    """Take a target away; the one before it holds again."""
    target.delete()


def _check(store: Store, *, figure: str, touchpoint: str, kind: str) -> None:
    if figure not in FIGURES or kind not in Target.Kind.values:
        raise Refused(_("Choose the figure."), "target.figure", field="figure")
    if not touchpoint:
        return
    if figure not in BY_TOUCHPOINT:
        raise Refused(
            _("This figure is one of the whole store. Leave the touchpoint empty."), "target.touchpoint",
            field="touchpoint",
        )  # fmt: skip
    if touchpoint not in {one.code for one in touchpoints(current_id(store), get_language() or "zh-hans")}:
        raise Refused(_("Choose the touchpoint."), "target.touchpoint", field="touchpoint")


def _values(figure: str, *, value: Decimal, source: str, note: str) -> dict[str, Any]:
    most = largest([FIGURES[figure]])[figure]
    if not 0 <= value <= most:
        raise Refused(_("Between 0 and %(most)s.") % {"most": f"{most:f}"}, "target.value", field="value")
    if source not in Target.Source.values:
        raise Refused(_("Say where the number comes from."), "target.source", field="source")
    note = note.strip()[:200]
    if source in NEEDS_NOTE and not note:
        raise Refused(_("Say where it stands, so that it can be looked up."), "target.note", field="note")
    return {"value": value, "source": source, "note": note}
