"""Readings side by side: done but not felt, felt though not recorded, and whether ticks are honest."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_scopes import scope

from dealership.models import TouchpointRecord, Visit
from feedback.actions.scores import recompute
from feedback.intervals import Sample
from feedback.models import CheckItem, CheckScore, CrossCheck, CustomerReading, OutsideAudit
from feedback.queries.compare_page import AGREES, FLATTERS, FORGETS, TOO_FEW, seen_of
from feedback.queries.quadrant import Point, quadrant
from tests.cast import Cast, at
from tests.feedback.lives import closed
from tests.feedback.test_figure_pages import page
from tests.feedback.test_figures import PLATES

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
URL = "/hq/compare/month/2026-11-01/"


@pytest.fixture(autouse=True)
def _on_that_day(time_machine) -> None:
    time_machine.move_to(at("18:30"), tick=False)


def compared(cast: Cast) -> None:
    """Six visits: 3.3 is recorded in full and disappoints, 3.4 is not recorded and delights."""
    with scope(store=cast.store):
        for number, plate in enumerate(PLATES):
            visit = closed(cast, plate, clock=f"09:{number:02}")
            for touchpoint, score, gap in (("3.3", 10, -1), ("3.4", 2, 2)):
                records = TouchpointRecord.objects.filter(visit=visit, touchpoint=touchpoint)
                records.update(score=score, applicable=True, day=TODAY)
                CustomerReading.objects.create(
                    store=cast.store, visit=visit, stage="showcase", touchpoint=touchpoint, gap=gap, source="survey",
                    at=at("12:00"), day=TODAY,
                )  # fmt: skip
        recompute(cast.store, TODAY)


def audited(cast: Cast, touchpoint: str, scores: list[int]) -> None:
    item, _ = CheckItem.objects.get_or_create(
        store=cast.store, code=f"item-{touchpoint.replace('.', '-')}",
        defaults={"touchpoint": touchpoint, "who": "advisor", "way": "watch", "texts": {}, "since": at("08:00")},
    )  # fmt: skip
    for number, score in enumerate(scores):
        audit = OutsideAudit.objects.create(store=cast.store, kind="mystery", day=TODAY, at=at(f"12:{number:02}"))
        CheckScore.objects.create(
            store=cast.store, audit=audit, item=item, touchpoint=touchpoint, score=score, at=at("12:00"), day=TODAY
        )


def test_done_but_not_felt_and_felt_though_not_recorded(client: Client, cast: Cast):
    compared(cast)
    html = page(client, cast, URL)
    assert "做了，客户没感受到" in html.split('id="cmp-3.3"')[1].split("</tr>")[0]
    assert "客户感受到了，却没记录" in html.split('id="cmp-3.4"')[1].split("</tr>")[0]
    assert 'class="quad"' in html
    cases = html.split("cmp-cases")[1].split("</section>")[0]
    assert cases.count("王先生") == 6
    assert "比期望差" in cases
    assert "比期望好很多" in cases


def test_outside_audit_below_the_ticks_says_that_ticks_flatter(client: Client, cast: Cast):
    compared(cast)
    with scope(store=cast.store):
        audited(cast, "3.3", [3, 4, 3, 5, 4, 3])
    row = page(client, cast, URL).split('id="cmp-3.3"')[1].split("</tr>")[0]
    assert "记录偏高" in row
    assert "<b>-6.3</b>" in row


@pytest.mark.parametrize(
    ("execution", "seen", "says"),
    [
        (Sample(40, 380, 3640), Sample(10, 60, 370), FLATTERS),
        (Sample(40, 200, 1100), Sample(10, 90, 815), FORGETS),
        (Sample(40, 320, 2600), Sample(10, 80, 650), AGREES),
        (Sample(40, 320, 2600), Sample(4, 12, 40), TOO_FEW),
    ],
)
def test_ticks_are_honest_where_the_interval_holds_no_difference(execution: Sample, seen: Sample, says: str):
    assert seen_of(execution, seen).says == says


def test_customers_confirm_what_was_ticked(client: Client, cast: Cast):
    compared(cast)
    with scope(store=cast.store):
        for number, visit in enumerate(Visit.objects.order_by("arrived_at")):
            CrossCheck.objects.create(
                store=cast.store, visit=visit, question="covers", touchpoint="3.4", step="covers", drawn_at=at("12:00"),
                answer=["yes", "yes", "yes", "no", "yes", "unsure"][number], answered_at=at("13:00"), day=TODAY,
            )  # fmt: skip
    row = page(client, cast, URL).split('id="cmp-3.4"')[1].split("</tr>")[0]
    assert "80% " in row


def test_codes_of_the_picture_stand_apart():
    points = [Point(f"{n}.1", "", Decimal(8), Decimal("8.1"), "both") for n in range(1, 4)]
    drawn = quadrant(points, limit=Decimal(8)).points
    assert len({(one.label_x, one.label_y) for one in drawn}) == 3
    assert all(44 <= one.x <= 624 and 30 <= one.y <= 440 for one in drawn)


def test_nothing_to_compare_says_what_is_missing(client: Client, cast: Cast):
    assert "说过感受的客户还太少" in page(client, cast, URL)


def test_same_number_of_queries_with_one_and_six_visits(client: Client, cast: Cast, django_assert_num_queries):
    compared(cast)
    page(client, cast, URL)
    with CaptureQueriesContext(connection) as six:
        client.get(URL)
    with scope(store=cast.store):
        closed(cast, "沪G99999", clock="11:00")
    with django_assert_num_queries(len(six)):
        client.get(URL)


@pytest.mark.parametrize("by", ["guard", "advisor", "technician", "cashier", "care"])
def test_other_roles_may_not_compare(client: Client, cast: Cast, by: str):
    client.force_login(getattr(cast, by))
    assert client.get(URL).status_code == 403


def test_another_store_is_404(client: Client, cast: Cast):
    client.force_login(cast.stranger)
    assert client.get(URL).status_code == 404
