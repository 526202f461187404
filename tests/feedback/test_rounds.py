"""Two rounds a day, drawn by the app at opening: which items, which car, which person, due when."""

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django_scopes import scope, scopes_disabled

from dealership.actions.ticks import tick
from dealership.models import Holiday, OpeningHours, Store
from feedback.actions.check_items import ensure_items
from feedback.actions.check_scores import check
from feedback.actions.rounds import draw_rounds, sweep
from feedback.models import CheckItem, CheckRound, CheckTask
from feedback.queries.checks import round_share, rounds_of
from feedback.ready.data import read
from tests.cast import Cast, at
from tests.feedback.lives import closed, through

pytestmark = pytest.mark.django_db
DAY = at("08:00").date()
TOUCHPOINTS = {item.touchpoint for item in read()}


@pytest.fixture(autouse=True)
def _scope(cast: Cast):
    with scope(store=cast.store):
        yield


def drawn(cast: Cast, *, now=None) -> list[CheckRound]:
    now = now or at("08:00")
    return draw_rounds(cast.store, day=now.date(), now=now)


def answer_all(cast: Cast, of: CheckRound, score: int = 9, *, now=None) -> None:
    for task in CheckTask.objects.filter(round=of).select_related("round", "item", "store"):
        check(task, by=cast.supervisor, score=score, now=now or at("10:00", str(of.day)))


def test_two_rounds_of_five_are_drawn_at_opening(cast: Cast):
    assert sweep(at("07:59")) == 0
    assert sweep(at("08:00")) == 1
    assert sweep(at("08:00")) == 0
    rounds = rounds_of(cast.store, DAY, now=at("08:00"))
    assert [(one.round.number, one.tasks, one.answered, one.state) for one in rounds] == [
        (1, 5, 0, "open"), (2, 5, 0, "open")
    ]  # fmt: skip
    assert [one.round.due_at for one in rounds] == [at("13:00"), at("16:00")]


def test_a_store_that_is_shut_draws_nothing(cast: Cast):
    Holiday.objects.create(store=cast.store, date=DAY, name="盘点")
    assert (sweep(at("08:00")), drawn(cast)) == (0, [])


def test_a_holiday_has_its_own_hours(cast: Cast):
    Holiday.objects.create(store=cast.store, date=DAY, name="元旦", opens="10:00", closes="16:00")
    assert sweep(at("09:30")) == 0
    assert sweep(at("10:00")) == 1
    assert [one.round.due_at for one in rounds_of(cast.store, DAY)] == [at("13:00"), at("14:30")]


def test_a_round_whose_time_has_passed_is_not_drawn(cast: Cast):
    assert [one.number for one in drawn(cast, now=at("13:30"))] == [2]
    assert sweep(at("17:00") + timedelta(days=1)) == 0


def test_a_day_drawn_again_draws_the_same(cast: Cast):
    def items() -> list:
        return list(CheckTask.objects.order_by("round__number", "position").values_list("item__code", "person"))

    drawn(cast)
    first = items()
    CheckTask.objects.all().delete()
    CheckRound.objects.all().delete()
    drawn(cast)
    assert items() == first


def test_low_items_come_back_the_next_day_until_they_are_seven(cast: Cast):
    one, two = drawn(cast)
    answer_all(cast, one, 9)
    answer_all(cast, two, 9)
    low = CheckTask.objects.filter(round=one).select_related("item", "round", "store").first()
    check(low, by=cast.supervisor, score=6, now=at("11:00"))
    for number, (day, score) in enumerate([("2026-11-21", 6), ("2026-11-22", 7), ("2026-11-23", 9)]):
        rounds = drawn(cast, now=at("08:00", day))
        again = list(CheckTask.objects.filter(round__day=day, again=True).values_list("item__code", flat=True))
        assert again == ([low.item.code] if number < 2 else [])
        for each in rounds:
            answer_all(cast, each, 9)
        if again:
            task = CheckTask.objects.select_related("round", "item", "store").get(round__day=day, again=True)
            check(task, by=cast.supervisor, score=score, now=at("12:00", day))


def test_all_touchpoints_are_looked_at_within_a_week(cast: Cast):
    ensure_items(cast.store)
    CheckItem.objects.update(needs_visit=False)
    for day in range(16, 23):
        for each in drawn(cast, now=at("08:00", f"2026-11-{day}")):
            answer_all(cast, each)
    assert CheckTask.objects.values("item__touchpoint").distinct().count() == 22


