"""Today: every car through the product's own actions, each at its own moment, up to now."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID

from django.db import transaction
from django.utils import translation

from dealership.actions.ticks import REASONS, tick
from dealership.refused import Refused
from feedback.demo import play_desk, play_shop, play_till
from feedback.demo.answers import LIVE, Spec
from feedback.demo.people import CLOSES, OPENS, Crew
from feedback.demo.plan import Plan
from feedback.demo.played import Played
from feedback.demo.ticks import Tap, taps

Act = Callable[[Played, datetime], None]
MILESTONES: dict[str, Act] = {
    "arrived": play_desk.arrive, "greeted": play_desk.greet, "controls": play_desk.cabin,
    "exterior": play_desk.exterior, "engine": play_desk.engine,
    "negotiation": play_desk.negotiate, "answered": play_desk.answer, "terms": play_desk.terms,
    "arranged": play_desk.arrange, "signed": play_desk.sign, "workshop": play_desk.to_workshop,
    "keyed": play_desk.hang_key, "dispatched": play_shop.send, "started": play_shop.start, "extra": play_shop.extra,
    "finished": play_shop.finish, "inspected": play_shop.inspect, "washed": play_shop.wash,
    "checked": play_shop.mid_check, "materials": play_shop.materials, "prepared": play_shop.prepare,
    "told": play_shop.tell, "explanation": play_shop.explain, "confirmed": play_till.confirm,
    "warranty": play_till.warranty, "reviewed": play_till.check, "delivery": play_till.finalise,
    "method": play_till.method, "paid": play_till.pay, "handed": play_till.hand_over, "left": play_till.let_out,
}  # fmt: skip
ALWAYS = ("3.2/midcheck", "3.2/materials", "2.2/estimate", "2.2/time", "2.2/payment", "2.5/key")
"""Steps that the product's gates and forms leave no choice about."""
FORGOTTEN_EXITS = 13
"""One car in so many leaves without the guard seeing it."""
WARNED = timedelta(minutes=6)
AT_RISK = (timedelta(minutes=8), timedelta(minutes=-7), timedelta(minutes=13))
"""Ready times, from now, of the cars in work whose promises are at risk or overdue."""
PLACES = (
    ("delivery", "paid"), ("explanation", "delivery"), ("told", "explanation"), ("checked", "told"),
    ("signed", "started"), ("answered", "signed"), ("mileage", "engine"), ("arrived", "greeted"),
)  # fmt: skip
"""Between which milestones somebody stands at the moment of the first run of a day: from the till to the gate."""
FURTHEST = timedelta(minutes=75)


@dataclass(frozen=True)
class Step:
    """One thing that somebody does, at its moment."""

    at: datetime
    car: Played
    act: Act


def play(
    plans: Sequence[Plan], crew: Crew, steps: Sequence[Spec], *, since: datetime | None, until: datetime
) -> list[str]:
    """Do what these cars do after `since` up to `until`; return what was refused (a person has taken over)."""
    for plan in plans:
        _bend(plan, until)
    cars = [Played(plan, crew, until) for plan in plans]
    due = (step for car in cars for step in _steps(car, steps) if step.at <= until)
    todo = sorted((step for step in due if since is None or step.at > since), key=lambda step: step.at)
    refused = []
    with translation.override("zh-hans"):
        for step in todo:
            if not step.car.mine:
                continue
            try:
                with transaction.atomic():
                    step.act(step.car, step.at)
            except Refused as no:
                step.car.mine = False
                refused.append(f"{step.car.plan.vehicle.plate} {step.at:%H:%M} {no.code}: {no.message}")
    return refused


def _bend(plan: Plan, until: datetime) -> None:
    """Fit a plan to the rules of the product: gates are kept, exits mostly seen."""
    for code in ALWAYS:
        if code in plan.answers:
            plan.answers[code] = LIVE
    if plan.at["left"] - plan.at["handed"] > timedelta(minutes=30) and plan.number % FORGOTTEN_EXITS:
        plan.at["left"] = plan.at["handed"] + timedelta(minutes=2)
        plan.answers["5.3/guard"] = LIVE


