"""The dispatch board: cars that wait, technicians, bays, and what fits whom."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from dealership.models import Bay, Duty, Membership, Role, Store, Visit
from dealership.queries.staff import people_with
from dealership.stages import Stage
from reception.models import Consent, Dispatch, OrderLine, RepairOrder


@dataclass(frozen=True)
class TechnicianLoad:
    """A technician on duty with the work in hand; `until_minutes` is how long it still takes."""

    membership: Membership
    cars: tuple[Dispatch, ...]
    until_minutes: int

    @property
    def staff(self):
        """The person."""
        return self.membership.staff

    @property
    def hv(self) -> bool:
        """True with the high-voltage qualification."""
        return Duty.HV in self.membership.duties


@dataclass(frozen=True)
class BayState:
    """A working bay and the plate that stands in it."""

    bay: Bay
    plate: str

    @property
    def free(self) -> bool:
        """True where nothing stands."""
        return not self.plate


@dataclass(frozen=True)
class WaitingCar:
    """A car to be sent, what for, and whom and where the board suggests."""

    visit: Visit
    titles: tuple[str, ...]
    minutes: int
    hv: bool
    diagnosis: bool
    current: Dispatch | None
    technician: UUID | None = None
    bay: UUID | None = None


@dataclass(frozen=True)
class Board:
    """All of the board."""

    waiting: tuple[WaitingCar, ...]
    sent: tuple[WaitingCar, ...]
    technicians: tuple[TechnicianLoad, ...]
    bays: tuple[BayState, ...]


def board(store: Store, now: datetime) -> Board:
    """Return the dispatch board of a store, in a constant number of queries."""
    visits = _visits()
    orders = {order.visit_id: order for order in RepairOrder.objects.filter(visit__in=visits)}
    lines: dict[UUID, list[OrderLine]] = defaultdict(list)
    for line in OrderLine.objects.filter(order__in=orders.values(), answer=OrderLine.Answer.AGREED):
        lines[line.order_id].append(line)
    running = list(
        Dispatch.objects.filter(until=None, visit__in=visits).select_related("technician", "bay", "visit__vehicle")
    )
    current = {row.visit_id: row for row in running}
    technicians = _technicians(store, running, now)
    bays = _bays(visits, running)
    cars = []
    for visit in visits:
        own = lines[orders[visit.pk].pk] if visit.pk in orders else []
        cars.append(_car(visit, own, current.get(visit.pk)))
    waiting = [car for car in cars if car.current is None]
    return Board(
        waiting=tuple(_suggested(waiting, technicians, bays)),
        sent=tuple(car for car in cars if car.current),
        technicians=tuple(technicians),
        bays=tuple(bays),
    )


def to_send() -> Q:
    """Return the condition of visits that the board shows: in the workshop, or with an agreed diagnosis."""
    diagnosed = Consent.objects.filter(kind=Consent.Kind.DIAGNOSIS, order__kind=RepairOrder.Kind.DIAGNOSIS)
    return Q(stage=Stage.WORKSHOP) | Q(stage=Stage.NEGOTIATION, pk__in=diagnosed.values("visit_id"))


def waiting_visits() -> list[Visit]:
    """Return the cars that nobody has been sent to yet, the longest waiting first."""
    busy = Dispatch.objects.filter(until=None).values("visit_id")
    return _visits(exclude=Q(pk__in=busy))


def _visits(exclude: Q | None = None) -> list[Visit]:
    rows = Visit.objects.filter(to_send(), joined_to=None)
    if exclude is not None:
        rows = rows.exclude(exclude)
    return list(rows.select_related("vehicle", "customer", "advisor", "place").order_by("stage_since", "id"))


def _car(visit: Visit, lines: list[OrderLine], current: Dispatch | None) -> WaitingCar:
    return WaitingCar(
        visit=visit,
        titles=tuple(line.title for line in lines),
        minutes=sum(line.minutes for line in lines),
        hv=any(line.hv for line in lines),
        diagnosis=visit.stage == Stage.NEGOTIATION,
        current=current,
    )


def _technicians(store: Store, running: list[Dispatch], now: datetime) -> list[TechnicianLoad]:
    cars: dict[UUID, list[Dispatch]] = defaultdict(list)
    for row in running:
        cars[row.technician_id].append(row)
    people = people_with(store, [Role.TECHNICIAN], on_duty=True)
    return [
        TechnicianLoad(person, tuple(cars[person.staff_id]), _left(cars[person.staff_id], now)) for person in people
    ]


def _left(rows: list[Dispatch], now: datetime) -> int:
    return sum(max(row.minutes - int((now - row.at).total_seconds() // 60), 0) for row in rows)


def _bays(visits: list[Visit], running: list[Dispatch]) -> list[BayState]:
    plates = {visit.place_id: visit.vehicle.plate_info.display for visit in visits if visit.place_id}
    plates |= {row.bay_id: row.visit.vehicle.plate_info.display for row in running}
    return [BayState(bay, plates.get(bay.pk, "")) for bay in Bay.objects.filter(kind__in=Bay.WORK_KINDS)]


def _suggested(cars: list[WaitingCar], technicians: list[TechnicianLoad], bays: list[BayState]) -> list[WaitingCar]:
    """Give each car the fitting technician with the least work and the first fitting free bay."""
    load = {one.staff.pk: one.until_minutes for one in technicians}
    free = [one.bay for one in bays if one.free]
    found = []
    for car in cars:
        fitting = [one.staff.pk for one in technicians if one.hv or not car.hv]
        who = min(fitting, key=lambda pk: load[pk], default=None)
        wanted = Bay.Kind.EXPRESS if car.visit.express else Bay.Kind.GENERAL
        where = next((bay for bay in free if bay.kind == wanted), free[0] if free else None)
        if who:
            load[who] += car.minutes
        if where:
            free.remove(where)
        found.append(
            WaitingCar(
                car.visit, car.titles, car.minutes, car.hv, car.diagnosis, car.current, who, where.pk if where else None
            )
        )
    return found
