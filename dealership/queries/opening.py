"""When a store is open."""

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from dealership import hours
from dealership.models import Holiday, OpeningHours, Store


@dataclass(frozen=True)
class Calendar:
    """The opening hours of a store, read once."""

    hours: list[tuple[int, time, time]]
    holidays: dict[date, tuple[time, time] | None]
    zone: ZoneInfo

    def after(self, moment: datetime, minutes: int) -> datetime:
        """Return the moment at which so many minutes of open time have passed."""
        return hours.add_business_minutes(self.hours, self.holidays, moment, minutes, self.zone)

    def minutes(self, start: datetime, end: datetime) -> int:
        """Return the whole minutes between two moments in which the store is open."""
        return hours.business_minutes(self.hours, self.holidays, start, end, self.zone)


def calendar_of(store: Store) -> Calendar:
    """Read when a store is open (two queries)."""
    weekly = OpeningHours.objects.filter(store=store).values_list("weekday", "opens", "closes")
    days = Holiday.objects.filter(store=store).values_list("date", "opens", "closes")
    holidays = {day: (opens, closes) if opens and closes else None for day, opens, closes in days}
    return Calendar(list(weekly), holidays, store.zone)


def business_minutes(store: Store, start: datetime, end: datetime) -> int:
    """Return the minutes between two moments in which `store` is open; 0 when reversed."""
    return calendar_of(store).minutes(start, end)
