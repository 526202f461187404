"""Today at the gate and the desk: stages 1 and 2 through the product's own actions."""

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from dealership.actions.stages import advance, cancel
from dealership.actions.visits import take
from dealership.demo.cast import KEY_TAGS
from dealership.models import Bay, Role, Visit
from dealership.stages import OPEN, Stage
from feedback.demo import words
from feedback.demo.orders import Line
from feedback.demo.past_desk import WAITING
from feedback.demo.played import Played
from feedback.demo.signatures import signature_png
from reception.actions import accident, arrivals, claims, lines, marks, orders
from reception.actions.confirmation import confirm_sheet
from reception.actions.consents import sign_order
from reception.actions.dispatch import hand_key
from reception.models import OrderLine, Reading, RepairOrder
from reception.queries.accident import insured, is_accident
from reception.queries.orders import lines_of

Item, Payer, Answer = Reading.Item, OrderLine.Payer, OrderLine.Answer
LEAST_WORK = 15
FIVE = timedelta(minutes=5)


def arrive(car: Played, now: datetime) -> None:
    """The guard lets the car in; a car that is expected is recognised."""
    plan = car.plan
    visit = arrivals.record_arrival(
        plan.store, by=car.crew.one(Role.GUARD), plate=plan.vehicle.plate, works=plan.works, words=plan.words,
        arrival="walk_in" if plan.booked else plan.arrival, id=plan.id, now=now,
    )  # fmt: skip
    car.mine = visit.pk == plan.id


def greet(car: Played, now: datetime) -> None:
    """The advisor takes the car."""
    take(car.visit, by=car.advisor, now=now)


def cabin(car: Played, now: datetime) -> None:
    """Covers on, then mileage, fuel or charge, lamps, belongings and switches: one sheet, saved once."""
    plan, source = car.plan, car.source
    plan.vehicle.refresh_from_db(fields=["mileage"])
    mileage = max((plan.vehicle.mileage or 0) + source.randint(20, 600), plan.mileage)
    energy = {} if plan.vehicle.energy == "bev" else {"fuel": source.randint(1, 8)}
    if plan.vehicle.energy in ("bev", "phev", "erev"):
        energy["charge"] = source.randint(15, 95)
    lived: dict[str, tuple[str, Any]] = {
        Item.COVERS: ("1.5/enter", True), Item.CONTROLS: ("1.5/controls", car.found(words.CONTROLS)),
        Item.QUALIFY: ("1.6/qualify", True),
    }  # fmt: skip
    always: dict[str, Any] = {Item.MILEAGE: mileage, Item.ENERGY: energy, Item.LAMPS: [], Item.BELONGINGS: []}
    car.read(always, lived, now)


def exterior(car: Played, now: datetime) -> None:
    """Around the car, with a mark where there is one."""
    if not car.plan.lives("1.5/exterior"):
        return
    if car.source.random() < 0.25:
        view, zone, x, y = car.source.choice(words.MARKS)
        marks.add_mark(car.visit, by=car.advisor, view=view, zone=zone, x=x, y=y, kind="scratch", size_cm=5, now=now)


def engine(car: Played, now: datetime) -> None:
    """The walk's end and a look under the front lid; what a claim needs besides."""
    electric = car.plan.vehicle.energy == "bev"
    lived: dict[str, tuple[str, Any]] = {
        Item.EXTERIOR: ("1.5/exterior", "all"),
        Item.ENGINE_BAY: ("1.5/engine", car.found(words.FRONT if electric else words.ENGINE)),
        Item.COVERAGE: ("1.7/coverage", {"result": "covered", "note": ""}),
    }
    car.read({}, lived, now)
    if car.plan.lives("1.7/symptom"):
        claims.note_symptom(car.visit, by=car.advisor, codes=["noise"], words=car.plan.words, now=now)
    if car.plan.lives("1.7/process"):
        claims.promise_answer(car.visit, by=car.advisor, within=timedelta(hours=24), now=now)


def negotiate(car: Played, now: datetime) -> None:
    """To the desk: the order begins by itself."""
    advance(car.visit, to=Stage.NEGOTIATION, by=car.advisor, now=now)


