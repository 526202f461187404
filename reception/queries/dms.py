"""What the maker's DMS is to be told: the orders not entered there yet, and the block of text that is copied."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dealership.models import Staff, Store, Visit
from dealership.stages import Stage
from reception.models import ImportColumns, OrderLine, RepairOrder
from reception.queries.orders import totals

BLOCK = "dms_block"
"""Kind under which the store's field order stands beside the columns of its files."""
SINCE = timedelta(days=14)
LISTED = 60

Field = tuple[Any, Callable[[Any], str]]

HEAD: dict[str, Field] = {
    # name → (its name, function(order) -> text)
    "number": (_("Order number"), lambda order: order.number),
    "plate": (_("Plate"), lambda order: order.visit.vehicle.plate_info.display),
    "vin": (_("VIN"), lambda order: order.visit.vehicle.vin),
    "mileage": (_("Mileage"), lambda order: str(order.visit.mileage or "")),
    "customer": (_("Customer"), lambda order: order.visit.customer.name if order.visit.customer else ""),
    "phone": (_("Phone"), lambda order: order.visit.customer.phone if order.visit.customer else ""),
    "start": (_("Start"), lambda order: _stamp(order.expected_start)),
    "ready": (_("Ready"), lambda order: _stamp(order.ready_at)),
}
LINE: dict[str, Field] = {
    # name → (its name, function(line) -> text)
    "code": (_("Code"), lambda line: line.code),
    "name": (_("Name of the item"), lambda line: line.title),
    "quantity": (_("Quantity"), lambda line: str(line.quantity)),
    "hours": (_("Hours"), lambda line: f"{line.hours:.2f}"),
    "labour": (_("Labour, ¥"), lambda line: f"{line.labour:.2f}"),
    "parts": (_("Parts, ¥"), lambda line: f"{line.parts:.2f}"),
    "payer": (_("Payer"), lambda line: str(line.get_payer_display())),
}
FIELDS: dict[str, dict[str, Field]] = {"head": HEAD, "line": LINE}


@dataclass(frozen=True)
class Waiting:
    """A car whose order is not entered yet, with what is copied."""

    order: RepairOrder
    block: str


def field_order() -> dict[str, list[str]]:
    """Return the store's fields of the head and of a line in their order; the product's own until it chooses."""
    kept = ImportColumns.objects.filter(kind=BLOCK).values_list("columns", flat=True).first() or {}
    return {part: [name for name in kept.get(part, fields) if name in fields] for part, fields in FIELDS.items()}


def not_entered(store: Store, *, now: datetime, advisor: Staff | None = None) -> list[Waiting]:
    """Return the orders of the last two weeks whose visit has no number of the maker's system, the oldest first.

    `advisor`: only this one's own; the block names the customer's phone.
    """
    visits = Visit.objects.filter(dms_no="", joined_to=None, arrived_at__gte=now - SINCE).exclude(stage=Stage.CANCELLED)
    if advisor:
        visits = visits.filter(advisor=advisor)
    orders = RepairOrder.objects.filter(store=store, visit__in=visits)
    rows = list(
        orders.select_related("visit__vehicle", "visit__customer", "visit__advisor").order_by("created_at")[:LISTED]
    )
    lines: dict[Any, list[OrderLine]] = {}
    for line in OrderLine.objects.filter(order__in=rows):
        lines.setdefault(line.order_id, []).append(line)
    fields = field_order()
    return [Waiting(row, block_of(row, lines.get(row.pk, []), fields)) for row in rows]


def block_of(order: RepairOrder, lines: Iterable[OrderLine], fields: Mapping[str, list[str]]) -> str:
    """Return the order as text: a head, one row a line that counts, the sums; fields parted by tabs."""
    lines = list(lines)
    head = [_one_line(HEAD[name][1](order)) for name in fields["head"]]
    rows = [[_one_line(LINE[name][1](line)) for name in fields["line"]] for line in lines if line.charged]
    total = totals(lines)
    foot = [str(_("Total")), f"{total.labour:.2f}", f"{total.parts:.2f}", f"{total.total:.2f}"]
    return "\n".join("\t".join(cells) for cells in [head, *rows, foot])


def _one_line(text: str) -> str:
    """Return a field without what would begin another field or row."""
    return " ".join(text.split())


def _stamp(moment: datetime | None) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else ""
