"""The price list: loaded once, split to the fen, searched by name in any language."""

from decimal import Decimal

import pytest
from django.utils import translation
from django_scopes import scope

from reception.actions.pricelist import load_price_list
from reception.models import LabourOperation, Part
from reception.queries.pricelist import PriceList, split
from tests.cast import Cast
from tests.reception.desk import yuan

pytestmark = pytest.mark.django_db


def test_load_price_list_writes_the_sample_and_again_changes_nothing(cast: Cast):
    with scope(store=cast.store):
        first = load_price_list(cast.store)
        assert first == {"labourrate": 3, "labouroperation": 31, "part": 28, "package": 9}
        assert load_price_list(cast.store) == first
    with scope(store=cast.other):
        assert LabourOperation.objects.count() == 0


def test_package_splits_its_price_so_that_labour_and_parts_add_up(cast: Cast):
    with scope(store=cast.store):
        load_price_list(cast.store)
        packages = [pick for pick in PriceList().picks.values() if pick.kind == "package"]
        small = PriceList().picks["package:P10"]
    assert len(packages) == 9
    assert (small.labour, small.parts, small.amount) == (yuan(153), yuan(445), yuan(598))
    assert (small.hours, small.minutes) == (Decimal("0.60"), 36)


@pytest.mark.parametrize(
    ("price", "labour", "parts", "share"),
    [("598", "156", "454", "153"), ("59.90", "1", "2", "19.97"), ("100", "0", "50", "0"), ("100", "50", "0", "100")],
)
def test_split_is_proportional_and_exact(price: str, labour: str, parts: str, share: str):
    assert split(Decimal(price), Decimal(labour), Decimal(parts)) == Decimal(share)


def test_labour_brings_its_usual_parts_and_high_voltage_is_known(cast: Cast):
    with scope(store=cast.store):
        load_price_list(cast.store)
        prices = PriceList()
        filter_change, gear_oil = prices.picks["labour:M03"], prices.picks["labour:E02"]
    assert (filter_change.labour, filter_change.parts) == (yuan(52), yuan(158))
    assert (gear_oil.hv, gear_oil.labour) == (True, yuan(224))


def test_paint_takes_a_working_day_a_panel(cast: Cast):
    with scope(store=cast.store):
        load_price_list(cast.store)
        paint = PriceList().picks["labour:B01"]
    assert (paint.amount, paint.minutes) == (yuan(700), 480)


def test_search_finds_by_every_word_in_any_language(cast: Cast):
    with scope(store=cast.store):
        load_price_list(cast.store)
        prices = PriceList()
        assert [pick.key for pick in prices.search("空调 清洗")] == ["package:AC", "labour:M15", "part:CLEANER-AC"]
        assert [pick.key for pick in prices.search("wiper")] == ["part:WIPERS"]
        assert prices.search("喷气发动机") == []
        assert len(prices.search("")) == 68
        with translation.override("en"):
            assert PriceList().picks["part:WIPERS"].name == "Wiper blades, pair"


def test_price_list_is_read_in_a_constant_number_of_queries(cast: Cast, django_assert_num_queries):
    with scope(store=cast.store):
        load_price_list(cast.store)
        with django_assert_num_queries(6):
            PriceList().search("")


def test_part_that_is_out_of_stock_is_marked(cast: Cast):
    with scope(store=cast.store):
        load_price_list(cast.store)
        Part.objects.filter(code="WIPERS").update(stock=0)
        assert PriceList().picks["part:WIPERS"].in_stock is False
