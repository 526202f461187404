"""The order as workshop and showcase read it: what, how long, whose old parts; no sums."""

from dataclasses import dataclass
from decimal import Decimal

from dealership.models import Visit
from inspection.models import WorkshopHandover
from inspection.queries.leave import waiting_lines
from reception.models import Consent, DamageMark, OrderLine, RepairOrder
from reception.queries.orders import lines_of, order_of

OLD_PARTS = {
    RepairOrder.OldParts.TAKE: WorkshopHandover.OldParts.BAGGED,
    RepairOrder.OldParts.LEAVE: WorkshopHandover.OldParts.DISPOSED,
    RepairOrder.OldParts.CLAIM: WorkshopHandover.OldParts.KEPT,
}
"""What the customer wished → what becomes of the old parts."""


@dataclass(frozen=True)
class WorkSheet:
    """An order without its sums. `lines` are to be done, `left` are not (declined, advised against)."""

    order: RepairOrder
    lines: tuple[OrderLine, ...]
    left: tuple[OrderLine, ...]
    diagnosed: bool

    @property
    def hours(self) -> Decimal:
        """Hours of work of all lines to be done."""
        return sum((line.hours for line in self.lines), Decimal(0))

    @property
    def parts(self) -> list[OrderLine]:
        """Lines for which parts are issued (领料单)."""
        return [line for line in self.lines if line.parts or line.kind == OrderLine.Kind.PART]

    @property
    def old_parts(self) -> str:
        """The answer that follows from the customer's wish; none where no part is changed."""
        if not self.parts:
            return WorkshopHandover.OldParts.NONE
        return OLD_PARTS[RepairOrder.OldParts(self.order.old_parts)]


@dataclass(frozen=True)
class PreCheck:
    """The pre-check sheet in one line, for laying the papers side by side."""

    mileage: int | None
    damages: int


def sheet_of(visit: Visit) -> WorkSheet | None:
    """Return what is to be done on a car, None before there is an order. Three queries."""
    order = order_of(visit)
    if order is None:
        return None
    lines = lines_of(order)
    wait = waiting_lines(visit)
    todo = tuple(line for line in lines if line.charged and line.pk not in wait)
    diagnosed = order.diagnosis and Consent.objects.filter(order=order, kind=Consent.Kind.DIAGNOSIS).exists()
    return WorkSheet(order, todo, tuple(line for line in lines if not line.charged), diagnosed)


def pre_check(visit: Visit) -> PreCheck:
    """Return mileage and marks of the walkaround."""
    return PreCheck(visit.mileage, DamageMark.objects.filter(visit=visit, removed_at=None).count())
