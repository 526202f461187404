"""The four questions: their evidence is computed, the first "no" is the cause."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_scopes import scope

from dealership.models import TouchpointRecord
from dealership.refused import Refused
from dealership.uuids import uuid7
from feedback.actions.causes import find_cause
from feedback.actions.practices import log_practice
from feedback.actions.weak_items import close, confirm
from feedback.models import RootCause
from feedback.queries.causes import evidence_of
from tests.cast import Cast, at
from tests.feedback.plan_world import TODAY, checked, lived, record, visits

pytestmark = pytest.mark.django_db
YES = {"standard": True, "training": True, "rules": True, "monitoring": True}


@pytest.fixture(autouse=True)
def _on_that_day(time_machine) -> None:
    time_machine.move_to(at("18:30"), tick=False)


@pytest.fixture
def item(cast: Cast):
    with scope(store=cast.store):
        lived(cast, "3.3", [6.0] * 6)
        yield confirm(cast.store, touchpoint="3.3", words="没人通知", by=cast.manager)


def test_first_no_is_the_cause_and_what_follows_is_not_asked(cast: Cast, item):
    answers = YES | {"training": False, "rules": False}
    found = find_cause(
        item, answers=answers, measure="role-play", notes={"training": "吴磊没学过", "rules": "x"}, by=cast.manager
    )
    assert (found.cause, found.has_standard, found.know_how, found.follow_rules, found.is_watched) == (
        "training", True, False, None, None,
    )  # fmt: skip
    assert found.notes == {"training": "吴磊没学过"}
    assert found.evidence["people"] == 2


def test_four_times_yes_asks_for_the_least_sure(cast: Cast, item):
    with pytest.raises(Refused) as refused:
        find_cause(item, answers=YES, measure="show-daily", by=cast.manager)
    assert (refused.value.code, refused.value.field) == ("cause.all_yes", "least")
    found = find_cause(item, answers=YES, measure="show-daily", least="monitoring", by=cast.manager)
    assert (found.cause, found.is_watched) == ("monitoring", True)


def test_same_id_returns_the_first(cast: Cast, item):
    id_ = uuid7()
    for measure in ("role-play", "side-by-side"):
        find_cause(item, answers=YES | {"training": False}, measure=measure, id=id_, by=cast.manager)
    assert [row.measure for row in RootCause.objects.all()] == ["role-play"]


@pytest.mark.parametrize(
    ("answers", "measure", "code"),
    [
        ({"standard": True, "training": None}, "role-play", "cause.unanswered"),
        ({"standard": False}, "", "cause.measure"),
        ({"standard": False}, "role-play", "cause.measure"),
    ],
)
def test_cause_is_refused(cast: Cast, item, answers, measure, code):
    with pytest.raises(Refused) as refused:
        find_cause(item, answers=answers, measure=measure, by=cast.manager)
    assert refused.value.code == code


def test_cause_of_a_closed_item_is_refused(cast: Cast, item):
    item = close(item, why="不再需要", by=cast.manager)
    with pytest.raises(Refused) as refused:
        find_cause(item, answers={"standard": False}, measure="write-step", by=cast.manager)
    assert refused.value.code == "weak.closed"


def test_evidence_of_the_standard_shows_each_step_with_its_script(cast: Cast, item):
    written = evidence_of(cast.store, "3.3", TODAY).standard
    assert [bool(step.script) for step in written.steps] == [True]
    assert (written.silent, written.leans) == (0, True)


def test_evidence_of_training_names_everybody_of_the_role(cast: Cast, item):
    assert evidence_of(cast.store, "3.3", TODAY).training.leans is False
    for staff, days in ((cast.advisor, 3), (cast.advisor3, 91)):
        day = TODAY - timedelta(days=days)
        log_practice(cast.store, touchpoint="3.3", kind="training", day=day, people=[staff], by=cast.manager)
    trained = evidence_of(cast.store, "3.3", TODAY).training
    assert {one.staff: one.last for one in trained.people} == {
        cast.advisor: TODAY - timedelta(days=3),
        cast.advisor3: TODAY - timedelta(days=91),
    }
    assert (trained.recent, trained.leans) == (1, False)
    log_practice(cast.store, touchpoint="3.3", kind="role_play", day=TODAY, people=[cast.advisor3], by=cast.manager)
    assert evidence_of(cast.store, "3.3", TODAY).training.leans is True


def test_evidence_of_rules_tells_few_from_all(cast: Cast, item):
    TouchpointRecord.objects.all().delete()
    people = [cast.advisor, cast.advisor3, cast.supervisor, cast.manager, cast.care]
    for staff, score in zip(people, (0.0, 0.0, 10.0, 10.0, 7.5), strict=True):
        lived(cast, "3.3", [score] * 5, advisor=staff)
    habit = evidence_of(cast.store, "3.3", TODAY).rules
    assert [(one.name, one.lost, one.steps, one.cars) for one in habit.people][:3] == [
        (cast.advisor3.name, 20, 20, 5), (cast.advisor.name, 20, 20, 5), (cast.care.name, 5, 20, 5),
    ]  # fmt: skip
    assert (habit.makers, habit.made_up, habit.by_few) == (2, 89, True)
    assert habit.leans is False


def test_evidence_of_rules_sees_busy_days(cast: Cast, item):
    TouchpointRecord.objects.all().delete()
    for back, cars, score in ((1, 20, 0.0), (2, 3, 10.0), (3, 3, 10.0)):
        day = TODAY - timedelta(days=back)
        made = visits(cast, cars, day=day)
        TouchpointRecord.objects.bulk_create(record(one, "3.3", score, day=day) for one in made)
    habit = evidence_of(cast.store, "3.3", TODAY).rules
    assert (habit.busy.percent, habit.quiet.percent, habit.busy_from) == (100, 0, 4)
    assert habit.leans is False


def test_late_ticks_are_not_left_out(cast: Cast, item):
    TouchpointRecord.objects.update(live=0, late=4)
    assert evidence_of(cast.store, "3.3", TODAY).rules.lost == 0


def test_evidence_of_monitoring_counts_rounds_and_looks(cast: Cast, item):
    assert evidence_of(cast.store, "3.3", TODAY).monitoring.leans is False
    checked(cast, "3.3", [6, 8], day=TODAY - timedelta(days=2))
    checked(cast, "3.3", [7, 7], day=TODAY)
    seen = evidence_of(cast.store, "3.3", TODAY).monitoring
    assert (seen.done, seen.drawn, seen.checks, seen.mean, seen.last) == (2, 2, 4, 7, TODAY)
    assert seen.leans is True


def test_page_asks_all_four_and_leads_on_to_the_plan(client: Client, cast: Cast, item):
    client.force_login(cast.manager)
    url = f"/hq/weak-items/{item.pk}/cause/"
    html = client.get(url).content.decode()
    assert html.count('class="rx-panel rx-cause"') == 4
    refused = client.post(f"{url}found/", {"standard": "yes", "training": "no", "note_training": "没学过"})
    assert refused.status_code == 422
    assert "没学过" in refused.content.decode()
    data = {"standard": "yes", "training": "no", "measure": "role-play", "operation": str(uuid7())}
    first, second = (client.post(f"{url}found/", data) for _press in range(2))
    found = RootCause.objects.get()
    assert first.url == second.url == f"/hq/plans/new/?cause={found.pk}"
    form = client.get(first.url).content.decode()
    assert f'name="cause" value="{found.pk}"' in form
    assert "没人通知" in form
    assert found.cause in ("training",)
    assert "没学过" not in client.get(f"/hq/weak-items/{item.pk}/").content.decode()


def test_chain_reads_and_does_not_answer(client: Client, cast: Cast, item):
    client.force_login(cast.chain)
    url = f"/hq/weak-items/{item.pk}/cause/"
    assert "rx-cause-foot" not in client.get(url).content.decode()
    assert client.post(f"{url}found/", {"standard": "no", "measure": "write-step"}).status_code == 403
    client.force_login(cast.advisor)
    assert client.get(url).status_code == 403
    client.force_login(cast.stranger)
    assert client.get(url).status_code == 404


def test_page_takes_the_same_queries_for_one_person_and_for_three(client: Client, cast: Cast, item):
    client.force_login(cast.manager)
    counts = []
    for staff in ([cast.advisor], [cast.advisor3, cast.supervisor]):
        for one in staff:
            lived(cast, "3.3", [5.0] * 5, advisor=one)
            log_practice(cast.store, touchpoint="3.3", kind="training", day=TODAY, people=[one], by=cast.manager)
        client.get(f"/hq/weak-items/{item.pk}/cause/")
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/hq/weak-items/{item.pk}/cause/")
        counts.append(len(captured))
    assert counts[0] == counts[1]
