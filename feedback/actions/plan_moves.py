"""The moves of a plan: start, check, and what becomes of it."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.models import Staff, business_day
from dealership.refused import Refused
from feedback.actions.plan_dates import put, set_climb
from feedback.actions.plan_phase import locked, move, note_change, require_phase
from feedback.intervals import Sample
from feedback.models import Plan, PlanStep, WeakItem
from feedback.queries.plan_check import Result, compare, verdict_words, within
from feedback.queries.samples import recent
from feedback.smart import Aim, letters

Phase, Outcome = Plan.Phase, Plan.Outcome
MORE_TIME = timedelta(days=14)
"""With too few values a plan is looked at again after two more weeks."""
LEAST_REASON = 4


@transaction.atomic
def start(plan: Plan, *, by: Staff, now: datetime | None = None) -> Plan:
    """Begin with it today: plan → do. One that starts late is checked as many days later, its open steps too.

    A second press changes nothing. Raises Refused: "plan.no_steps", "plan.phase".
    """
    now = now or timezone.now()
    plan = locked(plan)
    if plan.phase == Phase.DO:
        return plan
    require_phase(plan, Phase.PLAN)
    if not PlanStep.objects.filter(plan=plan).exists():
        raise Refused(_("Add the first step: who does what by when."), "plan.no_steps")
    today = business_day(plan.store, now)
    late = max(today - plan.start_on, timedelta())
    plan.start_on, plan.review_on = today, plan.review_on + late
    plan.save(update_fields=["start_on", "review_on"])
    if late:
        for step in PlanStep.objects.filter(plan=plan, done_at=None):
            put(step, step.due_on + late)
    return move(plan, Phase.DO, by=by, now=now)


@transaction.atomic
def to_check(plan: Plan, *, by: Staff | None, now: datetime | None = None) -> Plan:
    """Do → check, by hand or (by None) on the day of the review. A second press changes nothing. "plan.phase"."""
    now = now or timezone.now()
    plan = locked(plan)
    if plan.phase == Phase.CHECK:
        return plan
    require_phase(plan, Phase.DO)
    return move(plan, Phase.CHECK, by=by, now=now)


@transaction.atomic
def check(plan: Plan, *, by: Staff, now: datetime | None = None) -> Plan:
    """Compare before with after and say better, no change shown or worse: check → act.

    With fewer than 5 values on a side it stays in check and is looked at again two weeks later. A second press
    changes nothing. Raises Refused: "plan.early" before a whole week has passed, "plan.phase".
    """
    now = now or timezone.now()
    plan = locked(plan)
    if plan.phase == Phase.ACT:
        return plan
    require_phase(plan, Phase.CHECK)
    today = business_day(plan.store, now)
    result = compare(plan, today=today)
    if result is None:
        raise Refused(_("One whole week has to pass after the start before anything can be compared."), "plan.early")
    _keep(plan, result, by=by, now=now)
    if result.few:
        return _wait(plan, result, today=today, by=by, now=now)
    return move(plan, Phase.ACT, by=by, now=now, words=verdict_words(plan))


@transaction.atomic
def make_standard(plan: Plan, *, by: Staff, now: datetime | None = None) -> Plan:
    """Keep what worked: act → closed, and the weak item with it. A second press changes nothing.

    Raises Refused: "plan.not_better" when the check did not show it, "plan.phase".
    """
    now = now or timezone.now()
    plan = locked(plan)
    if plan.outcome == Outcome.STANDARD:
        return plan
    require_phase(plan, Phase.ACT)
    if plan.verdict != Plan.Verdict.BETTER:
        sentence = _("The figures do not show that it helped. Take it up again with another measure, or drop it.")
        raise Refused(sentence, "plan.not_better")
    if plan.weak_item_id:
        item = WeakItem.objects.filter(pk=plan.weak_item_id, closed_at=None)
        item.update(closed_at=now, closed_by=by, closed_why=plan.title[:200])
    return _close(plan, Outcome.STANDARD, by=by, now=now)


@transaction.atomic
def reopen(plan: Plan, *, start_on: date, review_on: date, by: Staff, now: datetime | None = None) -> Plan:
    """Go round again: act → plan with new dates, the next cycle; its first result stays in the history.

    Raises Refused: the sentences of time of `make_plan`, "plan.phase".
    """
    now = now or timezone.now()
    plan = locked(plan)
    require_phase(plan, Phase.ACT)
    plan.start_on, plan.review_on, plan.outcome = start_on, review_on, Outcome.REOPENED
    sample = recent(plan.store, plan.touchpoint, reading=plan.reading, day=business_day(plan.store, now))
    time_bound = letters(_aim(plan, sample), today=business_day(plan.store, now))[-1]
    if not time_bound.holds:
        raise Refused(time_bound.sentence, time_bound.code, field=time_bound.field)
    if sample.mean is not None:
        plan.baseline = within(sample.mean)
    plan.checked_at = plan.checked_by = plan.before_n = plan.before_mean = None
    plan.after_n = plan.after_mean = plan.low = plan.high = None
    plan.verdict, plan.cycle = "", plan.cycle + 1
    plan.save()
    return move(plan, Phase.PLAN, by=by, now=now, words=_("Round %(n)s") % {"n": plan.cycle})


@transaction.atomic
def drop(plan: Plan, *, why: str, by: Staff, now: datetime | None = None) -> Plan:
    """Give it up with a reason, from any phase; the weak item stays open. A second press changes nothing.

    Raises Refused: "plan.drop_why", "plan.phase" when it is closed otherwise.
    """
    now = now or timezone.now()
    plan = locked(plan)
    if plan.outcome == Outcome.DROPPED and plan.phase == Phase.CLOSED:
        return plan
    if plan.phase == Phase.CLOSED:
        require_phase(plan, Phase.ACT)
    if len(why.strip()) < LEAST_REASON:
        raise Refused(_("Say why, so that nobody tries the same again."), "plan.drop_why", field="why")
    return _close(plan, Outcome.DROPPED, by=by, now=now, words=why.strip()[:300])


def _aim(plan: Plan, sample: Sample) -> Aim:
    return Aim(plan.title, "", plan.why, plan.baseline, sample.n, plan.target, plan.start_on, plan.review_on)


def _close(plan: Plan, outcome: str, *, by: Staff, now: datetime, words: str = "") -> Plan:
    plan.outcome, plan.closed_at = outcome, now
    plan.save(update_fields=["outcome", "closed_at"])
    PlanStep.objects.filter(plan=plan).update(remind_at=None)
    return move(plan, Phase.CLOSED, by=by, now=now, words=words)


def _keep(plan: Plan, result: Result, *, by: Staff, now: datetime) -> None:
    """Store what the comparison found."""
    before, after, interval = result.before, result.after, result.interval
    plan.before_n, plan.after_n, plan.verdict = before.n, after.n, result.verdict
    plan.before_mean = None if before.mean is None else within(before.mean)
    plan.after_mean = None if after.mean is None else within(after.mean)
    plan.low = within(interval.low) if interval and not result.few else None
    plan.high = within(interval.high) if interval and not result.few else None
    plan.checked_at, plan.checked_by = now, by
    plan.save(
        update_fields=[
            "before_n", "after_n", "verdict", "before_mean", "after_mean", "low", "high", "checked_at", "checked_by",
        ]
    )  # fmt: skip


def _wait(plan: Plan, result: Result, *, today: date, by: Staff, now: datetime) -> Plan:
    """Stay in check: too few values. The review moves on, and with it both windows grow."""
    plan.review_on = max(plan.review_on, today) + MORE_TIME
    plan.save(update_fields=["review_on"])
    words = _("Too few values: %(before)s before, %(after)s after. Looked at again on %(day)s.")
    figures = {"before": result.before.n, "after": result.after.n, "day": plan.review_on.isoformat()}
    note_change(plan, by=by, now=now, source=plan.phase, words=words % figures)
    return set_climb(plan, now=now)
