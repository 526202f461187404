"""What a booked car needs the day before: its parts with their stock, and its history in a few lines."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from dealership.demo.pricebook import service_package
from dealership.models import Store, Vehicle, Visit, Work
from dealership.stages import Stage
from reception.models import Appointment, OpenAdvice, OperationPart, OrderLine, PackageLine, Part
from reception.models.pricelist import name_in
from reception.queries.proposals import OF_WORK, answers_to

VISITS, TITLES = 3, 4
"""So many earlier visits, and of each so many lines."""


@dataclass(frozen=True)
class Need:
    """A part to lay aside; `left` is the stock after all cars of the day that need it before this one."""

    part: Part
    quantity: int
    left: int

    @property
    def enough(self) -> bool:
        """True when the stock covers it."""
        return self.left >= self.quantity


@dataclass(frozen=True)
class Before:
    """An earlier visit in one line."""

    day: datetime
    works: str
    mileage: int | None
    titles: list[str]


@dataclass(frozen=True)
class Prepared:
    """A booked car with what has to be ready for it."""

    appointment: Appointment
    needs: list[Need]
    before: list[Before]
    advice: list[OpenAdvice]
    """What was found, declined or advised against and is still open."""

    @property
    def missing(self) -> list[Need]:
        """Parts that have to be ordered today."""
        return [need for need in self.needs if not need.enough]

    @property
    def done(self) -> bool:
        """True once the history is read and the parts, where there are any, are laid aside."""
        row = self.appointment
        return bool(row.history_read_at and (row.parts_reserved_at or not self.needs))


def preparation_of(store: Store, day: date) -> list[Prepared]:
    """Return the booked cars of a day by time, in at most seven queries whatever their number."""
    begin = datetime.combine(day, time.min, store.zone)
    rows = Appointment.objects.filter(store=store, state=Appointment.State.BOOKED, at__gte=begin)
    rows = rows.filter(at__lt=begin + timedelta(days=1)).order_by("at", "pk")
    listed = list(rows.select_related("customer", "vehicle", "advisor", "prepared_by"))
    cars = {row.vehicle_id for row in listed}
    wanted = {row.pk: keys_for(row.vehicle, row.work, f"{row.concern} {row.wish}") for row in listed}
    parts = _parts_of({key for keys in wanted.values() for key in keys})
    before, advice, stock = _visits_of(cars), _advice_of(cars), dict[UUID, int]()
    return [
        Prepared(row, _needs(wanted[row.pk], parts, stock), before[row.vehicle_id], advice[row.vehicle_id])
        for row in listed
    ]


def keys_for(vehicle: Vehicle, work: str, words: str) -> list[str]:
    """Return the keys of the price list that booked work and the customer's words come to."""
    keys = answers_to(words)
    if work == Work.SERVICE:
        keys = [f"package:{service_package(vehicle.energy, vehicle.mileage or 0).code}", *keys]
    elif work == Work.EXPRESS:
        keys = keys or ["package:P10"]
    elif work in OF_WORK:
        keys = [OF_WORK[work][0], *keys]
    return list(dict.fromkeys(keys))


def _parts_of(keys: Iterable[str]) -> dict[str, list[tuple[Part, int]]]:
    """Return the parts of each key, with how many, in three queries."""
    codes: dict[str, set[str]] = defaultdict(set)
    for key in keys:
        kind, _colon, code = key.partition(":")
        codes[kind].add(code)
    found: dict[str, list[tuple[Part, int]]] = defaultdict(list)
    lines = PackageLine.objects.filter(package__code__in=codes["package"]).exclude(part=None)
    for line in lines.select_related("package", "part"):
        if line.part:
            found[f"package:{line.package.code}"].append((line.part, line.quantity))
    usual = OperationPart.objects.filter(operation__code__in=codes["labour"])
    for one in usual.select_related("operation", "part"):
        found[f"labour:{one.operation.code}"].append((one.part, one.quantity))
    for part in Part.objects.filter(code__in=codes["part"]):
        found[f"part:{part.code}"].append((part, 1))
    return found


def _needs(keys: list[str], parts: dict[str, list[tuple[Part, int]]], stock: dict[UUID, int]) -> list[Need]:
    """Count the parts of one car and take them from `stock`, which the next car sees."""
    count: dict[UUID, tuple[Part, int]] = {}
    for part, quantity in (pair for key in keys for pair in parts.get(key, [])):
        count[part.pk] = (part, quantity + count.get(part.pk, (part, 0))[1])
    needs = []
    for part, quantity in count.values():
        left = stock.setdefault(part.pk, part.stock)
        stock[part.pk] = max(left - quantity, 0)
        needs.append(Need(part, quantity, left))
    return sorted(needs, key=lambda need: (need.enough, need.part.code))


def _visits_of(cars: Iterable[UUID]) -> dict[UUID, list[Before]]:
    rows = Visit.objects.filter(vehicle__in=cars, joined_to=None, stage=Stage.CLOSED).order_by("-arrived_at")
    by_car: dict[UUID, list[Visit]] = defaultdict(list)
    for visit in rows.only("id", "vehicle_id", "arrived_at", "works", "mileage"):
        if len(by_car[visit.vehicle_id]) < VISITS:
            by_car[visit.vehicle_id].append(visit)
    shown = [visit.pk for visits in by_car.values() for visit in visits]
    titles: dict[UUID, list[str]] = defaultdict(list)
    lines = OrderLine.objects.filter(order__visit__in=shown, answer=OrderLine.Answer.AGREED).order_by("position")
    for visit_id, names in lines.values_list("order__visit", "names"):
        titles[visit_id].append(name_in(names))
    found: dict[UUID, list[Before]] = defaultdict(list)
    for car, visits in by_car.items():
        found[car] = [
            Before(visit.arrived_at, "、".join(str(Work(work).label) for work in visit.works), visit.mileage,
                   titles[visit.pk][:TITLES])
            for visit in visits
        ]  # fmt: skip
    return found


def _advice_of(cars: Iterable[UUID]) -> dict[UUID, list[OpenAdvice]]:
    found: dict[UUID, list[OpenAdvice]] = defaultdict(list)
    for advice in OpenAdvice.objects.filter(vehicle__in=cars, closed_at=None):
        found[advice.vehicle_id].append(advice)
    return found
