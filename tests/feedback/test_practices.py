"""The log of trainings and role plays."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_scopes import scope

from dealership.refused import Refused
from feedback.actions.practices import log_practice, take_back
from feedback.models import Practice
from feedback.queries.practices import practised
from tests.cast import Cast, at
from tests.feedback.plan_world import TODAY

pytestmark = pytest.mark.django_db
URL = "/hq/practices/"


@pytest.fixture(autouse=True)
def _on_that_day(time_machine) -> None:
    time_machine.move_to(at("18:30"), tick=False)


@pytest.fixture
def store(cast: Cast):
    with scope(store=cast.store):
        yield cast.store


def log(cast: Cast, **given):
    values = {"touchpoint": "3.3", "kind": "role_play", "day": TODAY, "people": [cast.advisor, cast.advisor3]} | given
    return log_practice(cast.store, by=cast.supervisor, **values)


def test_several_people_are_noted_at_once_and_each_once(cast: Cast, store):
    assert len(log(cast)) == len(log(cast)) == 2
    assert len(log(cast, people=[cast.advisor, cast.supervisor])) == 2
    assert Practice.objects.count() == 3


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"people": []}, "practice.nobody"),
        ({"day": TODAY + timedelta(days=1)}, "practice.future"),
        ({"touchpoint": "9.9"}, "practice.touchpoint"),
    ],
)
def test_practice_is_refused(cast: Cast, store, given, code):
    with pytest.raises(Refused) as refused:
        log(cast, **given)
    assert refused.value.code == code


def test_people_of_another_store_are_refused(cast: Cast, store):
    with pytest.raises(Refused) as refused:
        log(cast, people=[cast.stranger])
    assert refused.value.code == "practice.stranger"


def test_touchpoints_count_people_of_90_days(cast: Cast, store):
    log(cast, day=TODAY - timedelta(days=90), people=[cast.advisor])
    log(cast, day=TODAY - timedelta(days=89), people=[cast.advisor3])
    log(cast, kind="training", people=[cast.advisor3])
    row = next(row for row in practised(store, TODAY) if row.words.code == "3.3")
    assert (row.last, row.people) == (TODAY, 1)


def test_page_notes_and_takes_back(client: Client, cast: Cast, store):
    client.force_login(cast.supervisor)
    data = {"touchpoint": "3.3", "kind": "training", "day": "2026-11-20", "people": [cast.advisor.pk, cast.guard.pk]}
    assert client.post(f"{URL}new/", data).status_code == 303
    rows = list(Practice.objects.all())
    assert {row.staff for row in rows} == {cast.advisor, cast.guard}
    assert "周敏" in client.get(URL).content.decode()
    for _press in range(2):
        assert client.post(f"{URL}{rows[0].pk}/back/").status_code == 303
    assert Practice.objects.count() == 1
    take_back(rows[1], by=cast.supervisor)
    assert Practice.objects.count() == 0


def test_practices_are_for_those_who_lead(client: Client, cast: Cast, store):
    for staff, status in ((cast.advisor, 403), (cast.chain, 403), (cast.stranger, 404), (cast.manager, 200)):
        client.force_login(staff)
        assert client.get(URL).status_code == status


def test_page_takes_the_same_queries_for_one_entry_and_for_three(client: Client, cast: Cast, store):
    client.force_login(cast.manager)
    counts = []
    for people in ([cast.advisor], [cast.advisor3, cast.guard]):
        log(cast, people=people)
        client.get(URL)
        with CaptureQueriesContext(connection) as captured:
            client.get(URL)
        counts.append(len(captured))
    assert counts[0] == counts[1]
