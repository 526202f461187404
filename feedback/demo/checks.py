"""Four weeks of self-check rounds, a mystery visit, and what customers confirmed; today's first round is done."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID

from dealership.models import Role, Staff, Store, TouchpointRecord, Visit, business_day
from dealership.queries.course import specs_of
from dealership.queries.staff import people_with
from dealership.stages import Stage
from dealership.uuids import seeded_uuid7
from feedback.actions.audits import add_audit
from feedback.actions.check_items import ensure_items
from feedback.actions.check_scores import check
from feedback.actions.cross_checks import drawn_for
from feedback.actions.rounds import draw_rounds
from feedback.models import CheckItem, CheckRound, CheckScore, CheckTask, CrossCheck, OutsideAudit
from feedback.queries.audit_files import Given
from feedback.queries.drawable import week_of

DAYS = 28
MISSED, LATE, SECOND, UNSEEN = 0.06, 0.06, 0.16, 0.04
"""Shares of rounds missed and done late, of tasks that two looked at, and of tasks that could not be seen."""
WEAK = {"2.4": 6.4, "3.4": 6.3, "4.2": 6.9, "3.3": 7.2, "1.4": 7.6}
USUAL = 8.6
"""Means of what checkers give (dealer facts, part 3, and the manager's picture)."""
SEES = {"L": 0.93, "T": 0.82, "B": 0.55, "S": 0.3, "U": 0.45}
"""How often a customer says yes, by how the step was recorded."""
ANSWERS, UNSURE = 0.19, 0.06
NOTES = {
    "2.4": "约了钟点，晚了二十分钟才告知", "3.4": "客户还在休息区，三件套已经取下", "4.2": "说了保养日期，没说里程",
    "3.3": "客户先打电话来问", "1.4": "客户下车等了三分钟",
}  # fmt: skip
MYSTERY = {
    "1.1-salute": 9, "1.4-meet": 6, "1.5-walk": 8, "2.1-repeat": 8, "2.2-time": 7, "3.4-covers": 5, "4.1-explain": 8,
    "4.1-service": 6, "5.2-thanks": 9, "5.3-farewell": 5,
}  # fmt: skip
MYSTERY_DAY = 9
TODAYS_LOW = 5
"""The task of today's first round that is given 6 and comes back tomorrow."""


def fill(store: Store, *, now: datetime) -> None:
    """Write the rounds up to `now`; what is there stays."""
    ensure_items(store, now=now - timedelta(days=DAYS))
    today, week = business_day(store, now), week_of(store)
    for day in (today - timedelta(days=n) for n in range(DAYS, -1, -1)):
        hours = week.of(day)
        opening = datetime.combine(day, hours[0], tzinfo=store.zone) if hours else None
        if opening and opening <= now and not CheckRound.objects.filter(store=store, day=day).exists():
            rounds = draw_rounds(store, day=day, now=opening)
            if day < today:
                _look(rounds, _checkers(store))
                if day == week.open_before(today):
                    _make_low(store, day)
    _do_first(store, today, now)
    _mystery_visit(store, today, now)
    _confirm(store, now)


def _checkers(store: Store) -> tuple[Staff, Staff]:
    """Return the supervisor and the manager."""
    both = [people_with(store, [role])[0].staff for role in (Role.SUPERVISOR, Role.MANAGER)]
    return both[0], both[1]


def _look(rounds: Iterable[CheckRound], by: tuple[Staff, Staff]) -> None:
    """Let the checkers do rounds of a day that is over: some late, a few not at all."""
    for one in rounds:
        chance = Random(f"{one.store_id} {one.day} {one.number} done")
        if chance.random() < MISSED:
            continue
        late = chance.random() < LATE
        end = one.due_at + timedelta(minutes=chance.randrange(10, 70) * (1 if late else -1))
        tasks = list(CheckTask.objects.filter(round=one).select_related("item"))
        scores = [_score(task, by[0], end - timedelta(seconds=25 * (len(tasks) - n)), chance)
                  for n, task in enumerate(tasks)]  # fmt: skip
        scores += [second for first in scores if (second := _second(first, by[1], chance))]
        CheckScore.objects.bulk_create(scores)
        CheckRound.objects.filter(pk=one.pk).update(done_at=max(row.at for row in scores[: len(tasks)]), by=by[0])


def _score(task: CheckTask, by: Staff, at: datetime, chance: Random) -> CheckScore:
    unseen = chance.random() < UNSEEN
    given = _given(task.item.touchpoint, chance)
    return CheckScore(
        id=seeded_uuid7(at, chance), store_id=task.store_id, task=task, item_id=task.item_id,
        touchpoint=task.item.touchpoint, visit_id=task.visit_id, person_id=task.person_id,
        score=None if unseen else given, why="no_moment" if unseen else "",
        note=NOTES.get(task.item.touchpoint, "") if given < 6 and not unseen else "",
        at=at, day=task.round.day, by=by,
    )  # fmt: skip


def _given(touchpoint: str, chance: Random) -> int:
    return max(0, min(10, round(chance.gauss(WEAK.get(touchpoint, USUAL), 1.1))))


def _second(first: CheckScore, by: Staff, chance: Random) -> CheckScore | None:
    """Return what another person gave the same task an hour later, seldom."""
    if first.score is None or chance.random() >= SECOND:
        return None
    at = first.at + timedelta(minutes=60)
    score = max(0, min(10, first.score + chance.choice([-2, -1, -1, 0, 0, 0, 0, 1])))
    return CheckScore(
        id=seeded_uuid7(at, chance), store_id=first.store_id, task_id=first.task_id, item_id=first.item_id,
        touchpoint=first.touchpoint, visit_id=first.visit_id, person_id=first.person_id, score=score, at=at,
        day=first.day, by=by,
    )  # fmt: skip


def _make_low(store: Store, day: date) -> None:
    """Let one item of the last round done by `day` be low: it comes back in today's first round."""
    done = CheckScore.objects.filter(store=store, day__lte=day, task__isnull=False)
    row = done.order_by("-day", "-task__round__number", "task__position").first()
    if row:
        CheckScore.objects.filter(task=row.task_id).update(score=5, why="", note="照标准差了一半")


def _do_first(store: Store, today: date, now: datetime) -> None:
    """Do today's first round through the product's own action, an hour and a half after opening."""
    one = CheckRound.objects.filter(store=store, day=today, number=1, done_at=None).first()
    if one is None or now < (at := one.drawn_at + timedelta(minutes=95)):
        return
    chance = Random(f"{store.pk} {today} first")
    by = _checkers(store)[0]
    for task in CheckTask.objects.filter(round=one).select_related("round", "item", "store"):
        score = _given(task.item.touchpoint, chance) if task.position < TODAYS_LOW else 6
        check(task, by=by, score=score, now=at + timedelta(seconds=22 * task.position))


def _mystery_visit(store: Store, today: date, now: datetime) -> None:
    if OutsideAudit.objects.filter(store=store).exists():
        return
    items = dict(CheckItem.objects.filter(store=store, ended_at=None, code__in=MYSTERY).values_list("code", "pk"))
    add_audit(
        store, by=_checkers(store)[1], kind=OutsideAudit.Kind.MYSTERY, day=today - timedelta(days=MYSTERY_DAY),
        organisation="明访咨询", note="周六上午，预约客户，小保养。", now=now,
        given={pk: Given(MYSTERY[code]) for code, pk in items.items()},
    )  # fmt: skip


def _confirm(store: Store, now: datetime) -> None:
    """Draw two facts of each visit that has left without, and let a fifth of the customers answer."""
    drawn = CrossCheck.objects.filter(store=store).values("visit")
    left = Visit.objects.filter(store=store, stage=Stage.CLOSED, joined_to=None, left_at__gte=now - timedelta(days=60))
    visits = left.exclude(pk__in=drawn).in_bulk()
    states: dict[UUID, dict[str, str]] = {}
    records = TouchpointRecord.objects.filter(store=store, visit__in=visits, applicable=True)
    for key, touchpoint, letters in records.values_list("visit_id", "touchpoint", "states"):
        states.setdefault(key, {})[touchpoint] = letters
    rows: list[CrossCheck] = []
    for pk, visit in visits.items():
        made = drawn_for(visit, states.get(pk, {}), now=visit.left_at or now)
        rows += _answered(store, visit, made, states.get(pk, {}), now)
    CrossCheck.objects.bulk_create(rows, ignore_conflicts=True)


def _answered(
    store: Store, visit: Visit, made: list[CrossCheck], states: dict[str, str], now: datetime
) -> list[CrossCheck]:
    chance = Random(f"{visit.pk} confirmed")
    day = business_day(store, visit.left_at or now) + timedelta(days=chance.choice([1, 1, 2]))
    at = datetime.combine(day, time(chance.randrange(9, 20), chance.randrange(60)), tzinfo=store.zone)
    if chance.random() >= ANSWERS or at > now:
        return made
    places = _places(visit.standard_id)
    for row in made:
        letter = states[row.touchpoint][places[f"{row.touchpoint}/{row.step}"]]
        yes = CrossCheck.Answer.YES if chance.random() < SEES.get(letter, 0.5) else CrossCheck.Answer.NO
        row.answer = CrossCheck.Answer.UNSURE if chance.random() < UNSURE else yes
        row.answered_at, row.day = at, day
    return made


def _places(standard_id: int) -> dict[str, int]:
    """Return "3.4/covers" → its place among the steps of its touchpoint."""
    places: dict[str, int] = {}
    seen: dict[str, int] = {}
    for spec in specs_of(standard_id):
        places[spec.code] = seen[spec.touchpoint] = seen.get(spec.touchpoint, -1) + 1
    return places
