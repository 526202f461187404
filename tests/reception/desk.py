"""A visit at the negotiation desk, ready to be written up."""

from decimal import Decimal

from django_scopes import scope

from dealership.actions.stages import advance
from dealership.models import Visit, Work
from reception.actions.confirmation import confirm_sheet
from reception.actions.consents import sign_order
from reception.actions.lines import agree_all
from reception.actions.orders import begin_order, set_terms
from reception.actions.pricelist import load_price_list
from reception.actions.sheet import record_readings
from reception.models import RepairOrder
from tests.cast import Cast, at

SIGNATURE = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    "awAAAABJRU5ErkJggg=="
)


def desk(cast: Cast, *, now: str = "08:50", plate: str = "沪A8K2D6", mileage: int | None = 9800, **given) -> Visit:
    """Return a visit in negotiation with a confirmed sheet; the store has its price list."""
    given.setdefault("works", [Work.SERVICE])
    visit = cast.visit(plate, now=at("08:31"), **given)
    with scope(store=cast.store):
        load_price_list(cast.store)
        if mileage:
            record_readings(visit, by=cast.advisor, readings={"mileage": mileage}, now=at("08:40"))
            confirm_sheet(visit, by=cast.advisor, now=at("08:45"))
        advance(visit, to="negotiation", by=cast.advisor, now=at(now))
        return visit


def order_at(cast: Cast, visit: Visit, *, now: str = "08:51") -> RepairOrder:
    """Return the begun order of a visit."""
    with scope(store=cast.store):
        return begin_order(visit, by=cast.advisor, now=at(now))


def terms(cast: Cast, order: RepairOrder, **given) -> RepairOrder:
    """Write down ordinary terms: 9:15, an hour, ready 11:05, WeChat."""
    values = {
        "expected_start": at("09:15"), "work_minutes": 80, "ready_at": at("11:05"), "pay_method": "wechat",
        "now": at("08:55"), "by": cast.advisor,
    }  # fmt: skip
    with scope(store=cast.store):
        return set_terms(order, **(values | given))


def signed(cast: Cast, visit: Visit, **given) -> RepairOrder:
    """Return the order of a visit, agreed line by line and signed at 8:58."""
    order = order_at(cast, visit)
    with scope(store=cast.store):
        agree_all(order, by=cast.advisor, now=at("08:54"))
        terms(cast, order, **given)
        sign_order(order, by=cast.advisor, signature=SIGNATURE, now=at("08:58"))
        return order


def in_workshop(cast: Cast, plate: str = "沪A8K2D6", *, since: str = "09:02", **given) -> Visit:
    """Return a signed car in the workshop."""
    visit = desk(cast, plate=plate, **given)
    signed(cast, visit)
    with scope(store=cast.store):
        advance(visit, to="workshop", by=cast.advisor, now=at(since))
        return visit


def yuan(text: str | int) -> Decimal:
    """Return an amount of two places."""
    return Decimal(text).quantize(Decimal("0.01"))
