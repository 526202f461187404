"""Lines of an order that the maker's system holds, written into ours."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from dealership.actions import events
from dealership.actions.visits import set_dms_no
from dealership.models import Staff, Visit
from dealership.refused import Refused
from reception.actions.lines import CLOSED_STAGES, follow_payers
from reception.actions.orders import begin_order
from reception.actions.ownership import require_own
from reception.models import LabourOperation, OrderLine, Package, Part, RepairOrder
from reception.models.pricelist import Priced
from reception.queries.pricelist import minutes_of

Answer, Kind = OrderLine.Answer, OrderLine.Kind


@dataclass(frozen=True)
class Imported:
    """A line as the maker's system says it: amounts of the whole line, tax included; hours where it has any."""

    kind: str
    code: str
    name: str
    quantity: int
    labour: Decimal
    parts: Decimal
    hours: Decimal | None = None


@transaction.atomic
def take_line(visit: Visit, *, by: Staff, dms_no: str, line: Imported, now: datetime) -> str:
    """Write one line with its number of the maker's system; return "new", "changed" or "same".

    A line that the customer has answered stays as it was answered. Raises Refused: "visit.not_yours", "order.closed",
    "line.agreed", "line.answered" (with other amounts than the file's).
    """
    require_own(visit, by=by)
    if visit.stage in CLOSED_STAGES:
        raise Refused(_("This order is settled already."), "order.closed")
    order = begin_order(visit, by=by, now=now)
    order.visit = visit
    if visit.dms_no != dms_no:
        set_dms_no(visit, by=by, dms_no=dms_no, now=now)
    same = OrderLine.objects.filter(order=order, code=line.code, kind=line.kind)
    known = same.select_for_update(of=("self",)).first()
    if known is None:
        _add(order, line, by=by, now=now)
        follow_payers(order, now=now)
        return "new"
    if (known.labour, known.parts, known.quantity) == (line.labour, line.parts, line.quantity):
        return "same"
    if known.answer == Answer.AGREED:
        sentence = _("The customer has agreed to ¥%(amount)s. The line stays as agreed.")
        raise Refused(sentence % {"amount": known.amount}, "line.agreed", field="code")
    if known.answer != Answer.OPEN:
        raise Refused(_("The customer has said no to this line. It stays as answered."), "line.answered", field="code")
    known.labour, known.parts, known.quantity = line.labour, line.parts, line.quantity
    known.list_amount, known.source = known.amount, OrderLine.Source.IMPORTED
    known.save(update_fields=["labour", "parts", "quantity", "list_amount", "source"])
    follow_payers(order, now=now)
    events.note(visit, kind="order.line_changed", by=by, now=now, line=str(known.pk), payer=known.payer)
    return "changed"


def _add(order: RepairOrder, line: Imported, *, by: Staff, now: datetime) -> OrderLine:
    """Add the line behind the others; the price book gives names and minutes where it knows the code."""
    model: Any = {Kind.LABOUR: LabourOperation, Kind.PART: Part, Kind.PACKAGE: Package}[Kind(line.kind)]
    book: Priced | None = model.objects.filter(code=line.code).first()
    operation = book if isinstance(book, LabourOperation) else None
    hours = line.hours if line.hours is not None else (operation.hours * line.quantity if operation else Decimal(0))
    minutes = minutes_of(operation) * line.quantity if operation and line.hours is None else int(hours * 60)
    last = OrderLine.objects.filter(order=order).aggregate(last=Max("position"))["last"] or 0
    row: OrderLine = OrderLine.objects.create(
        store_id=order.store_id, order=order, position=last + 1, kind=line.kind, code=line.code,
        names=book.names if book else {order.visit.store.language: line.name}, quantity=line.quantity,
        hours=hours, minutes=minutes, hv=bool(operation and operation.rate_kind == "hv"),
        labour=line.labour, parts=line.parts, list_amount=line.labour + line.parts,
        source=OrderLine.Source.IMPORTED, added_at=now, by=by,
    )  # fmt: skip
    return row
