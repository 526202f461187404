"""The one door to the phase of a plan."""

from datetime import datetime

from django.utils.translation import gettext as _

from dealership.models import Staff
from dealership.refused import Refused
from feedback.actions.plan_dates import set_climb
from feedback.models import Plan, PlanChange


def locked(plan: Plan) -> Plan:
    """Return the plan as it is, held until the end of the transaction: two presses come one after the other."""
    return Plan.objects.select_for_update(no_key=True, of=("self",)).select_related("store", "owner").get(pk=plan.pk)


def require_phase(plan: Plan, phase: str) -> None:
    """Raise Refused("plan.phase") unless the plan is in `phase`."""
    if plan.phase != phase:
        sentence = _("It is already at “%(phase)s”. Load the page anew.") % {"phase": plan.get_phase_display()}
        raise Refused(sentence, "plan.phase")


def move(plan: Plan, phase: str, *, by: Staff | None, now: datetime, words: str = "") -> Plan:
    """Write the phase, a line of the history and when it climbs next."""
    source, plan.phase = plan.phase, phase
    plan.save(update_fields=["phase"])
    note_change(plan, by=by, now=now, source=source, words=words)
    return set_climb(plan, now=now)


def note_change(plan: Plan, *, by: Staff | None, now: datetime, source: str, words: str) -> None:
    """Write a line of the history."""
    PlanChange.objects.create(
        store_id=plan.store_id, plan=plan, at=now, by=by, source=source, target=plan.phase, words=words[:300]
    )
