"""What a customer may book on the web: work in their words, days with places, and what their phone has booked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dealership.models import Staff, Store, Work, business_day
from dealership.phones import domestic
from dealership.queries.message_rules import phone_reach
from reception.models import Appointment, PhoneCode, SlotCapacity
from reception.queries.capacity import Slot, free_days, has_table

KIND = "booking_code"
"""The message that brings the code."""
AHEAD = 21
"""Days that may be booked on the web, today among them."""
NOTICE = timedelta(hours=1)
"""Nobody books for a moment that the desk cannot prepare for."""
KNOWN_FOR = timedelta(minutes=30)
"""So long after the right code the phone may look, move and call off; then it needs another one."""
SHOWN_DAYS = 14
NEAR_DAYS, NEAR_A_DAY = 3, 8
"""Where a place is gone: so many days with places, so many half hours of each."""
YEARS = (2000, 2200)


@dataclass(frozen=True)
class WorkChoice:
    """A kind of work as a customer says it."""

    work: str
    words: Any
    hint: Any
    icon: str


WORKS = (
    WorkChoice(Work.SERVICE, _("Service"), _("Oil change, regular check"), "tool"),
    WorkChoice(Work.FIRST_SERVICE, _("First service"), _("My new car's first one"), "car"),
    WorkChoice(
        Work.REPAIR, _("Something is wrong"), _("Noise, warning light, air conditioning, brakes"), "alert-triangle"
    ),
    WorkChoice(Work.EXPRESS, _("Something quick"), _("Tyres, wipers, battery"), "clock"),
    WorkChoice(Work.CLAIM, _("A fault under warranty"), _("The car is still within its warranty"), "shield-check"),
    WorkChoice(Work.RECALL, _("Recall or update"), _("You have had a notice from the maker"), "message-2"),
    WorkChoice(Work.ACCIDENT, _("Accident or scratches"), _("Body and paint, insurance"), "receipt"),
    WorkChoice(Work.COMEBACK, _("It is back again"), _("What was repaired lately is not right yet"), "mood-sad"),
)  # fmt: skip
_BY_WORK = {choice.work: choice for choice in WORKS}


def choice_of(work: str) -> WorkChoice | None:
    """Return a kind of work in the customer's words; None for one that is not booked on the web."""
    return _BY_WORK.get(Work(work)) if work in Work.values else None


def words_of(work: str) -> str:
    """Return a kind of work in the customer's words, the desk's where a customer has none."""
    choice = choice_of(work)
    return str(choice.words if choice else Work(work).label)


def reachable(store: Store) -> bool:
    """Tell whether a code reaches a phone; in production the worker's log names none."""
    return not settings.PRODUCTION or phone_reach(store, kind=KIND, language=store.language) != "console"


def bookable(store: Store) -> bool:
    """Tell whether customers can book here: the store says how many cars it takes, and a code reaches a phone."""
    return reachable(store) and has_table(store)


def advisors_of(store: Store) -> list[Staff]:
    """Return the advisors whom a customer may choose: those with places of their own."""
    ids = SlotCapacity.objects.filter(store=store, cars__gt=0).exclude(advisor=None).values("advisor")
    return list(Staff.objects.filter(pk__in=ids, is_active=True).order_by("name"))


def advisor_in(advisors: Iterable[Staff], wanted: str) -> Staff | None:
    """Return the advisor with this id, None where there is none."""
    return next((one for one in advisors if str(one.pk) == wanted), None)


@dataclass(frozen=True)
class Day:
    """A day of the strip: how many half hours of it have a place."""

    day: date
    free: int


@dataclass(frozen=True)
class Days:
    """The strip of days from the first with a place, and the half hours of the day that is open."""

    days: list[Day]
    day: date | None
    slots: list[Slot]
    today: date


def days_of(store: Store, *, work: str, advisor: Staff | None, wanted: str, now: datetime) -> Days:
    """Return the days that have a place, and the slots of `wanted` (ISO), else of the first such day. Three queries."""
    today = business_day(store, now)
    found = free_days(store, today, days=AHEAD, work=work, advisor=advisor, now=now + NOTICE)
    listed = [Day(day, len(slots)) for day, slots in found.items() if slots][:SHOWN_DAYS]
    first = listed[0].day if listed else None
    chosen = next((one.day for one in listed if one.day.isoformat() == wanted), first)
    return Days(listed, chosen, found[chosen] if chosen else [], today)


def near_times(store: Store, at: datetime | None, *, work: str, advisor: Staff | None, now: datetime) -> list[Slot]:
    """Return free half hours of the wanted day and the next ones, those nearest to the wanted hour. Three queries."""
    soonest = (now + NOTICE).astimezone(store.zone)
    wanted = at.astimezone(store.zone) if at else soonest
    ahead = (wanted.date() - soonest.date()).days
    ahead = ahead if 0 <= ahead < AHEAD else 0
    first = soonest.date() + timedelta(days=ahead)
    found = free_days(store, first, days=AHEAD - ahead, work=work, advisor=advisor, now=soonest)

    def apart(slot: Slot) -> int:
        return abs((slot.at.hour - wanted.hour) * 60 + slot.at.minute - wanted.minute)

    days = [slots for slots in found.values() if slots][:NEAR_DAYS]
    return [slot for slots in days for slot in sorted(sorted(slots, key=apart)[:NEAR_A_DAY], key=lambda one: one.at)]


def free_at(store: Store, at: datetime, *, work: str, advisor: Staff | None, now: datetime) -> bool:
    """Tell whether a customer may book this half hour now."""
    day = business_day(store, at)
    if not 0 <= (day - business_day(store, now)).days < AHEAD:
        return False
    slots = free_days(store, day, days=1, work=work, advisor=advisor, now=now + NOTICE)[day]
    return any(slot.at == at for slot in slots)


def moment_in(store: Store, text: str) -> datetime | None:
    """Return an aware moment of the store from "2026-11-24T09:00", None for nonsense."""
    try:
        moment = datetime.strptime(text, "%Y-%m-%dT%H:%M").replace(tzinfo=store.zone)
    except ValueError:
        return None
    # At the ends of the calendar no time zone can be reckoned.
    return moment if YEARS[0] <= moment.year <= YEARS[1] else None


def confirmed(row: PhoneCode, *, now: datetime) -> bool:
    """Tell whether the phone of this row has shown the right code lately."""
    return row.used_at is not None and now - row.used_at <= KNOWN_FOR


def row_of(store: Store, pk: str) -> PhoneCode | None:
    """Return the row that a phone's cookie names."""
    try:
        known = UUID(pk)
    except ValueError:
        return None
    rows = PhoneCode.objects.filter(store=store).select_related("store", "appointment")
    return rows.filter(pk=known).first()


def own_appointments(row: PhoneCode, *, now: datetime | None = None) -> list[Appointment]:
    """Return the open appointments to come of the phone that this row has confirmed, by time."""
    numbers = {row.phone, domestic(row.phone)}
    of_phone = Appointment.objects.filter(store_id=row.store_id, customer__phone__in=numbers)
    rows = of_phone.filter(state=Appointment.State.BOOKED, at__gte=now or timezone.now())
    return list(rows.select_related("store", "customer", "vehicle", "advisor").order_by("at", "id"))
