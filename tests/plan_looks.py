"""Addresses of weak items and plans in the world of the screens, each in the state that its picture shows."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from django.utils import timezone, translation
from django_scopes import scope

from dealership.models import TouchpointRecord, business_day
from feedback.actions.plan_moves import check, make_standard, start, to_check
from feedback.actions.plan_steps import Task, add_step
from feedback.models import CustomerReading, Plan, PlanStep, WeakItem
from tests.world import World

TITLE = {"better": "先说必做，再说建议，价格当场写在单子上", "same": "结算前顾问先对着旧件讲一遍"}
TOUCHPOINT = {"better": "2.1", "same": "2.3"}


def weak_item_url(world: World, rest: str = "") -> str:
    """Return the page of a confirmed weak item, the one with a cause."""
    with scope(store=world.store):
        item = WeakItem.objects.filter(closed_at=None).order_by("confirmed_at").first()
    assert item is not None
    return f"/{world.store.code}/weak-items/{item.pk}/{rest}"


def plan_url(world: World, phase: str, rest: str = "") -> str:
    """Return the page of the demo's plan in `phase` (plan or do)."""
    with scope(store=world.store):
        plan = Plan.objects.filter(phase=phase).order_by("made_at").first()
    assert plan is not None
    return f"/{world.store.code}/plans/{plan.pk}/{rest}"


def own_plan_url(world: World) -> str:
    """Return the running plan as somebody sees it who has a step of it."""
    url = plan_url(world, Plan.Phase.DO)
    with scope(store=world.store):
        step = PlanStep.objects.filter(plan=UUID(url.split("/")[-2]), done_at=None).order_by("due_on")[:1]
        PlanStep.objects.filter(pk__in=step).update(owner=world.person("advisor"))
    return url


def judged_url(world: World, verdict: str, phase: str) -> str:
    """Return a plan whose check came to `verdict`, waiting for a decision ("act") or closed."""
    with scope(store=world.store), translation.override("zh-hans"):
        plan = Plan.objects.filter(title=TITLE[verdict]).first() or _judged(world, verdict)
        if phase == Plan.Phase.CLOSED:
            plan = make_standard(plan, by=world.person("manager"))
    return f"/{world.store.code}/plans/{plan.pk}/"


def _judged(world: World, verdict: str) -> Plan:
    """Write a plan of the last week and let it be checked."""
    store, manager, now = world.store, world.person("manager"), timezone.now()
    today = business_day(store, now)
    first = today - timedelta(days=14)
    if verdict == Plan.Verdict.BETTER:
        _say(world, first)
    plan = Plan.objects.create(
        store=store, touchpoint=TOUCHPOINT[verdict], title=TITLE[verdict], why="客户一听就明白哪些非做不可",
        reading="customer" if verdict == Plan.Verdict.BETTER else "execution", baseline=Decimal("5.2"),
        target=Decimal("6.5"), start_on=first, review_on=today, owner=world.person("advisor"),
        department="front_desk", made_at=now - timedelta(days=15), made_by=manager,
    )  # fmt: skip
    then = datetime.combine(first, time(8), store.zone)
    add_step(plan, task=Task("晨会演练三天", world.person("advisor"), first), by=manager, now=then)
    plan = to_check(start(plan, by=manager, now=then), by=None, now=now)
    return check(plan, by=manager, now=now)


def _say(world: World, first: date) -> None:
    """Let customers be disappointed before a day and pleased after it."""
    for days, gaps in ((-2, (-1, 0, -1)), (1, (1, 2, 1))):
        since = first + timedelta(days=days)
        lived = TouchpointRecord.objects.filter(
            touchpoint=TOUCHPOINT["better"], applicable=True, day__range=(since, since + timedelta(days=1))
        )
        rows = [
            CustomerReading(
                store=world.store, visit_id=record.visit_id, stage="negotiation", touchpoint=record.touchpoint,
                gap=gaps[number % 3], source="call", at=timezone.now(), day=record.day or first,
            )
            for number, record in enumerate(lived.order_by("id")[:24])
        ]  # fmt: skip
        CustomerReading.objects.bulk_create(rows, ignore_conflicts=True)
