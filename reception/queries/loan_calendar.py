"""The calendar of the loaners: 14 days, a row a car."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from dealership.models import Store, business_day
from dealership.plates import PlateInfo, describe
from reception.models import Loan, LoanerCar
from reception.queries.loaners import cars_of, late, loans_between

State = Loan.State
DAYS = 14
OPENS, CLOSES = 8, 18
"""Hours between which a day is drawn; what lies outside is drawn at its edge."""


@dataclass
class Cell:
    """One or several days of a car: free (no loans), one loan over several days, or several on one day."""

    days: list[date]
    loans: list["Bar"] = field(default_factory=list)
    past: bool = False
    today: bool = False

    @property
    def span(self) -> int:
        """How many days it covers."""
        return len(self.days)


@dataclass(frozen=True)
class Bar:
    """A loan in a cell: where it lies between opening and closing, in per cent of the cell."""

    loan: Loan
    x: float
    width: float
    late: bool
    begins: bool
    ends: bool


@dataclass
class Row:
    """A car of the calendar: its cells, and what it does now."""

    car: LoanerCar
    cells: list[Cell]
    now: Loan | None = None
    late: timedelta = timedelta()
    free_until: datetime | None = None

    @property
    def plate(self) -> PlateInfo:
        """How the car's plate is painted and written."""
        return describe(self.car.plate)


def calendar(store: Store, first: date, *, now: datetime) -> list[Row]:
    """Return 14 days of all cars, in two queries."""
    start = datetime.combine(first, time.min, store.zone)
    loans = defaultdict(list)
    for loan in loans_between(store, min(start, now), start + timedelta(days=DAYS)):
        loans[loan.car_id].append(loan)
    return [_row(store, car, loans[car.pk], first, now) for car in cars_of(store)]


def _row(store: Store, car: LoanerCar, loans: list[Loan], first: date, now: datetime) -> Row:
    days = [first + timedelta(days=number) for number in range(DAYS)]
    today = business_day(store, now)
    cells: list[Cell] = []
    for day in days:
        touching = [loan for loan in loans if _touches(store, loan, day, now)]
        last = cells[-1] if cells else None
        same = last and touching and len(touching) == 1 and [bar.loan for bar in last.loans] == touching
        if same and last:
            last.days.append(day)
            last.today = last.today or day == today
        else:
            bars = [Bar(loan, 0, 0, False, False, False) for loan in touching]
            cells.append(Cell([day], bars, past=day < today, today=day == today))
    for cell in cells:
        cell.loans = [_bar(store, bar.loan, cell, now) for bar in cell.loans]
    out = next((loan for loan in loans if loan.state == State.OUT), None)
    following = [loan.period.lower for loan in loans if loan.state == State.BOOKED and loan.period.upper > now]
    return Row(
        car, cells, now=out, late=late(out, now) if out else timedelta(), free_until=min(following, default=None)
    )


def _end(loan: Loan, now: datetime) -> datetime:
    """Return when the car is or was back: an overdue one is out until now, a late one was until it came."""
    if loan.state == State.OUT:
        return max(loan.period.upper, now)
    return max(loan.period.upper, loan.back_at or loan.period.upper)


def _touches(store: Store, loan: Loan, day: date, now: datetime) -> bool:
    begins = business_day(store, loan.period.lower)
    return begins <= day <= business_day(store, _end(loan, now) - timedelta(seconds=1))


def _bar(store: Store, loan: Loan, cell: Cell, now: datetime) -> Bar:
    start, end = loan.period.lower, _end(loan, now)
    x, right = _place(store, start, cell), _place(store, end, cell)
    is_late = late(loan, now) > timedelta()
    begins = business_day(store, start) >= cell.days[0]
    ends = business_day(store, end - timedelta(seconds=1)) <= cell.days[-1]
    return Bar(loan, x, max(round(right - x, 2), 4), is_late, begins, ends)


def _place(store: Store, moment: datetime, cell: Cell) -> float:
    """Return where a moment lies in a cell, 0 to 100, a day lasting from opening to closing."""
    local = moment.astimezone(store.zone)
    days = (local.date() - cell.days[0]).days
    hours = min(max(local.hour + local.minute / 60, OPENS), CLOSES) - OPENS
    part = (days + hours / (CLOSES - OPENS)) / cell.span * 100
    return round(min(max(part, 0), 100), 2)
