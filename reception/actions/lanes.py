"""What follows from the lane of a car: who goes first, and whom the manager hears of."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from dealership.actions import events
from dealership.actions.messages import queue_for_staff
from dealership.models import Lane, Staff, StageChange, Visit
from reception.queries.lanes import LaneChoice, lane_of
from reception.queries.receivers import leads

FIRST = "goes_first"
"""The mark of a car that is received before all others that wait; the first greeting takes it off."""
COMEBACK = "comeback"
"""The mark of a car that is here again for the same concern; it stays until the car leaves."""


def announce(visit: Visit, choice: LaneChoice, *, by: Staff | None, now: datetime) -> None:
    """Put up the marks of a lane's rule and tell whoever leads; called in the transaction that gave the lane."""
    if choice.first and visit.greeted_at is None:
        events.call_attention(visit, kind=FIRST, now=now)
    if choice.lane == Lane.COMEBACK:
        before = {"before": str(choice.before.pk)} if choice.before else {}
        events.call_attention(visit, kind=COMEBACK, now=now, **before)
        events.note(visit, kind="reception.comeback", by=by, now=now, **before)
    if choice.tell_manager:
        _tell(visit, choice, now=now)


def _tell(visit: Visit, choice: LaneChoice, *, now: datetime) -> None:
    url = settings.PUBLIC_URL + reverse("visit", kwargs={"store": visit.store.code, "visit": visit.pk})
    for staff in leads(visit.store):
        with translation.override(staff.language):
            again = _("%(plate)s is back for the same concern within 30 days. The car goes first: meet the customer.")
            other = _("%(plate)s has arrived: %(lane)s. Please look after this car.")
        text = (again if choice.lane == Lane.COMEBACK else other) % {
            "plate": visit.vehicle.plate_info.display, "lane": _in(staff.language, choice.lane),
        }  # fmt: skip
        queue_for_staff(
            staff, store=visit.store, text=text, key=f"lane:{visit.pk.hex}:{choice.lane}", url=url, visit=visit, now=now
        )


def _in(language: str, lane: Lane) -> str:
    with translation.override(language):
        return str(lane.label)


def follow(visit: Visit, *, by: Staff | None, now: datetime) -> None:
    """Give a visit whose works changed the lane that its store's rules say now; the caller saves it (wired)."""
    choice = lane_of(
        visit.store, arrival=visit.arrival, works=visit.works, customer=visit.customer, vehicle=visit.vehicle,
        now=visit.arrived_at, words=visit.words,
    )  # fmt: skip
    if choice.lane == visit.lane:
        return
    visit.lane = choice.lane
    if choice.lane != Lane.COMEBACK:
        events.clear_attention(visit, kind=COMEBACK, now=now)
    if not choice.first:
        events.clear_attention(visit, kind=FIRST, now=now)
    announce(visit, choice, by=by, now=now)


def left(visit: Visit, change: StageChange, *, by: Staff | None, now: datetime) -> None:
    """Stage entry: the car has left, its marks go with it."""
    for kind in (FIRST, COMEBACK):
        events.clear_attention(visit, kind=kind, now=now)
