"""Loads the demo: people, the past as facts, today through the product's own actions."""

from collections.abc import Callable
from datetime import datetime

from django_scopes import scope

from dealership.models import Vehicle
from feedback.demo.people import CARS, make_customers, make_stores

SEED = 22
DAYS = 60
"""Days before today that are filled (issue: 60)."""
Say = Callable[[str], object]


def load(*, now: datetime, say: Say, seed: int, days: int, scale: float, processes: int, only: str) -> None:
    """Bring the demo up to `now`; what is there stays."""
    for store in make_stores(now):
        with scope(store=store):
            if not Vehicle.objects.exists():
                make_customers(store, seed=seed, size=max(round(CARS * scale), 60), now=now)
    say("ok")
