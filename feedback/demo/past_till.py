"""The past at the desk and the till: stages 4 and 5 as rows."""

from datetime import datetime, timedelta
from decimal import Decimal

from dealership.models import Role, Situation
from dealership.stages import Stage
from dealership.uuids import seeded_uuid7
from delivery.models import (
    CustomerConfirmation,
    Deduction,
    GatePass,
    Handover,
    OnAccount,
    Payment,
    Settlement,
    SettlementLine,
)
from delivery.queries.warranty import default_warranty
from feedback.demo.car import Car
from feedback.demo.orders import Line
from reception.models import OrderLine

BELOW = 0.19
"""Visits settled below the quote (dealer facts, part 3, Quality)."""
LESS = Decimal("0.12")
Lines = list[tuple[Line, OrderLine]]


def explain(car: Car, lines: Lines) -> Settlement:
    """The settlement sheet, confirmed and sent to the cashier."""
    plan, at, advisor = car.plan, car.at, car.plan.advisor
    drawn = at["explanation"]
    id_ = seeded_uuid7(drawn, car.source)
    less = _settle_below(car, lines)
    settlement = Settlement(
        id=id_, store=car.store, visit=car.visit, number=f"{drawn:%Y%m%d}-{id_.hex[-6:].upper()}",
        state=Settlement.State.FINAL, drawn_at=drawn, drawn_by=advisor,
        customer_sum=plan.customer_sum - sum(less.values()),
        account_sum=plan.account_sum, confirmed_at=at["confirmed"] if plan.lives("4.1/explain") else None,
        warranty_at=at["warranty"] if plan.lives("4.3/warranty") else None,
        reviewed_at=at["reviewed"] if plan.lives("4.3/review") else None,
        reviewed_by=advisor if plan.lives("4.3/review") else None, final_at=at["delivery"], final_by=advisor,
        invoice=plan.invoice, method=plan.method,
        invoice_title=_title(car) if plan.invoice == "company" else "",
        tax_no=f"91310112MA{plan.id.int % 10**8:08d}" if plan.invoice == "company" else "",
    )  # fmt: skip
    car.ledger.rows.append(settlement)
    for position, pair in enumerate(lines):
        _settlement_line(car, settlement, position, pair, less=less.get(position, Decimal(0)))
    for kind, amount in plan.deductions:
        car.add(Deduction, drawn, settlement=settlement, kind=kind, amount=amount, at=drawn, by=advisor)
    if settlement.confirmed_at:
        own = sum((line.pick.amount for line, _r in lines if line.payer == OrderLine.Payer.CUSTOMER), Decimal(0))
        row = car.of_visit(
            CustomerConfirmation, at["confirmed"], settlement=settlement, lines_sum=own - sum(less.values()),
            customer_sum=settlement.customer_sum, at=at["confirmed"], by=advisor,
        )  # fmt: skip
        car.proves(row, advisor, at["confirmed"], "4.1/explain")
        car.note("settlement.confirmed", at["confirmed"], advisor, amount=str(settlement.customer_sum))
    car.proves(settlement, advisor, at["warranty"], "4.3/warranty")
    car.proves(settlement, advisor, at["reviewed"], "4.3/review")
    car.proves(settlement, advisor, at["delivery"], "4.3/finalise")
    car.note("settlement.final", at["delivery"], advisor, amount=str(settlement.customer_sum))
    car.situation(Situation.Kind.NOTHING_TO_PAY, at["delivery"])
    car.moved(Stage.EXPLANATION, Stage.DELIVERY, at["delivery"], advisor)
    return settlement


def _title(car: Car) -> str:
    customer = car.plan.customer
    return customer.company or f"上海{customer.name[0]}氏商贸有限公司"


