"""When a message has nothing to say any more: asked when it is claimed (`wiring.MESSAGE_KINDS[…].over`)."""

from datetime import datetime

from dealership.models import Message, Visit
from dealership.stages import Stage

READY_IN = (Stage.SHOWCASE, Stage.EXPLANATION, Stage.DELIVERY)
"""Stages in which it is still news that a car is ready."""


def not_ready(message: Message) -> bool:
    """Tell whether the car has left, or went back to be worked on; a customer who is here already wants the link."""
    visit = message.visit
    return visit is not None and visit.stage not in READY_IN and visit.stage_since > written_at(message)


def left(message: Message) -> bool:
    """Tell whether the car has left."""
    return message.visit is not None and message.visit.ended


def time_changed(message: Message) -> bool:
    """Tell whether the ready time that the message names is not the promised one any more, or the car has left."""
    visit = message.visit
    if visit is None:
        return False
    said = message.variables.get("ready_time", "")
    due = visit.ready_due.astimezone(message.store.zone).strftime("%H:%M") if visit.ready_due else said
    return visit.ended or not said.endswith(due)


def came_again(message: Message) -> bool:
    """Tell whether the car has come in again since the message was written: then its last visit is no subject."""
    visit = message.visit
    if visit is None:
        return False
    later = Visit.objects.filter(vehicle=visit.vehicle_id, arrived_at__gt=written_at(message), joined_to=None)
    return later.exclude(pk=visit.pk).exists()


def written_at(message: Message) -> datetime:
    """Return when the first of a chain of fall-backs was written."""
    while message.fallback_of:
        message = message.fallback_of
    return message.created_at
