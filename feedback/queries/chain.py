"""The stores of a chain side by side: each one's figure of the last 14 days."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Avg, Count

from dealership.models import Store
from feedback.queries.day import STRIP_DAYS, WEEK, Strip, records, store_figure
from feedback.queries.heat import Cell, cell_of, days_of
from feedback.scores import Reading


@dataclass(frozen=True)
class StoreRow:
    """One store on a day."""

    store: Store
    figure: Decimal | None
    change: Decimal | None
    cars: int
    cells: tuple[Cell, ...]


def store_rows(stores: Collection[Store], day: date) -> list[StoreRow]:
    """Return a row for each store (their scope is open), in two queries."""
    strips: dict[UUID, Strip] = defaultdict(lambda: defaultdict(dict))
    days = records().filter(day__range=(day - timedelta(days=STRIP_DAYS - 1), day)).order_by()
    means = days.values("store_id", "touchpoint", "day").annotate(mean=Avg("score"), n=Count("score"))
    for store_id, touchpoint, at, mean, n in means.values_list("store_id", "touchpoint", "day", "mean", "n"):
        if at:
            strips[store_id][touchpoint][at] = Reading(mean, n)
    seen = records().filter(day=day).order_by().values("store_id").annotate(n=Count("visit", distinct=True))
    cars = dict(seen.values_list("store_id", "n"))
    return [_row(store, strips[store.pk], day, cars.get(store.pk, 0)) for store in stores]


def _row(store: Store, found: Strip, day: date, cars: int) -> StoreRow:
    figure, before = store_figure(found, day), store_figure(found, day - WEEK)
    change = figure - before if figure is not None and before is not None else None
    cells = tuple(cell_of(store_figure(found, one), one, day) for one in days_of(day))
    return StoreRow(store, figure, change, cars, cells)
