"""What stands on the printed repair order, and the block that is copied into the maker's DMS."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from reception.models import RepairOrder
from reception.queries.orders import consents_of, lines_of, totals
from reception.queries.sheet import findings, sheet_of


def order_print_context(order: RepairOrder) -> dict[str, Any]:
    """Return the content of the paper: lines to be done, lines not done, sums, consents, what the sheet found."""
    lines = lines_of(order)
    return {
        "order": order,
        "lines": [line for line in lines if line.charged],
        "not_done": [line for line in lines if not line.charged],
        "totals": totals(lines),
        "consents": consents_of(order),
        "sheet": sheet_of(order.visit),
        "found": findings(order.visit),
    }


def order_block(order: RepairOrder) -> str:
    """Return the order as lines of text in the field order of the maker's DMS.

    Head: number, plate, VIN, mileage, customer, phone, start, ready; then one line each: code, name, quantity, hours,
    labour, parts, payer; fields are parted by tabs.
    """
    visit = order.visit
    car, customer = visit.vehicle, visit.customer
    head = [
        order.number, car.plate_info.display, car.vin, str(visit.mileage or ""), customer.name if customer else "",
        customer.phone if customer else "", _stamp(order.expected_start), _stamp(order.ready_at),
    ]  # fmt: skip
    rows = [
        [line.code, line.title, str(line.quantity), f"{line.hours:.2f}", f"{line.labour:.2f}", f"{line.parts:.2f}",
         str(line.get_payer_display())]
        for line in lines_of(order)
        if line.charged
    ]  # fmt: skip
    total = totals(lines_of(order))
    foot = [_("Total"), f"{total.labour:.2f}", f"{total.parts:.2f}", f"{total.total:.2f}"]
    return "\n".join("\t".join(cells) for cells in [head, *rows, foot])


def _stamp(moment: Any) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else ""
