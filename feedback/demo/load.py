"""Loads the demo: people, the past as facts, today through the product's own actions."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django_scopes import scope

from dealership.actions.standards import current_standard
from dealership.models import Heartbeat, Store, Vehicle, business_day
from feedback.demo import past
from feedback.demo.answers import specs
from feedback.demo.people import CARS, crew_of, make_customers, make_stores, pool_ids, regulars_of
from feedback.demo.plan import Ground, plans_of
from reception.queries.pricelist import PriceList

SEED = 22
DAYS = 60
"""Days before today that are filled (issue: 60)."""
LEAST_CARS = 60
Say = Callable[[str], object]


def load(*, now: datetime, say: Say, seed: int, days: int, scale: float, processes: int, only: str) -> None:
    """Bring the demo up to `now`; what is there stays."""
    for store in make_stores(now):
        with scope(store=store):
            _load_store(store, now=now, say=say, seed=seed, days=days, scale=scale)


def _load_store(store: Store, *, now: datetime, say: Say, seed: int, days: int, scale: float) -> None:
    began = time.monotonic()
    today = business_day(store, now)
    size = max(round(CARS * scale), LEAST_CARS)
    until = _mark(store, "until")
    if until is None:
        make_customers(store, seed=seed, size=size, now=now)
        Heartbeat.objects.create(name=_name(store, "from"), at=now)
    ground = _ground(store, seed=seed, scale=scale, size=size)
    written = 0
    first = today - timedelta(days=days) if until is None else business_day(store, until) + timedelta(days=1)
    yesterday = today - timedelta(days=1)
    plans = []
    for number in range((today - first).days):
        day = first + timedelta(days=number)
        plans += [plan for plan in plans_of(ground, day, longest=(yesterday - day).days) if not _regular(ground, plan)]
    written = past.write(ground, plans, until=now)
    Heartbeat.objects.update_or_create(name=_name(store, "until"), defaults={"at": now})
    say(f"{store.name}: {written} visits of earlier days, {time.monotonic() - began:.1f} s")


def _regular(ground: Ground, plan) -> bool:
    return plan.day >= ground.first_day and plan.vehicle in ground.regulars


def _ground(store: Store, *, seed: int, scale: float, size: int) -> Ground:
    ids = pool_ids(store, seed, size)
    cars = Vehicle.objects.select_related("owner").in_bulk(ids)
    pool = [cars[id_] for id_ in ids]
    standard = current_standard()
    return Ground(
        store=store, seed=seed, scale=scale, crew=crew_of(store), picks=PriceList().picks, standard=standard,
        steps=specs(standard.pk), pool=pool, regulars=pool[: len(regulars_of(store))],
        first_day=business_day(store, _mark(store, "from")),
    )  # fmt: skip


def _mark(store: Store, what: str) -> datetime | None:
    return Heartbeat.objects.filter(name=_name(store, what)).values_list("at", flat=True).first()


def _name(store: Store, what: str) -> str:
    """Return the name under which a moment of this store's demo is kept."""
    return f"demo-{store.code}-{what}"[:20]
