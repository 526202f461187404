"""Stores, staff, customers and cars of the demo."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django_scopes import scope

from dealership.demo import cars, cast, names, plates
from dealership.models import Bay, Customer, Membership, OpeningHours, Role, Staff, Store, Vehicle, business_day
from dealership.uuids import seeded_uuid7
from feedback.demo.rows import copy
from reception.actions.pricelist import load_price_list

CARS = 1025
"""Cars of one store: 2,050 in two (issue: about 2,000 customers of two stores)."""
COMPANIES, COMPANY_CARS = 12, 37
"""Fleet customers of a store and their cars: 4 in a hundred (dealer facts, part 3, Arrival)."""
CREDIT = Decimal(60_000)
LEVELS = {"basic": 85, "vip": 12, "svip": 3}
WITH_EMAIL = 0.55
WISHES = ("旧件请带走", "喜欢安静等候,少推荐", "请先打电话再动工", "孩子同行,休息区请安排靠窗位", "习惯微信联系")
OPENS, CLOSES, ON_DUTY = time(8), time(18), time(7, 50)
ORDER_OF_BAYS = {name: number for number, (name, _bays) in enumerate(cast.BAYS)}
SERIAL_OF_STORE = {seed.code: number * 100_000 for number, seed in enumerate(cast.STORES)}


@transaction.atomic
def make_stores(now: datetime) -> list[Store]:
    """Make the two stores with their people, hours, bays and price list; what is there stays."""
    stores = []
    for seed in cast.STORES:
        values = {name: getattr(seed, name) for name in ("name", "brand", "address", "phone", "complaint_phone")}
        store, _new = Store.objects.get_or_create(code=seed.code, defaults=values)
        stores.append(store)
        with scope(store=store):
            if not Bay.objects.exists():
                _furnish(store)
    _hire({store.code: store for store in stores})
    for store in stores:
        start = datetime.combine(business_day(store, now), ON_DUTY, store.zone)
        Membership.objects.filter(store=store, staff__is_demo=True).exclude(role=Role.CHAIN).exclude(
            on_duty_since__gte=start
        ).update(on_duty_since=start, last_turn_at=None)
    return stores


def _furnish(store: Store) -> None:
    """Write bays, hours and the price list."""
    rows = [(kind, name) for kind, listed in cast.BAYS for name in listed]
    Bay.objects.bulk_create(
        Bay(store=store, name=name, kind=kind, position=position) for position, (kind, name) in enumerate(rows)
    )
    OpeningHours.objects.bulk_create(
        OpeningHours(store=store, weekday=weekday, opens=OPENS, closes=CLOSES) for weekday in range(7)
    )
    load_price_list(store)


def _hire(stores: dict[str, Store]) -> None:
    """Make the accounts that are missing, with their memberships and the one password."""
    there = set(Staff.objects.filter(is_demo=True).values_list("username", flat=True))
    missing = [seed for seed in cast.STAFF if seed.username not in there]
    # Hashed once: the same words in every row, since the login page of a demo shows them anyway.
    password = make_password(cast.PASSWORD) if missing else ""
    for number, seed in enumerate(missing):
        admin = not seed.role
        staff = Staff.objects.create(
            username=seed.username, name=seed.name, email=f"{seed.username}@example.com", password=password,
            phone=f"021-5550 {1900 + number}", is_demo=True, is_staff=admin, is_superuser=admin,
        )  # fmt: skip
        Membership.objects.bulk_create(
            Membership(store=stores[code], staff=staff, role=seed.role, duties=list(seed.duties))
            for code in seed.stores
        )


@dataclass(frozen=True)
class Crew:
    """The people of a store by role, each in the order of the cast."""

    by_role: dict[str, list[Staff]]
    hv: list[Staff]

    def one(self, role: str) -> Staff:
        """Return the first person with this role."""
        return self.by_role[role][0]


def crew_of(store: Store) -> Crew:
    """Read the demo's people of a store."""
    order = [seed.username for seed in cast.STAFF]
    rows = Membership.objects.filter(store=store, staff__is_demo=True).select_related("staff")
    found: dict[str, list[Staff]] = {}
    for row in sorted(rows, key=lambda row: order.index(row.staff.username)):
        found.setdefault(row.role, []).append(row.staff)
    hv = {row.staff_id for row in rows if "hv" in row.duties}
    return Crew(found, [staff for staff in found[Role.TECHNICIAN] if staff.pk in hv])


