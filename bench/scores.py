"""What pages, roll-up and sync cost on a long past, as ratios in one run: `python -m bench.scores`.

200,000 visits x 22 records in 20 stores, written by COPY, on real servers. Exit code 1 when a limit is passed.
BENCH_FORM=minute: a tenth of the visits. The figures also go to .data/bench/scores.json.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from django_scopes import scope

from bench.days import Batch, finish_visits, open_cars, tick_batch
from bench.freshness import lag_of
from bench.history import make_stores, write_history
from bench.pages import compare, use_bare_urls
from bench.truth import differences, full_scan
from dealership.actions.standards import load
from dealership.models import Device, Membership, Role, Staff, Store, Visit, business_day
from dealership.standard.data import load as read_standard
from feedback.actions.scores import sweep
from feedback.periods import period_of
from feedback.queries.periods import WHOLE, lived_by_store

MINUTE = os.environ.get("BENCH_FORM") == "minute"
STORES, VISITS, DAYS = 20, (1_000 if MINUTE else 10_000), (60 if MINUTE else 365)
FASTER = 3 if MINUTE else 40
"""At least so many times faster than the scan, which reads a tenth of the records in the minute form."""
ROUNDS = 15 if MINUTE else 40
OPEN_CARS, TICKS = 60, 200
RATE, SECONDS = 180, (8 if MINUTE else 30)
REPORT = Path(__file__).resolve().parent.parent / ".data" / "bench" / "scores.json"


class Line(NamedTuple):
    """One promise of speed: what was measured, its limit, whether more is better, and how it came about."""

    name: str
    value: float
    limit: float
    more: bool = False
    about: str = ""

    @property
    def good(self) -> bool:
        """True where the promise is kept."""
        return self.value >= self.limit if self.more else self.value <= self.limit


@dataclass
class Ground:
    """What was seeded."""

    stores: list[Store]
    crews: dict[Any, list[Staff]]
    today: date
    manager: Staff
    device: Device
    lines: list[Line] = field(default_factory=list)

    @property
    def store(self) -> Store:
        """The store that is looked at."""
        return self.stores[0]


def main() -> int:
    """Seed, measure, report; return the exit code."""
    call_command("migrate", verbosity=0)
    use_bare_urls()
    ground = seed()
    pages(ground)
    chain(ground)
    sync(ground)
    rollup(ground)
    return report(ground.lines)


def timed(text: str, work: Callable[[], Any]) -> Any:
    """Say how long a part took."""
    started = time.monotonic()
    found = work()
    print(f"{time.monotonic() - started:8.1f} s  {text}", flush=True)
    return found


def seed() -> Ground:
    """Write the past of every store, roll it up, and put 60 cars into the first."""
    standard = load(read_standard())
    stores, crews = make_stores(STORES)
    today = business_day(stores[0], timezone.now())
    manager = Staff.objects.create(username="bench", name="秦岚")
    roles = [
        Membership(store=store, staff=manager, role=role) for store in stores for role in (Role.CHAIN, Role.MANAGER)
    ]
    Membership.objects.bulk_create(roles)
    device = Device.objects.create(store=stores[0], name="1号平板", enrolled_at=timezone.now())

    def past() -> int:
        last = today - timedelta(days=1)
        return sum(
            write_history(store, crew=crews[store.pk], standard=standard, visits=VISITS, last=last, days=DAYS)
            for store in stores
        )

    timed(f"{STORES * VISITS:,} visits with 22 records each by COPY", past)
    timed("VACUUM ANALYZE", lambda: _execute("VACUUM ANALYZE"))
    timed(f"roll-up of {STORES * DAYS:,} store-days", sweep_all)
    timed(f"{OPEN_CARS} cars in one store", lambda: open_cars(stores[0], crews[stores[0].pk], OPEN_CARS))
    _execute("VACUUM ANALYZE")
    return Ground(stores, crews, today, manager, device)


def pages(ground: Ground) -> None:
    """Measure the board with 60 open, the page of a visit and the month of a store, each against its bare view."""
    client = Client()
    client.force_login(ground.manager)
    code = ground.store.code
    with scope(store=ground.store):
        visit = Visit.objects.filter(stage="negotiation").order_by("arrived_at").first()
    assert visit
    month = period_of("month", ground.today - timedelta(days=1)).first
    for name, address, limit in (
        (f"board with {OPEN_CARS} open cars", f"/{code}/board/", 6),
        ("page of a visit", f"/{code}/visits/{visit.pk}/negotiation/", 8),
        ("month of a store", f"/{code}/scores/month/{month}/", 8),
    ):
        found = compare(client, address, bare=f"/{code}/bare/", rounds=ROUNDS)
        about = f"{found.page:.1f} ms against {found.bare:.1f}, {found.queries} statements, {found.size:,} bytes"
        ground.lines.append(Line(f"{name}, times a bare view", round(found.times, 2), limit, about=about))


def chain(ground: Ground) -> None:
    """Measure the month of all stores, as its page reads it, against the full scan of the truth; then the page."""
    period = period_of("month", ground.today - timedelta(days=1))
    sweep_all()
    truth = full_scan(period.first, period.last)
    with scope(store=ground.stores):
        read = partial(lived_by_store, ground.stores, period, by=WHOLE)
        sums = {(store, code): part for store, found in read().items() for code, part in found.items() if code}
        assert {key: (part[period.first].n, part[period.first].total) for key, part in sums.items()} == truth
        rolled = median(_milliseconds(read) for _round in range(ROUNDS))
    scanned = median(_milliseconds(partial(full_scan, period.first, period.last)) for _round in range(5))
    about = f"{rolled:.1f} ms against {scanned:.0f}, the same sums by store and touchpoint"
    line = Line("chain month, times faster than a full scan", round(scanned / rolled, 1), FASTER, True, about)
    ground.lines.append(line)
    client = Client()
    client.force_login(ground.manager)
    found = compare(client, f"/chain/scores/month/{period.first}/", bare="/bare/", rounds=ROUNDS)
    about = f"{found.page:.1f} ms against {found.bare:.1f}, {found.queries} statements, {found.size:,} bytes"
    ground.lines.append(Line("month of all stores, times a bare view", round(found.times, 2), 8, about=about))


def sync(ground: Ground) -> None:
    """Measure a batch of 200 ticks against one statement that writes as many operations."""

    def send(count: int) -> Batch:
        return tick_batch(ground.store, ground.device, ground.crews[ground.store.pk][0], count)

    statements = {count: send(count).queries for count in (TICKS // 10, TICKS)}
    ground.lines.append(
        Line("statements of a batch more than of a tenth of it", statements[TICKS] - statements[TICKS // 10], 0,
             about=f"{statements[TICKS]} statements")
    )  # fmt: skip
    rounds = [send(TICKS) for _round in range(max(ROUNDS // 3, 5))]
    batch, one = median(done.batch for done in rounds), median(done.statement for done in rounds)
    about = f"{batch:.0f} ms against {one:.1f}"
    ground.lines.append(Line(f"sync of {TICKS} ticks, times one statement", round(batch / one, 2), 10, about=about))


def rollup(ground: Ground) -> None:
    """Compare the roll-up with the truth after late ticks, undo and moves back; measure how fresh it is under load."""
    visits = finish_visits(ground.stores, ground.crews, each=8)
    lag, ticks = lag_of(ground.stores, visits, rate=RATE, seconds=SECONDS)
    sweep_all()
    rows, wrong = differences()
    ground.lines.append(Line("roll-up rows that differ from the truth", wrong, 0, about=f"of {rows:,} rows"))
    about = f"{ticks} ticks, moves back and undo among them, in {SECONDS} s"
    ground.lines.append(Line(f"seconds until rolled up, at {RATE} ticks a second", round(lag, 2), 5, about=about))


def sweep_all() -> None:
    """Compute whatever is marked."""
    while sweep(timezone.now()):
        pass


def report(lines: Sequence[Line]) -> int:
    """Print the table, write the file; return 1 when a limit is passed."""
    print(f"\n{'':55}{'measured':>10}{'limit':>9}")
    for line in lines:
        sign = "≥" if line.more else "≤"
        print(f"{line.name:55}{line.value:>10}{sign:>4} {line.limit:<5}{'ok' if line.good else 'NO':4}{line.about}")
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    figures = {
        "visits": STORES * VISITS,
        "stores": STORES,
        "lines": [line._asdict() | {"good": line.good} for line in lines],
    }
    REPORT.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n")
    return 0 if all(line.good for line in lines) else 1


def _milliseconds(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - started)


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


if __name__ == "__main__":
    sys.exit(main())
