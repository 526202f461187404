"""What a store sets for itself, on one page."""

from typing import Any

from django.urls import resolve, reverse
from django.utils.translation import gettext_lazy as _

from dealership import wiring
from dealership.access import may
from dealership.models import Staff, Store

LABELS: dict[str, tuple[Any, Any]] = {
    "message-texts": (_("Message texts"), _("What customers are sent, and through which channel")),
    "lanes": (_("Lanes"), _("Which car drives where, and who goes first")),
    "waiting": (_("Waiting for the greeting"), _("How long a customer may wait for the first greeting")),
    "follow-up-rules": (_("Follow-up rules"), _("What happens by itself after a visit")),
    "capacity": (_("Places for appointments"), _("How many cars each half hour takes")),
    "campaigns": (_("Recalls and campaigns"), _("Work that the maker pays for some cars")),
    "intervals": (_("Service intervals"), _("After how many kilometres and months a car is due")),
    "cameras": (_("Gate cameras"), _("Who reads the plates at entrance and exit, and their keys")),
    "devices": (_("Devices"), _("Tablets and screens of this store")),
    "pricelist": (_("Price book"), _("Labour, parts, packages and hourly rates")),
    "imports": (_("Read in files"), _("Prices, orders and appointments of another system")),
    "dms-fields": (_("DMS entry"), _("Order of the fields that are copied into the maker's system")),
    "loaner-cars": (_("Loaner cars"), _("Which cars the store lends, and their usual deposit")),
    "score-settings": (_("Score settings"), _("How the three readings are weighed, and what weighs most on customers")),
    "targets": (_("Targets"), _("Which figure is to be reached, from which day, and where that number comes from")),
    "digests": (_("Digests"), _("Three sentences a day and a week to those who lead the store")),
}
"""URL name → name of the page and what it is for."""


def pages_for(staff: Staff, store: Store) -> list[dict[str, Any]]:
    """Return the pages of settings that `staff` may open: url, icon, name, about."""
    found = []
    for name, icon in wiring.SETTINGS_PAGES:
        url = reverse(name, kwargs={"store": store.code})
        if may(staff, store, str(getattr(resolve(url).func, "access", ""))):
            words, about = LABELS[name]
            found.append({"url": url, "icon": icon, "name": words, "about": about})
    return found
