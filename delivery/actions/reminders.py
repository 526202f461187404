"""The reminder of a booking: a message that is written when the customer books and waits in the outbox for its day.

It has no visit yet, so it says no link.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation

from dealership import plates
from dealership.models import Arrival, Message, Staff, business_day
from dealership.queries.message_rules import opted_out, reach, template_id
from dealership.queries.messages import moment, render, send_time
from delivery.follow_ups import RULES
from delivery.queries.follow_up_rules import rules_of
from reception.models import Appointment
from reception.queries.lanes import lane_of

State = Message.State
KIND = RULES["booking_reminder"].kind


@transaction.atomic
def appointment_changed(appointment: Appointment, *, by: Staff | None, now: datetime) -> Message | None:
    """Keep the reminder in step with its appointment: written once for each agreed time, else called off.

    None where none is due: the kind is off, the customer does not want it, or books for so soon that a reminder would
    come on the day of the booking.
    """
    key = f"{KIND}:{appointment.pk}:{appointment.at:%Y%m%dT%H%M}"
    booked = appointment.state == Appointment.State.BOOKED
    others = Message.objects.filter(dedupe_key__startswith=f"{KIND}:{appointment.pk}", state=State.WAITING)
    (others.exclude(dedupe_key=key) if booked else others).update(state=State.CANCELLED, leased_until=None)
    if not booked:
        return None
    form = rules_of(appointment.store, codes=[KIND])[KIND]
    due_at = form.timing.ahead(business_day(appointment.store, appointment.at), appointment.store)
    soon = business_day(appointment.store, due_at) <= business_day(appointment.store, now)
    if soon or not form.live or KIND in opted_out(appointment.customer):
        return None
    return _write(appointment, key=key, due_at=due_at, now=now)


def _write(appointment: Appointment, *, key: str, due_at: datetime, now: datetime) -> Message | None:
    store, customer = appointment.store, appointment.customer
    language = customer.language
    channel, recipient = reach(store, customer, kind=KIND, language=language)
    if channel == "by_hand":
        # Nobody is reached by a machine, and there is no visit whose page could ask a person for a call.
        return None
    texts = _texts(appointment, language, due_at)
    subject, body = render(kind=KIND, channel=channel, language=language, variables=texts)
    message, made = Message.objects.get_or_create(
        store_id=appointment.store_id, dedupe_key=key,
        defaults={
            "customer": customer, "kind": KIND, "channel": channel, "language": language, "recipient": recipient,
            "subject": subject[:200], "body": body, "variables": texts, "created_at": now,
            "template_id": template_id(kind=KIND, channel=channel, language=language),
            "send_at": send_time(store, quiet=True, now=due_at),
        },
    )  # fmt: skip
    if not made and message.state == State.CANCELLED:
        # Moved away and back, or opened again: the same time has its reminder again.
        Message.objects.filter(pk=message.pk, state=State.CANCELLED).update(state=State.WAITING)
        message.state = State.WAITING
    return message


def _texts(appointment: Appointment, language: str, due_at: datetime) -> dict[str, str]:
    store, advisor = appointment.store, appointment.advisor
    choice = lane_of(
        store, arrival=Arrival.BOOKED, works=[appointment.work], customer=appointment.customer,
        vehicle=appointment.vehicle, now=appointment.at, words=appointment.concern or appointment.wish,
    )  # fmt: skip
    with translation.override(language):
        lane = str(choice.lane.label)
    values: dict[str, Any] = {
        "customer": appointment.customer.address(language),
        "plate": plates.describe(appointment.vehicle.plate).display,
        "store": store.name,
        "store_phone": store.phone,
        "advisor": advisor.name if advisor else "",
        "advisor_phone": (advisor.phone if advisor else "") or store.phone,
        "link": "",
        "appointment_time": moment(appointment.at, due_at.astimezone(store.zone), language),
        "lane": lane,
    }
    return {name: str(value or "") for name, value in values.items()}
