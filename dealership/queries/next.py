"""我的下一步: what this person does next, at most six lines, the most urgent first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from dealership import wiring
from dealership.models import Attention, Promise, Role, Situation, Staff, Store, Visit, Work
from dealership.queries.board import NOBODY_THERE, BoardCar, due_chip, minutes, open_visits, wait_chip, who
from dealership.queries.marks import mark_words
from dealership.queries.staff import roles_in
from dealership.stages import Stage

LINES = 6
SOON = timedelta(minutes=15)

# Ranks (design part 4): customer standing there, customer answered, promise due, car finished, extra work, rest.
# Before them all, for whoever leads: a customer who is not satisfied.
UNHAPPY, WAITING, ANSWERED, DUE, FINISHED, EXTRA, REST = range(7)

NO_STEP = ("offered", "opened", "asked", "approval_asked", "comeback")
"""Marks that are no line here: they only inform, or the app that knows their words makes the line.

A mark that stays until the car leaves would hide all else that is to do for the car.
"""


@dataclass(frozen=True)
class NextStep:
    """One line: what to do for whom, why now, and the one button.

    `visit` is None for what is no car's. `post` is True when the button changes something (then `url` is posted to).
    `since` sorts lines of one rank.
    `op`: kind of the request that the tablet keeps when the server cannot be reached, and goes to `then`.
    """

    rank: int
    visit: Visit | None
    what: str
    why: str
    action: str
    url: str
    since: datetime
    post: bool = False
    tone: str = ""
    chip: dict[str, str] | None = None
    op: str = ""
    then: str = ""
    first: bool = False
    """Before all other lines of its rank."""


Source = Callable[[Store, Staff, datetime], list[NextStep]]


def next_steps(store: Store, staff: Staff, *, now: datetime) -> list[NextStep]:
    """Return the lines of all sources (`wiring.NEXT_STEPS`), one per visit, at most six."""
    found: list[NextStep] = []
    for path in wiring.NEXT_STEPS:
        source: Source = import_string(path)
        found.extend(source(store, staff, now))
    lines: dict[object, NextStep] = {}
    for step in sorted(found, key=lambda step: (step.rank, not step.first, step.since)):
        lines.setdefault(step.visit.pk if step.visit else step.url, step)
    return list(lines.values())[:LINES]


def my_cars(store: Store, staff: Staff) -> list[Visit]:
    """Return the open cars of this advisor, the longest here first (chips above the lines)."""
    return list(open_visits(store).filter(advisor=staff).order_by("arrived_at"))


def waiting_customers(store: Store, staff: Staff, now: datetime) -> list[NextStep]:
    """Customers standing there: nobody's cars or cars meant for me, and offers of colleagues."""
    if not roles_in(staff, store) & {Role.ADVISOR, Role.SUPERVISOR, Role.MANAGER}:
        return []
    nobodys_or_mine = Q(advisor=None) | Q(advisor=staff)
    meant_for_me = Q(offered_to=None) | Q(offered_to=staff)
    waiting = open_visits(store).filter(nobodys_or_mine, meant_for_me, stage=Stage.RECEPTION, greeted_at=None)
    marks = Attention.objects.filter(visit=OuterRef("pk"), kind="goes_first", until=None)
    left_here = Situation.objects.filter(visit=OuterRef("pk"), kind=Situation.Kind.OUT_OF_HOURS, until=None)
    there = waiting.exclude(arrival__in=NOBODY_THERE).filter(~Exists(left_here)).annotate(goes_first=Exists(marks))
    visits = list(there.order_by("-goes_first", "arrived_at"))
    limit = import_string(wiring.WAIT_LIMIT)(store, now) if visits else None
    steps = [_greet(store, visit, now, limit=limit, first=visit.goes_first) for visit in visits]
    for visit in open_visits(store).filter(offered_to=staff).exclude(advisor=None):
        url = reverse("visit-accept", kwargs={"store": store.code, "visit": visit.pk})
        what = _("Take over %(name)s from %(advisor)s") % {"name": who(visit), "advisor": visit.advisor}
        steps.append(
            NextStep(WAITING, visit, what, _("A colleague asks you"), _("Accept"), url, visit.arrived_at, True)
        )
    return steps


