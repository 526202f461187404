"""The stores of a chain side by side: each one's figure of the last 14 days."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from dealership.models import Store
from feedback.models import DailyScore
from feedback.queries.day import NO_ROW, STRIP_DAYS, WEEK, WHOLE, figure_of
from feedback.queries.heat import Cell, cell_of, days_of


@dataclass(frozen=True)
class StoreRow:
    """One store on a day."""

    store: Store
    figure: Decimal | None
    change: Decimal | None
    cars: int
    cells: tuple[Cell, ...]


def store_rows(stores: Collection[Store], day: date) -> list[StoreRow]:
    """Return a row for each store (their scope is open), in one query; today is as the last sweep left it."""
    found: dict[UUID, dict[date, DailyScore]] = defaultdict(dict)
    days = (day - timedelta(days=STRIP_DAYS - 1), day)
    for row in DailyScore.objects.filter(store__in=list(stores), advisor=None, touchpoint=WHOLE, day__range=days):
        found[row.store_id][row.day] = row
    return [_row(store, found[store.pk], day) for store in stores]


def _row(store: Store, rows: dict[date, DailyScore], day: date) -> StoreRow:
    figure, before = figure_of(rows, day), figure_of(rows, day - WEEK)
    change = figure - before if figure is not None and before is not None else None
    cells = tuple(cell_of(figure_of(rows, one), one, day) for one in days_of(day))
    return StoreRow(store, figure, change, rows.get(day, NO_ROW).n, cells)
