"""One car of the demo, drawn whole before anything is written: the past writes it as facts, today plays it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from random import Random
from uuid import UUID

from dealership.applicability import Facts, lane_for
from dealership.demo import curves
from dealership.models import (
    Arrival,
    Customer,
    Lane,
    Role,
    Situation,
    Staff,
    Standard,
    Store,
    Vehicle,
    Work,
    business_day,
)
from dealership.uuids import seeded_uuid7
from feedback.demo import words
from feedback.demo.answers import LIVE, NONE, Spec, draw_answers
from feedback.demo.orders import Line, Picks, draw_deductions, draw_lines
from feedback.demo.people import Crew
from feedback.demo.timeline import Moments, draw_moments, end_of_day
from reception.models import OrderLine

EPOCH = date(2026, 1, 5)
"""From here on the demo counts whose turn it is to come."""
KM_A_DAY = 33
FIRST_BEFORE = 25
"""So many days ago, and two more for each, the regulars were here last."""
CANCELLED = 0.015
NIGHTS = (1, 2, 4)
"""How long ago the cars came that stand here overnight."""
AGENTS = 0.05
"""Cars that somebody else than the contact collects (own assumption)."""
OWN_EXPRESS_WORK = 0.04
SERVICE_IN_EXPRESS = (curves.EXPRESS_LANE - OWN_EXPRESS_WORK) * 100 / curves.MAIN_WORK["service"]
"""Share of services that are done in the express lane, so that 30 % of all cars are."""
MEETING = timedelta(minutes=2)
OPENS = 8


@dataclass(slots=True)
class Plan:
    """A car's visit. `at` maps milestones (see `timeline`) to moments, `answers` steps to how they are lived."""

    id: UUID
    number: int
    day: date
    store: Store
    source: Random
    vehicle: Vehicle
    arrival: str
    works: list[str]
    words: str
    mileage: int
    at: Moments
    waiting: str
    wash: bool
    promise: str
    advisor: Staff
    technician: Staff
    lines: list[Line]
    deductions: list[tuple[str, Decimal]]
    invoice: str
    method: str
    by_link: bool
    sent_back: bool
    cancelled: bool
    appointment_id: UUID
    booked_at: datetime
    situations: set[str] = field(default_factory=set)
    answers: dict[str, str] = field(default_factory=dict)

    @property
    def customer(self) -> Customer:
        """Who brings the car: its owner. Raises ValueError for a car of nobody, which the demo has not."""
        if self.vehicle.owner is None:
            raise ValueError(f"{self.vehicle.plate} belongs to nobody.")
        return self.vehicle.owner

    @property
    def lane(self) -> str:
        """The lane by arrival, work and level."""
        lane = lane_for(self.arrival, self.works)
        honoured = self.customer.level != Customer.Level.BASIC and lane in (Lane.BOOKED, Lane.GENERAL)
        return str(Lane.VIP if honoured else lane)

    @property
    def express(self) -> bool:
        """True in the express lane."""
        return self.lane == Lane.EXPRESS

    @property
    def booked(self) -> bool:
        """True where the car was expected."""
        return self.arrival == Arrival.BOOKED

    @property
    def agreed(self) -> list[Line]:
        """The lines that are done."""
        return [line for line in self.lines if line.agreed]

    @property
    def hv(self) -> bool:
        """True where a line needs the high-voltage qualification."""
        return any(line.pick.hv for line in self.agreed)

    @property
    def customer_sum(self) -> Decimal:
        """What is paid at the till."""
        own = [line.pick.amount for line in self.agreed if line.payer == OrderLine.Payer.CUSTOMER]
        return sum(own, Decimal(0)) - sum((amount for _kind, amount in self.deductions), Decimal(0))

    @property
    def account_sum(self) -> Decimal:
        """What the company owes."""
        return sum((line.pick.amount for line in self.agreed if line.payer == OrderLine.Payer.ACCOUNT), Decimal(0))

    @property
    def told(self) -> datetime:
        """When the customer hears that the car is ready: by the notice, else at the car."""
        return self.at["told" if self.lives("3.3/notify") else "explanation"]

    def lives(self, step: str) -> bool:
        """Tell whether this step leaves its record."""
        return self.answers.get(step, NONE) == LIVE

    def shift(self, away: timedelta) -> None:
        """Move the whole visit, but for the end of a day at which nobody let it out."""
        seen = self.lives("5.3/guard")
        self.at = {name: at if name == "left" and not seen else at + away for name, at in self.at.items()}
        self.booked_at += timedelta(minutes=round(away.total_seconds() / 900) * 15)

    def facts(self) -> Facts:
        """What applicability depends on."""
        return Facts(self.arrival, tuple(self.works), self.lane, frozenset(self.situations))


