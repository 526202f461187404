"""The page of the morning meeting: yesterday in five figures, and what today brings; a constant number of queries."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dealership.models import Store, business_day
from feedback.figures import FIGURES
from feedback.intervals import Number
from feedback.models import DailyScore
from feedback.periods import DAY, period_of
from feedback.queries.drawable import week_of
from feedback.queries.felt import Voice, voice
from feedback.queries.figures import Measured, figures_of
from feedback.queries.morning_cars import call_backs, overnight, parts_waiting
from feedback.queries.morning_case import case_of, script_of
from feedback.scores import FEW, WINDOW_DAYS
from reception.models import Appointment
from reception.queries.appointments import booked_words, of_days

FIRST_CARS = 6
"""So many of the day's bookings stand there with their wishes; the list of appointments has them all."""
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Tile:
    """One of the five figures: its value in words, of how many, and how it moved (`good` None: not at all)."""

    name: str
    value: str
    n: int
    of: str
    change: str
    up: bool
    good: bool | None
    url: str

    @property
    def few(self) -> bool:
        """True where there is something, but too little to lean on."""
        return 0 < self.n < FEW


@dataclass(frozen=True)
class Hour:
    """The bookings of an hour; `width` of a bar of 100."""

    hour: int
    n: int
    width: int


@dataclass(frozen=True)
class Bookings:
    """Today's bookings by hour, the first cars still to come (with name and wish), how many there are in all."""

    hours: tuple[Hour, ...]
    first: tuple[tuple[Appointment, str, str], ...]
    n: int
    arrived: int


def morning_page(store: Store, *, now: datetime, best: bool = False) -> dict[str, Any]:
    """Return the context of the page; `best` asks for yesterday's best visit instead of the one that lost most."""
    today = business_day(store, now)
    yesterday = week_of(store).open_before(today)
    return {
        "day": today,
        "yesterday": yesterday,
        "tiles": five(store, yesterday, now=now),
        "bookings": bookings(store, today),
        "overnight": overnight(store, today),
        "parts": parts_waiting(store),
        "calls": call_backs(store, today, now=now),
        "case": case_of(store, yesterday, best=best),
        "script": script_of(store, yesterday),
    }


def five(store: Store, day: date, *, now: datetime) -> list[Tile]:
    """Return the five figures of a day: the one figure, promises, disappointed customers, handover, greeting."""
    found = figures_of(store, period_of(DAY, day), now=now)
    figure_url = reverse("figures", kwargs={"store": store.code, "kind": "month", "day": day.replace(day=1)})
    day_url = reverse("scores", kwargs={"store": store.code, "day": day})
    weekday = _("vs the %(weekday)s before") % {"weekday": date_format(day, "D")}
    return [
        _score_tile(store, day, url=day_url, of=weekday),
        _tile("promises_kept", found["promises_kept"], url=figure_url, of=weekday),
        _voice_tile(voice(store, day), voice(store, day - timedelta(days=WINDOW_DAYS)), url=day_url),
        _tile("on_time_handover", found["on_time_handover"], url=figure_url, of=weekday),
        _tile("greeting_wait", found["greeting_wait"], url=figure_url, of=weekday),
    ]


def _score_tile(store: Store, day: date, *, url: str, of: str) -> Tile:
    rows = DailyScore.objects.filter(store=store, advisor=None, touchpoint="", day__in=(day, day - WEEK))
    known = {row.day: row for row in rows}
    now, before = known.get(day), known.get(day - WEEK)
    value = now.figure if now else None
    change = value - before.figure if before and value is not None and before.figure is not None else None
    return _made(_("Figure of the day"), value, change, n=now.n if now else 0, of=of, better="up", url=url)


def _tile(code: str, one: Measured, *, url: str, of: str) -> Tile:
    figure = FIGURES[code]
    # A change against too few says nothing.
    change = one.change if min(one.n, one.before_n) >= FEW else None
    unit = {"percent": "%", "minutes": " " + _("min")}.get(figure.unit, "")
    return _made(str(figure.name), one.value, change, n=one.n, of=of, better=figure.better, unit=unit, url=url)


def _voice_tile(now: Voice, before: Voice, *, url: str) -> Tile:
    def share(one: Voice) -> float | None:
        return 100 * one.disappointed / one.n if one.n else None

    value, earlier = share(now), share(before)
    change = None
    if value is not None and earlier is not None and min(now.n, before.n) >= FEW:
        change = value - earlier
    of = _("28 days, vs the 28 before")
    return _made(_("Disappointed"), value, change, n=now.n, of=of, better="down", unit="%", url=url)


def _made(
    name: str, value: Number | None, change: Number | None, *, n: int, of: str, better: str, url: str, unit: str = ""
) -> Tile:
    places = 0 if unit == "%" else 1
    shown = "—" if value is None else f"{value:.{places}f}{unit}"
    moved = "" if change is None else f"{abs(change):.{places}f}"
    still = change is None or not Decimal(moved)
    up = change is not None and change > 0
    return Tile(name, shown, n, of, moved, up, None if still else up == (better == "up"), url)


def bookings(store: Store, today: date) -> Bookings:
    """Return the bookings of today; one query."""
    State = Appointment.State
    rows = [row for row in of_days(store, today, today) if row.state != State.CANCELLED]
    count = Counter(row.at.astimezone(store.zone).hour for row in rows)
    most = max(count.values(), default=1)
    hours = range(min(count), max(count) + 1) if count else ()
    coming = [row for row in rows if row.state == State.BOOKED][:FIRST_CARS]
    language = get_language() or "zh-hans"
    return Bookings(
        tuple(Hour(hour, count[hour], round(100 * count[hour] / most)) for hour in hours),
        tuple((row, row.customer.address(language) or row.customer.name, booked_words(row)) for row in coming),
        len(rows), sum(row.state == State.ARRIVED for row in rows),
    )  # fmt: skip
