"""The demo's data: believable, judged by the product itself, the same for the same seed."""

import runpy
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from io import StringIO
from random import Random
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from django.db import transaction
from django_scopes import scope, scopes_disabled

from dealership import plates, vin
from dealership.actions.records import recompute
from dealership.actions.standards import load as load_standard
from dealership.applicability import Facts
from dealership.demo import cast
from dealership.demo.curves import EXECUTION
from dealership.models import (
    Customer,
    Operation,
    Promise,
    Staff,
    StepTick,
    Store,
    TouchpointRecord,
    Vehicle,
    Visit,
    business_day,
)
from dealership.queries.strays import count_strays
from dealership.stages import OPEN, Stage
from dealership.standard.data import load as read_standard
from feedback.demo.answers import Spec, draw_answers
from reception.models import Appointment, DropOff
from tests.cast import at

pytestmark = pytest.mark.django_db
NOW = at("11:40")
SMALL = {"days": 4, "scale": 0.4, "processes": 1, "in_test": True}


def load(now: datetime = NOW, **options: Any) -> str:
    said = StringIO()
    call_command("load_demo", now=now, stdout=said, **{**SMALL, **options})
    return said.getvalue()


def counts() -> dict[str, int]:
    with scopes_disabled():
        return {model._meta.label: model._base_manager.count() for model in apps.get_models() if model._meta.managed}


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Six days and a Friday until 11:40, once for all tests of this file."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic():
        patch.setattr("django.conf.settings.MEDIA_ROOT", tmp_path_factory.mktemp("media"))
        load_standard(read_standard())
        said = load()
        with scopes_disabled():
            yield said
        transaction.set_rollback(True)


@pytest.mark.slow
def test_demo_refuses_no_action_of_today(demo):
    assert [line for line in demo.splitlines() if line.startswith("  ")] == []


@pytest.mark.slow
def test_demo_records_follow_from_the_ticks_without_a_difference(demo):
    for store in Store.objects.all():
        with scope(store=store):
            visits = list(Visit.objects.values_list("pk", flat=True))
            assert recompute(visits) == []
            assert TouchpointRecord.objects.count() == 22 * len(visits)


@pytest.mark.slow
def test_demo_has_no_row_of_another_store(demo):
    assert count_strays(NOW) == 0


@pytest.mark.slow
def test_demo_names_plates_and_vins_are_real(demo):
    assert all(plates.describe(plate).known for plate in Vehicle.objects.values_list("plate", flat=True))
    assert [one for one in Vehicle.objects.values_list("vin", flat=True) if vin.problem(one)] == []
    assert Vehicle.objects.filter(plate="沪A8K2D6", owner__name="王建国").count() == 1
    names = [*Customer.objects.values_list("name", flat=True), *Staff.objects.values_list("name", flat=True)]
    assert [name for name in names if any(letter.isascii() for letter in name)] == []
    assert {Vehicle(plate=plate).plate_info.kind for plate in Vehicle.objects.values_list("plate", flat=True)} == {
        "blue",
        "green",
    }


@pytest.mark.slow
def test_demo_past_is_over_and_every_record_behind_a_tick_is_there(demo):
    today = business_day(Store.objects.first(), NOW)
    earlier = [
        visit
        for visit in Visit.objects.filter(arrived_at__lt=NOW)
        if business_day(visit.store, visit.arrived_at) < today
    ]
    overnight = [visit for visit in earlier if not visit.ended]
    left_here = [visit for visit in overnight if DropOff.objects.filter(visit=visit).exists()]
    assert Counter(visit.store.code for visit in left_here) == {"hq": 1, "west": 1}
    assert Counter(visit.store.code for visit in overnight if visit not in left_here) == {"hq": 3, "west": 3}
    assert {visit.stage for visit in overnight if visit not in left_here} == {Stage.WORKSHOP}
    named: dict[str, set[str]] = defaultdict(set)
    for evidence in StepTick.objects.exclude(evidence="").values_list("evidence", flat=True):
        label, _colon, pk = evidence.partition(":")
        named[label].add(pk)
    for label, ids in named.items():
        assert apps.get_model(label)._base_manager.filter(pk__in=ids).count() == len(ids), label


@pytest.mark.slow
def test_demo_ticks_stand_in_the_operation_log(demo):
    ticks = set(StepTick.objects.values_list("pk", flat=True))
    logged = set(Operation.objects.filter(kind="tick", state="accepted").values_list("pk", flat=True))
    assert ticks == logged
    assert not Operation.objects.exclude(state="accepted").exists()
    assert not StepTick.objects.filter(moment__gt=NOW).exists()


