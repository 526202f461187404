"""What comes due in plans: reminders of steps, the day of the review, and climbing to the manager and the chain."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_scopes import scope, scopes_disabled

from dealership.actions.messages import queue_for_staff
from dealership.models import Role, Staff, Store, business_day
from dealership.queries.staff import people_with
from feedback.actions.plan_dates import due_of, set_climb
from feedback.actions.plan_moves import to_check
from feedback.models import Plan, PlanStep
from feedback.plan_dates import STEPS_COUNT

Due = list[tuple[UUID, UUID]]
"""Store and row."""
CLIMBS_TO = (Role.MANAGER, Role.CHAIN)
"""Level 1 and level 2."""


def sweep(now: datetime) -> int:
    """Do all that is due in the plans of all stores; return how much. Two at once do each thing once."""
    with scopes_disabled():
        reminders: Due = list(PlanStep.objects.filter(remind_at__lte=now).values_list("store", "pk"))
        # A store may be a day ahead of UTC; `_review` asks its own calendar.
        doing = Plan.objects.filter(phase=Plan.Phase.DO, review_on__lte=now.date() + timedelta(days=1))
        reviews: Due = list(doing.values_list("store", "pk"))
        climbing: Due = list(Plan.objects.filter(climb_at__lte=now).values_list("store", "pk"))
        stores = Store.objects.in_bulk({store for store, _pk in [*reminders, *reviews, *climbing]})
    done = 0
    for act, found in ((_remind, reminders), (_review, reviews), (_climb, climbing)):
        for store, pk in found:
            with scope(store=stores[store]):
                done += act(stores[store], pk, now)
    return done


@transaction.atomic
def _remind(store: Store, pk: UUID, now: datetime) -> int:
    """Tell the owner of an open step that it is due tomorrow; whoever empties `remind_at` first tells it."""
    if not PlanStep.objects.filter(pk=pk, remind_at__lte=now).update(remind_at=None):
        return 0
    step = PlanStep.objects.select_related("plan", "owner").get(pk=pk)
    if step.done_at or step.plan.phase not in STEPS_COUNT:
        return 0
    with translation.override(step.owner.language):
        text = _("Due %(day)s: %(step)s (plan “%(plan)s”)") % {
            "day": date_format(step.due_on, "MONTH_DAY_FORMAT"), "step": step.text, "plan": step.plan.title,
        }  # fmt: skip
    key = f"plan-step:{step.pk.hex}:{step.due_on:%m%d}"
    queue_for_staff(step.owner, store=store, text=text, key=key, url=_url(store, step.plan_id), now=now)
    return 1


@transaction.atomic
def _review(store: Store, pk: UUID, now: datetime) -> int:
    """Move a plan to check on the day of its review and tell its owner."""
    plan = Plan.objects.select_for_update(no_key=True, of=("self",)).select_related("owner").get(pk=pk)
    if plan.phase != Plan.Phase.DO or plan.review_on > business_day(store, now):
        return 0
    to_check(plan, by=None, now=now)
    with translation.override(plan.owner.language):
        text = _("Check today whether it helped: plan “%(plan)s”") % {"plan": plan.title}
    key = f"plan-review:{plan.pk.hex}:{plan.cycle}"
    queue_for_staff(plan.owner, store=store, text=text, key=key, url=_url(store, plan.pk), now=now)
    return 1


@transaction.atomic
def _climb(store: Store, pk: UUID, now: datetime) -> int:
    """Take an overdue plan one level up and tell those it climbs to: the managers, later the chain's."""
    if not Plan.objects.filter(pk=pk, climb_at__lte=now).update(climb_at=None, level=F("level") + 1):
        return 0
    plan = Plan.objects.select_related("owner", "store").get(pk=pk)
    level, due = plan.level, due_of(plan)
    set_climb(plan, now=now)
    if due is None or plan.level < level:
        return 0
    days = (business_day(store, now) - due).days
    for staff in _led_by(store, CLIMBS_TO[level - 1]):
        with translation.override(staff.language):
            text = ngettext(
                "Plan “%(plan)s” of %(owner)s is %(days)s day overdue.",
                "Plan “%(plan)s” of %(owner)s is %(days)s days overdue.",
                days,
            ) % {"plan": plan.title, "owner": plan.owner, "days": days}
        key = f"plan-climb:{plan.pk.hex}:{level}:{due:%m%d}"
        queue_for_staff(staff, store=store, text=text, key=key, url=_url(store, plan.pk), now=now)
    return 1


def _led_by(store: Store, role: str) -> list[Staff]:
    return list({membership.staff_id: membership.staff for membership in people_with(store, [role])}.values())


def _url(store: Store, plan: UUID) -> str:
    return settings.PUBLIC_URL + reverse("plan", kwargs={"store": store.code, "plan": plan})
