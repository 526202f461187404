"""The counter: pay, on account, give back; and the gate pass that follows."""

from decimal import Decimal

import pytest
from django_scopes import scope

from dealership.models import Attention, Customer, Situation, StepTick, TouchpointRecord
from dealership.refused import Refused
from dealership.uuids import uuid7
from delivery.actions import on_account, reversal
from delivery.actions.gate_pass import issue_when_covered, revoke
from delivery.actions.payment import pay
from delivery.actions.settlement import reopen
from delivery.models import GatePass, OnAccount, Payment, Reversal
from delivery.queries.settlement import balance_of
from tests.cast import Cast, at
from tests.delivery.orders import explained, sent, sheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(cast: Cast):
    visit = sent(cast)
    with scope(store=cast.store):
        yield visit


def refusal(function, *args, **kwargs) -> str:
    with pytest.raises(Refused) as caught:
        function(*args, **kwargs)
    return caught.value.code


def credit(visit, amount: str) -> None:
    Customer.objects.filter(pk=visit.customer_id).update(credit_limit=Decimal(amount))


def marks(visit) -> list[str]:
    return list(Attention.objects.filter(visit=visit, until=None).values_list("kind", flat=True))


def test_full_payment_ticks_its_step_and_issues_the_pass(visit, cast):
    payment = pay(sheet(visit), by=cast.cashier, method="wechat", now=at("11:45"))
    assert payment.amount == 1514
    (tick,) = StepTick.objects.filter(visit=visit, touchpoint="5.2")
    assert (tick.step, tick.staff, tick.evidence) == ("payment", cast.cashier, f"delivery.Payment:{payment.pk}")
    gate_pass = GatePass.objects.get(visit=visit)
    assert (gate_pass.issued_at, gate_pass.issued_by, len(gate_pass.number)) == (at("11:45"), cast.cashier, 6)
    assert marks(visit) == ["paid"]


def test_second_press_returns_the_first_payment(visit, cast):
    id_ = uuid7()
    first = pay(sheet(visit), by=cast.cashier, method="cash", id=id_, now=at("11:45"))
    assert pay(sheet(visit), by=cast.cashier, method="cash", id=id_, now=at("11:46")) == first
    assert Payment.objects.count() == 1


def test_part_payment_issues_no_pass_until_the_rest_is_in(visit, cast):
    pay(sheet(visit), by=cast.cashier, method="cash", amount=Decimal("1000.01"), now=at("11:45"))
    balance = balance_of(sheet(visit))
    assert (balance.part_paid, balance.left, balance.gate_pass) == (True, Decimal("513.99"), None)
    assert not StepTick.objects.filter(visit=visit, touchpoint="5.2").exists()
    pay(sheet(visit), by=cast.cashier, method="card", now=at("11:46"))
    balance = balance_of(sheet(visit))
    assert (balance.part_paid, balance.covered, balance.paid) == (False, True, 1514)
    assert issue_when_covered(sheet(visit), by=cast.cashier) == GatePass.objects.get()


@pytest.mark.parametrize(
    ("amount", "code"),
    [("0", "payment.amount"), ("-1", "payment.amount"), ("1.005", "payment.amount"), ("1514.01", "payment.too_much")],
)
def test_wrong_amounts_are_refused(visit, cast, amount, code):
    assert refusal(pay, sheet(visit), by=cast.cashier, method="cash", amount=Decimal(amount)) == code
    assert not Payment.objects.exists()


def test_draft_and_paid_sheets_take_no_money(visit, cast):
    pay(sheet(visit), by=cast.cashier, method="cash")
    assert refusal(pay, sheet(visit), by=cast.cashier, method="cash") == "payment.nothing_due"
    draft = explained(cast, "沪B11111")
    assert refusal(pay, sheet(draft), by=cast.cashier, method="cash") == "payment.not_final"
    assert refusal(on_account.ask, sheet(draft), by=cast.cashier) == "account.not_final"


def test_on_account_within_the_limit_releases_the_car(visit, cast):
    credit(visit, "2000")
    asked = on_account.ask(sheet(visit), by=cast.cashier, url="/x/", now=at("11:45"))
    assert on_account.ask(sheet(visit), by=cast.cashier) == asked
    assert (marks(visit), balance_of(sheet(visit)).left) == (["account_asked"], 1514)
    on_account.approve(asked, by=cast.manager, now=at("11:50"))
    on_account.approve(asked, by=cast.manager, now=at("11:55"))
    asked.refresh_from_db()
    assert (asked.approved_by, asked.approved_at) == (cast.manager, at("11:50"))
    assert GatePass.objects.get(visit=visit).issued_by == cast.manager
    assert Situation.objects.get(visit=visit, until=None).kind == "nothing_to_pay"
    assert TouchpointRecord.objects.get(visit=visit, touchpoint="5.2").steps == 1
    assert marks(visit) == ["paid"]