@pytest.mark.slow
def test_demo_today_fills_the_stages(demo):
    open_now = Counter(Visit.objects.filter(stage__in=OPEN).values_list("stage", flat=True))
    assert open_now[Stage.WORKSHOP] >= 6
    assert len(open_now) >= 5
    assert Visit.objects.filter(stage=Stage.CLOSED, left_at__lt=NOW, arrived_at__gt=NOW.replace(hour=7)).exists()
    assert Promise.objects.filter(state="open", due_at__lte=NOW + timedelta(minutes=15)).exists()
    assert Appointment.objects.filter(at__gt=NOW, state="booked").exists()
    assert Visit.objects.filter(arrived_at__gt=NOW).count() == 0


@pytest.mark.slow
def test_demo_again_adds_nothing(demo):
    before = counts()
    load(NOW + timedelta(minutes=5))
    assert counts() == before


@pytest.mark.slow
def test_demo_accounts_are_those_of_the_cast_and_on_duty(demo):
    people = Staff.objects.filter(is_demo=True)
    assert set(people.values_list("username", flat=True)) == {seed.username for seed in cast.STAFF}
    assert people.get(username="advisor").check_password(cast.PASSWORD)
    assert not people.filter(memberships__role="advisor", memberships__on_duty_since=None).exists()


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_demo_fills_the_days_since_and_finishes_what_was_left(demo):
    with transaction.atomic():
        said = load(at("08:50", "2026-11-22"), only="west")
        assert [line for line in said.splitlines() if line.startswith("  ")] == []
        west = Visit.objects.filter(store__code="west")
        days = Counter(business_day(visit.store, visit.arrived_at) for visit in west)
        today = business_day(Store.objects.first(), NOW)
        assert all(days[today + timedelta(days=number)] for number in range(3))
        assert west.filter(stage__in=OPEN, arrived_at__lt=NOW).count() <= 2  # of the new overnight cars
        for store in Store.objects.all():
            with scope(store=store):
                assert recompute(list(Visit.objects.values_list("pk", flat=True))) == []
        transaction.set_rollback(True)


def test_demo_is_refused_outside_a_demo(settings):
    with pytest.raises(CommandError, match="DEALERSHIP_ENV=demo"):
        call_command("load_demo")


def test_demo_logins_lists_every_login_and_the_password(capsys):
    call_command("demo_logins")
    printed = capsys.readouterr().out
    assert [line.split()[0] for line in printed.splitlines() if line.strip()][:-1] == [
        seed.username for seed in cast.STAFF if seed.listed
    ]
    assert cast.PASSWORD in printed


WEIGHT = {"live": 1.0, "late": 0.5}
FRIDAY, SATURDAY = date(2026, 11, 20), date(2026, 11, 21)
MET = {FRIDAY: 0.647, SATURDAY: 0.137}


@pytest.mark.parametrize("day", [FRIDAY, SATURDAY])
def test_draw_answers_meets_the_execution_figure_of_every_touchpoint(day):
    source = Random(5)
    steps = [Spec(tp.code, step.slug, step.role, step.evidence) for tp, step in read_standard().steps()]
    facts = Facts("walk_in", ("express",), "express", frozenset({"claim_line"}))
    sums: dict[str, list[float]] = defaultdict(list)
    for _number in range(3000):
        met = source.random() < MET[day]
        for code, answer in draw_answers(source, steps, facts, lambda _stage: day, met=met).items():
            sums[code.split("/")[0]].append(WEIGHT.get(answer, 0.0))
    assert len(sums) == 22
    for touchpoint, weights in sums.items():
        wanted = EXECUTION[touchpoint][0][day is SATURDAY]
        assert abs(10 * statistics.mean(weights) - wanted) < 0.2, touchpoint


@pytest.fixture
def demo_account(db):
    return Staff.objects.create_user("leftover", "a@example.com", cast.PASSWORD, name="周敏", is_demo=True)


def test_check_reports_a_demo_account_in_production(demo_account, settings):
    settings.PRODUCTION = True
    with pytest.raises(SystemCheckError, match=r"demo cannot exist in production: .*leftover"):
        call_command("check", tags=["database"], databases=["default"])


def test_check_leaves_a_demo_and_a_clean_production_alone(demo_account, settings):
    call_command("check", tags=["database"], databases=["default"])
    settings.PRODUCTION = True
    Staff.objects.update(is_demo=False)
    call_command("check", tags=["database"], databases=["default"])


def test_web_server_does_not_start_in_production_with_a_demo_account(demo_account, settings):
    settings.PRODUCTION = True
    with pytest.raises(SystemCheckError, match=r"dealership\.E002"):
        runpy.run_module("dealership.wsgi")
