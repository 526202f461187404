"""Work on account (挂账): only as far as the payer's credit goes, or as somebody has allowed above it."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from dealership.refused import Refused
from reception.models import OrderLine, RepairOrder
from reception.queries.approvals import account_allowed, credit_of


def require_credit(order: RepairOrder, *, now: datetime, lines: Sequence[OrderLine] | None = None) -> None:
    """Raise Refused("order.credit") where an order on account goes above the credit and nobody has allowed it."""
    if order.pay_method != RepairOrder.PayMethod.ACCOUNT:
        return
    credit = credit_of(order, now=now, lines=lines)
    if not credit.over or account_allowed(order, credit.wanted):
        return
    sentence = _("Above the credit by ¥%(over)s (limit ¥%(limit)s a month, ¥%(used)s used). Ask first, or choose another way of paying.")  # noqa: E501 (one sentence)
    values = {"over": f"{credit.over:,.2f}", "limit": f"{credit.limit:,.2f}", "used": f"{credit.used:,.2f}"}
    raise Refused(sentence % values, "order.credit", field="pay_method")
