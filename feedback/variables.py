"""The texts of a step and the variables of its script in words, for those who read or write them."""

import re

from django.utils.translation import gettext_lazy as _

VARIABLES = {
    "customer": _("How the customer is addressed"),
    "advisor": _("Advisor's name"),
    "plate": _("Plate"),
    "model": _("Model of the car"),
    "lane": _("Lane"),
    "appointment_time": _("Time of the booking"),
    "work": _("Agreed work"),
    "total": _("Agreed sum"),
    "labour": _("Labour sum"),
    "parts": _("Parts sum"),
    "start_time": _("Start of work"),
    "duration": _("Duration of the work"),
    "wash_duration": _("Duration of the wash"),
    "ready_time": _("Ready time"),
    "settled_total": _("Settled sum"),
    "difference": _("Difference to the estimate"),
    "cashier_method": _("Way of paying"),
    "next_service": _("Next service"),
    "warranty": _("Warranty period"),
    "wait_minutes": _("Minutes waited"),
    "call_back_time": _("Time of the call-back"),
    "concern": _("The customer's concern"),
    "waiting_place": _("Waiting place"),
    "next_update": _("Next update"),
    "key_tag": _("Key tag"),
    "technician": _("Technician's name"),
    "collector": _("Who collects the car"),
}
FIELDS = {
    "name": _("Name of the step"),
    "behaviour": _("Do"),
    "script": _("Say"),
    "plain": _("Say when something is unknown"),
    "point": _("Watch"),
    "requirements": _("What must stand ready"),
    "expectation": _("What the customer expects"),
    "value": _("What we can give"),
}
_TOKEN = re.compile(r"\{(\w+)\}")


def readable(text: str) -> str:
    """Return `text` with each variable as its name in pointed brackets; unknown ones stay as they are."""
    return _TOKEN.sub(lambda found: f"‹{VARIABLES[found[1]]}›" if found[1] in VARIABLES else found[0], text)
