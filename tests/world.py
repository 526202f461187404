"""The world that screens are looked at in: the demo's own data, a small one, made once per worker.

Time stands at a Friday morning with cars in every stage; it goes on from there.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import time_machine
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope

from dealership.actions.links import make_link
from dealership.actions.stages import advance
from dealership.actions.visits import open_visit, take
from dealership.models import Staff, Store, Vehicle, Visit, Work
from dealership.queries.board import open_visits
from delivery.actions.thread import answer, ask, not_satisfied
from reception.actions.accident import assess, note_case
from reception.actions.lines import add_extra_line, answer_line
from reception.actions.marks import add_mark
from reception.actions.offers import send_offer
from reception.models import Appointment, Approval, DamageMark, Loan, RepairOrder
from tests.cast import SHANGHAI
from tests.link_states import link_in

NOW = datetime(2026, 11, 20, 10, 40, tzinfo=SHANGHAI)
USUAL = {
    "guard": "guard", "advisor": "advisor", "technician": "technician", "controller": "controller",
    "cashier": "cashier", "supervisor": "supervisor", "manager": "manager", "chain": "chain",
}  # fmt: skip


@dataclass
class World:
    """A store with cars in every stage, and its people by role."""

    store: Store

    def person(self, role: str) -> Staff:
        """Return the demo's account of this role, else anybody who has it."""
        usual = Staff.objects.filter(username=USUAL.get(role, "")).first()
        found = Staff.objects.filter(memberships__store=self.store, memberships__role=role)
        return usual or found.order_by("username").first() or self.idle(role)

    def idle(self, role: str) -> Staff:
        """Return somebody with this role and nothing to do (for empty states)."""
        staff = Staff.objects.create_user(role, name="白露")
        staff.memberships.create(store=self.store, role=role)
        return staff

    def visit(self, stage: str) -> Visit:
        """Return a car that is in this stage now, the demo advisor's own where there is one."""
        with scope(store=self.store):
            found = open_visits(self.store).filter(stage=stage).order_by("arrived_at")
            visit = found.filter(advisor__username="advisor").first() or found.exclude(advisor=None).first()
            if visit is None:
                raise LookupError(f"The demo has no car in {stage} now.")
            return visit

    def stage_url(self, stage: str) -> str:
        """Return the address of the stage's page for that car."""
        return self.visit_url(stage, f"{stage}/")

    def visit_url(self, stage: str, rest: str) -> str:
        """Return an address below a visit that is in `stage`."""
        visit = self.visit(stage)
        return reverse("visit", kwargs={"store": self.store.code, "visit": visit.pk}) + rest

    def loan_url(self, state: str) -> str:
        """Return the address of a loan in `state`, the last one made."""
        with scope(store=self.store):
            found = Loan.objects.filter(state=state).order_by("-made_at").first()
            if found is None:
                raise LookupError(f"The demo has no loan that is {state}.")
            return reverse("loan", kwargs={"store": self.store.code, "loan": found.pk})

    def remembered(self) -> str:
        """Return the reception's page of a car with a noise for the third time, which has just come in, once."""
        with scope(store=self.store):
            noisy = Visit.objects.filter(words="底盘还是有异响").values("vehicle")
            here = open_visits(self.store).filter(vehicle__in=noisy)
            visit = here.filter(words="过减速带底盘有异响").first()
            if visit is None:
                away = Vehicle.objects.filter(pk__in=noisy).exclude(pk__in=here.values("vehicle"))
                vehicle = away.earliest("pk")
                by = self.person("advisor")
                visit = open_visit(
                    self.store, by=by, plate=vehicle.plate, works=["repair"], words="过减速带底盘有异响",
                    now=timezone.now() - timedelta(minutes=4),
                )  # fmt: skip
                take(visit, by=by)
            return reverse("reception-stage", kwargs={"store": self.store.code, "visit": visit.pk})

    def mark_car(self, stage: str, body: str) -> None:
        """Give the car in `stage` this body and, once, two marks at its right."""
        with scope(store=self.store):
            visit = self.visit(stage)
            Vehicle.objects.filter(pk=visit.vehicle_id).update(body=body)
            if not DamageMark.objects.filter(visit=visit, view="right").exists():
                by = self.person("advisor")
                add_mark(visit, by=by, view="right", x=146, y=118, zone="right_rear_door", size_cm=10)
                add_mark(visit, by=by, view="right", x=340, y=110, zone="right_front_door", kind="dent", size_cm=3)

    def link_url(self, stage: str) -> str:
        """Return a customer's link to a car in `stage`."""
        visit = self.visit(stage)
        with scope(store=self.store):
            return "/v/" + make_link(visit, by=None)[1].rpartition("/v/")[2]

    def talk(self, stage: str, *, unhappy: bool = False) -> None:
        """Let the customer of the car in `stage` write twice; the advisor has answered once."""
        visit, now = self.visit(stage), timezone.now()
        with scope(store=self.store):
            link, by = make_link(visit, by=None)[0], self.person("advisor")
            ask(link, text="刹车片换了吗？", now=now - timedelta(minutes=21))
            answer(visit, by=by, text="换好了，旧件给您留着。", now=now - timedelta(minutes=18))
            ask(link, text="几点能来取？孩子四点放学。", now=now - timedelta(minutes=3))
            if unhappy:
                not_satisfied(link, text="说好十点，现在还没好。", now=now - timedelta(minutes=2))

    def offer(self, stage: str) -> None:
        """Send two pieces of extra work of the car in `stage` to the customer, once; one more is advised against."""
        visit, now = self.visit(stage), timezone.now() - timedelta(minutes=6)
        with scope(store=self.store):
            order, by = RepairOrder.objects.get(visit=visit), self.person("advisor")
            order.visit = visit
            given = {"by": visit.advisor or by, "now": now}
            must = add_extra_line(
                visit, kind="labour", code="M08", reason="只剩 3 毫米，还能开大约五千公里。", must=True, **given
            )
            may = add_extra_line(visit, kind="part", code="WIPERS", **given)
            against = add_extra_line(visit, kind="package", code="AC", **given)
            against.order = order
            answer_line(against, answer="advised_against", reason="not_due", **given)
            send_offer(order, lines=[must, may, against], ready_at=now + timedelta(hours=3), **given)

    def accident_url(self) -> str:
        """Return the order page of a car that came for an accident repair, opened once; its loss is assessed."""
        with scope(store=self.store):
            visit = open_visits(self.store).filter(stage="negotiation", works=[Work.ACCIDENT]).first()
            if visit is None:
                by, now = self.person("advisor"), timezone.now() - timedelta(minutes=12)
                visit = open_visit(
                    self.store, by=by, plate="沪A5T7K3", works=[Work.ACCIDENT], words="左前门被刮",
                    customer={"name": "宋雨"}, vehicle={"make": "大众", "model": "途观L"}, now=now,
                )  # fmt: skip
                take(visit, by=by, now=now)
                advance(visit, to="negotiation", by=by, now=now)
                note_case(visit, by=by, insurer="平安产险", claim_no="C2611200042", adjuster="孟师傅")
                assess(visit, by=by, amount=Decimal(820))
            return reverse("negotiation-stage", args=[self.store.code, visit.pk]) + "?card=2.1"

    def asked_url(self) -> str:
        """Return the order page of a car at the desk about which the manager is asked."""
        with scope(store=self.store):
            asked = Approval.objects.filter(store=self.store, answer="").order_by("asked_at").first()
            if asked is None:
                raise LookupError("Nobody asks the manager anything now.")
            return reverse("negotiation-stage", args=[self.store.code, asked.visit_id]) + "?card=2.1"

    def linked(self, state: str) -> str:
        """Return a customer's link in a state that the demo has no car in: see `tests/link_states.py`."""
        with scope(store=self.store):
            return "/v/" + link_in(self, state).rpartition("/v/")[2]

    def gate_url(self) -> str:
        """Return the gate's page with the plate of the next car that is booked today."""
        with scope(store=self.store):
            booked = Appointment.objects.filter(state=Appointment.State.BOOKED, at__date=NOW.date())
            plate = booked.select_related("vehicle").order_by("at")[0].vehicle.plate
        return f"/{self.store.code}/gate/?province={plate[0]}&number={plate[1:]}&whole=1"

    def day_url(self, days_ago: int) -> str:
        """Return the manager's page of a day."""
        day = (NOW - timedelta(days=days_ago)).date()
        return f"/{self.store.code}/scores/{day.isoformat()}/"


@contextmanager
def made_world() -> Iterator[World]:
    """Let time stand at NOW, load a small demo, and return its first store."""
    with time_machine.travel(NOW, tick=True):
        call_command("load_standard", verbosity=0)
        call_command("load_demo", "--in-test", "--days=16", "--only=hq", "--processes=1", verbosity=0)
        world = World(Store.objects.get(code="hq"))
        world.talk("workshop")
        world.talk("showcase", unhappy=True)
        world.offer("workshop")
        yield world
