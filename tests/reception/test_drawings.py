"""The car's drawings: every zone in every body, and the marks of earlier visits."""

import re
from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django_scopes import scope

from dealership.models import Vehicle, Visit
from dealership.stages import Stage
from reception.actions.marks import add_mark, change_mark, remove_mark
from reception.findings import ZONES_OF_VIEW
from reception.models import View
from reception.queries.sheet import sheet_of
from reception.queries.walk import DRAWINGS, MIDDLE, MOST_PAST, discs, mark_entries, overview, past_marks, sides, zones
from tests.cast import Cast, at

pytestmark = pytest.mark.django_db

BOX = re.compile(r'viewBox="0 0 (\d+) (\d+)"')


@pytest.fixture(autouse=True)
def _scope(cast: Cast):
    with scope(store=cast.store):
        yield


def drawn(view: str, body: str, **context: object) -> str:
    given = {"side": view, "body": body, "zones": zones(view), "label": view, **context}
    return render_to_string(DRAWINGS[View(view)], given)


@pytest.mark.parametrize("body", Vehicle.Body.values)
@pytest.mark.parametrize("view", View.values)
def test_every_zone_can_be_tapped_in_every_body(view: str, body: str):
    html = drawn(view, body)
    assert sorted(re.findall(r'data-zone="(\w+)"', html)) == sorted(ZONES_OF_VIEW[view].values())
    width, height = map(int, BOX.findall(html)[0])
    assert (MIDDLE[View(view)][0] <= width, MIDDLE[View(view)][1] <= height) == (True, True)


@pytest.mark.parametrize("view", View.values)
def test_bodies_look_different(view: str):
    assert len({drawn(view, body, zones=None) for body in Vehicle.Body.values}) == 3


@pytest.mark.parametrize("body", Vehicle.Body.values)
def test_view_from_above_shows_what_was_looked_at(cast: Cast, body: str):
    html = render_to_string(DRAWINGS[View.ROOF], {"body": body, "zones": overview(sheet_of(cast.visit()))})
    assert set(re.findall(r'data-zone="(\w+)"', html)) == set(View.values)


def closed(cast: Cast, day: str) -> Visit:
    visit = cast.visit(now=at("08:31", day))
    Visit.objects.filter(pk=visit.pk).update(stage=Stage.CLOSED, left_at=at("17:00", day))
    return visit


def test_marks_of_earlier_visits_are_known(cast: Cast):
    old = closed(cast, "2026-09-01")
    add_mark(old, by=cast.advisor, view="left", x=90, y=80, zone="left_rear_wing", kind="dent", size_cm=3,
             now=at("09:00", "2026-09-01"))  # fmt: skip
    gone = add_mark(old, by=cast.advisor, view="rear", x=40, y=40, now=at("09:00", "2026-09-01"))
    remove_mark(gone, by=cast.advisor, now=at("09:01", "2026-09-01"))
    other = cast.visit("沪B12345")
    add_mark(other, by=cast.advisor, view="roof", x=40, y=40, now=at("08:40"))
    visit = cast.visit()
    own = add_mark(visit, by=cast.advisor, view="left", x=300, y=80, now=at("08:45"))
    found = past_marks(visit)
    assert [(mark.view, mark.x, mark.y, mark.day) for mark in found] == [("left", 90, 80, "9/1")]
    assert "3" in found[0].words
    sheet = sheet_of(visit)
    left = sides(sheet, "left", discs(sheet), found)[0]
    assert ([disc.row for disc in left.marks], left.past, left.text) == ([own], found, "1 处")
    assert past_marks(old) == []


def test_damage_seen_at_every_visit_stands_once(cast: Cast):
    for day in ("2025-03-01", "2026-05-01"):
        old = closed(cast, day)
        add_mark(old, by=cast.advisor, view="left", x=90, y=80, zone="left_rear_wing", now=at("09:00", day))
    assert [mark.day for mark in past_marks(cast.visit())] == ["5/1"]


def test_latest_earlier_marks_are_shown(cast: Cast):
    old = closed(cast, "2025-03-01")
    for number in range(MOST_PAST + 3):
        moment = at("09:00", "2025-03-01") + timedelta(minutes=number)
        add_mark(old, by=cast.advisor, view="roof", x=number, y=40, now=moment)
    found = past_marks(cast.visit())
    assert [mark.x for mark in found] == list(range(MOST_PAST + 2, 2, -1))
    assert {mark.day for mark in found} == {"2025"}


def test_changes_of_a_mark_are_named(cast: Cast, django_assert_num_queries):
    visit = cast.visit()
    mark = add_mark(visit, by=cast.advisor, view="left", x=90, y=80, now=at("08:40"))
    change_mark(mark, by=cast.advisor, kind="dent", now=at("08:41"))
    with django_assert_num_queries(1):
        named = mark_entries(visit)
    assert [(key, len(ids)) for key, ids in named.items()] == [(str(mark.pk), 1)]


def test_car_that_is_not_on_the_server_has_no_earlier_marks(cast: Cast):
    assert past_marks(Visit(store=cast.store, vehicle=Vehicle(store=cast.store))) == []
