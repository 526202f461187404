"""Steps of plans as lines of my next step."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from dealership.models import Staff, Store, business_day
from dealership.queries.next import REST, NextStep
from feedback.models import PlanStep
from feedback.plan_dates import STEPS_COUNT, morning
from feedback.queries.plans import day_words, late_chip

AHEAD = timedelta(days=1)


def plan_steps(store: Store, staff: Staff, now: datetime) -> list[NextStep]:
    """Return my open steps that are due today or tomorrow, or are late; after the cars that are asked for by name."""
    day = business_day(store, now)
    mine = PlanStep.objects.filter(store=store, owner=staff, done_at=None, due_on__lte=day + AHEAD)
    lines = []
    for step in mine.filter(plan__phase__in=STEPS_COUNT).select_related("plan").order_by("due_on"):
        chip = late_chip((day - step.due_on).days)
        url = reverse("plan", kwargs={"store": store.code, "plan": step.plan_id})
        why = _("Plan “%(plan)s”, due %(day)s") % {"plan": step.plan.title, "day": day_words(step.due_on)}
        lines.append(
            NextStep(
                REST, None, step.text, why, _("Open"), f"{url}#step-{step.pk}", morning(store, step.due_on),
                tone="bad" if chip else "", chip=chip, first=True,
            )
        )  # fmt: skip
    return lines