def _greet(store: Store, visit: Visit, now: datetime, *, limit: timedelta | None, first: bool) -> NextStep:
    chip = wait_chip(now - visit.arrived_at, limit)
    tone = "" if chip["kind"] == "neutral" else chip["kind"]
    parts = (_("Goes first") if first else "", visit.get_arrival_display(), visit.words or _works(visit))
    why = " · ".join(str(part) for part in parts if part)
    url = reverse("visit-take", kwargs={"store": store.code, "visit": visit.pk})
    what = _("Go and meet %(name)s") % {"name": who(visit)}
    then = reverse(wiring.STAGE_PAGES[Stage.RECEPTION], kwargs={"store": store.code, "visit": visit.pk})
    return NextStep(
        WAITING, visit, what, why, _("Take the car"), url, visit.arrived_at, True, tone, chip, "visit.take", then,
        first=first,
    )  # fmt: skip


def _works(visit: Visit) -> str:
    return " · ".join(str(Work(work).label) for work in visit.works)


def attention_steps(store: Store, staff: Staff, now: datetime) -> list[NextStep]:
    """Customers who answered, paid or are not satisfied, of my cars (of all cars for whoever leads)."""
    marks = Attention.objects.filter(store=store, until=None).exclude(kind__in=NO_STEP)
    marks = marks.select_related("visit__vehicle", "visit__customer", "visit__advisor")
    leads = bool(roles_in(staff, store) & {Role.SUPERVISOR, Role.MANAGER})
    if not leads:
        marks = marks.filter(visit__advisor=staff)
    # Where an accident car stands is no task.
    marks = marks.exclude(kind__startswith="accident_")
    steps = []
    for mark in marks:
        words = mark_words(mark.kind)
        url = mark.url or reverse("visit", kwargs={"store": store.code, "visit": mark.visit_id})
        what = f"{who(mark.visit)} · {words['text']}"
        chip = {
            "kind": words["kind"],
            "icon": words["icon"],
            "text": _("%(n)s min ago") % {"n": minutes(now - mark.since)},
        }
        rank = UNHAPPY if leads and mark.kind == "not_satisfied" else ANSWERED
        steps.append(NextStep(rank, mark.visit, what, "", _("Open"), url, mark.since, False, words["kind"], chip))
    return steps


def due_promises(store: Store, staff: Staff, now: datetime) -> list[NextStep]:
    """My promises that are due within 15 minutes or past due."""
    promises = Promise.objects.filter(
        store=store, state=Promise.State.OPEN, due_at__lte=now + SOON, visit__advisor=staff, visit__left_at=None
    ).select_related("visit__vehicle", "visit__customer", "visit__advisor")
    steps = []
    for promise in promises:
        due = promise.due_at or now
        chip = due_chip(due, now=now)
        local = due.astimezone(store.zone)
        what = _("Promise to %(name)s: %(kind)s") % {"name": who(promise.visit), "kind": promise.get_kind_display()}
        why = _("Agreed %(time)s") % {"time": local.strftime("%H:%M")}
        url = reverse("visit", kwargs={"store": store.code, "visit": promise.visit_id})
        steps.append(NextStep(DUE, promise.visit, what, why, _("Open"), url, due, False, chip["kind"], chip))
    return steps


def rest_of_mine(store: Store, staff: Staff, now: datetime) -> list[NextStep]:
    """My other cars at the desk, the longest without a step first."""
    steps = []
    for visit in open_visits(store).filter(advisor=staff).exclude(stage=Stage.WORKSHOP):
        url = reverse("visit", kwargs={"store": store.code, "visit": visit.pk})
        car = BoardCar(visit, None)
        why = _("%(n)s min in this stage") % {"n": minutes(now - car.visit.stage_since)}
        what = f"{who(visit)} · {visit.get_stage_display()}"
        steps.append(NextStep(REST, visit, what, why, _("Go on"), url, visit.stage_since))
    return steps