def arrange(plans: Sequence[Plan], moment: datetime) -> None:
    """Let somebody stand at every place of the house at `moment`, while it is open, and a few promises be at risk.

    The same plans and moment always come out the same, so that a later run goes on where this one ended.
    """
    if not plans or not OPENS < moment.astimezone(plans[0].store.zone).time() < CLOSES:
        return
    used: set[UUID] = set()
    for begins, ends in PLACES:
        fitting = [
            (_away(plan, begins, ends, moment), plan) for plan in plans if _movable(plan) and plan.id not in used
        ]
        if not fitting:
            break
        away, plan = min(fitting, key=lambda pair: (abs(pair[0]), pair[1].number))
        arrives = (plan.at["arrived"] + away).astimezone(plan.store.zone)
        if abs(away) < FURTHEST and arrives.date() == plan.day and OPENS <= arrives.time() < CLOSES:
            used.add(plan.id)
            plan.shift(away)
    _worry(plans, moment)


def _away(plan: Plan, begins: str, ends: str, moment: datetime) -> timedelta:
    """Return how far the plan must be moved to lie between the two milestones at `moment`."""
    middle = plan.at[begins] + (plan.at[ends] - plan.at[begins]) * 0.6
    return timedelta(seconds=round((moment - middle).total_seconds()))


def _movable(plan: Plan) -> bool:
    return not plan.cancelled and plan.at["handed"] - plan.at["arrived"] < timedelta(hours=7)


def _worry(plans: Sequence[Plan], until: datetime) -> None:
    working = [plan for plan in plans if plan.at["signed"] < until < plan.at["told"] and not plan.cancelled]
    for plan, away in zip(working, AT_RISK, strict=False):
        due = (until + away).replace(second=0, microsecond=0)
        if due > plan.at["started"] + timedelta(minutes=6):
            plan.at["due"], plan.promise = due, "kept"


def _steps(car: Played, specs: Sequence[Spec]) -> Iterator[Step]:
    plan = car.plan
    for name, act in MILESTONES.items():
        if name == "left" and "5.3/guard" in plan.answers and not plan.lives("5.3/guard"):
            continue
        yield Step(plan.at[name], car, act)
    if plan.sent_back:
        gap = (plan.at["inspected"] - plan.at["finished"]) / 4
        for number, act in enumerate((play_shop.send_back, play_shop.start_again, play_shop.finish), start=1):
            yield Step(plan.at["finished"] + number * gap, car, act)
    if plan.promise == "moved":
        yield Step(max(plan.at["due"] - WARNED, plan.at["started"] + timedelta(seconds=5)), car, play_shop.move_promise)
    if plan.at["finished"] - plan.at["started"] > timedelta(hours=12):
        yield Step(plan.at["started"] + timedelta(minutes=70), car, play_shop.pause)
    yield from (Step(listed[0].at, car, _tapped(listed)) for listed in _cards(taps(plan, specs, car.crew)))


def _cards(listed: Iterable[Tap]) -> Iterator[list[Tap]]:
    """Group the answers that are one tap: the same card, the same word, within seconds."""
    ordered = sorted(listed, key=lambda tap: (tap.spec.touchpoint, tap.answer, tap.at))
    for _key, group in groupby(ordered, key=lambda tap: (tap.spec.touchpoint, tap.answer, tap.at.hour, tap.at.minute)):
        yield list(group)


def _tapped(listed: list[Tap]) -> Act:
    def act(car: Played, now: datetime) -> None:
        answer = listed[0].answer
        reason = REASONS[0] if answer == "not_done" else ""
        codes = [tap.spec.code for tap in listed]
        tick(car.visit, by=listed[0].by, steps=codes, answer=answer, reason=reason, now=now)

    return act