def pool_ids(store: Store, seed: int, size: int) -> list[UUID]:
    """Return the ids of the store's demo cars, the regulars first: the same whenever they are asked."""
    source = Random(f"{seed}/{store.code}/cars")
    first = datetime(2026, 1, 1, tzinfo=store.zone)
    return [seeded_uuid7(first + timedelta(seconds=number), source) for number in range(size)]


def regulars_of(store: Store) -> Sequence[cast.Regular]:
    """Return the customers of the pictures: all of them come to the first store."""
    return cast.REGULARS if store.code == cast.STORES[0].code else ()


def make_customers(store: Store, *, seed: int, size: int, now: datetime) -> None:
    """Write customers and cars of a store, once."""
    source = Random(f"{seed}/{store.code}/people")
    maker = _Maker(store, source, now)
    ids = pool_ids(store, seed, size)
    companies = [maker.customer(company=names.draw_company(source)) for _n in range(min(COMPANIES, size // 20))]
    fleet = min(COMPANY_CARS, size // 20)
    for number, id_ in enumerate(ids):
        listed = regulars_of(store)
        if number < len(listed):
            maker.regular(listed[number], id_, number)
        elif number >= size - fleet and companies:
            maker.car(id_, number, companies[number % len(companies)])
        else:
            maker.car(id_, number, maker.customer())
    copy(maker.customers)
    copy(maker.cars)


class _Maker:
    """Draws customers and cars, none with a phone or plate of another."""

    def __init__(self, store: Store, source: Random, now: datetime) -> None:
        self.store, self.source, self.now = store, source, now
        self.customers: list[Customer] = []
        self.cars: list[Vehicle] = []
        self.phones: set[str] = set()
        self.plates: set[str] = {regular.plate for regular in cast.REGULARS}

    def customer(self, *, name: str = "", sex: str = "", company: str = "") -> Customer:
        source = self.source
        person = names.draw_person(source)
        since = self.now - timedelta(days=source.randint(70, 1800), minutes=source.randint(0, 600))
        phone = names.draw_phone(source, self.phones)
        row = Customer(
            id=seeded_uuid7(since, source), store=self.store, name=name or person.name, sex=sex or person.sex,
            phone=phone, email=f"{phone}@example.com" if source.random() < WITH_EMAIL else "",
            level=source.choices(tuple(LEVELS), tuple(LEVELS.values()))[0], company=company,
            credit_limit=CREDIT if company else Decimal(0),
            wishes=source.choice(WISHES) if source.random() < 0.12 else "", created_at=since,
        )  # fmt: skip
        self.customers.append(row)
        return row

    def car(self, id_: UUID, number: int, owner: Customer) -> None:
        day = business_day(self.store, self.now)
        drawn = cars.draw_car(self.source, SERIAL_OF_STORE[self.store.code] + number, day)
        plate = plates.draw_plate(self.source, drawn.energy, self.plates)
        self._keep(id_, drawn, plate, owner)

    def regular(self, regular: cast.Regular, id_: UUID, number: int) -> None:
        day = business_day(self.store, self.now)
        model = cars.model_named(regular.model)
        drawn = cars.make_car(self.source, model, SERIAL_OF_STORE[self.store.code] + number, regular.year, day)
        self._keep(id_, drawn, regular.plate, self.customer(name=regular.name, sex=regular.sex))

    def _keep(self, id_: UUID, car: cars.Car, plate: str, owner: Customer) -> None:
        self.cars.append(
            Vehicle(
                id=id_, store=self.store, owner=owner, plate=plate, vin=car.vin, make=car.make, model=car.model,
                year=car.year, energy=car.energy, body=car.body, mileage=car.mileage,
                sold_on=car.sold_on,
            )
        )  # fmt: skip
