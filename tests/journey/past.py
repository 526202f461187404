"""Cars that have been here before: a whole visit of some days ago, from gate to exit, written by the actions."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from dealership.actions.stages import advance
from dealership.models import Bay, Visit
from delivery.actions.handover import hand_over, let_out
from delivery.actions.payment import pay
from delivery.actions.settlement import finalise
from delivery.models import Settlement
from inspection.actions import check, final, jobs, notice
from reception.actions.confirmation import confirm_sheet
from reception.actions.consents import sign_order
from reception.actions.dispatch import dispatch
from reception.actions.lines import agree_all
from reception.actions.orders import begin_order, set_terms
from reception.actions.sheet import record_readings
from reception.models import RepairOrder
from tests.cast import Cast
from tests.reception.desk import SIGNATURE


def been_here(cast: Cast, plate: str, *, days_ago: int, mileage: int, **given: Any) -> Visit:
    """Return a visit that the car left so many days ago, mended, paid and let out; `given` as `Cast.visit` takes it."""
    came = timezone.now() - timedelta(days=days_ago, hours=3)
    visit = cast.visit(plate, now=came, **given)
    record_readings(visit, by=cast.advisor, readings={"mileage": mileage}, now=came + timedelta(minutes=6))
    confirm_sheet(visit, by=cast.advisor, now=came + timedelta(minutes=8))
    advance(visit, to="negotiation", by=cast.advisor, now=came + timedelta(minutes=9))
    order = begin_order(visit, by=cast.advisor, now=came + timedelta(minutes=9))
    _agree(cast, order, visit)
    _mend(cast, visit)
    _leave(cast, visit)
    return visit


def _agree(cast: Cast, order: RepairOrder, visit: Visit) -> None:
    at = visit.arrived_at + timedelta(minutes=12)
    agree_all(order, by=cast.advisor, now=at)
    set_terms(
        order, by=cast.advisor, now=at, expected_start=at + timedelta(minutes=8), work_minutes=60,
        ready_at=at + timedelta(hours=2), pay_method="wechat",
    )  # fmt: skip
    sign_order(order, by=cast.advisor, signature=SIGNATURE, now=at + timedelta(minutes=1))
    advance(visit, to="workshop", by=cast.advisor, now=at + timedelta(minutes=3))


def _mend(cast: Cast, visit: Visit) -> None:
    at, bay = visit.arrived_at + timedelta(minutes=20), Bay.objects.get(name="1号工位")
    dispatch(visit, by=cast.controller, technician=cast.technician, bay=bay, now=at)
    jobs.start(visit, by=cast.technician, now=at + timedelta(minutes=2))
    visit.refresh_from_db()
    jobs.finish(visit, by=cast.technician, now=at + timedelta(minutes=60))
    final.inspect(visit, by=cast.controller, result="passed", now=at + timedelta(minutes=65))
    visit.refresh_from_db()


def _leave(cast: Cast, visit: Visit) -> None:
    at = visit.arrived_at + timedelta(minutes=90)
    check.check_car(visit, by=cast.advisor, now=at)
    check.check_materials(visit, by=cast.advisor, asked=cast.technician, now=at)
    notice.tell(visit, by=cast.advisor, way="phone", now=at + timedelta(minutes=2))
    advance(visit, to="explanation", by=cast.advisor, now=at + timedelta(minutes=20))
    settlement = Settlement.objects.get(visit=visit)
    finalise(settlement, by=cast.advisor, now=at + timedelta(minutes=30))
    visit.refresh_from_db()
    advance(visit, to="delivery", by=cast.advisor, now=at + timedelta(minutes=31))
    pay(settlement, by=cast.cashier, method="wechat", now=at + timedelta(minutes=35))
    hand_over(visit, by=cast.advisor, now=at + timedelta(minutes=40))
    let_out(visit, by=cast.guard, now=at + timedelta(minutes=45))
