"""The visit that a car comes back from: the same concern within 30 days of leaving."""

from collections.abc import Collection
from datetime import datetime, timedelta

from dealership.models import Vehicle, Visit, Work
from dealership.stages import Stage
from reception.comebacks import same, says_again, topics
from reception.concerns import sentence
from reception.queries.concerns import concerns_of

WITHIN = timedelta(days=30)
"""So long after leaving the same concern counts as a comeback (外返)."""
REPAIRED = frozenset({Work.REPAIR, Work.CLAIM, Work.COMEBACK})
"""Work that mends something: the same again soon after is a second try."""


def comeback_of(vehicle: Vehicle | None, *, works: Collection[str], words: str, now: datetime) -> Visit | None:
    """Return the last visit when the car comes with the same concern within 30 days of leaving it, else None.

    The customer who calls it a comeback, or says that it was here for this, is believed. Else what both visits name
    (words, noted concerns) decides; where one of them names nothing, the same kind of repair does. At most two queries.
    """
    last = last_visit(vehicle, now)
    if last is None:
        return None
    if Work.COMEBACK in works or says_again(words):
        return last
    coming = REPAIRED & set(works)
    if not words and not coming:
        return None
    then = [last.words, *(sentence(each, "zh-hans") for each in concerns_of(last))]
    again = same(topics([words]), topics(then), same_work=bool(coming & set(last.works)))
    return last if again else None


def last_visit(vehicle: Vehicle | None, now: datetime) -> Visit | None:
    """Return the visit that the car left within the last 30 days, the newest; one without repair does not count."""
    if vehicle is None or vehicle._state.adding:
        return None
    left = Visit.objects.filter(vehicle=vehicle, joined_to=None, stage=Stage.CLOSED, left_at__lt=now)
    return left.filter(left_at__gte=now - WITHIN).order_by("-left_at").first()
