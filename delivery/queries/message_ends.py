"""When a message about money or the way home has nothing to say any more."""

from dealership.models import Message
from delivery.models import Handover
from delivery.queries.settlement import balance_of, settlement_of


def paid(message: Message) -> bool:
    """Tell whether nothing is to be paid any more."""
    settlement = settlement_of(message.visit) if message.visit else None
    return settlement is not None and balance_of(settlement).covered


def brought(message: Message) -> bool:
    """Tell whether the car has been handed over."""
    return message.visit is not None and Handover.objects.filter(visit=message.visit).exists()
