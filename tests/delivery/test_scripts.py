"""What the screen fills into the scripts of stages 4 and 5, in three languages."""

from decimal import Decimal

import pytest
from django.utils import timezone, translation
from django_scopes import scope

from dealership.models import Visit
from delivery.actions.deductions import deduct
from delivery.actions.lines import settle_line
from delivery.actions.review import tell_method
from delivery.models import Handover, SettlementLine
from delivery.queries import scripts
from delivery.queries.warranty import next_service
from delivery.templatetags.delivery import distance, duration, shortly
from reception.queries.intervals import add_months
from tests.cast import SHANGHAI, Cast, at
from tests.delivery.orders import agree, explained, sheet

pytestmark = pytest.mark.django_db
LANGUAGES = ("zh-hans", "zh-hant", "en")


@pytest.fixture
def visit(cast: Cast):
    visit = explained(cast)
    with scope(store=cast.store):
        yield visit


def said(name: str, visit: Visit) -> list[str | None]:
    fresh = Visit.objects.select_related("vehicle", "customer", "store").get(pk=visit.pk)
    return [getattr(scripts, name)(fresh, language) for language in LANGUAGES]


def cheaper(visit: Visit, cast: Cast) -> None:
    line = SettlementLine.objects.select_related("settlement__visit__store").filter(settlement__visit=visit).first()
    settle_line(line, by=cast.advisor, labour=line.labour, parts=line.parts - 32)


def test_money_comes_with_its_unit(visit, cast):
    assert said("settled_total", visit) == ["1514元", "1514元", "¥1,514"]
    assert said("labour", visit) == ["444元", "444元", "¥444"]
    assert said("parts", visit) == ["1070元", "1070元", "¥1,070"]
    assert scripts.money(Decimal("98.50"), "en") == "¥98.50"


def test_difference_is_a_whole_phrase(visit, cast):
    assert said("difference", visit) == ["与报价一致", "與報價一致", "the same as quoted"]
    cheaper(visit, cast)
    assert said("difference", visit) == ["比报价少32元", "比報價少32元", "¥32 less than quoted"]


def test_labour_and_parts_are_silent_where_they_do_not_add_up_to_the_sum(visit, cast):
    deduct(sheet(visit), by=cast.advisor, kind="coupon", amount=Decimal(14))
    assert said("settled_total", visit)[0] == "1500元"
    assert said("labour", visit) == [None] * 3


def test_before_the_settlement_the_order_speaks(cast):
    visit = cast.visit("沪B11111")
    with scope(store=cast.store):
        for name in ("settled_total", "difference", "labour", "cashier_method", "next_service", "warranty"):
            expected = [None] * 3 if name != "next_service" else said(name, visit)
            assert said(name, visit) == expected
        agree(visit, cast, [("首保", "100", "300")])
        assert said("labour", visit)[0] == "100元"
        assert said("parts", visit)[0] == "300元"


def test_way_of_paying_and_warranty(visit, cast):
    assert said("cashier_method", visit) == [None] * 3
    tell_method(sheet(visit), by=cast.advisor, method="wechat")
    assert said("cashier_method", visit) == ["微信支付", "微信支付", "WeChat Pay"]
    assert said("warranty", visit) == ["12个月或2万公里", "12個月或2萬公里", "12 months or 20,000 km"]
    SettlementLine.objects.filter(position=0).update(warranty_km=5_000)
    assert said("warranty", visit) == [None] * 3


def test_next_service_follows_energy_reading_and_what_was_done(visit, cast):
    chinese, _taiwan, english = said("next_service", visit)
    day = add_months(timezone.localdate(timezone=SHANGHAI), 12)
    assert chinese.endswith("月" + f"{day.day}日或68,620公里")
    assert english.endswith(f"{day.year} or 68,620 km")
    visit.vehicle.energy = "bev"
    assert next_service(visit, at("11:40")).km == 78_620
    visit.works = ["repair"]
    assert next_service(visit, at("11:40")) is None
    Visit.objects.filter(pk=visit.pk).update(mileage=None)
    assert said("next_service", visit) == [None] * 3


def test_collector_is_the_contact_until_somebody_else_came(visit, cast):
    assert said("collector", visit) == ["王先生", "王先生", "Mr Wang"]
    person = {"collector": "欧阳娜", "collector_sex": "f"}
    Handover.objects.create(store=cast.store, visit=visit, at=at("11:50"), by=cast.advisor, check_kind="call", **person)
    assert said("collector", visit) == ["欧阳女士", "欧阳小姐", "Ms Ouyang"]
    Handover.objects.update(collector_sex="")
    assert said("collector", visit) == [None] * 3


def test_nobody_known_collects(visit):
    Visit.objects.update(customer=None)
    assert said("collector", visit) == [None] * 3


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [("2026-11-20", 12, "2027-11-20"), ("2026-11-30", 3, "2027-02-28"), ("2026-01-31", 1, "2026-02-28")],
)
def test_months_end_where_the_month_ends(day, months, then):
    assert str(add_months(at("12:00", day).date(), months)) == then


def test_times_and_distances_as_they_are_told():
    with translation.override("zh-hans"):
        assert [duration(12), duration(3), distance(20_000), distance(68_620)] == [
            "1 年",
            "3 个月",
            "2 万公里",
            "68,620 公里",
        ]
        assert shortly(["机油", "空调滤芯", "制动片"]) == "机油等 3 项"
    with translation.override("en"):
        assert [duration(24), duration(15), distance(20_000)] == ["2 years", "15 months", "20,000 km"]
        assert [shortly(["Oil"]), shortly(["Oil", "Filter"]), shortly([])] == ["Oil", "Oil and 1 more", ""]
