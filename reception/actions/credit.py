"""What others than the customer pay: on account (挂账) as far as the credit goes or as somebody has allowed; an
insurer as far as the loss is assessed.
"""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from dealership.refused import Refused
from reception.models import OrderLine, RepairOrder
from reception.queries.accident import assessment_missing
from reception.queries.approvals import account_allowed, credit_of, on_account
from reception.queries.orders import lines_of


def require_credit(order: RepairOrder, *, now: datetime, lines: Sequence[OrderLine] | None = None) -> None:
    """Raise Refused("order.credit") where an order on account goes above the credit and nobody has allowed it."""
    lines = lines_of(order) if lines is None else lines
    if not on_account(order, lines):
        return
    credit = credit_of(order, now=now, lines=lines)
    if not credit.over or account_allowed(order, credit.wanted):
        return
    sentence = _(
        "Above the credit by ¥%(over)s (limit ¥%(limit)s a month, ¥%(used)s used). "
        "Ask first, or choose another way of paying."
    )
    values = {"over": f"{credit.over:,.2f}", "limit": f"{credit.limit:,.2f}", "used": f"{credit.used:,.2f}"}
    raise Refused(sentence % values, "order.credit", field="pay_method")


def require_assessment(order: RepairOrder, *, lines: Sequence[OrderLine] | None = None) -> None:
    """Raise Refused("order.assessment" or "order.above_assessment") where the insurer's lines have no price yet."""
    missing = assessment_missing(order.visit, lines_of(order) if lines is None else lines)
    if missing:
        raise Refused(*missing)
