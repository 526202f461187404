"""What a promise of the past came to."""

from datetime import datetime, timedelta
from typing import Any

from dealership.actions.promises import LATE_WITHIN
from dealership.models import Promise

State = Promise.State


def settled(moment: datetime, *, due: datetime | None, moved: bool = False) -> dict[str, Any]:
    """Return state and moment of a promise settled at `moment`: the kernel's rule (`promises.outcome`)."""
    over = moment - due if due else timedelta(0)
    if over <= timedelta(0):
        state = State.LATE if moved else State.KEPT
    else:
        state = State.LATE if over <= LATE_WITHIN else State.BROKEN
    return {"state": state, "settled_at": moment}
