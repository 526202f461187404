"""The pages of stages 4 and 5, the counter and the exit: one press each, and who may not."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope

from dealership.models import Customer, StepTick
from dealership.uuids import uuid7
from delivery.actions import on_account, reversal
from delivery.actions.handover import hand_over
from delivery.actions.payment import pay
from delivery.models import Deduction, GatePass, Handover, OnAccount, Payment, Reversal, SettlementLine
from reception.models import OpenAdvice
from tests.cast import Cast
from tests.delivery.orders import agree, explained, sent, sheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def browse(client: Client, cast: Cast):
    """Return a function that logs somebody in and gives the client."""

    def as_(staff) -> Client:
        client.force_login(staff)
        client.cookies["language"] = "en"
        type(staff).objects.filter(pk=staff.pk).update(language="en")
        return client

    return as_


def url(name: str, visit=None, **more) -> str:
    given = {"store": "hq", **({"visit": visit.pk} if visit else {}), **more}
    return reverse(name, kwargs=given)


def test_explanation_takes_three_taps_to_the_cashier(cast, browse):
    visit = explained(cast)
    client = browse(cast.advisor)
    page = client.get(url("explanation-stage", visit)).content.decode()
    assert "¥1,514" in page
    assert "Have Mr Wang confirm it" in page
    client.post(url("settlement-confirm", visit), {"operation": uuid7()})
    page = client.get(url("explanation-stage", visit)).content.decode()
    assert "Mr Wang confirmed ¥1,514" in page
    assert 'form="review-form"' in page
    client.post(url("settlement-review", visit), {"invoice": "none", "operation": uuid7()})
    page = client.get(url("explanation-stage", visit)).content.decode()
    assert "Go to the cashier with Mr Wang" in page
    answer = client.post(url("settlement-finalise", visit), {"operation": uuid7()})
    assert (answer.status_code, answer.url) == (303, url("delivery-stage", visit))
    with scope(store=cast.store):
        visit.refresh_from_db()
        assert visit.stage == "delivery"
        ticked = {tick.code for tick in StepTick.objects.filter(visit=visit, touchpoint__startswith="4")}
        assert ticked == {"4.1/explain", "4.3/warranty", "4.3/review", "4.3/finalise"}
    assert client.post(url("settlement-finalise", visit), {"operation": uuid7()}).status_code == 303


def test_nothing_to_pay_goes_straight_to_the_handover(cast, browse):
    visit = explained(cast, lines=[("首保", "100", "300")], payer="campaign")
    client = browse(cast.advisor)
    client.post(url("settlement-confirm", visit))
    client.post(url("settlement-review", visit), {"invoice": "none"})
    assert "Nothing to pay: on to the handover" in client.get(url("explanation-stage", visit)).content.decode()


def test_explanation_without_a_sheet_and_of_a_car_gone_on(cast, browse):
    visit = cast.visit("沪B11111")
    client = browse(cast.advisor)
    assert "There is no settlement yet" in client.get(url("explanation-stage", visit)).content.decode()
    assert client.get(url("settlement-sheet", visit)).status_code == 404
    gone = sent(cast, "沪B22222")
    page = client.get(url("explanation-stage", gone)).content.decode()
    assert "settlement-review" not in page
    assert "confirm-form" in page


def test_line_sheet_saves_all_or_nothing(cast, browse):
    visit = explained(cast)
    client = browse(cast.advisor)
    with scope(store=cast.store):
        line = SettlementLine.objects.select_related("line").first()
    address = url("settlement-line", visit, line=line.pk)
    assert "never more" in client.get(address).content.decode()
    given = {
        "labour": "300",
        "parts": "300",
        "note": "少用一升机油",
        "payer": "customer",
        "months": "12",
        "km": "20000",
    }
    assert client.post(address, given).status_code == 303
    page = client.get(url("explanation-stage", visit)).content.decode()
    assert "少用一升机油" in page
    assert "¥66" in page
    refused = client.post(address, given | {"labour": "200", "payer": "goodwill"})
    assert refused.status_code == 422
    assert client.post(address, given | {"months": "0", "km": "1"}).status_code == 422
    client.post(address, given | {"payer": "insurer", "months": "24", "km": "40000"})
    with scope(store=cast.store):
        line.refresh_from_db()
        assert (line.settled, line.payer, line.warranty_months) == (600, "insurer", 24)


def test_deduction_and_discount_on_the_sheet(cast, browse):
    visit = explained(cast)
    client = browse(cast.advisor)
    assert "up to 5 %" in client.get(url("settlement-review", visit)).content.decode()
    client.post(
        url("deductions", visit), {"kind": "coupon", "amount": "100", "reference": "YH88", "operation": uuid7()}
    )
    client.post(url("discount", visit), {"kind": "order", "value": "14"})
    page = client.get(url("explanation-stage", visit)).content.decode()
    assert "YH88" in page
    assert "¥1,400" in page
    assert "YH88" in client.get(url("settlement-review", visit)).content.decode()
    assert "YH88" in client.get(url("settlement-sheet", visit)).content.decode()
    with scope(store=cast.store):
        row = Deduction.objects.get()
    client.post(url("deduction-off", visit, deduction=row.pk))
    client.post(url("discount", visit), {"kind": "labour", "value": "5"})
    assert client.post(url("discount", visit), {"kind": "order", "value": "101"}).status_code == 422
    page = client.get(url("explanation-stage", visit)).content.decode()
    assert "5 % of labour" in page


def test_advice_and_script_are_at_hand(cast, browse):
    visit = explained(cast)
    with scope(store=cast.store):
        for colour, text in (("yellow", "雨刮片"), ("red", "制动液"), ("", "右后门划痕")):
            OpenAdvice.objects.create(
                store=cast.store, vehicle=visit.vehicle, visit=visit, kind="found", colour=colour,
                texts={"zh-hans": text}, created_at=timezone.now(),
            )  # fmt: skip
    client = browse(cast.advisor)
    page = client.get(url("explanation-stage", visit)).content.decode()
    assert page.index("制动液") < page.index("雨刮片") < page.index("右后门划痕")
    assert client.get(url("explanation-script", visit)).status_code == 200


@pytest.mark.parametrize("how", ["link", "phone"])
def test_extra_work_says_when_the_customer_agreed(cast, browse, how):
    visit = explained(cast, lines=[("更换前制动片", "120", "560")], why="extra")
    page = browse(cast.advisor).get(url("explanation-stage", visit)).content.decode()
    assert "you agreed by phone" in page


def test_amount_changed_after_the_tap_shows_the_sheet_once_more(cast, browse):
    visit = explained(cast)
    client = browse(cast.advisor)
    client.post(url("settlement-confirm", visit))
    with scope(store=cast.store):
        line = SettlementLine.objects.first()
    given = {"labour": "0", "parts": "0", "payer": "customer", "months": "12", "km": "20000"}
    client.post(url("settlement-line", visit, line=line.pk), given)
    assert "confirm it once more" in client.get(url("explanation-stage", visit)).content.decode()
    answer = client.post(url("settlement-finalise", visit))
    assert answer.status_code == 422
    assert url("settlement-confirm", visit) in answer.content.decode()
    assert "¥848" in client.get(url("settlement-confirm", visit)).content.decode()
    assert client.get(url("settlement-finalise", visit)).status_code == 200


def test_delivery_stage_from_the_cashier_to_the_farewell(cast, browse):
    visit = sent(cast)
    client = browse(cast.advisor)
    page = client.get(url("delivery-stage", visit)).content.decode()
    assert "Tell the cashier: WeChat Pay" in page
    client.post(url("payment-method", visit), {"method": "alipay"})
    assert "Cashier told" in client.get(url("delivery-stage", visit) + "?card=5.1").content.decode()
    assert "Waiting for the payment" in client.get(url("payment-state", visit)).content.decode()
    assert "not issued yet" in client.get(url("delivery-stage", visit) + "?card=5.3").content.decode()
    with scope(store=cast.store):
        pay(sheet(visit), by=cast.cashier, method="alipay")
    assert "Paid: see Mr Wang off" in client.get(url("delivery-stage", visit) + "?card=5.2").content.decode()
    page = client.get(url("delivery-stage", visit) + "?card=5.3").content.decode()
    assert "Hand the car to Mr Wang" in page
    answer = client.post(url("handover-form", visit), {"check": "known", "operation": uuid7()})
    assert answer.url == url("delivery-stage", visit) + "?card=5.3"
    for card in ("5.1", "5.2", "5.3"):
        assert "On to the next car" in client.get(url("delivery-stage", visit) + f"?card={card}").content.decode()
    assert client.get(url("handover-form", visit)).status_code == 200


def test_method_without_a_sheet_and_delivery_before_it_change_nothing(cast, browse):
    visit = cast.visit("沪B11111")
    client = browse(cast.advisor)
    assert client.post(url("payment-method", visit), {"method": "cash"}).status_code == 303
    assert "There is no settlement yet" in client.get(url("delivery-stage", visit) + "?card=5.2").content.decode()


def test_home_delivery_is_switched_on_and_off(cast, browse):
    visit = sent(cast)
    client = browse(cast.advisor)
    client.post(url("home-delivery", visit), {"on": "1"})
    assert "Not home delivery" in client.get(url("delivery-stage", visit) + "?card=5.3").content.decode()
    client.post(url("home-delivery", visit), {"on": "0"})
    assert "is brought home" in client.get(url("delivery-stage", visit) + "?card=5.3").content.decode()


def test_cashier_takes_the_money_with_two_taps(cast, browse):
    visit = sent(cast)
    client = browse(cast.cashier)
    assert client.get(url("cashier")).content.decode().count('value="1514"') == 1
    client.get(url("cashier-car", visit))
    given = {"method": "wechat", "amount": "1514", "operation": uuid7()}
    client.post(url("payments", visit), given)
    answer = client.post(url("payments", visit), given)
    assert answer.url == url("cashier-car", visit)
    page = client.get(answer.url).content.decode()
    with scope(store=cast.store):
        number = GatePass.objects.get(visit=visit).number
        assert Payment.objects.count() == 1
    assert f"Gate pass {number}" in page
    assert number in client.get(url("gate-pass", visit)).content.decode()
    assert "Nobody is waiting to pay" in client.get(url("cashier")).content.decode()


def test_part_payment_says_that_the_rest_is_due(cast, browse):
    visit = sent(cast)
    client = browse(cast.cashier)
    answer = client.post(url("payments", visit), {"method": "cash", "amount": "14.50"}, follow=True)
    assert "¥14.50 taken. The rest is still due." in answer.content.decode()
    assert "Part paid" in client.get(url("cashier-list")).content.decode()
    assert client.get(url("gate-pass", visit)).status_code == 404
    assert client.post(url("payments", visit), {"method": "cash", "amount": "9999"}).status_code == 422
    assert client.post(url("payments", visit), {"method": "cash", "amount": "-1"}).status_code == 422


def test_on_account_from_the_counter_to_the_manager(cast, browse):
    visit = sent(cast)
    with scope(store=cast.store):
        Customer.objects.filter(pk=visit.customer_id).update(credit_limit=2000)
    browse(cast.cashier).post(url("account", visit), {"operation": uuid7()})
    with scope(store=cast.store):
        asked = OnAccount.objects.get()
    client = browse(cast.manager)
    assert "Approve" in client.get(url("cashier-car", visit)).content.decode()
    client.post(url("account-approve", visit, account=asked.pk))
    with scope(store=cast.store):
        assert GatePass.objects.filter(visit=visit).exists()


def test_request_is_withdrawn_at_the_counter(cast, browse):
    visit = sent(cast)
    client = browse(cast.cashier)
    client.post(url("account", visit), {"amount": "100"})
    with scope(store=cast.store):
        asked = OnAccount.objects.get()
    client.post(url("account-withdraw", visit, account=asked.pk))
    assert "Ask to put ¥1,514 on account" in client.get(url("cashier-car", visit)).content.decode()


def test_money_goes_back_in_three_steps_of_two_people(cast, browse):
    visit = sent(cast)
    with scope(store=cast.store):
        payment = pay(sheet(visit), by=cast.cashier, method="card")
    client = browse(cast.cashier)
    assert "Wrong amount" in client.get(url("cashier-car", visit)).content.decode()
    client.post(url("payment-reversal", visit, payment=payment.pk), {"reason": "Wrong amount"})
    with scope(store=cast.store):
        row = Reversal.objects.get()
    assert client.post(url("reversal-approve", visit, reversal_id=row.pk)).status_code == 403
    client = browse(cast.manager)
    assert "Give back" in client.get(url("cashier-list")).content.decode()
    assert "Approve" in client.get(url("cashier-car", visit)).content.decode()
    client.post(url("reversal-approve", visit, reversal_id=row.pk))
    assert client.post(url("reversal-done", visit, reversal_id=row.pk)).status_code == 403
    client = browse(cast.cashier)
    client.post(url("reversal-done", visit, reversal_id=row.pk))
    assert "Given back" in client.get(url("cashier-car", visit)).content.decode()


def test_guard_sees_two_words_and_no_sum(cast, browse):
    visit = sent(cast)
    with scope(store=cast.store):
        pay(sheet(visit), by=cast.cashier, method="cash")
        hand_over(visit, by=cast.advisor)
    sent(cast, "沪B22222")
    client = browse(cast.guard)
    page = client.get(url("gate-exits")).content.decode()
    assert (page.count("May leave"), page.count("Not released"), page.count("¥")) == (1, 1, 0)
    assert client.post(url("exit", visit), {"operation": uuid7()}).status_code == 303
    with scope(store=cast.store):
        visit.refresh_from_db()
    assert visit.stage == "closed"
    client = browse(cast.cashier)
    assert "1 car left today" in client.get(url("cashier")).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_counter_and_exit_ask_the_same_number_of_questions(cast, browse, count, django_assert_num_queries):
    for number in range(count):
        visit = sent(cast, f"沪B3333{number}")
        with scope(store=cast.store):
            on_account.ask(sheet(visit), by=cast.cashier, amount=Decimal(10))
            payment = pay(sheet(visit), by=cast.cashier, method="cash", amount=Decimal(10))
            reversal.ask(payment, by=cast.cashier, reason="多收")
    client = browse(cast.cashier)
    client.get(url("cashier-list"))
    with django_assert_num_queries(11):
        client.get(url("cashier-list"))
    client = browse(cast.guard)
    client.get(url("gate-exits"))
    with django_assert_num_queries(4):
        client.get(url("gate-exits"))


@pytest.mark.parametrize("count", [1, 6])
def test_explanation_asks_the_same_number_of_questions(cast, browse, count, django_assert_max_num_queries):
    visit = explained(cast, lines=[(f"项目{n}", "10", "20") for n in range(count)], why="extra")
    client = browse(cast.advisor)
    client.get(url("explanation-stage", visit))
    with django_assert_max_num_queries(32):
        client.get(url("explanation-stage", visit))


def test_stranger_finds_nothing_and_roles_keep_to_their_desk(cast, browse):
    visit = sent(cast)
    client = browse(cast.stranger)
    for name in ("explanation-stage", "delivery-stage", "settlement-sheet", "payment-state", "cashier-car"):
        assert client.get(url(name, visit)).status_code == 404
    assert client.get(url("cashier")).status_code == 404
    assert browse(cast.advisor).post(url("payments", visit), {"method": "cash", "amount": "1"}).status_code == 403
    assert browse(cast.cashier).post(url("discount", visit), {"kind": "order", "value": "1"}).status_code == 403
    assert browse(cast.technician).get(url("explanation-stage", visit)).status_code == 403
    assert browse(cast.guard).get(url("settlement-sheet", visit)).status_code == 403
    with scope(store=cast.store):
        assert not Payment.objects.exists()
        assert not Handover.objects.exists()


def test_things_of_another_visit_are_not_found(cast, browse):
    visit, other = sent(cast), sent(cast, "沪B22222")
    with scope(store=cast.store):
        payment = pay(sheet(other), by=cast.cashier, method="cash")
        row = reversal.ask(payment, by=cast.cashier, reason="多收")
        line = SettlementLine.objects.filter(settlement__visit=other).first()
    client = browse(cast.cashier)
    assert client.post(url("payment-reversal", visit, payment=payment.pk), {"reason": "x"}).status_code == 404
    assert client.post(url("reversal-done", visit, reversal_id=row.pk)).status_code == 404
    assert browse(cast.advisor).get(url("settlement-line", visit, line=line.pk)).status_code == 404
    draft = explained(cast, "沪B33333")
    assert browse(cast.cashier).get(url("cashier-car", draft)).status_code == 404
    bare = cast.visit("沪B44444")
    assert client.post(url("payments", bare), {"method": "cash", "amount": "1"}).status_code == 404
    with scope(store=cast.store):
        agree(bare, cast, [])
