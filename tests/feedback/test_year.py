"""A seeded year of two stores: three truths planted in raw operations, each told by the pages, every figure as plain
SQL has it."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope

from dealership.models import DirtyDay, Role, Staff, Store
from feedback.actions.plan_moves import check, start, to_check
from feedback.actions.plan_steps import Task, add_step
from feedback.actions.plans import Wish, make_plan
from feedback.actions.scores import sweep
from feedback.models import DailyScore, Plan
from tests.cast import SHANGHAI, Cast, person
from tests.score_sql import bulk_by_person, sums_by_day
from tests.seeded_year import SATURDAY, Truths, write_two_stores

FIRST, LAST, PLAN_FROM = date(2025, 1, 1), date(2025, 12, 31), date(2025, 6, 2)
WEAK, PLANNED = "2.4", "4.2"
WEEK = timedelta(days=7)
REVIEW_AFTER = 8 * WEEK

Sums = dict[tuple[date, str], tuple[Decimal, int]]
pytestmark = [pytest.mark.django_db, pytest.mark.timeout(400)]


@pytest.fixture
def crew(cast: Cast) -> list[Staff]:
    """Three advisors; the second ticks in bulk."""
    return [cast.advisor, cast.advisor3, person("advisor4", "郑宁", [cast.store], Role.ADVISOR)]


@pytest.fixture
def sums(cast: Cast, crew: list[Staff]) -> Sums:
    """Write the year, roll it up, and return what plain SQL makes of the operations of the first store."""
    truths = Truths(
        store=cast.store, weak_on_saturdays=WEAK, saturday_share=0.4, bulk_ticker=crew[1], bulk_share=0.5,
        planned=PLANNED, plan_from=PLAN_FROM, before_share=0.5, after_share=0.85,
    )  # fmt: skip
    written = write_two_stores([cast.store, cast.other], crews=[crew, [cast.stranger]], truths=truths, last=LAST)
    assert written > 2_000
    while sweep(timezone.now()):
        pass
    return sums_by_day(cast.store)


def page(cast: Cast, name: str, **kwargs: object) -> dict[str, object]:
    """Return the context of a page of the year as the manager opens it in January."""
    with time_machine.travel(datetime(2026, 1, 5, 8, 30, tzinfo=SHANGHAI), tick=False):
        client = Client()
        client.force_login(cast.manager)
        address = reverse(name, kwargs={"store": cast.store.code, "kind": "year", "day": FIRST, **kwargs})
        answer = client.get(address)
    assert answer.status_code == 200
    return answer.context


def mean_of(rows: Iterable[tuple[Decimal, int]]) -> tuple[Decimal, int]:
    """Return mean (two places) and n of sums."""
    listed = list(rows)
    n = sum(one for _total, one in listed)
    return round(sum((total for total, _n in listed), Decimal(0)) / n, 2), n


def test_year_shows_the_three_truths_that_were_planted(cast: Cast, crew: list[Staff], sums: Sums):
    roll_up_is_the_truth(cast.store, sums)
    saturdays_are_weak(cast, sums)
    one_advisor_ticks_in_bulk(cast, crew)
    the_plan_worked(cast, sums)


def roll_up_is_the_truth(store: Store, sums: Sums) -> None:
    with scope(store=store):
        rows = DailyScore.objects.filter(advisor=None, n__gt=0).exclude(touchpoint="")
        rolled = {
            (day, code): (total, n) for day, code, total, n in rows.values_list("day", "touchpoint", "total", "n")
        }
        assert not DirtyDay.objects.exists()
    assert rolled == sums
    assert len(rolled) > 6_000


def saturdays_are_weak(cast: Cast, sums: Sums) -> None:
    context = page(cast, "scores-period-touchpoint", touchpoint=WEAK)
    (weekdays,) = (group for group in context["groups"] if group.key == "weekday")
    for cut in weekdays.cuts:
        of_day = (row for (day, code), row in sums.items() if code == WEAK and day.isoweekday() == cut.key)
        assert (round(Decimal(cut.mean), 2), cut.n) == mean_of(of_day)
    assert [cut.key for cut in weekdays.telling if cut.verdict == "weaker"] == [SATURDAY + 1]
    other = page(cast, "scores-period-touchpoint", touchpoint="2.3")
    (weekdays,) = (group for group in other["groups"] if group.key == "weekday")
    assert SATURDAY + 1 not in [cut.key for cut in weekdays.telling]


def one_advisor_ticks_in_bulk(cast: Cast, crew: list[Staff]) -> None:
    expected = bulk_by_person(cast.store, FIRST, LAST)
    (advisors,) = (group for group in page(cast, "scores-breakdown")["groups"] if group.key == "advisor")
    assert {cut.key: (cut.lived.bulk, cut.lived.steps) for cut in advisors.cuts} == expected
    assert [cut.key for cut in advisors.cuts if cut.bulky] == [crew[1].pk]


def the_plan_worked(cast: Cast, sums: Sums) -> None:
    day_before = datetime.combine(PLAN_FROM - timedelta(days=1), datetime.min.time(), tzinfo=SHANGHAI)
    wish = Wish(
        title="交车前当面演示保养提示灯怎么看", why="客户走后常来电话问保养灯", reading=Plan.Reading.EXECUTION,
        target=Decimal("7.00"), start_on=PLAN_FROM, review_on=PLAN_FROM + REVIEW_AFTER, owner=cast.advisor,
        department=Plan.Department.FRONT_DESK,
    )  # fmt: skip
    with scope(store=cast.store):
        plan = make_plan(cast.store, touchpoint=PLANNED, wish=wish, by=cast.manager, now=day_before)
        task = Task(text="给三位顾问各演示一遍", owner=cast.advisor, due_on=PLAN_FROM + WEEK)
        add_step(plan, task=task, by=cast.manager, now=day_before)
        start(plan, by=cast.manager, now=day_before + timedelta(days=1))
        after = day_before + REVIEW_AFTER + timedelta(days=1)
        to_check(plan, by=cast.manager, now=after)
        plan = check(plan, by=cast.manager, now=after)
    assert plan.verdict == Plan.Verdict.BETTER
    before = (
        row for (day, code), row in sums.items() if code == PLANNED and PLAN_FROM - REVIEW_AFTER <= day < PLAN_FROM
    )
    assert (plan.before_mean, plan.before_n) == mean_of(before)
    since = (
        row for (day, code), row in sums.items() if code == PLANNED and PLAN_FROM <= day < PLAN_FROM + REVIEW_AFTER
    )
    assert (plan.after_mean, plan.after_n) == mean_of(since)
    assert plan.low is not None
    assert plan.low > 1