@dataclass(frozen=True)
class Ground:
    """What all plans of a store stand on; `pool` are its cars in turn, `regulars` those of today's pictures."""

    store: Store
    seed: int
    scale: float
    crew: Crew
    picks: Picks
    standard: Standard
    steps: Sequence[Spec]
    pool: list[Vehicle]
    regulars: list[Vehicle]
    first_day: date
    """The day of the first run: from here on the regulars come."""


def plans_of(ground: Ground, day: date, *, longest: int) -> list[Plan]:
    """Return the cars of a day by arrival; each is gone at the latest `longest` days later."""
    source = Random(f"{ground.seed}/{ground.store.code}/{day}")
    volume = _volume(ground, day)
    minutes = curves.draw_arrivals(source, day, volume)
    offset = _offset(ground.seed, ground.store.code, ground.scale, day)
    cars = [ground.pool[(offset + number) % len(ground.pool)] for number in range(volume)]
    chosen = source.sample(range(volume), min(volume, len(ground.regulars)))
    for number, (place, car) in enumerate(zip(chosen, ground.regulars, strict=False)):
        before = (ground.first_day - day).days
        if before <= 0 or before == FIRST_BEFORE + 2 * number:
            cars[place] = car
    return [
        _plan(ground, day, number, minute, car, longest=longest)
        for number, (minute, car) in enumerate(zip(minutes, cars, strict=True))
    ]


def overnight_plans(ground: Ground, today: date, *, count: int = 3) -> list[Plan]:
    """Return the cars that came on earlier days and leave tomorrow morning: in the workshop all of today."""
    soon = today + timedelta(days=3)
    place = _offset(ground.seed, ground.store.code, ground.scale, soon)
    plans = []
    for number, days in enumerate(NIGHTS[:count]):
        day = today - timedelta(days=days)
        minute = (9.4 + 1.3 * number) * 60
        car = ground.pool[(place + number) % len(ground.pool)]
        plan = _plan(ground, day, 900 + number, minute, car, longest=days + 1, stays=days + 1)
        plans.append(plan)
    return plans


def _volume(ground: Ground, day: date) -> int:
    return _scaled(ground.seed, ground.store.code, ground.scale, day)


@cache
def _scaled(seed: int, code: str, scale: float, day: date) -> int:
    return max(round(curves.draw_volume(Random(f"{seed}/{code}/{day}/volume"), day) * scale), 1)


@cache
def _offset(seed: int, code: str, scale: float, day: date) -> int:
    """Return how many cars came before this day: where the pool goes on."""
    return sum(_scaled(seed, code, scale, one) for one in _days(EPOCH, day))


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((last - first).days))


def _plan(
    ground: Ground, day: date, number: int, minute: float, vehicle: Vehicle, *, longest: int, stays: int = 0
) -> Plan:
    source = Random(f"{ground.seed}/{ground.store.code}/{day}/{number}")
    fleet = bool(vehicle.owner and vehicle.owner.company)
    arrival = _arrival(source, day, fleet)
    works = [_overnight_work(stays) if stays else _work(source)]
    waiting = curves.draw(source, curves.WAITING)
    days = stays or _days_in_shop(source, works[0])
    wash = works[0] != Work.EXPRESS and source.random() < 0.8
    lane = lane_for(arrival, works)
    at = draw_moments(
        source, day, ground.store.zone, minute, express=lane == Lane.EXPRESS, wash=wash,
        away=waiting != "lounge", repair=works[0] in (Work.REPAIR, Work.COMEBACK), days=days, longest=longest,
    )  # fmt: skip
    said = words.said(source, works, fleet)
    today = business_day(ground.store, at["arrived"])
    mileage = max((vehicle.mileage or 0) - KM_A_DAY * max((ground.first_day - today).days, 0), 800)
    lines = draw_lines(
        source, ground.picks, works=works, words=said, energy=vehicle.energy, mileage=mileage, fleet=fleet
    )
    advisors = ground.crew.by_role[Role.ADVISOR]
    promise = curves.draw(source, curves.READY_PROMISE[curves.weekend(day)])
    plan = Plan(
        id=seeded_uuid7(at["arrived"], source), number=number, day=day, store=ground.store, source=source,
        vehicle=vehicle, arrival=arrival, works=works, words=said, mileage=mileage, at=at, waiting=waiting, wash=wash,
        promise=promise, advisor=advisors[number % len(advisors)], technician=ground.crew.hv[0], lines=lines,
        deductions=draw_deductions(source, lines), invoice=_invoice(source), method=_method(source),
        by_link=source.random() < 0.5, sent_back=source.random() < curves.SENT_BACK,
        cancelled=not stays and source.random() < CANCELLED, appointment_id=UUID(int=source.getrandbits(128)),
        booked_at=at["arrived"],
    )  # fmt: skip
    _complete(plan, ground)
    return plan


