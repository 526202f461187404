"""Signs of life of the processes that have no door of their own."""

from datetime import datetime

from django.utils import timezone

from dealership.models import Heartbeat


def beat(name: str, *, now: datetime | None = None) -> Heartbeat:
    """Note that the process `name` ("worker", "beat") is alive."""
    row, _created = Heartbeat.objects.update_or_create(name=name, defaults={"at": now or timezone.now()})
    return row