def test_missed_round_is_drawn_from_what_is_still_unseen(cast: Cast):
    """What was drawn and not looked at is as new as before: no missed round takes a touchpoint out of its week."""
    ensure_items(cast.store)
    CheckItem.objects.update(needs_visit=False, times_a_week=1)
    for day in ("2026-11-17", "2026-11-18"):
        for each in drawn(cast, now=at("08:00", day)):
            answer_all(cast, each)
    looked = set(CheckTask.objects.values_list("item__touchpoint", flat=True))
    drawn(cast, now=at("08:00", "2026-11-19"))
    drawn(cast)
    after = set(CheckTask.objects.filter(round__day=DAY).values_list("item__touchpoint", flat=True))
    unseen = TOUCHPOINTS - looked
    assert len(unseen & after) >= min(len(unseen), 4)


def test_car_is_one_whose_stage_was_left_or_is_lived_and_person_did_it(cast: Cast):
    ensure_items(cast.store)
    CheckItem.objects.exclude(code="2.3-wishes").update(ended_at=at("07:00"))
    yesterday = closed(cast, "沪A8K2D6", day="2026-11-19")
    closed(cast, "沪B12345", day="2026-11-17")
    here = cast.visit("沪C54321", now=at("07:30"))
    (one, _two) = [*drawn(cast), None][:2]
    task = CheckTask.objects.get(round=one)
    assert (task.visit_id, task.person_id) == (yesterday.pk, cast.advisor.pk)
    CheckRound.objects.all()
    through(cast, here, start=at("07:35"), until="negotiation")
    tick(here, by=cast.advisor3, steps=["2.1/repeat"], now=at("08:00"))
    CheckTask.objects.all().delete()
    CheckRound.objects.all().delete()
    drawn(cast)
    cars = set(CheckTask.objects.values_list("visit", flat=True))
    assert cars <= {yesterday.pk, here.pk}


def test_items_that_need_a_car_are_not_drawn_without_one(cast: Cast):
    drawn(cast)
    tasks = CheckTask.objects.select_related("item")
    assert not any(task.item.needs_visit for task in tasks)
    assert all(task.visit_id is None and task.person_id for task in tasks)


def test_states_of_a_round(cast: Cast):
    one, two = drawn(cast)
    answer_all(cast, one, now=at("12:00"))
    answer_all(cast, two, now=at("17:00"))
    one.refresh_from_db()
    assert (one.done_at, one.by_id) == (at("12:00"), cast.supervisor.pk)
    assert [each.state for each in rounds_of(cast.store, DAY, now=at("17:30"))] == ["done", "late"]
    drawn(cast, now=at("08:00", "2026-11-21"))
    tomorrow = at("14:00", "2026-11-21")
    assert [each.state for each in rounds_of(cast.store, tomorrow.date(), now=tomorrow)] == ["missed", "open"]
    assert round_share(cast.store, DAY, tomorrow.date(), now=tomorrow) == (2, 3)


def test_drawing_asks_little_however_many_cars_there_are(cast: Cast):
    ensure_items(cast.store)
    for number in range(4):
        closed(cast, f"沪D6789{number}", clock=f"09:{number:02}", day="2026-11-19")
    with CaptureQueriesContext(connection) as queries:
        drawn(cast)
    # Two rounds: for each five that read, two that write, and the people of its cars.
    assert len(queries) <= 26


def test_one_query_for_a_thousand_stores(cast: Cast):
    with scopes_disabled():
        stores = Store.objects.bulk_create(Store(code=f"s{n}", name=f"店{n}") for n in range(1000))
        OpeningHours.objects.bulk_create(
            OpeningHours(store=store, weekday=4, opens="09:00", closes="18:00") for store in stores
        )
    drawn(cast)
    with CaptureQueriesContext(connection) as queries:
        assert sweep(at("08:30")) == 0
    assert len(queries) == 1


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_draw_once(cast: Cast):
    results: list[int] = []

    def run() -> None:
        results.append(sweep(at("08:00")))
        connections.close_all()

    threads = [Thread(target=run) for _n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sum(results), CheckRound.objects.count(), CheckTask.objects.count()) == (1, 2, 10)
    assert CheckItem.objects.filter(ended_at=None).count() == 28
