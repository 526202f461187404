"""Beat that says it is alive."""

from typing import Any

from celery.beat import PersistentScheduler
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from dealership.actions.heartbeats import INTERVAL, beat


class Scheduler(PersistentScheduler):  # type: ignore[misc]
    """Celery's own scheduler with a sign of life in the database.

    A database that is away must not end beat: its wake-up calls are what brings the product back.
    """

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Send what is due; return the seconds to sleep, at most the interval of the signs of life."""
        wait: float = super().tick(*args, **kwargs)
        try:
            close_old_connections()
            beat("beat", now=timezone.now())
        except DatabaseError as error:
            self.logger.warning("no sign of life from beat: %s", error)
        return min(wait, INTERVAL.total_seconds())
