"""The settlement sheet: drawn up, changed within consent, confirmed, final, re-opened."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django_scopes import scope

from dealership.actions import promises
from dealership.actions.stages import advance, cancel
from dealership.models import Promise, Situation, StageChange, StepTick, TouchpointRecord, Visit
from dealership.refused import Refused
from delivery.actions.deductions import deduct
from delivery.actions.lines import set_payer, set_warranty, settle_line
from delivery.actions.payment import pay
from delivery.actions.review import go_through_warranty, review, tell_method
from delivery.actions.settlement import confirm, draw_up, finalise, reopen
from delivery.models import GatePass, Settlement, SettlementLine
from delivery.queries.settlement import sheet_of
from inspection.models import PartsLeave
from reception.models import Appointment, Consent, ConsentLine, OrderLine
from tests.cast import Cast, at
from tests.delivery.orders import agree, explained, sent, sheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(cast: Cast):
    visit = explained(cast)
    with scope(store=cast.store):
        yield visit


def lines(visit: Visit) -> list[SettlementLine]:
    return list(SettlementLine.objects.filter(settlement__visit=visit).select_related("line", "settlement__visit"))


def ticked(visit: Visit) -> set[str]:
    return {tick.code for tick in StepTick.objects.filter(visit=visit).exclude(evidence="")}


def code_of(refusal: pytest.ExceptionInfo[Refused]) -> str:
    return refusal.value.code


def test_sheet_holds_the_agreed_lines_at_the_consented_amounts(visit, cast):
    sums = sheet_of(sheet(visit)).sums
    assert [line.title for line in lines(visit)] == ["6万公里定期保养", "更换空调滤芯", "更换前制动片"]
    assert (sums.quoted, sums.settled, sums.labour, sums.parts) == (1514, 1514, 444, 1070)
    assert sheet(visit).customer_sum == 1514
    assert [(line.warranty_months, line.warranty_km) for line in lines(visit)] == [(12, 20_000)] * 3


def test_line_dearer_than_its_consent_is_cut_to_it(cast):
    visit = explained(cast, "沪B11111")
    with scope(store=cast.store):
        OrderLine.objects.filter(order__visit=visit, code="X0").update(parts=Decimal(500))
        SettlementLine.objects.filter(settlement__visit=visit).delete()
        draw_up(visit, by=cast.advisor, now=at("11:36"))
        first = lines(visit)[0]
        assert (first.labour, first.parts, first.quoted) == (314, 352, 666)


def test_agreed_line_without_consent_is_left_out_and_a_diagnosis_is_covered_to_its_limit(visit, cast):
    order = OrderLine.objects.filter(order__visit=visit).first().order
    OrderLine.objects.create(
        store=cast.store, order=order, position=9, kind="labour", code="R01", names={"zh-hans": "故障诊断"},
        labour=208, answer="agreed", added_at=at("09:00"),
    )  # fmt: skip
    draw_up(visit, by=cast.advisor, now=at("11:36"))
    assert len(lines(visit)) == 3
    for limit, left in ((1600, 86), (1400, 0), (2000, 208)):
        Consent.objects.filter(visit=visit).update(kind="diagnosis", amount=limit)
        draw_up(visit, by=cast.advisor, now=at("11:37"))
        assert (lines(visit)[-1].quoted, lines(visit)[-1].settled) == (left, left)


def test_limit_of_a_diagnosis_covers_nothing_once_the_repair_is_signed(visit, cast):
    order = OrderLine.objects.filter(order__visit=visit).first().order
    Consent.objects.create(
        store=cast.store, visit=visit, order=order, kind="diagnosis", how="phone", at=at("09:00"), amount=5000,
        by=cast.advisor, second_person=cast.supervisor,
    )  # fmt: skip
    OrderLine.objects.create(
        store=cast.store, order=order, position=9, kind="labour", code="R01", names={"zh-hans": "水泵"},
        labour=208, answer="agreed", added_at=at("10:00"),
    )  # fmt: skip
    draw_up(visit, by=cast.advisor, now=at("11:37"))
    assert sheet(visit).customer_sum == 1514


def test_drawing_up_again_keeps_what_was_settled_and_follows_a_new_consent(visit, cast):
    first, second, third = lines(visit)
    settle_line(first, by=cast.advisor, labour=Decimal(314), parts=Decimal(320), note="机油实用 4.6 L")
    OrderLine.objects.filter(pk=third.line_id).update(answer="declined")
    consent = ConsentLine.objects.get(line=second.line_id)
    consent.amount = Decimal(150)
    consent.save(update_fields=["amount"])
    draw_up(visit, by=cast.advisor, now=at("11:50"))
    assert [(line.quoted, line.settled) for line in lines(visit)] == [(666, 634), (150, 150)]


def test_line_that_waited_for_a_part_is_charged_after_the_car_came_back(visit, cast):
    waits = lines(visit)[2].line_id
    StageChange.objects.create(store=cast.store, visit=visit, source="negotiation", target="workshop", at=at("09:30"))
    appointment = Appointment.objects.create(
        store=cast.store, customer=visit.customer, vehicle=visit.vehicle, at=at("09:00", "2026-11-25"),
        made_at=at("11:00"),
    )  # fmt: skip
    PartsLeave.objects.create(
        store=cast.store, visit=visit, appointment=appointment, lines=[str(waits)], at=at("11:00"), by=cast.advisor
    )
    draw_up(visit, by=cast.advisor, now=at("11:37"))
    assert sheet(visit).customer_sum == 834
    StageChange.objects.create(store=cast.store, visit=visit, source="explanation", target="workshop", at=at("13:00"))
    draw_up(visit, by=cast.advisor, now=at("14:00"))
    assert sheet(visit).customer_sum == 1514


def test_sheet_follows_an_order_that_asks_less_or_spares_the_customer(visit, cast):
    first, second, third = lines(visit)
    settle_line(first, by=cast.advisor, labour=Decimal(300), parts=Decimal(300))
    OrderLine.objects.filter(pk=first.line_id).update(parts=Decimal(340))
    OrderLine.objects.filter(pk=second.line_id).update(payer="goodwill")
    OrderLine.objects.filter(pk=third.line_id).update(parts=Decimal(500))
    draw_up(visit, by=cast.advisor, now=at("11:50"))
    assert [(line.quoted, line.settled, line.payer) for line in lines(visit)] == [
        (666, 600, "customer"),
        (168, 168, "goodwill"),
        (680, 620, "customer"),
    ]
    assert sheet(visit).customer_sum == 1220


def test_line_goes_down_freely_and_up_only_to_the_consent(visit, cast):
    line = lines(visit)[0]
    settle_line(line, by=cast.advisor, labour=Decimal(314), parts=Decimal("320.50"))
    settle_line(line, by=cast.advisor, labour=Decimal(314), parts=Decimal(352))
    assert sheet(visit).customer_sum == 1514
    for labour, parts, code in (
        ("315", "352", "line.consent"),
        ("-1", "0", "line.amount"),
        ("1.001", "0", "line.amount"),
    ):
        with pytest.raises(Refused) as refusal:
            settle_line(line, by=cast.advisor, labour=Decimal(labour), parts=Decimal(parts))
        assert code_of(refusal) == code
    with pytest.raises(Refused) as refusal:
        settle_line(line, by=cast.advisor3, labour=Decimal(1), parts=Decimal(0))
    assert code_of(refusal) == "visit.not_yours"


def test_database_itself_holds_gate_6(visit):
    row = lines(visit)[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        SettlementLine.objects.filter(pk=row.pk).update(parts=353, settled=667)


def test_payer_falls_to_the_customer_only_with_consent(cast):
    visit = explained(cast, "沪B22222", [("水泵", "100", "680")], payer="warranty")
    with scope(store=cast.store):
        line = lines(visit)[0]
        assert sheet(visit).customer_sum == 0
        with pytest.raises(Refused) as refusal:
            set_payer(line, by=cast.advisor, payer="customer")
        assert code_of(refusal) == "payer.consent"
        set_payer(line, by=cast.advisor, payer="insurer")
        OrderLine.objects.filter(pk=line.line_id).update(payer="customer")
        ConsentLine.objects.filter(line=line.line_id).update(amount=700)
        draw_up(visit, by=cast.advisor)
        assert lines(visit)[0].payer == "warranty"


def test_goodwill_stays_within_the_limit_of_the_role(visit, cast):
    _first, second, third = lines(visit)
    for by, line in ((cast.advisor, second), (cast.supervisor, third)):
        with pytest.raises(Refused) as refusal:
            set_payer(line, by=by, payer="goodwill")
        assert code_of(refusal) == "payer.goodwill"
    set_payer(second, by=cast.supervisor, payer="goodwill")
    set_payer(third, by=cast.manager, payer="goodwill")
    assert sheet(visit).customer_sum == 666


def test_warranty_is_never_below_the_law(visit, cast):
    line = lines(visit)[0]
    set_warranty(line, by=cast.advisor, months=24, km=40_000)
    for months, km in ((0, 20_000), (12, 1_999)):
        with pytest.raises(Refused) as refusal:
            set_warranty(line, by=cast.advisor, months=months, km=km)
        assert code_of(refusal) == "warranty.law"
    line.refresh_from_db()
    assert (line.warranty_months, line.warranty_km) == (24, 40_000)


def test_customers_tap_stands_until_an_amount_changes(visit, cast):
    first = confirm(sheet(visit), by=cast.advisor, now=at("11:36"))
    assert confirm(sheet(visit), by=cast.advisor, now=at("11:37")) == first
    assert "4.1/explain" in ticked(visit)
    settle_line(lines(visit)[0], by=cast.advisor, labour=Decimal(300), parts=Decimal(300))
    assert sheet_of(sheet(visit)).outdated
    with pytest.raises(Refused) as refusal:
        finalise(sheet(visit), by=cast.advisor, now=at("11:38"))
    assert (code_of(refusal), refusal.value.missing[0].panel) == ("settlement.changed", "settlement-confirm")
    again = confirm(sheet(visit), by=cast.advisor, now=at("11:39"))
    assert (again.lines_sum, again.customer_sum) == (1448, 1448)
    assert finalise(sheet(visit), by=cast.advisor, now=at("11:40")).final


def test_confirming_a_colleagues_sheet_is_refused(visit, cast):
    with pytest.raises(Refused):
        confirm(sheet(visit), by=cast.advisor3)


def test_warranty_review_and_method_tick_their_steps(visit, cast):
    go_through_warranty(sheet(visit), by=cast.advisor, now=at("11:36"))
    go_through_warranty(sheet(visit), by=cast.advisor, now=at("11:37"))
    review(
        sheet(visit),
        by=cast.advisor,
        invoice="company",
        invoice_title="沪上物流",
        tax_no="91310000abc",
        now=at("11:37"),
    )
    tell_method(sheet(visit), by=cast.advisor, method="alipay", now=at("11:41"))
    row = sheet(visit)
    assert (row.invoice_title, row.tax_no, row.method, row.warranty_at) == (
        "沪上物流",
        "91310000ABC",
        "alipay",
        at("11:36"),
    )
    assert ticked(visit) >= {"4.3/warranty", "4.3/review", "5.1/methods"}


@pytest.mark.parametrize(("title", "number", "field"), [("", "913", "invoice_title"), ("沪上物流", "", "tax_no")])
def test_company_invoice_needs_name_and_number(visit, cast, title, number, field):
    with pytest.raises(Refused) as refusal:
        review(sheet(visit), by=cast.advisor, invoice="company", invoice_title=title, tax_no=number)
    assert (code_of(refusal), refusal.value.field) == ("invoice.company", field)


@pytest.mark.parametrize("action", [go_through_warranty, finalise])
def test_colleagues_sheet_is_refused(visit, cast, action):
    with pytest.raises(Refused) as refusal:
        action(sheet(visit), by=cast.advisor3)
    assert code_of(refusal) == "visit.not_yours"


def test_review_and_method_of_a_colleagues_sheet_are_refused(visit, cast):
    with pytest.raises(Refused):
        review(sheet(visit), by=cast.advisor3, invoice="none")
    with pytest.raises(Refused):
        tell_method(sheet(visit), by=cast.advisor3, method="cash")


def test_final_sheet_keeps_the_price_promise_and_cannot_be_changed(visit, cast):
    promises.give(visit, kind="price", by=cast.advisor, amount=Decimal(1514), now=at("08:58"))
    finalise(sheet(visit), by=cast.advisor, now=at("11:40"))
    finalise(sheet(visit), by=cast.advisor, now=at("11:41"))
    assert Promise.objects.get(visit=visit).state == "kept"
    assert sheet(visit).final_at == at("11:40")
    assert "4.3/finalise" in ticked(visit)
    assert not Situation.objects.filter(visit=visit, until=None).exists()
    line = lines(visit)[0]
    for refused in (
        lambda: settle_line(line, by=cast.advisor, labour=Decimal(0), parts=Decimal(0)),
        lambda: set_payer(line, by=cast.advisor, payer="insurer"),
        lambda: set_warranty(line, by=cast.advisor, months=12, km=20_000),
        lambda: review(sheet(visit), by=cast.advisor, invoice="none"),
    ):
        with pytest.raises(Refused) as refusal:
            refused()
        assert code_of(refusal) == "settlement.final"


def test_sheet_made_final_by_a_colleague_meanwhile_cannot_be_changed(visit, cast):
    stale, line = sheet(visit), lines(visit)[0]
    finalise(sheet(visit), by=cast.advisor, now=at("11:40"))
    for refused in (
        lambda: settle_line(line, by=cast.advisor, labour=Decimal(0), parts=Decimal(0)),
        lambda: review(stale, by=cast.advisor, invoice="none"),
        lambda: deduct(sheet(visit), by=cast.advisor, kind="coupon", amount=Decimal(10)),
    ):
        with pytest.raises(Refused) as refusal:
            refused()
        assert code_of(refusal) == "settlement.final"


@pytest.mark.parametrize("stage", ["negotiation", "workshop", "closed"])
def test_sheet_of_a_car_elsewhere_is_not_made_final(visit, cast, stage):
    row = sheet(visit)
    Visit.objects.filter(pk=visit.pk).update(stage=stage)
    with pytest.raises(Refused) as refusal:
        finalise(row, by=cast.advisor)
    assert code_of(refusal) == "settlement.stage"
    assert not sheet(visit).final


def test_sheet_without_a_line_is_refused(cast):
    visit = explained(cast, "沪B33333", [])
    with scope(store=cast.store), pytest.raises(Refused) as refusal:
        finalise(sheet(visit), by=cast.advisor)
    assert code_of(refusal) == "settlement.empty"


def test_nothing_to_pay_gives_the_pass_and_leaves_the_cashier_out(cast):
    visit = explained(cast, "沪B44444", [("首保", "100", "300")], payer="campaign")
    with scope(store=cast.store):
        finalise(sheet(visit), by=cast.advisor, now=at("11:40"))
        assert GatePass.objects.get(visit=visit).issued_at == at("11:40")
        assert Situation.objects.get(visit=visit, until=None).kind == "nothing_to_pay"
        assert TouchpointRecord.objects.get(visit=visit, touchpoint="5.1").applicable is False


def test_exit_to_delivery_needs_a_final_sheet(visit, cast):
    with pytest.raises(Refused) as refusal:
        advance(visit, to="delivery", by=cast.advisor)
    assert [missing.code for missing in refusal.value.missing] == ["settlement.not_final"]
    finalise(sheet(visit), by=cast.advisor, now=at("11:40"))
    advance(visit, to="delivery", by=cast.advisor, now=at("11:40"))
    assert visit.stage == "delivery"


def test_going_back_reopens_the_sheet_and_takes_the_pass_away(cast):
    visit = sent(cast, "沪B55555", [("首保", "100", "300")], payer="campaign")
    with scope(store=cast.store):
        advance(visit, to="explanation", by=cast.advisor, reason="付款方不对", now=at("11:50"))
        assert sheet(visit).state == Settlement.State.REOPENED
        assert GatePass.objects.get(visit=visit).revoked_at == at("11:50")
        assert not Situation.objects.filter(visit=visit, until=None).exists()
        reopen(sheet(visit), by=cast.advisor)
        finalise(sheet(visit), by=cast.advisor, now=at("11:55"))
        assert GatePass.objects.filter(visit=visit, revoked_at=None).count() == 1


def test_paid_sheet_is_not_reopened_and_the_car_not_cancelled(cast):
    visit = sent(cast, "沪B66666")
    with scope(store=cast.store):
        pay(sheet(visit), by=cast.cashier, method="cash", amount=Decimal(1), now=at("11:45"))
        with pytest.raises(Refused) as refusal:
            reopen(sheet(visit), by=cast.advisor)
        assert code_of(refusal) == "settlement.paid"
        with pytest.raises(Refused) as refusal:
            advance(visit, to="explanation", by=cast.advisor, reason="改金额")
        assert [missing.code for missing in refusal.value.missing] == ["settlement.paid"]
        Visit.objects.filter(pk=visit.pk).update(stage="explanation")
        visit.refresh_from_db()
        with pytest.raises(Refused) as refusal:
            cancel(visit, by=cast.advisor, reason="不修了")
        assert [missing.code for missing in refusal.value.missing] == ["settlement.paid"]


def test_unpaid_car_may_leave_without_repair(visit, cast):
    cancel(visit, by=cast.advisor, reason="不修了", now=at("11:50"))
    assert visit.stage == "cancelled"


def test_sheet_of_a_car_that_left_stays(cast):
    visit = sent(cast, "沪B77777")
    with scope(store=cast.store):
        Visit.objects.filter(pk=visit.pk).update(stage="closed")
        with pytest.raises(Refused) as refusal:
            reopen(sheet(visit), by=cast.advisor)
        assert code_of(refusal) == "settlement.left"


def test_sheet_takes_invoice_and_way_of_paying_from_the_order(cast):
    visit = cast.visit("沪B88888")
    with scope(store=cast.store):
        order = agree(visit, cast, [("首保", "100", "300")])
        order.pay_method, order.invoice_wanted, order.invoice_title, order.tax_no = "wechat", True, "沪上物流", "913"
        order.save()
        row = draw_up(visit, by=cast.advisor, now=at("11:35"))
        assert (row.method, row.invoice, row.invoice_title, row.tax_no) == ("wechat", "company", "沪上物流", "913")
        assert row.number.startswith("20261120-")
