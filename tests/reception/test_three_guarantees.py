"""三包: days of a repair, days in all and repairs of one defect, inside the law's periods only."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import translation
from django_scopes import scope

from dealership.models import StageChange, Visit, Work
from reception.models import Consent, OrderLine, RepairOrder
from reception.queries.repeated import concern_kinds
from reception.queries.three_guarantees import Guarantees, guarantees, with_repair_times
from reception.three_guarantees import all_repairs, one_defect, one_repair, repair_days
from tests.cast import Cast, at

pytestmark = pytest.mark.django_db
NOW = at("10:00")
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("hours", "days"),
    [(0, 1), (1, 1), (24, 1), (24.01, 2), (48, 2), (72, 3), (72.5, 4), (96, 4), (96.1, 5), (120, 5), (120.1, 6)],
)
def test_each_day_begun_counts(hours: float, days: int):
    assert repair_days(NOW, NOW + hours * HOUR) == days


@pytest.mark.parametrize(
    ("counter", "value", "warns", "over"),
    [
        (one_repair, 3, False, False), (one_repair, 4, True, False), (one_repair, 5, True, False),
        (one_repair, 6, True, True),
        (all_repairs, 19, False, False), (all_repairs, 20, True, False), (all_repairs, 30, True, False),
        (all_repairs, 31, True, True),
    ],
)  # fmt: skip
def test_days_warn_at_4_and_20_and_the_right_begins_above_5_and_30(counter, value: int, warns: bool, over: bool):
    one = counter(value)
    assert (one.warns, one.over) == (warns, over)


@pytest.mark.parametrize(
    ("times", "warns", "over"), [(2, False, False), (3, True, False), (4, True, False), (5, True, True)]
)
def test_repairs_of_one_defect_warn_at_the_third(times: int, warns: bool, over: bool):
    one = one_defect(times, "noise")
    assert (one.warns, one.over) == (warns, over)


def car(cast: Cast, *, sold_on: date | None = date(2025, 6, 1), year: int | None = 2025) -> Visit:
    """Return a claim that came this morning, of a car sold last year."""
    visit = cast.visit(works=[Work.CLAIM], words="过减速带有异响", vehicle={"model": "途观L", "year": year})
    visit.vehicle.sold_on = sold_on
    visit.vehicle.save(update_fields=["sold_on"])
    return visit


def agree(visit: Visit, moment: datetime) -> None:
    """Let the customer agree to the repair at this moment."""
    number = f"W-{RepairOrder.objects.count():04}"
    order = RepairOrder.objects.create(store=visit.store, visit=visit, number=number, created_at=moment)
    Consent.objects.create(store=visit.store, visit=visit, order=order, kind="repair", how="link", at=moment,
                           amount=Decimal(0))  # fmt: skip


def before(
    visit: Visit, *, days_ago: int, lasted: int, mileage: int = 9000, words: str = "异响", works=("claim",)
) -> Visit:
    """Return an earlier repair of the car that lasted so many days."""
    came = NOW - timedelta(days=days_ago)
    old = Visit.objects.create(
        store=visit.store, vehicle=visit.vehicle, customer=visit.customer, standard=visit.standard, works=list(works),
        words=words, stage="closed", stage_since=came, arrived_at=came, left_at=came + timedelta(days=lasted),
        mileage=mileage,
    )  # fmt: skip
    agree(old, came)
    StageChange.objects.create(store=visit.store, visit=old, target="showcase", at=came + timedelta(days=lasted) - HOUR)
    return old


def counted(visit: Visit, now: datetime = NOW) -> Guarantees:
    """Return the counters of the visit's car."""
    visits = list(with_repair_times(Visit.objects.filter(vehicle=visit.vehicle)).order_by("-arrived_at"))
    lines = OrderLine.objects.filter(order__visit__in=visits).select_related("order")
    with translation.override("zh-hans"):
        return guarantees(visit.vehicle, visits, lines, concern_kinds(visits), now)


@pytest.fixture
def visit(cast: Cast):
    with scope(store=cast.store):
        yield car(cast)


