"""The fixed cast of every test: one store with its people, and somebody of another store."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django_scopes import scope

from dealership.actions.standards import load
from dealership.actions.visits import open_visit, take
from dealership.models import Bay, Membership, OpeningHours, Role, Staff, Store, Visit
from dealership.standard.data import load as read_standard

SHANGHAI = ZoneInfo("Asia/Shanghai")
PASSWORD = "reception-2026"
STANDARD = read_standard()


def at(clock: str, day: str = "2026-11-20") -> datetime:
    """Return an aware moment of a Friday in Shanghai: `at("08:31")`."""
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=SHANGHAI)


@dataclass
class Cast:
    """A store, its people by role, and `stranger`, the advisor of another store."""

    store: Store
    other: Store
    guard: Staff
    advisor: Staff
    advisor3: Staff
    technician: Staff
    technician2: Staff
    controller: Staff
    cashier: Staff
    supervisor: Staff
    manager: Staff
    care: Staff
    chain: Staff
    stranger: Staff

    def visit(self, plate: str = "沪A8K2D6", *, now: datetime | None = None, **given: Any) -> Visit:
        """Open a visit of 王先生 (or of `customer`) and let the advisor take it."""
        now = now or at("08:31")
        given.setdefault("customer", {"name": "王建国", "sex": "m", "phone": "13800001234", "email": "w@example.com"})
        given.setdefault("vehicle", {"make": "大众", "model": "途观L", "year": 2021})
        with scope(store=self.store):
            visit = open_visit(self.store, by=self.guard, plate=plate, now=now, **given)
            return take(visit, by=self.advisor, now=now)


NAMES = {
    "guard": "郭卫", "advisor": "周敏", "advisor3": "吴磊", "technician": "冯强", "technician2": "褚军",
    "controller": "卫东", "cashier": "蒋丽", "supervisor": "沈洁", "manager": "韩梅", "care": "杨柳",
}  # fmt: skip
ROLE = {"advisor3": "advisor", "technician2": "technician"}


def make_cast() -> Cast:
    """Write the cast into the database: standard, two stores, people on duty, bays, hours."""
    load(STANDARD)
    store = Store.objects.create(
        code="hq", name="虹桥店", brand="大众", phone="021-55501800", complaint_phone="021-55501818"
    )
    other = Store.objects.create(code="west", name="西区店")
    people = {key: person(key, name, [store], ROLE.get(key, key)) for key, name in NAMES.items()}
    people["chain"] = person("chain", "秦岚", [store, other], Role.CHAIN)
    people["stranger"] = person("stranger", "陈昊", [other], Role.ADVISOR)
    Membership.objects.filter(staff__username="technician").update(duties=["hv"])
    with scope(store=store):
        Bay.objects.bulk_create(
            Bay(store=store, name=name, kind=kind, position=number)
            for number, (name, kind) in enumerate(
                [("接1", "reception"), ("接2", "reception"), ("1号工位", "general"), ("2号工位", "general"),
                 ("快1", "express"), ("四轮", "alignment"), ("洗1", "wash"), ("交1", "handover"), ("交2", "handover")]
            )
        )  # fmt: skip
        OpeningHours.objects.bulk_create(
            OpeningHours(store=store, weekday=day, opens="08:00", closes="18:00") for day in range(7)
        )
    return Cast(store=store, other=other, **people)


def person(username: str, name: str, stores: list[Store], role: str) -> Staff:
    """Make an account that is on duty in these stores."""
    staff = Staff.objects.create_user(username, f"{username}@example.com", PASSWORD, name=name)
    for store in stores:
        Membership.objects.create(store=store, staff=staff, role=role, on_duty_since=at("07:50"))
    return staff


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast, fresh for each test."""
    return make_cast()
