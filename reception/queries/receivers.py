"""Who receives a car: whoever was agreed, whoever the customer knows, else whose turn it is."""

from datetime import datetime, timedelta

from django.db.models import Q

from dealership.models import Customer, Membership, Role, Staff, Store, Visit
from dealership.queries.board import open_visits
from dealership.queries.staff import memberships_in, next_advisor, people_with
from dealership.stages import Stage
from reception.models import Appointment

FREE_WITHIN = timedelta(minutes=10)
"""A customer waits so long for the own advisor, no longer."""
BINDS = {
    Stage.RECEPTION: timedelta(minutes=7),
    Stage.NEGOTIATION: timedelta(minutes=7),
    Stage.EXPLANATION: timedelta(minutes=6),
}
"""How long a customer in a stage binds the advisor (medians: walk round the car, agreeing, explaining)."""
STILL = timedelta(minutes=1)
"""What a customer binds who is in such a stage for longer already."""


def receiver(store: Store, appointment: Appointment | None, customer: Customer | None, now: datetime) -> Staff | None:
    """Return who receives, None when nobody is on duty; at most five queries.

    The appointment's advisor when on duty; else the customer's own (of the last visit) when on duty as an advisor and
    free within 10 minutes; else the next in turn.
    """
    agreed = appointment.advisor if appointment else None
    if agreed and any(membership.on_duty_since for membership in memberships_in(agreed, store)):
        return agreed
    own = own_advisor(store, customer, now)
    return own if own and bound(store, own, now) <= FREE_WITHIN else next_advisor(store)


def own_advisor(store: Store, customer: Customer | None, now: datetime) -> Staff | None:
    """Return the advisor of the customer's last visit if on duty as one, else None."""
    if customer is None or customer._state.adding:
        return None
    before = Visit.objects.filter(store=store, customer=customer, joined_to=None, arrived_at__lt=now)
    last = before.exclude(advisor=None).exclude(stage=Stage.CANCELLED).order_by("-arrived_at").first()
    if last is None:
        return None
    there = Membership.objects.filter(store=store, staff=last.advisor_id, role=Role.ADVISOR, staff__is_active=True)
    membership = there.exclude(on_duty_since=None).select_related("staff").first()
    return membership.staff if membership else None


def bound(store: Store, advisor: Staff, now: datetime) -> timedelta:
    """Return for how long the cars at the desk still bind an advisor: own ones, and those that wait for them."""
    waits_for = Q(advisor=advisor) | Q(advisor=None, offered_to=advisor)
    rows = open_visits(store).filter(waits_for, stage__in=BINDS).values_list("stage", "greeted_at", "stage_since")
    return sum((_left(stage, greeted, since, now) for stage, greeted, since in rows), timedelta())


def _left(stage: str, greeted: datetime | None, since: datetime, now: datetime) -> timedelta:
    begun = greeted if stage == Stage.RECEPTION else since
    whole = BINDS[Stage(stage)]
    return max(whole - (now - begun), STILL) if begun else whole


def leads(store: Store) -> list[Staff]:
    """Return whoever leads the desk now: supervisors and managers on duty; when nobody is, the managers."""
    there = people_with(store, [Role.SUPERVISOR, Role.MANAGER], on_duty=True)
    found = there or people_with(store, [Role.MANAGER])
    return list({membership.staff_id: membership.staff for membership in found}.values())
