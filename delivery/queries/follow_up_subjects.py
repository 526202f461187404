"""What a follow-up is about: the values that its message says, or that there is nothing to say any more."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.module_loading import import_string

from dealership import wiring
from dealership.models import Promise, Situation, Visit
from dealership.queries.messages import language_of
from delivery.follow_ups import RULES
from delivery.models import FollowUp
from delivery.queries.handover import handover_of
from delivery.queries.scripts import money, spoken
from delivery.queries.settlement import balance_of, settlement_of
from delivery.queries.warranty import next_service
from reception.models import OpenAdvice
from reception.models.pricelist import name_in
from reception.queries.intervals import NextService, expected_day

ADVICE_NAMED = 3
"""So many pieces of advice a message names; more would be a list that nobody reads."""


def values_of(row: FollowUp) -> dict[str, Any] | None:
    """Return what the message of a due row says beside the common variables; None where nobody has to hear it."""
    rule = RULES[row.rule]
    if rule.subject and not _exists(row):
        return None
    find = _VALUES.get(rule.kind)
    return find(row) if find else {}


def _exists(row: FollowUp) -> bool:
    path = wiring.FOLLOW_UP_SUBJECTS.get(row.rule)
    return bool(path and import_string(path)(row.visit))


def _received(row: FollowUp) -> dict[str, Any] | None:
    return None if row.visit.ended else {}


def _unpaid(row: FollowUp) -> dict[str, Any] | None:
    settlement = settlement_of(row.visit)
    left = balance_of(settlement).left if settlement and settlement.final else None
    return {"amount": money(left, language_of(row.visit))} if left else None


def _on_its_way(row: FollowUp) -> dict[str, Any] | None:
    on_the_way = Situation.objects.filter(visit=row.visit, kind=Situation.Kind.HOME_DELIVERY, until=None).exists()
    if not on_the_way or handover_of(row.visit):
        return None
    promise = Promise.objects.filter(visit=row.visit, kind=Promise.Kind.HOME_DELIVERY, state=Promise.State.OPEN).first()
    return {"arrival_time": promise.due_at if promise else ""}


def _open_advice(row: FollowUp) -> dict[str, Any] | None:
    rows = advice_of(row.visit).filter(colour=RULES[row.rule].colour)[:ADVICE_NAMED]
    language = language_of(row.visit)
    between = "、" if language.startswith("zh") else ", "
    named = [name_in(one.texts, language) for one in rows]
    return {"advice": between.join(named)} if named else None


def _next_service(row: FollowUp) -> dict[str, Any] | None:
    due = due_again(row.visit)
    if due is None or row.visit.left_at is None:
        return None
    km = f"{due.km:,}" if due.km is not None else ""
    return {"next_date": spoken(date.fromisoformat(row.slot), language_of(row.visit)), "next_km": km}


_VALUES: dict[str, Callable[[FollowUp], dict[str, Any] | None]] = {
    "received": _received,
    "unpaid": _unpaid,
    "on_its_way": _on_its_way,
    "open_advice": _open_advice,
    "next_service": _next_service,
}


def advice_of(visit: Visit) -> Any:
    """Return what stays open after the visit and is still advised: found or not done this time (a query set)."""
    rows = OpenAdvice.objects.filter(visit=visit, closed_at=None)
    return rows.exclude(kind=OpenAdvice.Kind.ADVISED_AGAINST)


def due_again(visit: Visit) -> NextService | None:
    """Return when the car of a visit that has ended is due again, by date and by its usual kilometres a year."""
    if visit.left_at is None:
        return None
    due = next_service(visit, visit.left_at)
    if due is None:
        return None
    left = visit.left_at.astimezone(visit.store.zone).date()
    return NextService(expected_day(due, left, visit.mileage), due.km)