def test_on_account_above_the_months_limit_needs_the_chain(visit, cast):
    credit(visit, "2000")
    on_account.approve(on_account.ask(sheet(visit), by=cast.cashier), by=cast.manager, now=at("11:50"))
    visit.stage = "closed"
    visit.save(update_fields=["stage"])
    second = sent(cast, "沪B22222", [("水泵", "100", "400")])
    second.customer = visit.customer
    second.save(update_fields=["customer"])
    asked = on_account.ask(sheet(second), by=cast.cashier)
    assert refusal(on_account.approve, asked, by=cast.manager, now=at("12:00")) == "account.limit"
    on_account.approve(asked, by=cast.chain, now=at("12:05"))
    assert GatePass.objects.filter(visit=second).exists()


def test_cash_and_account_may_share_a_sum(visit, cast):
    credit(visit, "2000")
    pay(sheet(visit), by=cast.cashier, method="cash", amount=Decimal(514))
    asked = on_account.ask(sheet(visit), by=cast.cashier)
    on_account.approve(asked, by=cast.manager)
    assert asked.amount == 1000
    assert balance_of(sheet(visit)).covered
    assert not Situation.objects.filter(visit=visit, until=None).exists()


def test_request_overtaken_by_a_payment_is_refused_and_may_be_withdrawn(visit, cast):
    asked = on_account.ask(sheet(visit), by=cast.cashier, amount=Decimal(1514))
    pay(sheet(visit), by=cast.cashier, method="cash", amount=Decimal(14))
    assert refusal(on_account.approve, asked, by=cast.manager) == "account.changed"
    on_account.withdraw(asked, by=cast.manager)
    on_account.withdraw(asked, by=cast.manager)
    assert marks(visit) == []
    assert refusal(on_account.approve, asked, by=cast.manager) == "account.withdrawn"


def test_approved_request_is_not_withdrawn(visit, cast):
    credit(visit, "9000")
    asked = on_account.approve(on_account.ask(sheet(visit), by=cast.cashier), by=cast.manager)
    assert refusal(on_account.withdraw, asked, by=cast.manager) == "account.approved"
    reopen(sheet(visit), by=cast.advisor, now=at("12:00"))
    assert OnAccount.objects.get().withdrawn_at == at("12:00")


@pytest.mark.parametrize("amount", ["0", "1514.01"])
def test_wrong_sum_on_account_is_refused(visit, cast, amount):
    assert refusal(on_account.ask, sheet(visit), by=cast.cashier, amount=Decimal(amount)) == "account.amount"


def test_nobody_known_owes_nothing(visit, cast):
    visit.customer = None
    visit.save(update_fields=["customer"])
    assert refusal(on_account.ask, sheet(visit), by=cast.cashier) == "account.nobody"


def test_line_on_account_waits_for_the_manager_before_the_car_may_leave(cast):
    visit = sent(cast, "沪B33333", [("车队保养", "100", "300")], payer="account")
    with scope(store=cast.store):
        row = sheet(visit)
        assert (row.customer_sum, row.account_sum) == (0, 400)
        assert balance_of(row).gate_pass is None
        credit(visit, "400")
        on_account.approve(on_account.ask(row, by=cast.cashier), by=cast.manager)
        assert balance_of(row).gate_pass is not None


def test_payment_goes_back_after_the_managers_approval_and_takes_the_pass_along(visit, cast):
    payment = pay(sheet(visit), by=cast.cashier, method="card", now=at("11:45"))
    row = reversal.ask(payment, by=cast.cashier, reason="刷错卡", now=at("11:46"))
    assert reversal.ask(payment, by=cast.cashier, reason="再来一次") == row
    assert refusal(reversal.give_back, row, by=cast.cashier) == "reversal.not_approved"
    assert "reversal_asked" in marks(visit)
    reversal.approve(row, by=cast.manager, now=at("11:50"))
    reversal.approve(row, by=cast.manager, now=at("11:51"))
    reversal.give_back(row, by=cast.cashier, now=at("11:52"))
    reversal.give_back(row, by=cast.cashier, now=at("11:53"))
    row.refresh_from_db()
    assert (row.approved_at, row.done_at, row.done_by) == (at("11:50"), at("11:52"), cast.cashier)
    balance = balance_of(sheet(visit))
    assert (balance.paid, balance.left, balance.gate_pass) == (0, 1514, None)
    assert marks(visit) == []
    assert revoke(visit, by=cast.cashier) is None


def test_reversal_needs_a_reason(visit, cast):
    payment = pay(sheet(visit), by=cast.cashier, method="card")
    assert refusal(reversal.ask, payment, by=cast.cashier, reason="  ") == "reversal.reason"
    assert not Reversal.objects.exists()


def test_small_amount_given_back_on_a_covered_sheet_keeps_the_pass(visit, cast):
    credit(visit, "9000")
    first = pay(sheet(visit), by=cast.cashier, method="cash", amount=Decimal(14))
    on_account.approve(on_account.ask(sheet(visit), by=cast.cashier), by=cast.manager)
    row = sheet(visit)
    row.customer_sum = Decimal(1500)
    row.save(update_fields=["customer_sum"])
    asked = reversal.approve(reversal.ask(first, by=cast.cashier, reason="多收"), by=cast.manager)
    reversal.give_back(asked, by=cast.cashier)
    assert balance_of(sheet(visit)).gate_pass is not None
