"""Loads the demo: people, the past as facts, today through the product's own actions."""

import gc
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.management import CommandError
from django.db import transaction
from django.utils import timezone
from django_scopes import scope

from dealership.actions.standards import current_standard
from dealership.models import Heartbeat, Store, Vehicle, business_day
from delivery.actions.handover import close_left
from feedback.demo import checks, digests, past, past_year, plans, proposals, readings, rollup, targets
from feedback.demo.agreement import ask_the_manager, move_accidents
from feedback.demo.answers import specs
from feedback.demo.appointments import book_ahead, miss_absent, open_places, past_absent
from feedback.demo.arriving import leave_untaken, stand_out
from feedback.demo.bookings import book_online
from feedback.demo.calls import plan_calls
from feedback.demo.cameras import watch_gate
from feedback.demo.files import read_files
from feedback.demo.loaners import lend
from feedback.demo.people import CARS, crew_of, make_customers, make_stores, pool_ids, regulars_of
from feedback.demo.plan import Ground, Plan, overnight_plans, plans_of
from feedback.demo.today import arrange, play
from reception.queries.pricelist import PriceList

SEED = 22
DAYS = 60
"""Days before today that are filled (issue: 60)."""
LEAST_CARS = 60
FRESH = timedelta(minutes=10)
"""So long after a run nothing is added."""
Say = Callable[[str], object]


def load(*, now: datetime, say: Say, seed: int, days: int, scale: float, processes: int, only: str) -> None:
    """Bring the demo up to `now`; what is there stays."""
    stores = [store for store in make_stores(now) if only in ("", store.code) and _behind(store, now)]
    if processes > 1 and len(stores) > 1:
        _each_alone(stores, [f"--now={now.isoformat()}", f"--seed={seed}", f"--days={days}", f"--scale={scale}"])
        return
    # Hundreds of thousands of rows are made and none is in a circle: collecting would only cost.
    gc.disable()
    try:
        for store in stores:
            # All of a store or nothing: an interrupted first run must not leave half a past.
            with scope(store=store), transaction.atomic():
                _load_store(store, now=now, say=say, seed=seed, days=days, scale=scale)
    finally:
        gc.enable()


def _behind(store: Store, now: datetime) -> bool:
    until = _mark(store, "until")
    return until is None or now - until > FRESH


def _each_alone(stores: list[Store], options: list[str]) -> None:
    """Load each store in a process of its own."""
    command = [sys.executable, "manage.py", "load_demo", *options, *(["--in-test"] if settings.TEST else [])]
    running = [subprocess.Popen([*command, f"--only={store.code}"], cwd=settings.BASE_DIR) for store in stores]
    failed = [process.args for process in running if process.wait()]
    if failed:
        raise CommandError("A store could not be loaded; see above.")


def _load_store(store: Store, *, now: datetime, say: Say, seed: int, days: int, scale: float) -> None:
    began = time.monotonic()
    today = business_day(store, now)
    size = max(round(CARS * scale), LEAST_CARS)
    until = _mark(store, "until")
    if until is None:
        make_customers(store, seed=seed, size=size, now=now)
        _set_mark(store, "from", now)
    ground = _ground(store, seed=seed, scale=scale, size=size)
    past_year.prepare(ground, today=today, now=now)
    written = past.write(ground, _days_since(ground, until, today, days), until=now)
    middle = time.monotonic()
    refused = _play_today(ground, until, now)
    plan_calls(store, now=now)
    ask_the_manager(store, ground.crew, now=now)
    move_accidents(store, ground.crew, now=now)
    stand_out(store, ground.crew, now=now)
    watch_gate(store, ground.crew, now=now)
    lend(store, ground.crew, now=now)
    read_files(store, ground.crew, now=now)
    book_online(store, now=now)
    readings.fill(store, now=now)
    checks.fill(store, now=now)
    proposals.fill(store, now=now)
    plans.fill(store, now=now)
    rollup.fill(store, now=now)
    targets.fill(store, now=now)
    digests.fill(store, now=now)
    _set_mark(store, "until", now)
    for line in refused:
        say(f"  {line}")
    say(
        f"{store.name}: {written} visits of earlier days in {middle - began:.1f} s, "
        f"today in {time.monotonic() - middle:.1f} s"
    )


def _days_since(ground: Ground, until: datetime | None, today: date, days: int) -> list[Plan]:
    """Return the cars of the whole days that nobody has seen yet; the regulars come only when somebody looks."""
    store = ground.store
    first = today - timedelta(days=days) if until is None else business_day(store, until) + timedelta(days=1)
    plans: list[Plan] = []
    for number in range((today - first).days):
        day = first + timedelta(days=number)
        plans += plans_of(ground, day, longest=(today - day).days - 1)
    return [plan for plan in plans if plan.day < ground.first_day or plan.vehicle not in ground.regulars]


def _play_today(ground: Ground, until: datetime | None, now: datetime) -> list[str]:
    """Play the cars of the day that was left off, then those of today; book the next day."""
    store, today = ground.store, business_day(ground.store, now)
    begun = _mark(store, "day") if until else None
    refused: list[str] = []
    if begun and business_day(store, begun) < today:
        refused += _play(ground, _cars_of(ground, begun), since=until, now=now)
        leave_untaken(store, ground.crew, day=business_day(store, begun))
        begun = until = None
        close_left(now)
        miss_absent(now=now)
    if begun is None:
        begun = now
        _set_mark(store, "day", now)
    plans = _cars_of(ground, begun)
    open_places(store, plans)
    past_absent(ground, now=now)
    book_ahead(ground, plans, now=now)
    return refused + _play(ground, plans, since=until, now=now)


def _cars_of(ground: Ground, begun: datetime) -> list[Plan]:
    """Return the cars of the day on which `begun` lies, as they were arranged at that moment."""
    day = business_day(ground.store, begun)
    plans = plans_of(ground, day, longest=1)
    arrange(plans, begun)
    return [*overnight_plans(ground, day), *plans]


def _play(ground: Ground, plans: list[Plan], *, since: datetime | None, now: datetime) -> list[str]:
    return play(plans, ground.crew, ground.steps, since=since, until=now)


def _ground(store: Store, *, seed: int, scale: float, size: int) -> Ground:
    ids = pool_ids(store, seed, size)
    cars = Vehicle.objects.select_related("owner").in_bulk(ids)
    pool = [cars[id_] for id_ in ids]
    standard, known = current_standard(store), len(regulars_of(store))
    return Ground(
        store=store, seed=seed, scale=scale, crew=crew_of(store), picks=PriceList().picks, standard=standard,
        steps=specs(standard.pk), pool=pool[known:], regulars=pool[:known],
        first_day=business_day(store, _mark(store, "from") or timezone.now()),
    )  # fmt: skip


def _mark(store: Store, what: str) -> datetime | None:
    return Heartbeat.objects.filter(name=_name(store, what)).values_list("at", flat=True).first()


def _set_mark(store: Store, what: str, moment: datetime) -> None:
    Heartbeat.objects.update_or_create(name=_name(store, what), defaults={"at": moment})


def _name(store: Store, what: str) -> str:
    """Return the name under which a moment of this store's demo is kept: from, until, or the first of the day."""
    return f"demo-{store.code}-{what}"[:20]
