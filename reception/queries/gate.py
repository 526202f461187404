"""What the guard sees of a car: who it is, where to, who receives. Never a phone number or a full name."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dealership import plates
from dealership.models import Arrival, Lane, Role, Staff, StepTick, Store, TickUndo, Vehicle, Visit, Work
from dealership.queries.board import NOBODY_THERE
from dealership.queries.course import specs_of
from dealership.queries.scripts import say_html, values_for
from dealership.queries.staff import people_with
from dealership.queries.standards import current_id, touchpoints
from dealership.stages import ENDED
from reception.models import Appointment, DropOff
from reception.queries.appointments import booked_words, expected_today
from reception.queries.expected import Expected, expected_car
from reception.queries.lanes import LaneChoice, arrival_of, lane_of, signs_of
from reception.queries.receivers import receiver
from reception.queries.waiting import waiting

MINUTES_A_GREETING = 3
"""How long an advisor is bound by a car that waits already (rule of this product)."""
AT_GATE = ("1.1", "1.2", "1.3")
"""Touchpoints whose hand steps the guard answers with one tap, after the car was let in."""
SPOKEN = ("1.1/plate", "1.2/ask", "1.3/lane", "1.3/wait")
"""Steps whose script the guard says, in order."""


@dataclass(frozen=True)
class GateCar:
    """A plate at the gate. `visit` is set when the car is in the yard already; `known` when its owner is."""

    plate: plates.PlateInfo
    vehicle: Vehicle | None
    appointment: Appointment | None
    visit: Visit | None
    visits: int
    works: list[str]
    chosen: list[str]
    """Purposes that are ticked on the page: those tapped or booked, none that are only guessed."""
    arrival: str
    lane: str
    sign: str
    first: bool
    """Goes before all others that wait."""
    advisor: Staff | None
    wait: int
    says: list[SafeString]
    expected: Expected | None = None
    """What is ready, for a booked car."""

    @property
    def known(self) -> bool:
        """True when nothing needs to be asked but the purpose."""
        return bool(self.vehicle and self.vehicle.owner)

    @property
    def name(self) -> str:
        """王先生; empty where the form of address is unknown."""
        owner = self.vehicle.owner if self.vehicle else None
        return owner.address(get_language() or "zh-hans") if owner else ""

    @property
    def lane_name(self) -> str:
        """The lane's name."""
        return str(Lane(self.lane).label)


def car_at_gate(store: Store, plate: str, works: list[str], now: datetime) -> GateCar:
    """Return what is known of a (normalised) plate; `works` are the purposes chosen so far, empty = as expected."""
    vehicle = Vehicle.objects.filter(plate=plate).select_related("owner").first()
    visits = Visit.objects.filter(vehicle=vehicle, joined_to=None) if vehicle else Visit.objects.none()
    inside = visits.exclude(stage__in=ENDED).select_related("advisor", "offered_to").first()
    appointment = expected_today(store, plate, now) if vehicle and not inside else None
    chosen = works or ([appointment.work] if appointment else [])
    draft = inside or Visit(
        store=store, vehicle=vehicle or Vehicle(store=store, plate=plate), works=chosen or [str(Work.SERVICE)],
        arrival=arrival_of(Arrival.WALK_IN, booked=appointment is not None, vehicle=vehicle),
        customer=vehicle.owner if vehicle else None, words=booked_words(appointment) if appointment else "",
        arrived_at=now,
    )  # fmt: skip
    choice = _lane(store, draft, vehicle)
    if not inside:
        draft.lane = choice.lane
        draft.advisor = receiver(store, appointment, draft.customer, now)
    wait = expected_wait(store, now)
    return GateCar(
        plate=plates.describe(plate), vehicle=vehicle, appointment=appointment, visit=inside, visits=visits.count(),
        works=draft.works, chosen=chosen, arrival=str(Arrival(draft.arrival).label), lane=draft.lane,
        sign=_sign(store, draft, choice), first=choice.first, advisor=draft.advisor or draft.offered_to, wait=wait,
        says=_says(draft, wait), expected=expected_car(store, appointment) if appointment else None,
    )  # fmt: skip


def _lane(store: Store, draft: Visit, vehicle: Vehicle | None) -> LaneChoice:
    return lane_of(
        store, arrival=draft.arrival, works=draft.works, customer=draft.customer, vehicle=vehicle,
        now=draft.arrived_at, words=draft.words,
    )  # fmt: skip


def _sign(store: Store, draft: Visit, choice: LaneChoice) -> str:
    """Return what stands on the sign; a car that is here already keeps the lane that it was given."""
    return choice.sign if choice.lane == draft.lane else signs_of(store)[draft.lane]


def expected_wait(store: Store, now: datetime) -> int:
    """Return the minutes until somebody is at the car: by the customers who wait and the advisors on duty."""
    before = waiting(store, now).filter(advisor=None).count()
    advisors = len(people_with(store, [Role.ADVISOR], on_duty=True)) or 1
    return 2 + before // advisors * MINUTES_A_GREETING


@dataclass(frozen=True)
class LetIn:
    """A car that was let in, and the guard's hand steps that have no answer yet."""

    visit: Visit
    steps: list[str]
    sign: str

    @property
    def advisor(self) -> Staff | None:
        """Who receives."""
        return self.visit.advisor or self.visit.offered_to


def let_in_since(store: Store, moment: datetime) -> list[LetIn]:
    """Return the last three cars whose customers were let in since `moment`, the newest first, in four queries."""
    rows = Visit.objects.filter(store=store, joined_to=None, arrived_at__gte=moment).exclude(arrival__in=NOBODY_THERE)
    rows = rows.exclude(pk__in=DropOff.objects.filter(store=store, at__gte=moment).values("visit"))
    visits = list(rows.select_related("vehicle", "customer", "advisor", "offered_to").order_by("-arrived_at")[:3])
    undone = set(TickUndo.objects.filter(visit__in=visits).values_list("tick", flat=True))
    ticks = StepTick.objects.filter(visit__in=visits).exclude(pk__in=undone)
    answered = {(tick.visit_id, tick.code) for tick in ticks}
    signs = signs_of(store)
    return [
        LetIn(visit, [code for code in _by_hand(visit) if (visit.pk, code) not in answered], signs[visit.lane])
        for visit in visits
    ]


def _by_hand(visit: Visit) -> list[str]:
    specs = specs_of(visit.standard_id)
    return [spec.code for spec in specs if spec.touchpoint in AT_GATE and not spec.evidence]


def _says(draft: Visit, wait: int) -> list[SafeString]:
    language = get_language() or "zh-hans"
    at_the_gate = touchpoints(current_id(draft.store), language)[:3]
    steps = [step for point in at_the_gate for step in point.steps if step.code in SPOKEN]
    names = {name for step in steps for name in step.variables}
    values = values_for(draft, names, language) | {"wait_minutes": _("%(count)s min") % {"count": wait}}
    return [say_html(step, values) for step in steps]
