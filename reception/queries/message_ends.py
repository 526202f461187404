"""When a message about an appointment, an offer or a code has nothing to say any more."""

from uuid import UUID

from django.utils import timezone

from dealership.models import Message
from dealership.queries.message_ends import written_at
from reception.models import Appointment, Offer, PhoneCode


def reminder_over(message: Message) -> bool:
    """Tell whether the booked car has come, or the appointment is called off or past.

    The appointment is the part of the dedupe key that follows the kind (`booking_reminder:<id>`).
    """
    try:
        booked = UUID(message.dedupe_key.partition(":")[2][:36])
    except ValueError:
        return False
    state = Appointment.objects.filter(pk=booked).values_list("state", flat=True).first()
    return state is not None and state != Appointment.State.BOOKED


def offer_over(message: Message) -> bool:
    """Tell whether the offer was answered or withdrawn, or the car has left; without any offer it still stands."""
    if message.visit is None:
        return False
    if message.visit.ended:
        return True
    until = written_at(message)
    offer = Offer.objects.filter(visit=message.visit, sent_at__lte=until).order_by("sent_at", "id").last()
    return bool(offer and (offer.answered_at or offer.withdrawn_at))


def code_over(message: Message) -> bool:
    """Tell whether the code of the message is used, spent or too old.

    The code's row is the part of the dedupe key that follows the kind (`booking_code:<id>`).
    """
    try:
        asked = UUID(message.dedupe_key.partition(":")[2][:36])
    except ValueError:
        return False
    row = PhoneCode.objects.filter(pk=asked).first()
    return row is not None and (row.used_at is not None or row.expires_at <= timezone.now())
