"""What is known of a car before a camera: whether the barrier opens, and what the display says. Writes nothing."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.module_loading import import_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dealership import wiring
from dealership.models import Arrival, Device, Store, Vehicle, Visit, business_day
from dealership.plates import describe, normalise
from dealership.stages import ENDED
from reception.cameras.sighting import Sighting
from reception.lookalikes import variants
from reception.makes import same_make
from reception.models import Appointment, GateRead
from reception.queries.appointments import expected_today
from reception.queries.lanes import lane_of

SURE = 0.8
"""From this confidence on the plate is taken as read (rule of this product; makers give 0.9 and more by daylight)."""
MOST_CANDIDATES = 4
ON_STRIP = 6
RECENT = timedelta(minutes=30)
"""So long a read stays on the guard's page."""
Outcome = GateRead.Outcome


@dataclass(frozen=True)
class Answer:
    """What a camera is told. `display`: lines for the sign beside the barrier, in the store's language."""

    open: bool
    display: list[str]
    outcome: str
    plate: str = ""
    candidates: list[dict[str, Any]] = field(default_factory=list)
    visit: Visit | None = None


def answer_to(device: Device, sighting: Sighting, now: datetime) -> Answer:
    """Return what this camera is told of this car; a car that the camera tells of late opens nothing."""
    plate = plate_of(sighting)
    if not _sure(device.store, plate, sighting.confidence):
        found = suggestions(device.store, sighting, now, today_only=False)
        return Answer(False, [_("Welcome"), _("One moment please")], Outcome.UNSURE, plate, found)
    visit = _visit_inside(device.store, plate)
    if device.at_exit:
        return _at_exit(plate, visit, sighting)
    if visit:
        return Answer(not sighting.late, [_("Welcome back")], Outcome.INSIDE, plate, visit=visit)
    return _at_entrance(device.store, plate, sighting, now)


def plate_of(sighting: Sighting) -> str:
    """Return the plate under which a sighting is kept, empty where none was read."""
    return normalise(sighting.plate)[:12]


def _sure(store: Store, plate: str, confidence: float | None) -> bool:
    if not plate or (confidence is not None and confidence < SURE):
        return False
    return describe(plate).known or Vehicle.objects.filter(store=store, plate=plate).exists()


def _visit_inside(store: Store, plate: str) -> Visit | None:
    open_ones = Visit.objects.filter(store=store, vehicle__plate=plate, joined_to=None).exclude(stage__in=ENDED)
    return open_ones.select_related("vehicle").first()


def _at_exit(plate: str, visit: Visit | None, sighting: Sighting) -> Answer:
    """Let out whoever is no customer of today, and customers whose car is handed over."""
    if visit is None or import_string(wiring.GATE_PASSES)(visit):
        return Answer(not sighting.late, [_("Thank you, drive safely")], Outcome.MAY_LEAVE, plate, visit=visit)
    return Answer(False, [_("One moment please")], Outcome.MAY_NOT_LEAVE, plate, visit=visit)


def _at_entrance(store: Store, plate: str, sighting: Sighting, now: datetime) -> Answer:
    vehicle = Vehicle.objects.filter(store=store, plate=plate).select_related("owner").first()
    appointment = expected_today(store, plate, now) if vehicle else None
    if vehicle and appointment:
        return Answer(not sighting.late, _welcome(store, vehicle, appointment, now), Outcome.BOOKED, plate)
    if vehicle:
        return Answer(
            not sighting.late, [_("Welcome back"), _("Please follow our colleague's wave")], Outcome.KNOWN, plate
        )
    near = suggestions(store, sighting, now, today_only=True)
    if same_make(sighting.make, store.brand):
        lines = [_("Welcome, %(brand)s driver") % {"brand": store.brand}, _("Please follow our colleague's wave")]
        return Answer(not sighting.late, lines, Outcome.BRAND, plate, near)
    return Answer(False, [_("Welcome"), _("One moment please")], Outcome.UNKNOWN, plate, near)


def _welcome(store: Store, vehicle: Vehicle, appointment: Appointment, now: datetime) -> list[str]:
    """Return what a booked customer reads: the own form of address, never a full name, and the lane."""
    choice = lane_of(
        store, arrival=Arrival.BOOKED, works=[appointment.work], customer=appointment.customer, vehicle=vehicle, now=now
    )
    name = appointment.customer.address(get_language() or store.language)
    first = _("%(name)s, welcome") % {"name": name} if name else _("Welcome")
    return [first, _("Lane %(sign)s · %(lane)s") % {"sign": choice.sign, "lane": choice.lane.label}]


def suggestions(store: Store, sighting: Sighting, now: datetime, *, today_only: bool) -> list[dict[str, Any]]:
    """Return plates that may be meant, as GateRead.candidates: booked today first, then known, then the maker's.

    `today_only`: only cars booked today, for a plate that was read well and is in no list.
    """
    own = plate_of(sighting)
    told = {normalise(each.plate)[:12]: each.confidence for each in sighting.candidates}
    told.pop(own, None)
    distances = {text: 2 for text in told if text} | variants(own)
    for text in list(told):
        distances |= variants(text) if not today_only else {}
    distances |= {own: -1} if own and not today_only else {}
    rows = _known_among(store, list(distances), now)
    known = {row.plate: row for row in rows if row.booked or not today_only}
    ranked = sorted(known, key=lambda text: (not known[text].booked, distances[text], text))
    others = [] if today_only else [text for text in told if text and text not in known and text != own]
    return [
        {"plate": text, "confidence": told.get(text), "booked": text in known and known[text].booked}
        for text in (*ranked, *others)[:MOST_CANDIDATES]
    ]


def _known_among(store: Store, texts: list[str], now: datetime) -> list[Any]:
    if not texts:
        return []
    start = datetime.combine(business_day(store, now), time.min, store.zone)
    booked = Appointment.objects.filter(
        store=store, vehicle=OuterRef("pk"), state=Appointment.State.BOOKED,
        at__gte=start, at__lt=start + timedelta(days=1),
    )  # fmt: skip
    return list(Vehicle.objects.filter(store=store, plate__in=texts).annotate(booked=Exists(booked)))


def on_strip(store: Store, now: datetime) -> list[GateRead]:
    """Return the last reads that wait for the guard, the newest first; one query. Cars already let in are gone."""
    rows = GateRead.objects.filter(store=store, received_at__gte=now - RECENT, dismissed_at=None)
    held = Q(outcome=Outcome.MAY_NOT_LEAVE) & ~Q(visit__stage__in=ENDED)
    rows = rows.filter(Q(visit=None) | held).exclude(outcome=Outcome.MAY_LEAVE)
    rows = rows.select_related("device").order_by("-last_at", "-id")
    return list(rows[:ON_STRIP])


def cameras_of(store: Store) -> list[Device]:
    """Return the cameras in use, by name."""
    return list(Device.objects.filter(store=store, kind=Device.Kind.CAMERA, revoked_at=None).order_by("name"))
