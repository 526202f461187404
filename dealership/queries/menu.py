"""The menu of a person in a store: the pages that the access table opens."""

from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from dealership import wiring
from dealership.access import ACCESS, may
from dealership.models import Staff, Store
from dealership.queries.staff import roles_in

PAGES = (
    # URL name, action of ACCESS, words, icon.
    ("next", "dealership.views.next.next_steps_page", _("My next step"), "list-check"),
    ("board", "dealership.views.board.board", _("Cars in the house"), "layout-kanban"),
    ("gate", "reception.views.gate.gate", _("Gate"), "barrier-block"),
    ("appointments", "reception.views.appointments.appointments", _("Appointments"), "calendar"),
    ("loaners", "reception.views.loaners.loaners", _("Loaner cars"), "car"),
    ("approvals", "reception.views.approvals.approvals", _("To be allowed"), "rosette-discount-check"),
    ("dispatch", "reception.views.dispatch.dispatch_board", _("Dispatch"), "tool"),
    ("dms", "reception.views.dms.dms", _("DMS entry"), "copy"),
    ("jobs", "inspection.views.jobs.jobs", _("My jobs"), "tool"),
    ("final", "inspection.views.final.final_queue", _("Final inspection"), "shield-check"),
    ("cashier", "delivery.views.cashier.cashier", _("Cashier"), "credit-card"),
    ("follow-ups", "delivery.views.follow_ups.follow_ups", _("Follow-up calls"), "phone"),
    ("morning", "feedback.views.morning.morning", _("Morning meeting"), "coffee"),
    ("scores-today", "feedback.views.day.today", _("Touchpoints of the day"), "chart-bar"),
    ("standard", "feedback.views.standards.standard", _("Standard"), "book"),
    ("checks", "feedback.views.checks.checks", _("Self-check"), "clipboard-check"),
    ("message-centre", "dealership.views.message_centre.centre", _("Message centre"), "message-2"),
    ("store-settings", "dealership.views.settings_pages.settings_pages", _("Store settings"), "settings"),
)


def home_of(staff: Staff, store: Store) -> str:
    """Return the URL name of the page of this person's work in `store`."""
    roles = roles_in(staff, store)
    return next((url for role, url in wiring.HOMES.items() if role in roles), "board")


def menu_for(staff: Staff, store: Store, *, current: str = "") -> list[dict[str, Any]]:
    """Return the entries of the menu that `staff` may open."""
    entries = []
    for name, action, words, icon in PAGES:
        try:
            url = reverse(name, kwargs={"store": store.code})
        except NoReverseMatch:
            continue
        if action in ACCESS and may(staff, store, action):
            entries.append({"url": url, "name": words, "icon": icon, "current": name == current})
    return entries
