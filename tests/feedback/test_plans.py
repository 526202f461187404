"""Plans: SMART when made, moved through their phases, ticked by whoever does them."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from django_scopes import scope

from dealership.queries.next import next_steps
from dealership.refused import Refused
from dealership.uuids import uuid7
from feedback.actions.plan_moves import check, drop, make_standard, reopen, start, to_check
from feedback.actions.plan_steps import Task, add_step, change_step, tick_step, untick_step
from feedback.actions.plans import change_plan, make_plan
from feedback.actions.weak_items import close, confirm
from feedback.models import Plan, PlanChange, PlanStep
from feedback.queries.plans import board
from feedback.smart import vague
from tests.cast import Cast, at
from tests.feedback.plan_world import TITLE, TODAY, lived, planned, wish

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _on_that_day(time_machine) -> None:
    time_machine.move_to(at("18:30"), tick=False)


@pytest.fixture
def store(cast: Cast):
    with scope(store=cast.store):
        yield cast.store


def refusal(call, *args, **kwargs) -> str:
    with pytest.raises(Refused) as refused:
        call(*args, **kwargs)
    return refused.value.code


def test_plan_sets_out_from_the_figure_of_today(cast: Cast, store):
    plan = planned(cast, steps=0)
    assert (plan.baseline, plan.phase, plan.climb_at) == (Decimal("6.00"), "plan", None)
    assert [(change.target, change.words) for change in PlanChange.objects.all()] == [("plan", TITLE)]


def test_same_id_makes_one_plan(cast: Cast, store):
    lived(cast, "3.3", [6.0] * 6)
    id_ = uuid7()
    made = [make_plan(store, touchpoint="3.3", wish=wish(cast), by=cast.manager, id=id_) for _press in range(2)]
    assert made[0] == made[1]
    assert (Plan.objects.count(), PlanChange.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"title": " "}, "plan.title"),
        ({"title": "改善通知客户取车"}, "plan.vague"),
        ({"title": "Improve the service quality"}, "plan.vague"),
        ({"reading": "customer"}, "plan.baseline"),
        ({"target": None}, "plan.target"),
        ({"target": Decimal("10.5")}, "plan.scale"),
        ({"target": Decimal("6.0")}, "plan.below"),
        ({"target": Decimal("9.1")}, "plan.too_far"),
        ({"why": "好"}, "plan.why"),
        ({"review_on": None}, "plan.dates"),
        ({"start_on": TODAY - DAY}, "plan.past"),
        ({"review_on": TODAY + timedelta(days=13)}, "plan.length"),
        ({"review_on": TODAY + timedelta(days=181)}, "plan.length"),
    ],
)
def test_what_is_not_smart_is_refused(cast: Cast, store, given, code):
    lived(cast, "3.3", [6.0] * 6)
    assert refusal(make_plan, store, touchpoint="3.3", wish=wish(cast, **given), by=cast.manager) == code


def test_owner_works_here_and_item_is_open(cast: Cast, store):
    lived(cast, "3.3", [6.0] * 6)
    given = {"touchpoint": "3.3", "by": cast.manager}
    assert refusal(make_plan, store, wish=wish(cast, owner=cast.stranger), **given) == "plan.owner"
    item = close(confirm(store, touchpoint="3.3", words="没人通知", by=cast.manager), why="不用了", by=cast.manager)
    assert refusal(make_plan, store, wish=wish(cast), item=item, **given) == "plan.item"
    assert refusal(make_plan, store, wish=wish(cast), touchpoint="9.9", by=cast.manager) == "plan.touchpoint"


@pytest.mark.parametrize("title", ["改善", "提升客户满意度", "服务做得更好", "Better!", "加强通知客户取车的质量"])
def test_better_alone_is_vague(title):
    assert vague(title, "通知客户取车")


@pytest.mark.parametrize("title", [TITLE, "晨会角色演练", "Call within 10 minutes", "提前15分钟致电"])
def test_what_can_be_seen_is_not_vague(title):
    assert not vague(title, "通知客户取车")


def test_change_until_it_starts(cast: Cast, store):
    plan = planned(cast)
    later = wish(cast, target=Decimal("7.5"), start_on=TODAY + 7 * DAY, review_on=TODAY + 35 * DAY)
    plan = change_plan(plan, wish=later, by=cast.manager)
    assert (plan.target, PlanStep.objects.get().due_on) == (Decimal("7.5"), TODAY + 7 * DAY)
    start(plan, by=cast.manager)
    assert refusal(change_plan, plan, wish=later, by=cast.manager) == "plan.started"


def test_start_needs_a_step_and_happens_once(cast: Cast, store):
    plan = planned(cast, steps=0)
    assert refusal(start, plan, by=cast.manager) == "plan.no_steps"
    add_step(plan, task=Task("写话术", cast.advisor, TODAY + DAY), by=cast.manager)
    for _press in range(2):
        plan = start(plan, by=cast.manager)
    assert (plan.phase, PlanChange.objects.filter(target="do").count()) == ("do", 1)


def test_plan_that_starts_late_is_checked_as_many_days_later(cast: Cast, store):
    plan = start(planned(cast), by=cast.manager, now=at("09:00", "2026-11-25"))
    assert (plan.start_on, plan.review_on) == (TODAY + 5 * DAY, TODAY + 33 * DAY)
    assert PlanStep.objects.get().due_on == TODAY + 7 * DAY


def test_moves_go_in_order(cast: Cast, store):
    plan = planned(cast)
    for call in (to_check, check, make_standard):
        assert refusal(call, plan, by=cast.manager) == "plan.phase"
    dates = {"start_on": TODAY + DAY, "review_on": TODAY + 29 * DAY}
    assert refusal(reopen, plan, by=cast.manager, **dates) == "plan.phase"


def test_drop_takes_a_reason_and_leaves_the_weak_item_open(cast: Cast, store):
    plan = planned(cast)
    assert refusal(drop, plan, why="", by=cast.manager) == "plan.drop_why"
    for _press in range(2):
        plan = drop(plan, why="换了系统，不再需要", by=cast.manager)
    assert (plan.phase, plan.outcome, plan.climb_at) == ("closed", "dropped", None)
    assert PlanStep.objects.get().remind_at is None
    task = Task("再做一次", cast.advisor, TODAY + DAY)
    assert refusal(add_step, plan, task=task, by=cast.manager) == "plan.closed"


def test_step_is_reminded_on_the_morning_before(cast: Cast, store):
    plan = planned(cast, steps=0)
    step = add_step(plan, task=Task("写话术", cast.advisor, TODAY + 3 * DAY), by=cast.manager)
    assert step.remind_at == at("08:00", "2026-11-22")
    assert Plan.objects.get().climb_at == at("08:00", "2026-11-25")


@pytest.mark.parametrize(
    ("task", "code"),
    [
        (("", "advisor", 1), "step.text"),
        (("写话术", "stranger", 1), "step.owner"),
        (("写话术", "advisor", -1), "step.due"),
        (("写话术", "advisor", 29), "step.due"),
    ],
)
def test_step_is_refused(cast: Cast, store, task, code):
    plan = planned(cast, steps=0)
    text, owner, days = task
    given = Task(text, getattr(cast, owner), TODAY + days * DAY)
    assert refusal(add_step, plan, task=given, by=cast.manager) == code


def test_so_many_steps_are_two_plans(cast: Cast, store):
    plan = planned(cast, steps=20)
    assert refusal(add_step, plan, task=Task("又一步", cast.advisor, TODAY + DAY), by=cast.manager) == "step.many"


def test_step_changes_and_is_reminded_anew(cast: Cast, store):
    plan = planned(cast)
    step = PlanStep.objects.get()
    PlanStep.objects.update(remind_at=None)
    step = change_step(step, task=Task("写新话术", cast.advisor3, TODAY + 6 * DAY), by=cast.manager)
    assert (step.text, step.owner, step.remind_at) == ("写新话术", cast.advisor3, at("08:00", "2026-11-25"))
    tick_step(step, by=cast.advisor3)
    assert refusal(change_step, step, task=Task("x", cast.advisor, plan.start_on), by=cast.manager) == "step.done"


def test_step_is_ticked_by_its_owner_and_taken_back(cast: Cast, store):
    planned(cast)
    step = PlanStep.objects.get()
    assert refusal(tick_step, step, by=cast.technician) == "step.not_yours"
    for _press in range(2):
        step = tick_step(step, by=cast.advisor, now=at("19:00"))
    assert (step.done_by, step.remind_at, Plan.objects.get().climb_at) == (cast.advisor, None, None)
    assert refusal(untick_step, step, by=cast.technician) == "step.not_yours"
    step = untick_step(step, by=cast.advisor, now=at("19:01"))
    assert (step.done_at, step.remind_at) == (None, at("08:00", "2026-11-21"))
    assert Plan.objects.get().climb_at == at("08:00", "2026-11-24")


def test_step_of_mine_stands_in_my_next_step(cast: Cast, store):
    plan = planned(cast)
    assert [step.what for step in next_steps(store, cast.advisor3, now=at("09:00", "2026-11-22"))] == []
    (line,) = [one for one in next_steps(store, cast.advisor, now=at("09:00", "2026-11-24")) if not one.visit]
    assert (line.what, line.tone, line.url) == (
        "步骤1",
        "bad",
        f"/hq/plans/{plan.pk}/#step-{PlanStep.objects.get().pk}",
    )
    assert [one for one in next_steps(store, cast.advisor, now=at("09:00")) if not one.visit] == []


def test_my_next_step_shows_a_line_without_a_car(client: Client, cast: Cast, store, time_machine):
    planned(cast)
    time_machine.move_to(at("09:00", "2026-11-22"), tick=False)
    client.force_login(cast.advisor)
    assert "步骤1" in client.get("/hq/next/").content.decode()
    assert client.get("/hq/board/").status_code == 200


def test_board_puts_plans_in_their_phase_with_what_is_overdue(cast: Cast, store):
    start(planned(cast), by=cast.manager)
    columns = {column.phase: column.cards for column in board(store, TODAY + 4 * DAY)}
    (card,) = columns["do"]
    assert (card.late, card.done, card.steps, len(columns["plan"])) == (2, 0, 1, 0)
    with override("zh-hans"):
        assert card.chip == {"kind": "bad", "icon": "alarm", "text": "逾期 2 天"}


def test_page_makes_changes_starts_and_ticks(client: Client, cast: Cast, store):
    lived(cast, "3.3", [6.0] * 6)
    client.force_login(cast.manager)
    data = {
        "touchpoint": "3.3", "title": "改善", "why": "客户不用再打电话来问", "reading": "execution", "target": "12",
        "start_on": "2026-11-20", "review_on": "2026-11-21", "owner": str(cast.advisor.pk),
        "department": "front_desk", "operation": str(uuid7()),
    }  # fmt: skip
    refused = client.post("/hq/plans/new/", data)
    assert (refused.status_code, refused.content.decode().count('class="rx-error"')) == (422, 3)
    good = data | {"title": TITLE, "target": "7", "review_on": "2026-12-18"}
    first, second = (client.post("/hq/plans/new/", good) for _press in range(2))
    plan = Plan.objects.get()
    assert first.url == second.url == f"/hq/plans/{plan.pk}/"
    step = {"text": "写话术", "owner": str(cast.advisor.pk), "due_on": "2026-11-22", "operation": str(uuid7())}
    for _press in range(2):
        assert client.post(f"{first.url}steps/", step).status_code == 303
    row = PlanStep.objects.get()
    assert client.post(f"/hq/plan-steps/{row.pk}/", step | {"text": "写新话术"}).status_code == 303
    assert client.post(f"{first.url}aim/", good | {"target": "7.5"}).status_code == 303
    assert client.post(f"{first.url}start/").status_code == 303
    assert client.post(f"/hq/plan-steps/{row.pk}/done/").status_code == 303
    assert "写新话术" in client.get(first.url).content.decode()
    assert client.post(f"/hq/plan-steps/{row.pk}/undone/").status_code == 303
    assert client.post(f"{first.url}review/").status_code == 303
    assert client.post(f"{first.url}check/").status_code == 422
    assert client.post(f"{first.url}drop/", {"why": "换了系统"}).status_code == 303
    assert Plan.objects.get().outcome == "dropped"
    assert client.get("/hq/plans/new/?item=nonsense").status_code == 404


def test_who_has_a_part_sees_the_plan_and_ticks_only(client: Client, cast: Cast, store):
    plan = planned(cast)
    url, step = f"/hq/plans/{plan.pk}/", PlanStep.objects.get()
    client.force_login(cast.advisor)
    html = client.get(url).content.decode()
    assert f"/hq/plan-steps/{step.pk}/done/" in html
    assert "plan-step-form" not in html
    assert client.post(f"/hq/plan-steps/{step.pk}/done/").status_code == 303
    assert client.post(f"{url}start/").status_code == 403
    for staff, status in ((cast.technician, 403), (cast.chain, 200), (cast.stranger, 404), (cast.supervisor, 200)):
        client.force_login(staff)
        assert client.get(url).status_code == status


def test_plan_takes_the_same_queries_for_one_step_and_for_three(client: Client, cast: Cast, store):
    client.force_login(cast.manager)
    plan = planned(cast, steps=1)
    counts = []
    for more in (0, 2):
        for number in range(more):
            task = Task(f"再{number}", cast.advisor3, TODAY + DAY)
            add_step(plan, task=task, by=cast.manager)
        client.get(f"/hq/plans/{plan.pk}/")
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/hq/plans/{plan.pk}/")
        counts.append(len(captured))
    assert counts[0] == counts[1]
