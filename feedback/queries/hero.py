"""The one brand block of a day's page: the self-check round that is due, else the weakest touchpoint."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from dealership.models import Staff, Store
from feedback.queries.checks import rounds_of
from feedback.queries.ways import way_to


def hero_of(staff: Staff, store: Store, day: date, weak: list[dict[str, Any]], *, today: bool) -> dict[str, str]:
    """Return over, text and url of what `staff` should do next."""
    drawn = rounds_of(store, day) if today and way_to(staff, store, "checks") else []
    due = next((state for state in drawn if state.due), None)
    url = way_to(staff, store, "check-round", day=day, number=due.round.number) if due else ""
    if due and url:
        given = {"number": due.round.number, "of": len(drawn)}
        at = time_format(timezone.localtime(due.round.due_at, store.zone), "H:i")
        begun = _("Go on with round %(number)s") if due.answered else _("Begin round %(number)s")
        return {
            "over": _("Self-check %(number)s/%(of)s, due %(at)s") % {**given, "at": at},
            "text": begun % given,
            "url": url,
        }
    if weak:
        row = weak[0]["row"]
        return {
            "over": _("Weakest of the day · influence %(influence)s") % {"influence": weak[0]["influence"]},
            "text": _("See %(code)s %(name)s") % {"code": row.code, "name": row.words.name},
            "url": weak[0]["url"],
        }
    return {
        "over": _("Nothing weak to show"),
        "text": _("See the cars in the house"),
        "url": reverse("board", kwargs={"store": store.code}),
    }
