"""One case of yesterday to talk about, and one script to play."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Avg, Count
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dealership.models import Promise, Staff, Store, TouchpointRecord, Vehicle, Visit
from dealership.queries.board import minutes, open_visits, who
from dealership.queries.scripts import say_html, values_for
from dealership.queries.standards import StepWords, TouchpointWords, current_id, touchpoints
from feedback.models import DailyScore, Practice
from feedback.queries.day import records
from feedback.queries.score_settings import own_influence
from feedback.queries.words import losses_of
from feedback.scores import FEW, WINDOW_DAYS, rounded, weakness

CASE_TOUCHPOINTS = 5
"""A visit with fewer scored touchpoints is no story."""
TOLD = 3


@dataclass(frozen=True)
class Case:
    """A visit of yesterday: its mean, what happened to it (or went well), and the way to its steps."""

    visit: Visit
    name: str
    vehicle: Vehicle
    mean: Decimal
    n: int
    best: bool
    story: tuple[str, ...]
    url: str


@dataclass(frozen=True)
class Played:
    """The script to play: a step of the weakest touchpoint, filled in for a car of today where there is one."""

    touchpoint: TouchpointWords
    step: StepWords
    figure: Decimal
    n: int
    say: SafeString
    car: str
    missed: int
    people: tuple[Staff, ...]


def case_of(store: Store, day: date, *, best: bool = False) -> Case | None:
    """Return the visit that lost most on a day (or the best one), None where none has enough; at most three queries."""
    means = records().filter(store=store, day=day).order_by().values("visit")
    means = means.annotate(mean=Avg("score"), n=Count("pk")).filter(n__gte=CASE_TOUCHPOINTS)
    first = means.order_by("-mean" if best else "mean", "-n", "visit").first()
    if first is None:
        return None
    lived = list(
        TouchpointRecord.objects.filter(store=store, visit=first["visit"], score__isnull=False)
        .select_related("visit__vehicle", "visit__customer", "visit__advisor")
        .order_by("score", "touchpoint")
    )
    visit = lived[0].visit
    promises = list(Promise.objects.filter(store=store, visit=visit.pk).order_by("settled_at", "pk"))
    words = {one.code: one.name for one in touchpoints(current_id(store), get_language() or "zh-hans")}
    story = _good(lived, promises, words) if best else _bad(lived, promises, words)
    url = reverse("visit-steps", kwargs={"store": store.code, "visit": visit.pk})
    return Case(visit, who(visit), visit.vehicle, rounded(first["mean"]), first["n"], best, story, url)


def _bad(lived: list[TouchpointRecord], promises: list[Promise], words: dict[str, str]) -> tuple[str, ...]:
    """Say what was broken, how long nobody came, and where points were lost."""
    story = [_promise(one) for one in promises if one.state in (Promise.State.BROKEN, Promise.State.LATE)]
    visit = lived[0].visit
    waited = minutes(visit.greeted_at - visit.arrived_at) if visit.greeted_at else 0
    if waited >= FEW:
        story.append(_("Waited %(n)s min for the greeting") % {"n": waited})
    for record in [one for one in lived if one.score is not None and one.score < 10][:TOLD]:
        lost = losses_of(record)
        if lost:
            name = f"{record.touchpoint} {words.get(record.touchpoint, '')}"
            story.append(_("%(touchpoint)s: %(lost)s") % {"touchpoint": name, "lost": _(", ").join(lost)})
    return tuple(story)


def _good(lived: list[TouchpointRecord], promises: list[Promise], words: dict[str, str]) -> tuple[str, ...]:
    """Say what was kept, and how much was done in time."""
    kept = [one for one in promises if one.state == Promise.State.KEPT]
    story = (
        [_("Kept: %(kinds)s") % {"kinds": _(", ").join(str(one.get_kind_display()) for one in kept)}] if kept else []
    )
    steps, live = sum(one.steps for one in lived), sum(one.live for one in lived)
    story.append(_("%(live)s of %(steps)s steps done in time") % {"live": live, "steps": steps})
    full = [f"{one.touchpoint} {words.get(one.touchpoint, '')}" for one in lived if one.score == 10]
    if full:
        story.append(_("Full marks: %(touchpoints)s") % {"touchpoints": _(", ").join(full[-TOLD:])})
    return tuple(story)


def _promise(one: Promise) -> str:
    state = {"kind": one.get_kind_display(), "state": one.get_state_display()}
    return _("%(kind)s: %(state)s") % state


def script_of(store: Store, day: date) -> Played | None:
    """Return the script to play today; None while no touchpoint has a figure. Six queries and those of its words."""
    weakest = _weakest(store, day)
    if weakest is None:
        return None
    words, row = weakest
    step, missed = _step(store, words, day)
    visit = open_visits(store).order_by("-arrived_at").first()
    language = get_language() or "zh-hans"
    say = say_html(step, values_for(visit, step.variables, language) if visit else {})
    played = Practice.objects.filter(store=store, touchpoint=words.code, kind=Practice.Kind.ROLE_PLAY, day__gt=day)
    people = tuple(one.staff for one in played.select_related("staff").order_by("staff__name"))
    car = f"{who(visit)} {visit.vehicle.plate_info.display}" if visit else ""
    return Played(words, step, row.figure or Decimal(0), row.n, say, car, missed, people)


def _weakest(store: Store, day: date) -> tuple[TouchpointWords, DailyScore] | None:
    """Return the touchpoint that asks most for attention by the figures of `day`, and its row."""
    rows = DailyScore.objects.filter(store=store, advisor=None, day=day, figure__isnull=False).exclude(touchpoint="")
    words = {one.code: one for one in touchpoints(current_id(store), get_language() or "zh-hans")}
    influence = own_influence(store)
    weighed = [
        (weakness(row.figure or Decimal(0), influence.get(row.touchpoint, words[row.touchpoint].influence)), row)
        for row in rows.order_by("touchpoint")
        if row.touchpoint in words
    ]
    if not weighed:
        return None
    _weight, row = max(weighed, key=lambda pair: pair[0])
    return words[row.touchpoint], row


def _step(store: Store, words: TouchpointWords, day: date) -> tuple[StepWords, int]:
    """Return the step that was missed most often within 28 days (not in time, or not at all), and how often."""
    lived = records().filter(store=store, touchpoint=words.code, visit__standard=current_id(store))
    states = lived.filter(day__range=(day - timedelta(days=WINDOW_DAYS - 1), day)).order_by()
    missed: Counter[int] = Counter()
    for text, n in Counter(states.values_list("states", flat=True)).items():
        for place, letter in enumerate(text[: len(words.steps)]):
            missed[place] += n if letter in "TBSU" else 0
    place = max(range(len(words.steps)), key=lambda one: (missed[one], -one))
    return words.steps[place], missed[place]
