"""What a round may look at on a day: the items, how long ago each was looked at, the cars and people that fit."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from dealership.models import Holiday, Membership, OpeningHours, StepTick, Store, TouchpointRecord, Visit
from dealership.stages import OPEN, TOUCHPOINT_STAGE
from feedback.drawing import LOW, NEVER, ROUNDS, Candidate
from feedback.models import CheckItem, CheckScore, CheckTask

MEMORY = timedelta(days=28)
"""What was not looked at for so long counts as never looked at."""


@dataclass(frozen=True)
class Week:
    """When a store is open, by weekday and on single dates."""

    hours: Mapping[int, tuple[time, time]]
    holidays: Mapping[date, tuple[time, time] | None]

    def of(self, day: date) -> tuple[time, time] | None:
        """Return when the store opens and closes on a day, None when it stays shut."""
        return self.holidays[day] if day in self.holidays else self.hours.get(day.weekday())

    def open_before(self, day: date) -> date:
        """Return the last open day before `day`; the day before where there was none for a week."""
        days = [day - timedelta(days=n) for n in range(1, 8)]
        return next((one for one in days if self.of(one)), days[0])


def week_of(store: Store) -> Week:
    """Read when a store is open (two queries)."""
    hours = OpeningHours.objects.filter(store=store).values_list("weekday", "opens", "closes")
    rows = Holiday.objects.filter(store=store).values_list("date", "opens", "closes")
    return Week(
        {weekday: (opens, closes) for weekday, opens, closes in hours},
        {day: (opens, closes) if opens and closes else None for day, opens, closes in rows},
    )


@dataclass(frozen=True)
class Known:
    """What is known of the items on a day, in a constant number of queries."""

    items: dict[str, CheckItem]
    looked: dict[str, int]
    """Code → the round (counted from day 1) in which it was looked at last, or drawn today."""
    scores: dict[str, tuple[int, float]]
    """Code → when it was scored last, and the mean of that round."""
    visits: dict[str, list[UUID]] = field(default_factory=dict)
    """Touchpoint → cars at which it can be looked at."""

    def candidates(self, day: date, number: int) -> list[Candidate]:
        """Return the items that round `number` can look at."""
        now = round_count(day, number)
        seen: dict[str, int] = {}
        for code, at in self.looked.items():
            touchpoint = self._touchpoint(code)
            seen[touchpoint] = max(seen.get(touchpoint, 0), at)
        return [
            Candidate(
                key=code, touchpoint=item.touchpoint, times_a_week=item.times_a_week, low=self._low(code, day),
                tried=now - self.looked[code] if code in self.looked else NEVER,
                seen=now - seen[item.touchpoint] if item.touchpoint in seen else NEVER,
            )
            for code, item in self.items.items()
            if not item.needs_visit or self.visits.get(item.touchpoint)
        ]  # fmt: skip

    def _low(self, code: str, day: date) -> bool:
        at, mean = self.scores.get(code, (0, float(LOW)))
        # What was low today comes back tomorrow; what came back today is not drawn twice.
        return mean < LOW and at < round_count(day, 1) and self.looked.get(code, 0) < round_count(day, 1)

    def _touchpoint(self, code: str) -> str:
        item = self.items.get(code)
        return item.touchpoint if item else code.split("-")[0]


def round_count(day: date, number: int) -> int:
    """Return the place of a round in the row of all rounds."""
    return day.toordinal() * ROUNDS + number


def known_on(store: Store, day: date, *, before: date, now: datetime) -> Known:
    """Return what is known on `day`; `before`: the open day before it. Four queries."""
    items = {item.code: item for item in CheckItem.objects.filter(store=store, ended_at=None)}
    looked: dict[str, int] = {}
    marks: dict[tuple[str, int], list[int]] = defaultdict(list)
    rows = CheckScore.objects.filter(store=store, day__gte=day - MEMORY, day__lt=day, task__isnull=False)
    for code, on, number, score in rows.values_list("item__code", "task__round__day", "task__round__number", "score"):
        at = round_count(on, number)
        looked[code] = max(looked.get(code, 0), at)
        if score is not None:
            marks[code, at].append(score)
    drawn = CheckTask.objects.filter(store=store, round__day=day).values_list("item__code", "round__number")
    for code, number in drawn:
        looked[code] = max(looked.get(code, 0), round_count(day, number))
    wanted = {item.touchpoint for item in items.values() if item.needs_visit}
    return Known(items, looked, _last_means(marks), _visits(store, wanted, before, day, now))


def _last_means(marks: Mapping[tuple[str, int], list[int]]) -> dict[str, tuple[int, float]]:
    """Return code → (round of the last score, mean of its checkers)."""
    return {code: (at, sum(given) / len(given)) for (code, at), given in sorted(marks.items(), key=lambda one: one[0])}


def _visits(store: Store, wanted: Collection[str], before: date, day: date, now: datetime) -> dict[str, list[UUID]]:
    """Return touchpoint → cars of the day and the open day before, whose stage of it is lived now or was left."""
    lived = Q()
    for stage in OPEN:
        codes = [code for code in wanted if TOUCHPOINT_STAGE[code[0]] == stage]
        lived |= Q(day=None, visit__stage=stage, touchpoint__in=codes)
    rows = TouchpointRecord.objects.filter(
        Q(day__range=(before, day), touchpoint__in=wanted) | lived,
        store=store, applicable=True, visit__joined_to=None, visit__arrived_at__lte=now,
    )  # fmt: skip
    found: dict[str, list[UUID]] = defaultdict(list)
    for touchpoint, visit in rows.values_list("touchpoint", "visit_id"):
        found[touchpoint].append(visit)
    return found


@dataclass(frozen=True)
class People:
    """Who can be looked at: by role (on duty first where somebody is), and who did what at the cars drawn."""

    by_role: dict[str, list[UUID]]
    did: dict[tuple[UUID, str, str], list[UUID]]
    advisors: dict[UUID, UUID | None]

    def fitting(self, item: CheckItem, visit: UUID | None) -> list[UUID]:
        """Return the people of whom one is drawn: who did the step at that car, else anybody of the role."""
        role = self.by_role.get(item.who, [])
        if visit:
            did = self.did.get((visit, item.touchpoint, item.step), []) or self.did.get(
                (visit, item.touchpoint, ""), []
            )
            own = [one for one in did if one in role] or [one for one in [self.advisors.get(visit)] if one in role]
            if own:
                return [own[-1]]
        return role


def people_of(store: Store, visits: Iterable[Any]) -> People:
    """Return who can be looked at (three queries)."""
    keys = list(visits)
    everybody: dict[str, list[UUID]] = defaultdict(list)
    on_duty: dict[str, list[UUID]] = defaultdict(list)
    rows = Membership.objects.filter(store=store, staff__is_active=True).order_by("staff__username")
    for role, staff, since in rows.values_list("role", "staff_id", "on_duty_since"):
        everybody[role].append(staff)
        if since:
            on_duty[role].append(staff)
    did: dict[tuple[UUID, str, str], list[UUID]] = defaultdict(list)
    ticks = StepTick.objects.filter(store=store, visit__in=keys, staff__isnull=False, answer=StepTick.Answer.DONE)
    for visit, touchpoint, step, staff in ticks.order_by("moment").values_list(
        "visit_id", "touchpoint", "step", "staff_id"
    ):
        did[visit, touchpoint, step].append(staff)
        did[visit, touchpoint, ""].append(staff)
    visits = Visit.objects.filter(store=store, pk__in=keys)
    advisors: dict[UUID, UUID | None] = dict(visits.values_list("pk", "advisor_id"))
    return People({role: on_duty.get(role) or found for role, found in everybody.items()}, dict(did), advisors)
