"""Today at the desk and the till: stages 4 and 5 through the product's own actions."""

from datetime import datetime

from dealership.actions.stages import advance
from dealership.models import CustomerLink, Role
from dealership.stages import Stage
from delivery.actions import deductions, handover, on_account, payment, review, settlement
from delivery.models import Settlement
from delivery.queries.settlement import balance_of, sheet_of
from feedback.demo.played import Played


def sheet(car: Played) -> Settlement:
    """Return the visit's settlement as it is now."""
    rows = Settlement.objects.select_related("visit__store", "visit__advisor", "visit__customer", "visit__payer")
    return rows.get(visit=car.plan.id)


def deduct(car: Played, now: datetime) -> None:
    """Coupons and the like, as far as there is room."""
    drawn = sheet(car)
    for kind, amount in car.plan.deductions:
        if sheet_of(drawn).sums.customer > amount:
            deductions.deduct(drawn, by=car.advisor, kind=kind, amount=amount, now=now)


def confirm(car: Played, now: datetime) -> None:
    """The customer's tap on the turned-round screen."""
    deduct(car, now)
    if car.plan.lives("4.1/explain"):
        settlement.confirm(sheet(car), by=car.advisor, now=now)


def warranty(car: Played, now: datetime) -> None:
    """Each line's warranty."""
    if car.plan.lives("4.3/warranty"):
        review.go_through_warranty(sheet(car), by=car.advisor, now=now)


def check(car: Played, now: datetime) -> None:
    """Deductions, payer and invoice."""
    if car.plan.lives("4.3/review"):
        drawn = sheet(car)
        kind = "personal" if car.plan.invoice != "none" else "none"
        review.review(drawn, by=car.advisor, invoice=kind, now=now)


def finalise(car: Played, now: datetime) -> None:
    """The sheet goes to the cashier, the customer too."""
    settlement.finalise(sheet(car), by=car.advisor, now=now)
    advance(car.visit, to=Stage.DELIVERY, by=car.advisor, now=now)


def method(car: Played, now: datetime) -> None:
    """How the customer pays; a company's sum goes on account."""
    drawn = sheet(car)
    if car.plan.lives("5.1/methods"):
        review.tell_method(drawn, by=car.advisor, method=car.plan.method, now=now)
    if drawn.account_sum:
        asked = on_account.ask(drawn, by=car.crew.one(Role.CASHIER), amount=drawn.account_sum, now=now)
        on_account.approve(asked, by=car.crew.one(Role.MANAGER), now=now)


def pay(car: Played, now: datetime) -> None:
    """Money at the counter."""
    drawn = sheet(car)
    if balance_of(drawn).left:
        payment.pay(drawn, by=car.crew.one(Role.CASHIER), method=car.plan.method, now=now)


def hand_over(car: Played, now: datetime) -> None:
    """Keys and car to the collector, who is known or shows the code."""
    link = CustomerLink.objects.filter(visit=car.plan.id, revoked_at=None).first()
    if "agent_or_phone" in car.plan.situations and link:
        handover.hand_over(
            car.visit, by=car.advisor, check="code", code=link.pickup_code, collector="家人代取", now=now
        )
    else:
        handover.hand_over(car.visit, by=car.advisor, now=now)


def let_out(car: Played, now: datetime) -> None:
    """The guard takes the pass back."""
    handover.let_out(car.visit, by=car.crew.one(Role.GUARD), now=now)