@pytest.mark.parametrize(("hours", "day"), [(72, 3), (72.5, 4), (96, 4), (121, 6)])
def test_the_repair_in_hand_counts_from_its_consent(visit: Visit, hours: float, day: int):
    agree(visit, NOW - hours * HOUR)
    Visit.objects.filter(pk=visit.pk).update(stage="workshop")
    found = counted(visit).repair
    assert found is not None
    assert found.value == day


def test_a_repair_that_nobody_agreed_to_has_no_day(visit: Visit):
    assert counted(visit).repair is None
    assert counted(visit).total is None


def test_finished_work_stops_the_count(visit: Visit):
    agree(visit, NOW - 80 * HOUR)
    StageChange.objects.create(store=visit.store, visit=visit, target="showcase", at=NOW - 60 * HOUR)
    Visit.objects.filter(pk=visit.pk).update(stage="showcase")
    assert counted(visit).repair.value == 1
    Visit.objects.filter(pk=visit.pk).update(stage="workshop")
    assert counted(visit).repair.value == 4


def test_days_of_all_repairs_add_up(visit: Visit):
    before(visit, days_ago=300, lasted=12)
    before(visit, days_ago=200, lasted=7)
    agree(visit, NOW - 5 * HOUR)
    assert counted(visit).total.value == 20
    assert counted(visit).total.warns


def test_the_third_repair_of_one_defect_is_named(visit: Visit):
    before(visit, days_ago=90, lasted=1, words="方向盘抖")
    before(visit, days_ago=60, lasted=1)
    assert counted(visit).defect.value == 2
    before(visit, days_ago=30, lasted=1)
    found = counted(visit).defect
    assert (found.value, found.what, found.warns) == (3, "异响", True)


def test_work_that_the_customer_pays_is_no_repair_of_the_maker(visit: Visit):
    before(visit, days_ago=60, lasted=9, works=("repair",))
    assert counted(visit).total is None


def test_a_line_that_the_warranty_pays_makes_it_one(visit: Visit):
    old = before(visit, days_ago=60, lasted=9, works=("service",), words="")
    OrderLine.objects.create(
        store=visit.store, order=RepairOrder.objects.get(visit=old), position=1, kind="labour", code="R08",
        names={"zh-hans": "车窗升降开关"}, payer="warranty", answer="agreed", added_at=NOW,
    )  # fmt: skip
    assert counted(visit).total.value == 9
    assert counted(visit).defect.value == 1


@pytest.mark.parametrize(
    ("sold_on", "mileage", "counts"),
    [
        (date(2024, 10, 21), 9_000, True),  # the last day of two years: 21 October 2026
        (date(2024, 10, 20), 9_000, False),
        (date(2025, 6, 1), 50_000, True),
        (date(2025, 6, 1), 50_001, False),
    ],
)
def test_exchange_counts_inside_two_years_and_50_000_km(cast: Cast, sold_on: date, mileage: int, counts: bool):
    with scope(store=cast.store):
        visit = car(cast, sold_on=sold_on)
        before(visit, days_ago=30, lasted=2, mileage=mileage)  # came on 21 October 2026
        assert (counted(visit).total is not None) == counts


@pytest.mark.parametrize(
    ("sold_on", "mileage", "counts"),
    [
        (date(2023, 11, 20), 9_000, True),  # the last day of three years: today
        (date(2023, 11, 19), 9_000, False),
        (date(2023, 11, 20), 60_000, True),
        (date(2023, 11, 20), 60_001, False),
    ],
)
def test_a_long_repair_counts_inside_three_years_and_60_000_km(cast: Cast, sold_on: date, mileage: int, counts: bool):
    with scope(store=cast.store):
        visit = car(cast, sold_on=sold_on)
        Visit.objects.filter(pk=visit.pk).update(mileage=mileage, stage="workshop")
        agree(visit, NOW - HOUR)
        assert (counted(visit).repair is not None) == counts


@pytest.mark.parametrize(("year", "unknown"), [(2022, False), (2023, True), (None, False)])
def test_a_young_car_without_a_day_of_sale_is_asked_for_it(cast: Cast, year: int | None, unknown: bool):
    with scope(store=cast.store):
        assert counted(car(cast, sold_on=None, year=year)) == Guarantees(unknown=unknown)
