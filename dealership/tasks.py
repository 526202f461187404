"""Wake-up calls: what is due stands in the database."""

import logging
from datetime import datetime

from celery import shared_task
from django.db import close_old_connections
from django.utils import timezone
from django.utils.module_loading import import_string

from dealership import wiring
from dealership.actions.heartbeats import beat

logger = logging.getLogger(__name__)


@shared_task(name="dealership.tasks.sweep")
def sweep(name: str) -> int:
    """Do what is due of one kind (a name of `wiring.SWEEPS`)."""
    now = _awake()
    done: int = import_string(wiring.SWEEPS[name])(now)
    return done


@shared_task(name="dealership.tasks.nightly")
def nightly(name: str) -> int:
    """Run one check of `wiring.NIGHTLY`: 0, or an alarm in the log."""
    found: int = import_string(wiring.NIGHTLY[name])(_awake())
    if found:
        logger.error("Nightly check %s found %d", name, found)
    return found


def _awake() -> datetime:
    """Drop connections that a restarted database has left behind, and give a sign of life."""
    close_old_connections()
    now = timezone.now()
    beat("worker", now=now)
    return now
