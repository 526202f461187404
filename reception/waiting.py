"""How long a customer may wait for the first greeting: the product's limits, and which kind of day a date is."""

from datetime import date

from reception.models import WaitLimit

Day = WaitLimit.Day

MINUTES: dict[str, int] = {
    # Nine of ten customers are greeted within 4 minutes from Monday to Friday and within 9 on a Saturday. A Sunday has
    # six cars for seven of a Saturday; the week before a long holiday has 40 % more than a Saturday's share.
    Day.WEEKDAY: 4,
    Day.SATURDAY: 9,
    Day.SUNDAY: 8,
    Day.RUSH: 12,
}
"""Used for every kind of day of which a store has no row."""


def kind_of(day: date, *, rush: bool) -> str:
    """Return the kind of day of a date; a rush week makes every day one of its own kind."""
    if rush:
        return Day.RUSH
    return {5: Day.SATURDAY, 6: Day.SUNDAY}.get(day.weekday(), Day.WEEKDAY)
