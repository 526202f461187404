"""Rows of the roll-up and records behind them, written by hand: a year of figures that a test can add up."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal

from dealership.actions.visits import open_visit
from dealership.models import Staff, Store, TouchpointRecord, Visit
from feedback.models import DailyScore
from tests.cast import SHANGHAI, Cast


def roll(
    store: Store, day: date, scores: dict[str, Iterable[float]], *, figure: float | None = None,
    advisor: Staff | None = None, **more: int,
) -> None:  # fmt: skip
    """Write the rows of a day: touchpoint → the scores of its visits (10 steps each), and the day itself."""
    cars = 0
    for touchpoint, listed in scores.items():
        values = [Decimal(str(score)) for score in listed]
        cars = max(cars, len(values))
        live = int(sum(values))
        DailyScore.objects.create(
            store=store, day=day, touchpoint=touchpoint, advisor=advisor, n=len(values), total=sum(values),
            squares=sum(value * value for value in values), steps=10 * len(values), live=live,
            figure=round(sum(values) / len(values), 1) if len(values) >= 5 else None, **more,
        )  # fmt: skip
    DailyScore.objects.create(
        store=store, day=day, touchpoint="", advisor=advisor, n=cars, figure=figure and Decimal(str(figure))
    )


def heard(store: Store, day: date, touchpoint: str, **sums: float) -> None:
    """Write what was said in the 28 days that end with `day` into its row."""
    row, _made = DailyScore.objects.get_or_create(store=store, day=day, touchpoint=touchpoint, advisor=None)
    for name, value in sums.items():
        setattr(row, name, value)
    row.save(update_fields=list(sums))


def visit_of(cast: Cast, number: int, day: date, *, advisor: Staff | None = None, **given: object) -> Visit:
    """Open a visit of a car of its own on a day."""
    now = datetime(day.year, day.month, day.day, 9, tzinfo=SHANGHAI) + timedelta(minutes=number % 300)
    visit = open_visit(
        cast.store, by=cast.guard, plate=f"沪A{number:05}", now=now, customer={"name": "王建国", "sex": "m"}
    )
    for name, value in {"advisor": advisor or cast.advisor, "stage": "closed", "left_at": now, **given}.items():
        setattr(visit, name, value)
    visit.save()
    return visit


def record(visit: Visit, touchpoint: str, day: date, score: float, *, states: str = "", bulk: int = 0) -> None:
    """Write one record of a visit: what was there before gives way."""
    steps = len(states.replace("-", "")) or 10
    live = states.count("L") if states else round(score)
    values = {
        "day": day, "score": Decimal(str(score)), "applicable": True, "steps": steps, "done": live + bulk, "live": live,
        "late": states.count("T"), "bulk": states.count("B") or bulk, "skipped": states.count("S"), "states": states,
    }  # fmt: skip
    TouchpointRecord.objects.update_or_create(store=visit.store, visit=visit, touchpoint=touchpoint, defaults=values)
