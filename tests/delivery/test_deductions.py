"""Deductions and discount: never below zero, never above the role's limit."""

from decimal import Decimal

import pytest
from django_scopes import scope

from dealership.refused import Refused
from dealership.uuids import uuid7
from delivery.actions.deductions import deduct, give_discount, withdraw_deduction
from delivery.actions.lines import set_payer, settle_line
from delivery.actions.settlement import confirm, draw_up, finalise
from delivery.models import Deduction, Discount, SettlementLine
from delivery.queries.settlement import sheet_of
from reception.models import OrderLine
from tests.cast import Cast
from tests.delivery.orders import explained, sheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(cast: Cast):
    visit = explained(cast)
    with scope(store=cast.store):
        yield visit


def refusal(function, *args, **kwargs) -> str:
    with pytest.raises(Refused) as caught:
        function(*args, **kwargs)
    return caught.value.code


def test_coupon_lowers_the_sum_once_and_comes_off_again(visit, cast):
    id_ = uuid7()
    for _press in range(2):
        deduct(sheet(visit), by=cast.advisor, kind="coupon", amount=Decimal(100), reference="YH88", id=id_)
    assert sheet(visit).customer_sum == 1414
    withdraw_deduction(Deduction.objects.select_related("settlement__visit__store").get(), by=cast.advisor)
    assert sheet(visit).customer_sum == 1514


def test_deduction_after_the_customers_tap_needs_no_second_one(visit, cast):
    confirm(sheet(visit), by=cast.advisor)
    deduct(sheet(visit), by=cast.advisor, kind="points", amount=Decimal(50))
    assert sheet_of(sheet(visit)).confirmed
    assert finalise(sheet(visit), by=cast.advisor).final


def test_deduction_taken_off_after_the_customers_tap_asks_once_more(visit, cast):
    row = deduct(sheet(visit), by=cast.advisor, kind="points", amount=Decimal(50))
    confirm(sheet(visit), by=cast.advisor)
    withdraw_deduction(row, by=cast.advisor)
    assert sheet_of(sheet(visit)).outdated


@pytest.mark.parametrize(
    ("amount", "code"), [("0", "deduction.amount"), ("-5", "deduction.amount"), ("0.001", "deduction.amount"),
                         ("1514.01", "deduction.too_much")],
)  # fmt: skip
def test_wrong_deductions_are_refused(visit, cast, amount, code):
    assert refusal(deduct, sheet(visit), by=cast.advisor, kind="coupon", amount=Decimal(amount)) == code
    assert sheet(visit).customer_sum == 1514
    assert not Deduction.objects.exists()


def test_lines_cannot_sink_below_what_is_deducted(visit, cast):
    deduct(sheet(visit), by=cast.advisor, kind="coupon", amount=Decimal(1500))
    line = SettlementLine.objects.select_related("settlement__visit__store").last()
    assert refusal(settle_line, line, by=cast.advisor, labour=Decimal(0), parts=Decimal(0)) == "deduction.too_much"
    assert refusal(set_payer, line, by=cast.advisor, payer="insurer") == "deduction.too_much"


def test_deduction_above_a_newly_agreed_sum_stops_at_zero_and_at_the_cashier(visit, cast):
    deduct(sheet(visit), by=cast.advisor, kind="coupon", amount=Decimal(1500))
    OrderLine.objects.filter(code="X2").update(answer="declined")
    draw_up(visit, by=cast.advisor)
    assert sheet(visit).customer_sum == 0
    assert refusal(finalise, sheet(visit), by=cast.advisor) == "deduction.too_much"


@pytest.mark.parametrize(
    "limit",
    [
        ("advisor", "labour", "5", "5.01"),
        ("advisor", "order", "100", "100.01"),
        ("supervisor", "labour", "10", "11"),
        ("supervisor", "order", "300", "301"),
        ("manager", "labour", "20", "21"),
        ("manager", "order", "1000", "2000.01"),
    ],
)
def test_discount_stays_within_the_limit_of_the_role(visit, cast, limit):
    who, kind, fits, above = limit
    by = getattr(cast, who)
    give_discount(sheet(visit), by=by, kind=kind, value=Decimal(fits))
    with pytest.raises(Refused) as caught:
        give_discount(sheet(visit), by=by, kind=kind, value=Decimal(above))
    assert caught.value.code == "discount.limit"
    assert Discount.objects.get().kind == kind


def test_chain_manager_goes_above_the_managers_limit(visit, cast):
    give_discount(sheet(visit), by=cast.chain, kind="labour", value=Decimal(50))
    assert sheet(visit).customer_sum == 1514 - 222


def test_discount_follows_the_labour_and_zero_takes_it_back(visit, cast):
    give_discount(sheet(visit), by=cast.advisor, kind="labour", value=Decimal(5))
    assert sheet(visit).customer_sum == Decimal("1491.80")
    line = SettlementLine.objects.select_related("settlement__visit__store").first()
    settle_line(line, by=cast.advisor, labour=Decimal(0), parts=Decimal(352))
    assert sheet(visit).customer_sum == Decimal("1193.50")
    assert give_discount(sheet(visit), by=cast.advisor, kind="labour", value=Decimal(0)) is None
    assert sheet(visit).customer_sum == 1200


def test_wrong_discounts_are_refused(visit, cast):
    assert refusal(give_discount, sheet(visit), by=cast.advisor, kind="order", value=Decimal(-1)) == "discount.amount"
    assert refusal(give_discount, sheet(visit), by=cast.cashier, kind="order", value=Decimal(1)) == "visit.not_yours"
    assert (
        refusal(give_discount, sheet(visit), by=cast.manager, kind="order", value=Decimal(1515)) == "deduction.too_much"
    )


def test_final_or_foreign_sheet_takes_neither(visit, cast):
    row = deduct(sheet(visit), by=cast.advisor, kind="coupon", amount=Decimal(1))
    assert refusal(deduct, sheet(visit), by=cast.advisor3, kind="coupon", amount=Decimal(1)) == "visit.not_yours"
    finalise(sheet(visit), by=cast.advisor)
    assert refusal(deduct, sheet(visit), by=cast.advisor, kind="coupon", amount=Decimal(1)) == "settlement.final"
    assert refusal(give_discount, sheet(visit), by=cast.advisor, kind="order", value=Decimal(1)) == "settlement.final"
    row.refresh_from_db()
    assert refusal(withdraw_deduction, row, by=cast.advisor) == "settlement.final"
