"""What customers say: kept once, counted in the days it belongs to."""

from datetime import date, timedelta

import pytest
from django_scopes import scope

from dealership.models import DirtyDay
from dealership.refused import Refused
from feedback.actions.readings import take
from feedback.actions.scores import days_until, sweep
from feedback.models import CustomerReading, DailyScore
from tests.cast import Cast, at
from tests.feedback.lives import closed

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def _on_that_day(time_machine) -> None:
    time_machine.move_to(at("18:30"), tick=False)


def test_an_answer_is_kept_with_its_business_day_and_marks_the_days_it_counts_in(cast: Cast):
    with scope(store=cast.store):
        visit = closed(cast, day="2026-11-10")
        DirtyDay.objects.all().delete()
        row = take(visit, stage="showcase", touchpoint="3.4", gap=-1, source="survey", now=at("00:30", "2026-11-12"))
        assert (row.day, row.gap, row.by) == (date(2026, 11, 12), -1, None)
        marked = DirtyDay.objects.order_by("day").values_list("day", flat=True)
        assert list(marked) == days_until(date(2026, 11, 12), DAY)
        sweep(at("18:30"))
        found = DailyScore.objects.get(day=DAY, advisor=None, touchpoint="3.4")
        assert (found.said_n, found.said_total, found.said_named) == (1, 2.5, 1)
        assert not DailyScore.objects.filter(day=DAY - timedelta(days=9), said_n__gt=0).exists()


def test_the_same_answer_twice_is_kept_once_as_it_came_first(cast: Cast):
    with scope(store=cast.store):
        visit = closed(cast)
        first = take(visit, stage="delivery", gap=1, source="call", by=cast.care, now=at("18:00"))
        DirtyDay.objects.all().delete()
        assert take(visit, stage="delivery", gap=-2, source="call", by=cast.manager, now=at("18:10")) == first
        assert CustomerReading.objects.get().gap == 1
        assert not DirtyDay.objects.exists()
        take(visit, stage="delivery", gap=0, source="survey", now=at("18:10"))
        take(visit, stage="delivery", touchpoint="5.2", gap=0, source="survey", now=at("18:10"))
        assert CustomerReading.objects.count() == 3


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"stage": "delivery", "gap": 3}, "reading.gap"),
        ({"stage": "delivery", "gap": -3}, "reading.gap"),
        ({"stage": "workshop", "gap": 0}, "reading.stage"),
        ({"stage": "closed", "gap": 0}, "reading.stage"),
        ({"stage": "delivery", "gap": 0, "touchpoint": "3.4"}, "reading.touchpoint"),
        ({"stage": "delivery", "gap": 0, "touchpoint": "5.9"}, "reading.touchpoint"),
    ],
)
def test_what_is_no_answer_is_refused(cast: Cast, given: dict, code: str):
    with scope(store=cast.store):
        visit = closed(cast)
        with pytest.raises(Refused) as refused:
            take(visit, source="survey", now=at("18:00"), **given)
        assert refused.value.code == code
        assert not CustomerReading.objects.exists()