def answer(car: Played, now: datetime) -> None:
    """Every line gone through with the customer."""
    order = car.order
    there = {f"{line.kind}:{line.code}" for line in lines_of(order)}
    wanted = [line for line in car.plan.lines if not line.extra and line.pick.key not in there]
    for line in wanted[: max(3 - len(there), 0)] if there else wanted:
        payer = line.payer if line.payer != Payer.GOODWILL else Payer.CUSTOMER
        lines.add_line(
            order, by=car.advisor, kind=line.pick.kind, code=line.pick.code, why=line.why, reason=line.reason,
            must=line.must, payer=payer, now=now,
        )  # fmt: skip
    planned: dict[str, Line] = {line.pick.key: line for line in car.plan.lines}
    for row in lines_of(order):
        if car.plan.arrival == "fleet" and row.payer == Payer.CUSTOMER:
            lines.change_line(row, by=car.advisor, payer=Payer.ACCOUNT, now=now)
        plan = planned.get(f"{row.kind}:{row.code}")
        if plan is None and row.why == OrderLine.Why.ADVICE:
            # What was not done last time is not done this time either; the plan knows nothing of it.
            lines.answer_line(row, by=car.advisor, answer=Answer.DECLINED, reason="next_time", now=now)
        if plan and not plan.agreed and not row.must:
            lines.answer_line(
                row, by=car.advisor, answer=plan.answer, reason=plan.answer_reason, colour=plan.colour, now=now
            )
    lines.agree_all(order, by=car.advisor, now=now)


def terms(car: Played, now: datetime) -> None:
    """Price, time and way of paying."""
    plan, order = car.plan, car.order
    minutes = sum(line.minutes for line in lines_of(order) if line.charged)
    method = plan.method if plan.method in RepairOrder.PayMethod.values else "wechat"
    company = plan.customer.company
    invoice = {"wanted": plan.invoice != "none", "title": company, "tax_no": ""}
    start = max(plan.at["started"], now + timedelta(minutes=1))
    orders.set_terms(
        order, by=car.advisor, expected_start=start, work_minutes=max(-(-minutes // 5) * 5, LEAST_WORK),
        ready_at=max(plan.at["due"], start + FIVE), pay_method=method, wash=plan.wash,
        old_parts="take" if plan.number % 4 == 0 else "leave", invoice=invoice, now=now,
    )  # fmt: skip


def arrange(car: Played, now: datetime) -> None:
    """Where the customer waits and when they hear from us."""
    if car.plan.lives("2.4/settle"):
        update = max(car.plan.told + timedelta(minutes=car.plan.number % 5 * 8 - 4), now + timedelta(minutes=20))
        orders.arrange_waiting(
            car.order, by=car.advisor, waiting=WAITING[car.plan.waiting], next_update_at=update, now=now
        )


def sign(car: Played, now: datetime) -> None:
    """One signature for sheet and order."""
    if car.plan.cancelled:
        cancel(car.visit, by=car.advisor, reason=car.source.choice(words.CANCELLED), now=now)
        car.mine = False
        return
    if is_accident(car.visit):
        insure(car, now)
    confirm_sheet(car.visit, by=car.advisor, now=now)
    png = signature_png(Random(f"signature/{car.plan.number}"))
    sign_order(car.order, by=car.advisor, signature=png, now=now)


def insure(car: Played, now: datetime) -> None:
    """The insurer's people have been here: what they pay is known before the customer signs."""
    number = car.plan.number
    accident.note_case(
        car.visit, by=car.advisor, insurer=words.INSURERS[number % len(words.INSURERS)], claim_no=f"C26{number:08}",
        adjuster=words.ADJUSTERS[number % len(words.ADJUSTERS)], adjuster_phone=f"021-5550{number % 10_000:04}",
        direct=True, now=now,
    )  # fmt: skip
    cost = insured(lines_of(car.order))
    if cost:
        accident.assess(car.visit, by=car.advisor, amount=cost + Decimal(120 * (number % 3)), now=now)


def to_workshop(car: Played, now: datetime) -> None:
    """The advisor gives the car to the workshop."""
    advance(car.visit, to=Stage.WORKSHOP, by=car.advisor, now=now)


def hang_key(car: Played, now: datetime) -> None:
    """Key on the board, place of the car."""
    used = set(Visit.objects.filter(stage__in=OPEN).values_list("key_tag", flat=True))
    tag = next(tag for tag in KEY_TAGS if tag not in used)
    bay = Bay.objects.filter(kind=Bay.Kind.RECEPTION).order_by("position")[car.plan.number % 3]
    hand_key(car.visit, by=car.advisor, key_tag=tag, bay=bay, now=now)
