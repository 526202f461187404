"""A page of stage 1 costs the same however much has happened to the car."""

import pytest
from django.urls import reverse
from django_scopes import scope

from dealership.actions.ticks import tick
from dealership.models import Visit
from dealership.queries.course import specs_of
from reception.actions.marks import add_mark, change_mark
from reception.actions.sheet import record_readings
from tests.cast import Cast, at

pytestmark = pytest.mark.django_db

MOST = 8
"""Queries of a visit page, with session, person and store."""


def lived_in(cast: Cast, visit: Visit) -> None:
    """Fill the visit with ticks, readings and marks."""
    with scope(store=cast.store):
        for spec in specs_of(visit.standard_id)[:20]:
            tick(visit, by=cast.advisor3, steps=[spec.code], now=at("08:40"))
        for number in range(6):
            record_readings(visit, by=cast.advisor, readings={"mileage": 50_000 + number}, now=at(f"08:4{number}"))
            mark = add_mark(visit, by=cast.advisor, view="left", x=100 + number, y=90, now=at(f"08:4{number}"))
            change_mark(mark, by=cast.advisor3, kind="dent", size_cm=3, now=at(f"08:5{number}"))


@pytest.mark.parametrize("card", ["1.4", "1.5", "1.6", "1.7"])
@pytest.mark.parametrize("full", [False, True], ids=["fresh", "full"])
def test_a_visit_page_takes_at_most_eight_queries(
    cast: Cast, client, card: str, full: bool, django_assert_max_num_queries
):
    works = {"1.6": ["express"], "1.7": ["claim"]}.get(card, ["service"])
    visit = cast.visit(works=works)
    if full:
        lived_in(cast, visit)
    client.force_login(cast.advisor)
    url = reverse("reception-stage", kwargs={"store": "hq", "visit": visit.pk}) + f"?card={card}"
    client.get(url)
    with django_assert_max_num_queries(MOST):
        assert client.get(url).status_code == 200
