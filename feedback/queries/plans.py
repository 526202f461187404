"""The PDCA board of a store: its open plans by phase, what is due in each, and the last that were closed."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from dealership.models import Staff, Store
from dealership.queries.standards import current_id, touchpoints
from feedback.models import Plan, PlanStep

CLOSED_SHOWN = 6
Phase, Verdict = Plan.Phase, Plan.Verdict
VERDICT_CHIPS = {
    Verdict.BETTER: ("ok", "trending-up"),
    Verdict.SAME: ("neutral", "circle-minus"),
    Verdict.WORSE: ("bad", "alert-triangle"),
}


@dataclass(frozen=True)
class Card:
    """A plan on the board: what is due next and how many days it is late."""

    plan: Plan
    name: str
    next: str
    late: int
    done: int
    steps: int

    @property
    def chip(self) -> dict[str, str] | None:
        """The chip of what it came to or of how late it is, None where there is nothing to say."""
        if self.plan.outcome == Plan.Outcome.DROPPED and self.plan.phase == Phase.CLOSED:
            return {"kind": "neutral", "icon": "ban", "text": self.plan.get_outcome_display()}
        return late_chip(self.late) or verdict_chip(self.plan)

    @property
    def level(self) -> str:
        """Where it has climbed to, in words."""
        return level_words(self.plan)


@dataclass(frozen=True)
class Column:
    """A phase of the board and its plans, the most overdue first."""

    phase: str
    label: str
    hint: str
    cards: tuple[Card, ...]


def board(store: Store, day: date) -> list[Column]:
    """Return the four columns of open plans, in three queries."""
    plans = Plan.objects.exclude(phase=Phase.CLOSED).select_related("owner").order_by("review_on", "made_at")
    cards = _cards(store, list(plans), day)
    hints = {
        Phase.PLAN: _("who does what by when"),
        Phase.DO: _("steps are being done"),
        Phase.CHECK: _("did it help"),
        Phase.ACT: _("keep it or go round again"),
    }
    return [
        Column(phase, str(Phase(phase).label), hint, tuple(card for card in cards if card.plan.phase == phase))
        for phase, hint in hints.items()
    ]


def closed(store: Store, day: date) -> list[Card]:
    """Return the plans that were closed last, in three queries."""
    found = Plan.objects.filter(phase=Phase.CLOSED).select_related("owner").order_by("-closed_at")[:CLOSED_SHOWN]
    return _cards(store, list(found), day)


def _cards(store: Store, plans: list[Plan], day: date) -> list[Card]:
    names = {one.code: one.name for one in touchpoints(current_id(store), get_language() or "zh-hans")}
    steps: dict[UUID, list[PlanStep]] = {plan.pk: [] for plan in plans}
    for step in PlanStep.objects.filter(plan__in=list(steps)).order_by("due_on", "position"):
        steps[step.plan_id].append(step)
    found = [_card(plan, names.get(plan.touchpoint, ""), steps[plan.pk], day) for plan in plans]
    return sorted(found, key=lambda card: -card.late)


def _card(plan: Plan, name: str, steps: list[PlanStep], day: date) -> Card:
    waiting = [step for step in steps if not step.done_at]
    words, due = _next(plan, waiting)
    late = (day - due).days if due else 0
    return Card(plan, name, words, max(0, late), len(steps) - len(waiting), len(steps))


def _next(plan: Plan, waiting: list[PlanStep]) -> tuple[str, date | None]:
    """Return what comes next in words, and the day on which it is due."""
    if plan.phase == Phase.CLOSED:
        return (date_format(plan.closed_at, "SHORT_DATE_FORMAT") if plan.closed_at else "", None)
    if plan.phase in (Phase.PLAN, Phase.DO) and waiting and waiting[0].due_on <= plan.review_on:
        step = waiting[0]
        if plan.phase == Phase.DO or step.due_on <= plan.start_on:
            return f"{day_words(step.due_on)} {step.text}", step.due_on
    if plan.phase == Phase.PLAN:
        return _("starts %(day)s") % {"day": day_words(plan.start_on)}, plan.start_on
    if plan.phase == Phase.ACT:
        return _("decide what becomes of it"), plan.review_on
    return _("to be checked %(day)s") % {"day": day_words(plan.review_on)}, plan.review_on


def day_words(day: date) -> str:
    """Return a day as people say it: month and day."""
    return date_format(day, "MONTH_DAY_FORMAT")


def late_chip(late: int) -> dict[str, str] | None:
    """Return the chip of what is overdue, in words; None where nothing is."""
    if late <= 0:
        return None
    text = ngettext("%(n)s day overdue", "%(n)s days overdue", late) % {"n": late}
    return {"kind": "bad", "icon": "alarm", "text": text}


def verdict_chip(plan: Plan) -> dict[str, str] | None:
    """Return the chip of a verdict, None where there is none."""
    if not plan.verdict:
        return None
    kind, icon = VERDICT_CHIPS[Verdict(plan.verdict)]
    return {"kind": kind, "icon": icon, "text": plan.get_verdict_display()}


def level_words(plan: Plan) -> str:
    """Say where an overdue plan has climbed to; empty while it is with its owner."""
    return {1: _("now with the manager"), 2: _("now with the chain")}.get(plan.level, "")


def plans_seen_by(plan: Plan, staff: Staff) -> bool:
    """Tell whether somebody who does not lead has a part in a plan: as its owner or the owner of a step."""
    return plan.owner_id == staff.pk or PlanStep.objects.filter(plan=plan, owner=staff).exists()
