"""The demo's weak items, practices and plans: one plan in each phase, one overdue and climbed, one that worked."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from django.utils import translation

from dealership.models import Role, Staff, Store, TouchpointRecord, business_day
from dealership.queries.staff import people_with
from dealership.refused import Refused
from dealership.stages import stage_of
from dealership.uuids import seeded_uuid7
from feedback.actions.causes import find_cause
from feedback.actions.plan_moves import check, drop, make_standard, start, to_check
from feedback.actions.plan_steps import Task, add_step, tick_step
from feedback.actions.plans import Wish, make_plan
from feedback.actions.practices import log_practice
from feedback.actions.weak_items import confirm
from feedback.models import CustomerReading, Plan, PlanStep, Practice, RootCause, WeakItem
from feedback.plan_dates import CLIMB_AFTER, morning
from feedback.queries.plan_choices import target_for
from feedback.queries.samples import recent
from feedback.queries.weak_items import proposed

WORDS = {
    "3.3": "车好了先在内部群里说，客户自己打电话来才知道。", "2.4": "客户坐下后十几分钟没人招呼。",
    "4.2": "只说日期，不说里程，也没问听没听清。", "3.4": "三件套在车间就取下了，客户没看见。",
    "1.4": "忙的时候客户下车没人迎。",
}  # fmt: skip
OTHER_WORDS = "忙的时候最后一步常常省掉。"
CALLS = 22
"""Follow-up calls on either side of the plan that worked: what customers said of 2.1 by telephone."""


@dataclass(frozen=True)
class Sketch:
    """A plan of the demo: its touchpoint, aim, and steps as (what, days after the start, done)."""

    touchpoint: str
    title: str
    why: str
    reading: str = Plan.Reading.EXECUTION
    department: str = Plan.Department.FRONT_DESK
    steps: tuple[tuple[str, int, bool], ...] = field(default=())


TALK = Sketch(
    "2.1", "先说必做，再说建议，价格当场写在单子上", "客户一听就明白哪些非做不可", Plan.Reading.CUSTOMER,
    steps=(("晨会演练三天", 2, True), ("话术卡改好发到平板", 4, True), ("主管每周听两次", 14, True)),
)  # fmt: skip
MEET = Sketch(
    "1.4",
    "高峰时段留一位顾问专迎",
    "客户下车两分钟内有人接",
    steps=(("排出高峰值班表", 1, True), ("门岗提前报车", 3, True)),
)
PAPERS = Sketch(
    "4.1",
    "结算前顾问先对着旧件讲一遍",
    "客户看得见钱花在哪里",
    steps=(("备好旧件托盘", 2, True), ("晨会看一个案例", 8, True)),
)
COVERS = Sketch(
    "3.4", "三件套一律等客户到场再取", "客户亲眼看到车内干净",
    steps=(("车间贴提示：三件套留着", 1, True), ("每位顾问带做五台", 6, False), ("一周后抽查十台", 13, False)),
)  # fmt: skip
NOTICE = Sketch(
    "3.3",
    "终检合格后10分钟内由顾问亲自致电",
    "客户不用再打电话来问",
    steps=(("晨会演练通知电话", 2, False), ("看板加一列待通知", 5, False)),
)


def fill(store: Store, *, now: datetime) -> None:
    """Write all of it once for a store; what its figures do not carry is left out."""
    people = {str(role): [row.staff for row in people_with(store, [role])] for role in (Role.ADVISOR, *_LEADS)}
    if Plan.objects.exists() or not all(people.values()):
        return
    with translation.override("zh-hans"):
        _practise(store, people[Role.ADVISOR], by=people[Role.SUPERVISOR][0], now=now)
        _Plans(store, people[Role.ADVISOR], people[Role.MANAGER][0], now).write()


_LEADS = (Role.SUPERVISOR, Role.MANAGER)


def _practise(store: Store, advisors: list[Staff], *, by: Staff, now: datetime) -> None:
    """Note what was practised at the morning meetings of the last weeks."""
    kinds = Practice.Kind
    for touchpoint, kind, back, count, note in (
        ("2.1", kinds.ROLE_PLAY, 40, 3, "晨会对练"), ("2.2", kinds.TRAINING, 33, 3, "报价话术"),
        ("3.4", kinds.ROLE_PLAY, 8, 2, "当面取三件套"), ("1.5", kinds.TRAINING, 21, 2, "环车六步"),
        ("3.3", kinds.ROLE_PLAY, 120, 1, "通知电话"),
    ):  # fmt: skip
        day = _weekday(business_day(store, now) - timedelta(days=back))
        log_practice(
            store, touchpoint=touchpoint, kind=kind, day=day, people=advisors[:count], by=by, note=note, now=now
        )


class _Plans:
    """Writes the plans of a store, each at the moments at which it was moved."""

    def __init__(self, store: Store, advisors: list[Staff], manager: Staff, now: datetime) -> None:
        self.store, self.advisors, self.manager, self.now = store, advisors, manager, now
        self.today = business_day(store, now)

    def write(self) -> None:
        """Write the five plans and the two weak items."""
        self._worked()
        self._decided()
        self._to_be_checked()
        self._overdue()
        self._planned()

    def _worked(self) -> None:
        first = _monday(self.today - timedelta(days=42))
        self._call(TALK.touchpoint, first)
        plan = self._make(TALK, first, first + timedelta(days=21))
        if plan:
            day = self._at(plan.review_on, 9)
            plan = check(to_check(plan, by=self.manager, now=day), by=self.manager, now=day)
            end = day + timedelta(minutes=20)
            if plan.verdict == Plan.Verdict.BETTER:
                make_standard(plan, by=self.manager, now=end)
            else:
                drop(plan, why="数据太少，看不出效果", by=self.manager, now=end)

    def _decided(self) -> None:
        review_on = _weekday(self.today - timedelta(days=1))
        plan = self._make(MEET, _monday(review_on - timedelta(days=28)), review_on)
        if plan:
            day = self._at(review_on, 9)
            check(to_check(plan, by=None, now=day), by=self.manager, now=day)

    def _to_be_checked(self) -> None:
        plan = self._make(PAPERS, _monday(self.today - timedelta(days=22)), self.today)
        if plan:
            to_check(plan, by=None, now=self._at(self.today, 7))

    def _overdue(self) -> None:
        """Let a step be three days late: it has climbed to the manager."""
        first = _monday(self.today - timedelta(days=8))
        plan = self._make(COVERS, first, first + timedelta(days=28))
        step = PlanStep.objects.filter(plan=plan, done_at=None).order_by("due_on").first()
        if plan and step:
            due = _weekday(self.today - timedelta(days=3))
            PlanStep.objects.filter(pk=step.pk).update(due_on=due, remind_at=None)
            Plan.objects.filter(pk=plan.pk).update(level=1, climb_at=morning(self.store, due + CLIMB_AFTER[1]))

    def _planned(self) -> None:
        """Confirm two weak items; for the first the cause is found and a plan written."""
        found = proposed(self.store, self.today)
        codes = sorted((one.code for one in found), key=lambda code: code not in WORDS)[:2]
        items = [self._confirm(code, days) for code, days in zip(codes, (2, 1), strict=False)]
        if not items or items[0] is None:
            return
        answers = {"standard": True, "training": False}
        cause = find_cause(
            items[0], answers=answers, measure="role-play", by=self.manager,
            now=self._at(self.today - timedelta(days=1), 9),
        )  # fmt: skip
        sketch = NOTICE if items[0].touchpoint == NOTICE.touchpoint else _about(items[0])
        first = _monday(self.today + timedelta(days=7))
        self._make(sketch, first, first + timedelta(days=28), cause=cause, begin=False)

    def _confirm(self, code: str, days: int) -> WeakItem | None:
        try:
            return confirm(
                self.store, touchpoint=code, words=WORDS.get(code, OTHER_WORDS), by=self.manager,
                now=self._at(self.today - timedelta(days=days), 8),
            )  # fmt: skip
        except Refused:
            return None

    def _make(
        self, sketch: Sketch, start_on: date, review_on: date, *, cause: RootCause | None = None, begin: bool = True
    ) -> Plan | None:
        """Make a plan with its steps and begin it; None where the figures do not carry it."""
        made = self._at(start_on, 8) if begin else self.now
        sample = recent(self.store, sketch.touchpoint, reading=sketch.reading, day=business_day(self.store, made))
        owner = self.advisors[len(sketch.title) % len(self.advisors)]
        wish = Wish(
            sketch.title, sketch.why, sketch.reading, target_for(sample), start_on, review_on, owner, sketch.department
        )
        item = cause.weak_item if cause else None
        try:
            plan = make_plan(
                self.store, touchpoint=sketch.touchpoint, wish=wish, by=self.manager, item=item, cause=cause, now=made
            )
        except Refused:
            return None
        for number, (text, days, done) in enumerate(sketch.steps):
            doer = self.advisors[number % len(self.advisors)]
            task = Task(text, doer, min(start_on + timedelta(days=days), review_on))
            step = add_step(plan, task=task, by=self.manager, now=made)
            if done:
                tick_step(step, by=doer, now=self._at(task.due_on, 16))
        return start(plan, by=self.manager, now=made) if begin else plan

    def _call(self, touchpoint: str, first: date) -> None:
        """Write what customers said by telephone of one touchpoint, before and after a day."""
        source = Random(f"{self.store.code} calls")
        rows: list[CustomerReading] = []
        weeks = timedelta(days=21)
        for since, gaps in ((first - weeks, (-1, -1, 0, 0, -2)), (first, (1, 1, 2, 0, 2))):
            lived = TouchpointRecord.objects.filter(
                touchpoint=touchpoint, applicable=True, day__range=(since, since + weeks - timedelta(days=3))
            )
            for record in lived.select_related("visit").order_by("day", "id")[: CALLS * 3 : 3]:
                day = (record.day or since) + timedelta(days=1)
                moment = self._at(day, source.randrange(9, 18))
                rows.append(
                    CustomerReading(
                        id=seeded_uuid7(moment, source), store=self.store, visit=record.visit, touchpoint=touchpoint,
                        stage=stage_of(touchpoint), gap=source.choice(gaps), source=CustomerReading.Source.CALL,
                        at=moment, day=day, by=self.advisors[0],
                    )
                )  # fmt: skip
        CustomerReading.objects.bulk_create(rows, ignore_conflicts=True)

    def _at(self, day: date, hour: int) -> datetime:
        """Return a moment of a day, never after now."""
        return min(datetime.combine(day, time(hour), tzinfo=self.store.zone), self.now)


def _about(item: WeakItem) -> Sketch:
    return Sketch(item.touchpoint, "晨会对练三天，主管每天看两台", item.words[:60], steps=(("排好对练名单", 2, False),))


def _weekday(day: date) -> date:
    """Return the day itself, or the Friday before a weekend."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def _monday(day: date) -> date:
    """Return the Monday of the week of a day."""
    return day - timedelta(days=day.weekday())