def _settle_below(car: Car, lines: Lines) -> dict[int, Decimal]:
    """Return by how much one of the customer's lines is charged less than was agreed."""
    own = [n for n, (line, _row) in enumerate(lines) if line.payer == OrderLine.Payer.CUSTOMER and line.pick.parts > 60]
    if not own or car.source.random() >= BELOW:
        return {}
    amount = (lines[own[0]][0].pick.parts * LESS).quantize(Decimal(1)).quantize(Decimal("0.01"))
    return {own[0]: amount} if amount < car.plan.customer_sum else {}


def _settlement_line(
    car: Car, settlement: Settlement, position: int, pair: tuple[Line, OrderLine], *, less: Decimal
) -> None:
    line, row = pair
    months, km = default_warranty(row)
    car.add(
        SettlementLine, settlement.drawn_at, settlement=settlement, line=row, position=position, payer=line.payer,
        consented_payer=line.payer, quoted=line.pick.amount, labour=line.pick.labour, parts=line.pick.parts - less,
        settled=line.pick.amount - less, warranty_months=months, warranty_km=km, note="少用一支配件" if less else "",
    )  # fmt: skip


def see_off(car: Car, settlement: Settlement) -> None:
    """Payment, gate pass, handover and the guard's farewell."""
    plan, at, advisor = car.plan, car.at, car.plan.advisor
    car.proves(settlement, advisor, at["method"], "5.1/methods")
    if settlement.customer_sum:
        _pay(car, settlement)
    if settlement.account_sum:
        _owe(car, settlement)
    issued = at["paid"] if settlement.customer_sum or settlement.account_sum else at["delivery"]
    gate_pass = _gate_pass(car, issued)
    agent = Situation.Kind.AGENT_OR_PHONE in plan.situations
    contact = car.plan.customer
    car.of_visit(
        Handover, at["handed"], at=at["handed"], by=advisor, check_kind="code" if agent else "known",
        collector="" if agent else contact.name, collector_sex="" if agent else contact.sex,
    )  # fmt: skip
    car.note("handover", at["handed"], advisor, check="code" if agent else "known")
    guard = car.ledger.crew.one(Role.GUARD)
    if plan.lives("5.3/guard"):
        gate_pass.returned_at, gate_pass.returned_to = at["left"], guard
        car.proves(gate_pass, guard, at["left"], "5.3/guard")
    car.moved(Stage.DELIVERY, Stage.CLOSED, at["left"], guard if plan.lives("5.3/guard") else None)


def _pay(car: Car, settlement: Settlement) -> None:
    moment, cashier, plan = car.at["paid"], car.ledger.crew.one(Role.CASHIER), car.plan
    payment = car.of_visit(
        Payment,
        moment,
        settlement=settlement,
        method=plan.method,
        amount=settlement.customer_sum,
        at=moment,
        by=cashier,
    )
    car.note("payment", moment, cashier, method=plan.method, amount=str(payment.amount))
    car.proves(payment, cashier, moment, "5.2/payment")


def _owe(car: Car, settlement: Settlement) -> None:
    asked, manager = car.at["method"], car.ledger.crew.one(Role.MANAGER)
    approved = asked + timedelta(seconds=40)
    car.of_visit(
        OnAccount, asked, settlement=settlement, customer=car.plan.customer, amount=settlement.account_sum,
        asked_at=asked, asked_by=car.ledger.crew.one(Role.CASHIER), approved_at=approved, approved_by=manager,
    )  # fmt: skip
    car.note("account.approved", approved, manager, amount=str(settlement.account_sum))


def _gate_pass(car: Car, issued: datetime) -> GatePass:
    id_ = seeded_uuid7(issued, car.source)
    row = GatePass(
        id=id_, store=car.store, visit=car.visit, number=f"{id_.int % 1_000_000:06d}", issued_at=issued,
        issued_by=car.ledger.crew.one(Role.CASHIER),
    )  # fmt: skip
    car.ledger.rows.append(row)
    car.note("gate_pass.issued", issued, row.issued_by, number=row.number)
    return row
