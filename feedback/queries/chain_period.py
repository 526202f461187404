"""Store against store over a period, and the 22 touchpoints by store, from the roll-up in a few queries."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import get_language

from dealership.models import Store
from dealership.queries.standards import current_id, stage_names, touchpoints
from feedback.models import DailyScore, ScoreSetting
from feedback.periods import DAY, POINT, Period, window_ends
from feedback.queries.period_heat import Cell
from feedback.queries.period_page import reading_over
from feedback.queries.period_words import than_before
from feedback.queries.periods import (
    WHOLE,
    Lived,
    Parts,
    Scored,
    Weights,
    lived_by_store,
    scored,
    store_figure,
    sum_of,
    windows_by_store,
)
from feedback.queries.score_settings import weights_in
from feedback.scores import Reading

SPARK_WIDTH, SPARK_HEIGHT, SPARK_LEAST = 180, 32, 4
SORTS = ("figure", "change", "execution", "check", "customer", "cars", "name")


@dataclass(frozen=True)
class StoreRow:
    """One store over the period; `spark` is the line of its days (weeks of a long period)."""

    store: Store
    url: str
    figure: Decimal | None
    change: Decimal | None
    execution: Reading
    check: dict[str, Any]
    customer: dict[str, Any]
    cars: int
    spark: str
    spark_words: str
    touchpoints: dict[str, Scored]

    def key(self, sort: str) -> tuple[bool, Any]:
        """Return what it is sorted by: the best first, a missing figure last."""
        if sort == "name":
            return (False, self.store.name)
        value = {
            "figure": self.figure, "change": self.change, "execution": self.execution.mean,
            "check": self.check["shown"], "customer": self.customer["shown"], "cars": self.cars,
        }[sort]  # fmt: skip
        return (value is None, -(value or 0))


def chain_rows(stores: Collection[Store], period: Period, *, today: date, sort: str = "figure") -> list[StoreRow]:
    """Return a row for each store (their scope is open), in five queries."""
    until, before = period.until(today), period.before(today)
    ends, earlier_ends = window_ends(until), window_ends(before)
    now = lived_by_store(stores, until, by=WHOLE)
    then = lived_by_store(stores, before, by=WHOLE)
    said = windows_by_store(stores, {*ends, *earlier_ends})
    days = days_by_store(stores, until)
    settings = {setting.store_id: setting for setting in ScoreSetting.objects.filter(store__in=list(stores))}
    found = []
    for store in stores:
        weights, own = weights_in(settings.get(store.pk)), said.get(store.pk, {})
        rows = _scored(now.get(store.pk, {}), own, ends, weights)
        earlier = _scored(then.get(store.pk, {}), own, earlier_ends, weights)
        cars = sum(part.n for part in now.get(store.pk, {}).get("", {}).values())
        found.append(_row(store, period, rows, earlier, cars=cars, days=days.get(store.pk, {})))
    return sorted(found, key=lambda row: (row.key(sort), row.store.code))


def days_by_store(stores: Collection[Store], period: Period) -> dict[UUID, dict[date, Decimal]]:
    """Return store → day → its figure of that day, in one query."""
    rows = DailyScore.objects.filter(
        store__in=list(stores), advisor=None, touchpoint="", day__range=(period.first, period.last)
    )
    found: dict[UUID, dict[date, Decimal]] = {}
    for store_id, day, figure in rows.order_by("day").values_list("store_id", "day", "figure"):
        if figure is not None:
            found.setdefault(store_id, {})[day] = figure
    return found


def _scored(rows: dict[str, Parts], said: Any, ends: Sequence[date], weights: Weights) -> dict[str, Scored]:
    return {code: scored(code, parts.values(), said, ends, weights) for code, parts in rows.items() if code}


def _row(
    store: Store,
    period: Period,
    rows: dict[str, Scored],
    earlier: dict[str, Scored],
    *,
    cars: int,
    days: dict[date, Decimal],
) -> StoreRow:
    listed = list(rows.values())
    figure, before = store_figure(listed), store_figure(earlier.values())
    whole: Lived = sum_of(one.lived for one in listed)
    values = _points(days, period)
    return StoreRow(
        store=store,
        url=period.url("scores-period", store),
        figure=figure,
        change=figure - before if figure is not None and before is not None else None,
        execution=whole.reading,
        check=reading_over(listed, "check"),
        customer=reading_over(listed, "customer"),
        cars=cars,
        spark=spark_path(values),
        spark_words=f"{min(values):.1f} – {max(values):.1f}" if values else "",
        touchpoints=rows,
    )


def _points(days: dict[date, Decimal], period: Period) -> list[Decimal]:
    """Return the points of the line: days, or of a long period the means of its weeks."""
    if POINT[period.kind] == DAY:
        return list(days.values())
    found = []
    for part in period.parts(POINT[period.kind]):
        listed = [figure for day, figure in days.items() if part.first <= day <= part.last]
        if listed:
            found.append(sum(listed, Decimal(0)) / len(listed))
    return found


def spark_path(values: Sequence[Decimal]) -> str:
    """Return the points of a small line, 4 to 10 from bottom to top."""
    step = SPARK_WIDTH / max(1, len(values) - 1)
    places = [
        (at * step, SPARK_HEIGHT * (1 - (max(float(value), SPARK_LEAST) - SPARK_LEAST) / (10 - SPARK_LEAST)))
        for at, value in enumerate(values)
    ]
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in places)


def chain_page(stores: Collection[Store], period: Period, *, today: date, sort: str) -> dict[str, Any]:
    """Return the context of the page of all stores."""
    language = get_language() or "zh-hans"
    standard = current_id(None)
    rows = chain_rows(stores, period, today=today, sort=sort)
    words = touchpoints(standard, language)
    names = stage_names(standard, language)
    heat = [
        {
            "words": one,
            "stage": names[one.stage],
            "cells": [_cell(row.touchpoints.get(one.code), f"{row.url}{one.code}/") for row in rows],
        }
        for one in words
    ]
    return {"rows": rows, "heat": heat, "than_before": than_before(period.before(today)), "sort": sort}


def _cell(one: Scored | None, url: str) -> Cell:
    if one is None or not one.lived.n:
        return Cell("–", "heat-na", False, "")
    if one.figure is None:
        return Cell(str(one.execution.shown), "heat-few", False, url)
    return Cell(str(one.figure), f"heat-{int(one.figure)}", False, url)
