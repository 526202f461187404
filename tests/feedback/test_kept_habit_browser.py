"""From a weak item to a kept habit in a browser: cause, plan, step, check, proposal, new version, "I know".

The days before and after are written as raw operations; time goes on between the two visits to the app.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone
from django_scopes import scope
from playwright.sync_api import Browser, expect

from dealership.actions.standards import current_standard
from dealership.actions.visits import open_visit
from dealership.models import Visit
from dealership.queries.standards import touchpoints
from feedback.actions.readings import take
from feedback.actions.scores import sweep
from feedback.models import Plan, Proposal, RootCause, VersionSeen, WeakItem
from tests.cast import SHANGHAI, Cast, make_cast
from tests.journey.person import Person
from tests.seeded_year import Truths, write_year

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]

WEAK, STEP = "4.2", "4.2/demonstrate"
BEGIN = date(2026, 9, 7)
CHECKED = BEGIN + timedelta(days=28)
WORDS = "客户走后常来电话问保养灯怎么看"
TITLE = "交车前请客户自己操作一遍仪表提示灯"
DONE_BY, REASON = "给三位顾问各演示一遍", "客户自己做一遍就记住了，回头电话少一半"
SCRIPT = "您来按一下这里，看到保养里程了吗？以后它变黄，就可以约我了。"


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


@contextmanager
def at_half_past_eight(day: date) -> Iterator[None]:
    """Let it be 8:30 in Shanghai on this day; the clock goes on."""
    with time_machine.travel(datetime(day.year, day.month, day.day, 8, 30, tzinfo=SHANGHAI), tick=True):
        yield


def write_days(cast: Cast, first: date, days: int) -> None:
    """Write visits of these days: the touchpoint is weak before the plan and good after it; roll them up."""
    truths = Truths(
        store=cast.store, weak_on_saturdays="", saturday_share=0, bulk_ticker=cast.manager, bulk_share=0, planned=WEAK,
        plan_from=BEGIN, before_share=0.35, after_share=0.9,
    )  # fmt: skip
    listed = [first + timedelta(days=number) for number in range(days)]
    with scope(store=cast.store):
        write_year(cast.store, crew=[cast.advisor, cast.advisor3], days=listed, truths=truths, weekday=4, saturday=6)
        for visit in Visit.objects.filter(arrived_at__date=listed[-3])[:6]:
            take(visit, stage="explanation", gap=-1 if first < BEGIN else 1, source="survey", now=visit.left_at)
    while sweep(timezone.now()):
        pass


def test_habit_is_kept_from_the_weak_item_to_the_new_version(cast: Cast, live_server, browser: Browser):
    manager = Person(browser, live_server.url, "manager")
    advisor = Person(browser, live_server.url, "advisor")
    with at_half_past_eight(BEGIN):
        write_days(cast, BEGIN - timedelta(days=28), 28)
        manager.log_in("manager")
        plan = weak_item_becomes_a_plan(cast, manager)
        step_is_done(advisor, plan)
    with at_half_past_eight(CHECKED + timedelta(days=1)):
        write_days(cast, BEGIN, 29)
        under_way = arrival(cast, "沪A77777")
        # Four weeks later nobody is logged in any more.
        manager.log_in("manager")
        advisor.log_in("advisor")
        plan_is_checked(cast, manager, plan)
        habit_becomes_standard(cast, manager, plan)
        everybody_knows(cast, advisor)
        the_next_car_follows_it(cast, under_way)
    assert (manager.said, advisor.said) == ([], [])


def weak_item_becomes_a_plan(cast: Cast, manager: Person) -> Plan:
    manager.open("/hq/weak-items/")
    proposal = manager.page.locator(f"#proposal-{WEAK.replace('.', chr(92) + '.')}")
    proposal.locator("input[name=words]").fill(WORDS)
    manager.tap(proposal.locator(".rx-weak-confirm button"))
    manager.see(WORDS)
    with scope(store=cast.store):
        item = WeakItem.objects.get(touchpoint=WEAK, closed_at=None)
    manager.open(f"/hq/weak-items/{item.pk}/cause/")
    for code in ("standard", "training"):
        manager.page.locator(f"[data-cause={code}] .rx-cause-answers label").first.click()
    manager.page.locator("[data-cause=rules] .rx-cause-answers label").last.click()
    manager.page.locator("[data-cause=rules] .rx-cause-measures label").first.click()
    manager.tap(".rx-cause-foot .rx-next")
    with scope(store=cast.store):
        assert RootCause.objects.get(weak_item=item).cause == RootCause.Cause.RULES
    for name, text in (("title", TITLE), ("why", REASON), ("target", "6"), ("start_on", f"{BEGIN}"),
                       ("review_on", f"{CHECKED}")):  # fmt: skip
        manager.type(f"#plan-form [name={name}]", text)
    manager.tap(".rx-bar-next .rx-next")
    manager.see(TITLE)
    with scope(store=cast.store):
        plan = Plan.objects.get(weak_item=item)
    manager.type(".rx-plan-step-form [name=text]", DONE_BY)
    manager.page.locator(".rx-plan-step-form [name=owner]").first.select_option(f"{cast.advisor.pk}")
    manager.type(".rx-plan-step-form [name=due_on]", f"{BEGIN + timedelta(days=3)}")
    manager.tap(".rx-plan-step-form button")
    manager.see(DONE_BY)
    manager.tap(".rx-plan-next .rx-next")
    with scope(store=cast.store):
        plan.refresh_from_db()
    assert (plan.phase, plan.start_on) == (Plan.Phase.DO, BEGIN)
    return plan


def step_is_done(advisor: Person, plan: Plan) -> None:
    advisor.log_in("advisor")
    advisor.open(f"/hq/plans/{plan.pk}/")
    advisor.tap(".rx-plan-step .rx-btn-ok")
    expect(advisor.page.locator(".rx-plan-step.is-done")).to_have_count(1)


def plan_is_checked(cast: Cast, manager: Person, plan: Plan) -> None:
    manager.open(f"/hq/plans/{plan.pk}/")
    # The sweep has not come by: the manager sends it on by hand.
    manager.tap(".rx-plan-next button.rx-btn")
    manager.tap(".rx-plan-next .rx-next")
    manager.see("有改善")
    with scope(store=cast.store):
        plan.refresh_from_db()
    assert plan.verdict == Plan.Verdict.BETTER
    assert plan.before_n
    assert plan.after_n
    manager.tap(".rx-plan-next .rx-next")
    with scope(store=cast.store):
        plan.refresh_from_db()
        assert plan.outcome == Plan.Outcome.STANDARD
        assert not WeakItem.objects.filter(closed_at=None).exists()


def habit_becomes_standard(cast: Cast, manager: Person, plan: Plan) -> None:
    manager.open(f"/hq/standard/propose/{STEP}/?plan={plan.pk}")
    manager.type("[name=zh-hans-script]", SCRIPT)
    manager.type("#words-form [name=reason]", REASON)
    manager.tap("#words-form .rx-next")
    with scope(store=cast.store):
        proposal = Proposal.objects.get(plan=plan)
    manager.open(f"/hq/standard/proposals/{proposal.pk}/")
    manager.tap("form[action$='/accept/'] .rx-next")
    manager.open("/hq/standard/draft/")
    manager.type("form[action$='/publish/'] [name=reason]", REASON)
    manager.tap("form[action$='/publish/'] .rx-next")
    with scope(store=cast.store):
        proposal.refresh_from_db()
    assert proposal.state == Proposal.State.PUBLISHED


def everybody_knows(cast: Cast, advisor: Person) -> None:
    advisor.open("/hq/next/")
    advisor.tap("a[href*='/standard/changes/']")
    advisor.see(SCRIPT)
    advisor.tap("form[action$='/seen/'] .rx-next")
    with scope(store=cast.store):
        assert VersionSeen.objects.filter(staff=cast.advisor).exists()
    advisor.open("/hq/next/")
    advisor.look()
    expect(advisor.page.locator("a[href*='/standard/changes/']")).to_have_count(0)


def arrival(cast: Cast, plate: str) -> Visit:
    with scope(store=cast.store):
        return open_visit(cast.store, by=cast.guard, plate=plate)


def the_next_car_follows_it(cast: Cast, under_way: Visit) -> None:
    newer = arrival(cast, "沪A88888")
    under_way.refresh_from_db()
    assert script_of(newer) == SCRIPT
    assert script_of(under_way) != SCRIPT
    assert newer.standard == current_standard(cast.store)


def script_of(visit: Visit) -> str:
    """Return what the standard of this visit says at the step."""
    steps = (step for point in touchpoints(visit.standard_id, "zh-hans") for step in point.steps)
    return next(step.script for step in steps if step.code == STEP)
