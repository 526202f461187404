"""What somebody may do with the price of a line by the own role; above it somebody else is asked."""

from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from dealership.models import Staff
from dealership.refused import Refused
from reception.models import OrderLine, RepairOrder
from reception.queries.discounts import discount_allowed
from reception.queries.rights import limit_of


def require_discount(line: OrderLine, *, by: Staff) -> None:
    """Raise Refused("line.discount") where the price of the line lies further below the list than `by` may go."""
    others = OrderLine.objects.filter(order=line.order, answer__in=OrderLine.CHARGED).exclude(pk=line.pk)
    limit = limit_of(by, line.order.visit.store)
    if line.amount < line.list_amount and not discount_allowed(line, others, limit):
        sentence = _("You may go ¥%(limit)s below the price list. Ask the supervisor or the manager for more.")
        raise Refused(sentence % {"limit": limit.order}, "line.discount", field="labour")


def require_goodwill(order: RepairOrder, *, by: Staff, added: dict[UUID | None, Decimal]) -> None:
    """Raise Refused("line.goodwill") where the store would bear more than `by` may let it.

    `added`: line (None: a new one) → what the store is to bear of it.
    """
    if not added:
        return
    borne = OrderLine.objects.filter(order=order, payer=OrderLine.Payer.GOODWILL, answer__in=OrderLine.CHARGED)
    borne = borne.exclude(pk__in=[pk for pk in added if pk])
    total = sum((row.amount for row in borne), Decimal(0)) + sum(added.values(), Decimal(0))
    limit = limit_of(by, order.visit.store).goodwill
    if total > limit:
        sentence = _("You may let the store bear ¥%(limit)s. Ask the supervisor or the manager for more.")
        raise Refused(sentence % {"limit": limit}, "line.goodwill", field="payer")
