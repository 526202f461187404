"""Signs of life of the processes that have no door of their own."""

from datetime import datetime, timedelta

from django.utils import timezone

from dealership.models import Heartbeat

INTERVAL = timedelta(seconds=5)


def beat(name: str, *, now: datetime | None = None) -> bool:
    """Note that the process `name` ("worker", "beat") is alive, at most every five seconds; return whether it did."""
    now = now or timezone.now()
    row, created = Heartbeat.objects.get_or_create(name=name, defaults={"at": now})
    if created or row.at > now - INTERVAL:
        return created
    return bool(Heartbeat.objects.filter(name=name, at__lte=now - INTERVAL).update(at=now))
