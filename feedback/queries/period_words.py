"""How periods and their parts are written."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from feedback.periods import DAY, MONTH, QUARTER, WEEK, YEAR, Period, period_of


def period_name(period: Period) -> str:
    """Write a period in full: November 2026, 4th quarter of 2026, 16 to 22 November."""
    first = period.first
    if period.kind == MONTH:
        return date_format(first, "YEAR_MONTH_FORMAT")
    if period.kind == QUARTER:
        return _("Q%(number)s %(year)s") % {"number": (first.month + 2) // 3, "year": first.year}
    if period.kind == YEAR:
        return _("Year %(year)s") % {"year": first.year}
    return days_name(period)


def days_name(period: Period) -> str:
    """Write the days of a period: 16 November – 22 November."""
    first = date_format(period.first, "MONTH_DAY_FORMAT")
    return first if period.days == 1 else f"{first} – {date_format(period.last, 'MONTH_DAY_FORMAT')}"


def part_label(part: Period) -> str:
    """Write a part as short as the head of a column: 16, 11/16, 11 月."""
    if part.kind == MONTH:
        return date_format(part.first, "M")
    if part.kind == WEEK:
        return f"{part.first.month}/{part.first.day}"
    return str(part.first.day)


def part_name(part: Period) -> str:
    """Write a part in full, a day with its weekday."""
    if part.kind == DAY:
        return f"{date_format(part.first, 'MONTH_DAY_FORMAT')} {date_format(part.first, 'D')}"
    return period_name(part)


def weekday_short(day: date) -> str:
    """Write a weekday in one Chinese letter, or two Latin ones."""
    word = date_format(day, "D")
    return word[-1] if (get_language() or "").startswith("zh") else word[:2]


def kind_name(kind: str) -> str:
    """Say a kind of period."""
    return {WEEK: _("Week"), MONTH: _("Month"), QUARTER: _("Quarter"), YEAR: _("Year")}[kind]


def than_before(before: Period) -> str:
    """Say what the figures are compared with: a whole period, or as many of its days."""
    whole = period_of(before.kind, before.first)
    if before != whole:
        return _("vs the same days of %(period)s") % {"period": period_name(whole)}
    return _("vs %(period)s") % {"period": period_name(whole)}
