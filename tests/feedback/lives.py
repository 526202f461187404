"""Visits lived for the tests of scores: ticked, moved, closed, at their own moments."""

from datetime import date, datetime, timedelta

from dealership.actions.stages import _move
from dealership.actions.ticks import tick, tick_by_record
from dealership.models import Staff, Store, Visit
from dealership.queries.course import specs_of
from dealership.stages import FORWARD, Stage
from feedback.actions.scores import mark_reading
from feedback.models import CheckItem, CheckRound, CheckScore, CheckTask
from tests.cast import Cast, at

MINUTES = timedelta(minutes=1)


def move(visit: Visit, to: str, *, by: Staff, now: datetime) -> None:
    """Move a visit past the gates that other apps hold."""
    _move(visit, source=visit.stage, to=to, by=by, id=None, reason="", now=now)


def through(cast: Cast, visit: Visit, *, start: datetime, until: str = Stage.CLOSED) -> Visit:
    """Drive a visit through its stages, twenty minutes each; records tick their steps, hands do not."""
    now = start
    while visit.stage != until:
        codes = [spec.code for spec in specs_of(visit.standard_id) if spec.evidence and belongs(spec.code, visit)]
        tick_by_record(visit, steps=codes, record=visit, by=cast.advisor, now=now)
        now += 20 * MINUTES
        move(visit, FORWARD[visit.stage], by=cast.advisor, now=now)
    return visit


def belongs(code: str, visit: Visit) -> bool:
    """Tell whether a step is lived in the stage that the visit is in."""
    stages = {"1": "reception", "2": "negotiation", "3": "showcase", "4": "explanation", "5": "delivery"}
    return stages[code[0]] == visit.stage


def hand_steps(visit: Visit) -> list[str]:
    """Return the codes of all steps that hands tick."""
    return [spec.code for spec in specs_of(visit.standard_id) if not spec.evidence]


def tick_all_at_once(cast: Cast, visit: Visit, *, now: datetime) -> None:
    """Tick every hand step of the visit, one touchpoint a second."""
    by_touchpoint: dict[str, list[str]] = {}
    for code in hand_steps(visit):
        by_touchpoint.setdefault(code.split("/")[0], []).append(code)
    for second, codes in enumerate(by_touchpoint.values()):
        tick(visit, by=cast.advisor, steps=codes, now=now + timedelta(seconds=second))


def closed(cast: Cast, plate: str = "沪A8K2D6", clock: str = "08:31", day: str = "2026-11-20") -> Visit:
    """Return a visit that is closed on `day`, its hand steps left open."""
    visit = cast.visit(plate, now=at(clock, day))
    return through(cast, visit, start=at(clock, day))


def checked(store: Store, touchpoint: str, scores: list[int | None], day: date, *, by: Staff) -> None:
    """Score a touchpoint in tasks of the day's first round, one for each of `scores`."""
    when = at("15:00", day.isoformat())
    item, _made = CheckItem.objects.get_or_create(
        store=store, code=f"item-{touchpoint.replace('.', '-')}", touchpoint=touchpoint,
        defaults={"who": "advisor", "way": "watch", "texts": {}, "since": when},
    )  # fmt: skip
    drawn, _made = CheckRound.objects.get_or_create(
        store=store, day=day, number=1, defaults={"drawn_at": when, "due_at": when}
    )
    for score in scores:
        position = CheckTask.objects.filter(round=drawn).count()
        task = CheckTask.objects.create(store=store, round=drawn, item=item, position=position)
        CheckScore.objects.create(
            store=store, task=task, item=item, touchpoint=touchpoint, score=score, at=when, day=day, by=by
        )
    mark_reading(store, day)
