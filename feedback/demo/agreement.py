"""What is asked of the manager today: one question answered, others still open; accident cars on their way."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal

from dealership.models import Role, Staff, Store, Visit
from dealership.queries.board import open_visits
from dealership.refused import Refused
from dealership.stages import Stage
from feedback.demo.people import Crew
from reception.actions.accident import move
from reception.actions.approvals import answer, bear_line, lower_price
from reception.models import AccidentCase, Approval, OrderLine

State = AccidentCase.State
ASKED = (
    (timedelta(minutes=9), Decimal("0.80"), "老客户,第六年在店保养,希望留住"),
    (timedelta(minutes=4), Decimal("0.72"), "同类型项目上月做过活动价,客户有截图"),
)
"""How long ago, what share of the price the line is to cost, and why."""
BORNE = "上次装的卡扣松了,返回重装,工时店内承担"
WORKED_ON = (State.STRIPPING, State.BODY, State.PAINT)


def ask_the_manager(store: Store, crew: Crew, *, now: datetime) -> None:
    """Leave questions for the manager's screen, once a run; a car that cannot be asked about is passed over."""
    if Approval.objects.filter(store=store).exists():
        return
    cars = open_visits(store).filter(stage=Stage.NEGOTIATION).exclude(advisor=None).order_by("arrived_at")
    for (ago, share, reason), line in zip(ASKED, _dearest(cars), strict=False):
        price = (line.amount * share).quantize(Decimal(1))
        with suppress(Refused):
            lower_price(line, by=_advisor(line), amount=price, reason=reason, now=now - ago)
    working = open_visits(store).filter(stage=Stage.WORKSHOP).exclude(advisor=None).order_by("arrived_at")
    for line in _dearest(working)[:1]:
        with suppress(Refused):
            asked = bear_line(line, by=_advisor(line), reason=BORNE, now=now - timedelta(minutes=50))
            manager = crew.one(Role.MANAGER)
            if asked:
                answer(asked, by=manager, yes=True, words="同意,跟客户说明一下", now=now - timedelta(minutes=46))


def move_accidents(store: Store, crew: Crew, *, now: datetime) -> None:
    """Let the accident cars in the workshop stand at different steps of the repair."""
    cases = AccidentCase.objects.filter(store=store, visit__stage=Stage.WORKSHOP, state=State.PARTS)
    for number, case in enumerate(cases.select_related("visit__store").order_by("state_since")):
        wanted = WORKED_ON[number % len(WORKED_ON)]
        by = case.visit.advisor or crew.one(Role.MANAGER)
        move(case, by=by, to=wanted, source=State.PARTS, now=now - timedelta(minutes=25))


def _dearest(cars: Iterable[Visit]) -> list[OrderLine]:
    """Return the dearest line that the customer pays of each car."""
    found = []
    for visit in cars:
        rows = OrderLine.objects.filter(order__visit=visit, payer=OrderLine.Payer.CUSTOMER, answer="open")
        rows = rows or OrderLine.objects.filter(order__visit=visit, payer=OrderLine.Payer.CUSTOMER, answer="agreed")
        line = max(rows.select_related("order"), key=lambda row: row.amount, default=None)
        if line and line.amount > 0:
            line.order.visit = visit
            found.append(line)
    return found


def _advisor(line: OrderLine) -> Staff:
    advisor = line.order.visit.advisor
    if advisor is None:
        raise LookupError("The cars asked about have an advisor each.")
    return advisor
