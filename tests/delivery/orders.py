"""A visit with an agreed order, standing before the explanation: what every test of this app begins with."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django_scopes import scope

from dealership.models import Visit
from dealership.uuids import uuid7
from delivery.actions.settlement import draw_up, finalise
from delivery.models import Settlement
from reception.models import Consent, ConsentLine, OrderLine, RepairOrder
from tests.cast import Cast, at

SAMPLE = (("6万公里定期保养", "314", "352"), ("更换空调滤芯", "10", "158"), ("更换前制动片", "120", "560"))
"""Title, labour, parts: 1,514 in all."""
Lines = Sequence[tuple[str, str, str]]


def agree(visit: Visit, cast: Cast, lines: Lines, **line: Any) -> RepairOrder:
    """Write an order of these lines and a phone consent that covers them as they are."""
    order, _new = RepairOrder.objects.get_or_create(
        store=visit.store, visit=visit, defaults={"number": f"T{uuid7().hex[-10:]}", "created_at": timezone.now()}
    )
    consent = Consent.objects.create(
        store=visit.store, visit=visit, order=order, kind="repair", how="phone", at=timezone.now(), by=cast.advisor,
        second_person=cast.supervisor, number_called="13800001234", amount=0,
    )  # fmt: skip
    for position, (title, labour, parts) in enumerate(lines):
        row = OrderLine.objects.create(
            store=visit.store, order=order, position=position, kind="labour", code=f"X{position}",
            names={"zh-hans": title}, labour=labour, parts=parts, answer="agreed", added_at=timezone.now(), **line,
        )  # fmt: skip
        ConsentLine.objects.create(
            store=visit.store, consent=consent, line=row, amount=Decimal(labour) + Decimal(parts), payer=row.payer
        )
    return order


def explained(cast: Cast, plate: str = "沪A8K2D6", lines: Lines = SAMPLE, **line: Any) -> Visit:
    """Return a visit in the explanation with its settlement drawn up at 11:35."""
    visit = cast.visit(plate, works=["service"])
    with scope(store=cast.store):
        agree(visit, cast, lines, **line)
        visit.stage, visit.mileage = "explanation", 58_620
        visit.save(update_fields=["stage", "mileage"])
        draw_up(visit, by=cast.advisor, now=at("11:35"))
    return visit


def sheet(visit: Visit) -> Settlement:
    """Return the visit's settlement as it is now."""
    return Settlement.objects.select_related("visit__store", "visit__advisor", "visit__customer").get(visit=visit)


def sent(cast: Cast, plate: str = "沪A8K2D6", lines: Lines = SAMPLE, **line: Any) -> Visit:
    """Return a visit in the delivery whose final sheet lies with the cashier since 11:40."""
    visit = explained(cast, plate, lines, **line)
    with scope(store=cast.store):
        finalise(sheet(visit), by=cast.advisor, now=at("11:40"))
        visit.stage = "delivery"
        visit.save(update_fields=["stage"])
    return visit
