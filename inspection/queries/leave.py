"""Cars that left before everything was done (待料离店)."""

from uuid import UUID

from dealership.models import StageChange, Visit
from dealership.stages import Stage
from inspection.models import PartsLeave


def leave_of(visit: Visit) -> PartsLeave | None:
    """Return the agreement with which the car leaves the workshop waiting for parts, of its present stay there."""
    entry = StageChange.objects.filter(visit=visit, target=Stage.WORKSHOP).last()
    found = PartsLeave.objects.filter(visit=visit).select_related("appointment", "by")
    return found.filter(at__gte=entry.at).last() if entry else None


def waiting_lines(visit: Visit) -> frozenset[UUID]:
    """Return the ids of order lines that are not done and not settled now, because they wait for parts."""
    leave = leave_of(visit)
    return frozenset(UUID(text) for text in leave.lines) if leave else frozenset()
