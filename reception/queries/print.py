"""What stands on the printed repair order, and the block that is copied into the maker's DMS."""

from typing import Any

from django.utils.translation import get_language

from reception.models import RepairOrder
from reception.queries.accident import case_of, is_accident
from reception.queries.agreements import agreements, time_changes
from reception.queries.dms import block_of, field_order
from reception.queries.orders import consents_of, lines_of, totals
from reception.queries.scripts import spoken_minutes
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
        "agreements": agreements(order),
        "time_changes": time_changes(order.visit),
        "found": findings(order.visit),
        "case": case_of(order.visit) if is_accident(order.visit) else None,
        "duration": spoken_minutes(order.work_minutes or 0, get_language() or "zh-hans"),
    }


def order_block(order: RepairOrder) -> str:
    """Return the order as lines of text in the store's field order of the maker's DMS, see `queries.dms`."""
    return block_of(order, lines_of(order), field_order())