def _complete(plan: Plan, ground: Ground) -> None:
    """Draw what follows from the rest: technician, booking, due time, situations, answers, exit."""
    source, at = plan.source, plan.at
    people = ground.crew.hv if plan.hv else ground.crew.by_role[Role.TECHNICIAN]
    plan.technician = people[plan.number % len(people)]
    plan.appointment_id = seeded_uuid7(at["arrived"] - timedelta(days=3), source)
    plan.booked_at = _booked_for(source, at["arrived"])
    kinds = Situation.Kind
    if any(line.payer == OrderLine.Payer.WARRANTY for line in plan.agreed):
        plan.situations.add(kinds.CLAIM_LINE)
    if plan.customer_sum <= 0:
        plan.situations.add(kinds.NOTHING_TO_PAY)
    if plan.waiting == "home":
        plan.situations.add(kinds.HOME_DELIVERY)
    elif source.random() < AGENTS:
        plan.situations.add(kinds.AGENT_OR_PHONE)
    met = at["greeted"] - at["arrived"] <= MEETING
    last = {"reception": "negotiation", "negotiation": "workshop", "showcase": "explanation", "explanation": "delivery"}
    zone = plan.store.zone

    def day_of(stage: str) -> date:
        return at[last.get(stage, "handed")].astimezone(zone).date()

    plan.answers = draw_answers(source, ground.steps, plan.facts(), day_of, met=met)
    at["due"] = _due(source, plan)
    if not plan.lives("5.3/guard"):
        at["left"] = end_of_day(at["handed"], zone)


def _arrival(source: Random, day: date, fleet: bool) -> str:
    if fleet:
        return Arrival.FLEET
    mix = {kind: share for kind, share in curves.ARRIVAL_MIX[curves.weekend(day)].items() if kind != "fleet"}
    return curves.draw(source, mix)


def _overnight_work(stays: int) -> str:
    """Return what keeps a car here: the longest waits for a part that the maker's warranty pays."""
    return Work.CLAIM if stays > max(NIGHTS) else Work.ACCIDENT


def _work(source: Random) -> str:
    work = curves.draw(source, curves.MAIN_WORK)
    return Work.EXPRESS if work == "service" and source.random() < SERVICE_IN_EXPRESS else work


def _days_in_shop(source: Random, work: str) -> int:
    if work == Work.ACCIDENT:
        least, usual, most = curves.ACCIDENT_DAYS
        return round(source.triangular(least, most, usual))
    return int(work == Work.REPAIR and source.random() > curves.REPAIR_SAME_DAY)


def _booked_for(source: Random, arrived: datetime) -> datetime:
    """Return the time that was agreed: on time within a quarter of an hour, else the car came late."""
    late = curves.draw(source, {name: curves.BOOKING_OUTCOME[name] for name in ("on_time", "late")}) == "late"
    minutes = source.uniform(16, 50) if late else source.uniform(-12, 12)
    agreed = arrived - timedelta(minutes=minutes)
    agreed = agreed.replace(minute=agreed.minute // 15 * 15, second=0, microsecond=0)
    return max(agreed, arrived.replace(hour=OPENS, minute=0, second=0, microsecond=0))


def _due(source: Random, plan: Plan) -> datetime:
    """Return the ready time to promise so that it comes out as drawn when the customer is told."""
    told = plan.told
    minutes = {
        "kept": source.uniform(1, 22), "late": -source.uniform(1, 14), "moved": -source.uniform(4, 25),
        "broken": -source.uniform(17, 70),
    }[plan.promise]  # fmt: skip
    due = told + timedelta(minutes=minutes)
    least = plan.at["started"] + timedelta(minutes=10)
    if due < least:
        plan.promise, due = "kept", told + timedelta(minutes=10)
    return due.replace(second=0, microsecond=0) + timedelta(minutes=1 if plan.promise == "kept" else 0)


def _invoice(source: Random) -> str:
    if source.random() >= curves.INVOICE_WANTED:
        return "none"
    return "company" if source.random() < curves.INVOICE_COMPANY else "personal"


def _method(source: Random) -> str:
    mix = {kind: share for kind, share in curves.PAYMENT_MIX.items() if kind != "on_account"}
    return curves.draw(source, mix)
