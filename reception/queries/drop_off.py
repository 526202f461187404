"""Cars that stand here without their customer: what is known of them, and who does what next."""

from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from dealership.hours import NeverOpen
from dealership.models import Role, Staff, Store, Visit
from dealership.queries.board import NOBODY_THERE, open_visits, who
from dealership.queries.next import DUE, NextStep
from dealership.queries.opening import calendar_of
from dealership.queries.staff import roles_in
from dealership.stages import ENDED, Stage
from reception.models import DropOff

DESK = {Role.ADVISOR, Role.SUPERVISOR, Role.MANAGER}


def drop_off_of(visit: Visit) -> DropOff | None:
    """Return how a car was left out of hours, None where it was not."""
    return DropOff.objects.filter(visit=visit).select_related("by").first()


def absent_steps(store: Store, staff: Staff, now: datetime) -> list[NextStep]:
    """Return what the desk does next with such cars: call who left one in the night, take one that was brought."""
    if not roles_in(staff, store) & DESK:
        return []
    return [*_calls(store, staff, now), *_brought(store, staff, now)]


def _calls(store: Store, staff: Staff, now: datetime) -> list[NextStep]:
    mine = Q(visit__advisor=None) | Q(visit__advisor=staff)
    rows = DropOff.objects.filter(mine, store=store, called_at=None).exclude(visit__stage__in=ENDED)
    left = list(rows.select_related("visit__vehicle", "visit__customer").order_by("at"))
    calendar = calendar_of(store) if left else None
    steps = []
    for row in left:
        try:
            begin = calendar.after(row.at, 0) if calendar else row.at
        except NeverOpen:
            begin = row.at
        if begin > now:
            continue
        where = {"store": store.code, "visit": row.visit_id}
        local = row.at.astimezone(store.zone)
        what = _("Call %(name)s: the car was left here") % {"name": who(row.visit)}
        why = _("Left %(time)s · key box %(box)s") % {"time": local.strftime("%-m/%-d %H:%M"), "box": row.key_box}
        chip = {"kind": "risk", "icon": "key", "text": _("Left out of hours")}
        steps.append(
            NextStep(DUE, row.visit, what, why, _("Open"), reverse("visit", kwargs=where), begin, False, "", chip)
        )
    return steps


def _brought(store: Store, staff: Staff, now: datetime) -> list[NextStep]:
    for_me = Q(offered_to=None) | Q(offered_to=staff)
    rows = open_visits(store).filter(for_me, stage=Stage.RECEPTION, advisor=None, arrival__in=NOBODY_THERE)
    steps = []
    for visit in rows.order_by("arrived_at"):
        url = reverse("visit-take", kwargs={"store": store.code, "visit": visit.pk})
        then = reverse("reception-stage", kwargs={"store": store.code, "visit": visit.pk})
        what = _("Look after the car of %(name)s") % {"name": who(visit)}
        why = " · ".join(part for part in (str(visit.get_arrival_display()), visit.words) if part)
        steps.append(
            NextStep(
                DUE, visit, what, why, _("Take the car"), url, visit.arrived_at, True, "", None, "visit.take", then
            )
        )
    return steps
