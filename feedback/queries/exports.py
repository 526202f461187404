"""What can be taken out as a table: a day, the touchpoints of a period by day, figures, persons. No customer in any."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dealership.queries.standards import current_id, touchpoints
from feedback.figures import FIGURES
from feedback.models import DailyScore
from feedback.periods import DAY
from feedback.queries.daily import daily_rows
from feedback.queries.figures import Measured, figures_by_advisor, figures_of
from feedback.queries.figures_page import WHOLES
from feedback.queries.people_page import BESIDE, people_page
from feedback.queries.period_words import days_name, period_name
from feedback.queries.periods import Span
from feedback.scores import rounded
from feedback.spreadsheets import Table, Value

Taking = Callable[[Span, datetime], Table]


def day_table(span: Span, now: datetime) -> Table:
    """Return the 22 touchpoints of the last day of the period with their readings and how steps were recorded."""
    head = [
        _("No."), _("Touchpoint"), _("One figure"), _("Execution"), "n", _("Self-check"), "n", _("Customer"), "n",
        _("Steps"), _("Recorded in time"), _("Recorded late"), _("Ticked in bulk"), _("Not done"), _("Not recorded"),
    ]  # fmt: skip
    day = span.period.last if span.period.kind == DAY else span.period.first
    stored = daily_rows([span.store], day, day, advisor=span.advisor, now=now)
    found = {row.touchpoint: row for row in stored}
    rows = [_day_row(code, name, found.get(code)) for code, name in _names(span)]
    return Table(f"{span.store.name} {day.isoformat()}", head, rows)


def _day_row(code: str, name: str, row: DailyScore | None) -> list[Value]:
    if row is None:
        return [code, name, *[None] * 13]
    unrecorded = row.steps - row.live - row.late - row.bulk - row.skipped
    return [
        code, name, row.figure, _mean(row.total, row.n), row.n, _mean(row.check_total, row.check_n), row.check_n,
        _mean(row.said_total, row.said_n), row.said_n, row.steps, row.live, row.late, row.bulk, row.skipped, unrecorded,
    ]  # fmt: skip


def period_table(span: Span, now: datetime) -> Table:
    """Return touchpoints by day: the single figure of each day that has one, and of the whole store."""
    last = min(span.period.last, now.astimezone(span.store.zone).date())
    days = [date.fromordinal(one) for one in range(span.period.first.toordinal(), last.toordinal() + 1)]
    stored = daily_rows([span.store], span.period.first, last, advisor=span.advisor, now=now)
    figures = {(row.touchpoint, row.day): row.figure for row in stored}
    listed = [*_names(span), ("", _("The day"))]
    rows: list[list[Value]] = [[code, name, *[figures.get((code, day)) for day in days]] for code, name in listed]
    head = [_("No."), _("Touchpoint"), *[day.isoformat() for day in days]]
    return Table(f"{span.store.name} {period_name(span.period)}", head, rows)


def figures_table(span: Span, now: datetime) -> Table:
    """Return every figure of the period with n, interval and the period before."""
    found = figures_of(span.store, span.period, advisor=span.advisor, now=now)
    head = [
        _("No."), _("Figure"), _("Value"), _("Unit"), "n", _("95 % from"), _("95 % to"), _("Period before"),
        _("n before"), _("Definition"),
    ]  # fmt: skip
    rows = [_figure_row(code, one) for code, one in found.items()]
    return Table(f"{span.store.name} {days_name(span.period)}", head, rows)


def _figure_row(code: str, one: Measured) -> list[Value]:
    figure, interval = FIGURES[code], one.interval
    return [
        code, str(figure.name), _short(one.value), unit_word(figure.unit), one.n,
        _short(interval.low if interval else None), _short(interval.high if interval else None), _short(one.before),
        one.before_n, str(figure.definition),
    ]  # fmt: skip


def people_table(span: Span, now: datetime) -> Table:
    """Return persons with how their steps were recorded and their figures; the store last."""
    shares = WHOLES["records"]
    page = people_page(span, now=now, ranked=False)
    each = figures_by_advisor(span.store, span.period, now=now)
    whole = figures_of(span.store, span.period, now=now)
    head = [_("Person"), _("Steps"), *[str(FIGURES[code].name) for code in shares]]
    for code in BESIDE:
        head += [str(FIGURES[code].name), "n"]
    listed = [(row.person.name, each[row.person.pk]) for row in page["rows"] if row.person]
    rows = [_person_row(name, found) for name, found in [*listed, (span.store.name, whole)]]
    return Table(f"{span.store.name} {days_name(span.period)}", head, rows)


def _person_row(name: str, found: dict[str, Measured]) -> list[Value]:
    row: list[Value] = [name, found["live_share"].n, *[_short(found[code].value) for code in WHOLES["records"]]]
    for code in BESIDE:
        row += [_short(found[code].value), found[code].n]
    return row


TABLES: dict[str, Taking] = {
    "day": day_table,
    "period": period_table,
    "figures": figures_table,
    "people": people_table,
}


def unit_word(unit: str) -> str:
    """Say a unit."""
    return {
        "percent": "%", "minutes": _("minutes"), "points": _("points of 10"), "count": _("per visit"), "money": "¥"
    }[unit]  # fmt: skip


def _names(span: Span) -> list[tuple[str, str]]:
    listed = touchpoints(current_id(span.store), get_language() or "zh-hans")
    return [(words.code, words.name) for words in listed]


def _mean(total: Decimal, n: int) -> Decimal | None:
    return rounded(total / n) if n else None


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
