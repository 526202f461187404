"""Context of the last step of 1.5: the customer confirms the sheet."""

from typing import Any

from dealership.models import Arrival, Visit
from dealership.requests import StaffRequest
from reception.models import SheetConfirmation
from reception.queries.sheet import Sheet


def confirm(request: StaffRequest, visit: Visit, sheet: Sheet) -> dict[str, Any]:
    """Return the ways to confirm that suit how the car arrived."""
    away = visit.arrival in (Arrival.PICKED_UP, Arrival.TOWED)
    hows = (SheetConfirmation.How.SEEN, SheetConfirmation.How.LINK)
    return {"hows": [(how.value, how.label) for how in hows], "how": hows[away].value}
