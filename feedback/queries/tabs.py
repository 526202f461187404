"""The tabs of the manager's pages: those whose page a person may open."""

from typing import Any

from django.urls import NoReverseMatch, resolve, reverse
from django.utils.translation import gettext_lazy as _

from dealership.access import may
from dealership.models import Staff, Store

TABS = (
    # URL name (its only argument is the store), words.
    ("scores-today", _("Touchpoints of the day")),
    ("scores-period-today", _("Over time")),
    ("figures-today", _("Figures")),
    ("checks", _("Self-check")),
    ("weak-items", _("Weak items and plans")),
    ("standard", _("Standard")),
    ("morning", _("Morning meeting")),
)


def tabs_for(staff: Staff, store: Store, *, current: str = "") -> list[dict[str, Any]]:
    """Return the tabs that `staff` may open: url, name, current."""
    found = []
    for name, words in TABS:
        try:
            url = reverse(name, kwargs={"store": store.code})
        except NoReverseMatch:
            continue
        if may(staff, store, str(getattr(resolve(url).func, "access", ""))):
            found.append({"url": url, "name": words, "current": name == current})
    return found
