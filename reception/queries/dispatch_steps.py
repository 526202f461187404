"""Cars to be sent to a technician, as lines of 我的下一步."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from dealership.models import Role, Staff, Store
from dealership.queries.board import minutes, who
from dealership.queries.next import EXTRA, NextStep
from dealership.queries.staff import roles_in
from reception.queries.dispatch import waiting_visits


def dispatch_steps(store: Store, staff: Staff, now: datetime) -> list[NextStep]:
    """Return a line for each car that waits for a technician, to the workshop controller."""
    if Role.CONTROLLER not in roles_in(staff, store):
        return []
    steps = []
    for visit in waiting_visits():
        waited = minutes(now - visit.stage_since)
        tone = "risk" if waited >= 15 else ""
        chip = {"kind": tone or "neutral", "icon": "clock", "text": _("Waiting %(n)s min") % {"n": waited}}
        url = reverse("dispatch", kwargs={"store": store.code}) + f"#car-{visit.pk}"
        what = _("Send the car of %(name)s to a technician") % {"name": who(visit)}
        steps.append(NextStep(EXTRA, visit, what, "", _("Dispatch"), url, visit.stage_since, False, tone, chip))
    return steps
