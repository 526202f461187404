"""Who drove the car away."""

from dealership.models import StageChange, Visit
from dealership.stages import Stage
from delivery.models import Handover


def handover_of(visit: Visit) -> Handover | None:
    """Return the handover of the visit's present stay in the delivery; one from before it went back does not count."""
    entry = StageChange.objects.filter(visit=visit, target=Stage.DELIVERY).last()
    found = Handover.objects.filter(visit=visit)
    return (found.filter(at__gte=entry.at) if entry else found).first()
