"""The past at the gate and the desk: stages 1 and 2 as rows."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from dealership.models import Attachment, Promise, PromiseChange, Role, Situation, Staff
from dealership.stages import Stage
from feedback.demo import words
from feedback.demo.car import Car
from feedback.demo.orders import Line
from feedback.demo.promises import settled
from feedback.demo.ticks import operation_line
from reception.models import (
    Appointment,
    Consent,
    ConsentLine,
    DamageMark,
    OpenAdvice,
    OrderLine,
    Reading,
    RepairOrder,
    SheetConfirmation,
)

Item = Reading.Item
OWN_MARK, FINDING = 0.28, 0.2
GATE = ("1.1/plate", "1.1/admit", "1.2/purpose", "1.2/notify", "1.3/lane")
PAY_METHODS = {"wechat", "alipay", "card", "cash"}
WAITING = {"lounge": "lounge", "leaves": "leave", "home": "home", "loaner": "loaner"}
ANSWER_IN = timedelta(hours=24)
MISSED_CALLS, LOST_OLD_PARTS = 0.24, 0.09
"""Promises not kept: call-back 74 % kept, old parts 91 (dealer facts, part 3, Promises)."""


def arrive(car: Car) -> None:
    """The gate, the greeting and the appointment behind them."""
    plan, at = car.plan, car.at
    guard, advisor = car.ledger.crew.one(Role.GUARD), plan.advisor
    car.moved("", Stage.RECEPTION, at["arrived"], guard)
    car.note("arrived", at["arrived"], guard, arrival=plan.arrival, works=plan.works)
    car.proves(car.visit, guard, at["arrived"] + timedelta(seconds=8), *GATE)
    if plan.booked and plan.appointment_id not in car.ledger.expected:
        made = plan.booked_at - timedelta(days=1 + plan.number % 4, hours=2)
        car.ledger.rows.append(
            Appointment(
                id=plan.appointment_id, store=car.store, customer=car.plan.customer, vehicle=plan.vehicle,
                at=plan.booked_at, work=plan.works[0], wish=plan.words, advisor=advisor, visit=car.visit,
                state=Appointment.State.ARRIVED, made_by=advisor, made_at=made,
            )
        )  # fmt: skip
    taken = car.note("taken", at["greeted"], advisor)
    greeted = car.note("greeted", at["greeted"], advisor)
    car.proves(taken, advisor, at["greeted"], "1.4/verify")
    car.proves(greeted, advisor, at["greeted"], "1.4/meet")


def walk_around(car: Car) -> None:
    """The pre-check sheet, where its steps were lived."""
    plan, at, electric = car.plan, car.at, car.plan.vehicle.energy == "bev"
    energy: dict[str, int] = {} if electric else {"fuel": car.source.randint(1, 8)}
    if plan.vehicle.energy in ("bev", "phev", "erev"):
        energy["charge"] = car.source.randint(15, 95)
    _read(car, "covers", "1.5/enter", Item.COVERS, True)
    for item, value in ((Item.MILEAGE, plan.mileage), (Item.ENERGY, energy), (Item.LAMPS, []), (Item.BELONGINGS, [])):
        _read(car, "mileage", "1.5/cabin" if item in (Item.MILEAGE, Item.ENERGY) else "", item, value)
    _read(car, "controls", "1.5/controls", Item.CONTROLS, _found(car, words.CONTROLS))
    if plan.lives("1.5/exterior"):
        _mark(car)
    _read(car, "exterior", "1.5/exterior", Item.EXTERIOR, "all")
    _read(car, "engine", "1.5/engine", Item.ENGINE_BAY, _found(car, words.FRONT if electric else words.ENGINE))
    _read(car, "mileage", "1.6/qualify", Item.QUALIFY, True)
    _read(car, "engine", "1.7/coverage", Item.COVERAGE, {"result": "covered", "note": ""})
    _read(car, "engine", "1.7/symptom", Item.SYMPTOM, {"codes": ["noise"], "words": plan.words})
    if plan.lives("1.7/process"):
        missed = car.source.random() < MISSED_CALLS
        due = at["negotiation"] + (timedelta(minutes=30) if missed else ANSWER_IN)
        promise = car.of_visit(
            Promise, at["engine"], kind=Promise.Kind.CALL_BACK, given_by=plan.advisor, given_at=at["engine"],
            due_at=due, **settled(plan.told, due=due),
        )  # fmt: skip
        car.proves(promise, plan.advisor, at["engine"], "1.7/process")
    car.moved(Stage.RECEPTION, Stage.NEGOTIATION, at["negotiation"], plan.advisor)


def _read(car: Car, milestone: str, step: str, item: str, value: Any) -> None:
    if step and not car.plan.lives(step):
        return
    moment, advisor = car.at[milestone], car.plan.advisor
    row = car.of_visit(Reading, moment, item=item, value=value, staff=advisor, moment=moment)
    payload = {"item": str(item), "value": value}
    car.ledger.operations.append(operation_line(row.pk, car, advisor, kind="reading", payload=payload, moment=moment))
    if step:
        car.proves(row, advisor, moment, step)


def _found(car: Car, codes: tuple[str, ...]) -> dict[str, Any]:
    found = [car.source.choice(codes)] if car.source.random() < FINDING else []
    return {"ok": not found, "findings": found, "note": ""}


def _mark(car: Car) -> None:
    if car.source.random() >= OWN_MARK:
        return
    view, zone, x, y = car.source.choice(words.MARKS)
    kind, size = car.source.choice(["scratch", "dent", "chip"]), car.source.choice([1, 3, 5, 10])
    moment = car.at["exterior"] - timedelta(seconds=20)
    given = {"view": view, "zone": zone, "x": x, "y": y, "kind": kind, "size_cm": size}
    row = car.of_visit(DamageMark, moment, staff=car.plan.advisor, moment=moment, **given)
    car.ledger.operations.append(
        operation_line(row.pk, car, car.plan.advisor, kind="mark", payload=given, moment=moment)
    )


def agree(car: Car) -> list[tuple[Line, OrderLine]]:
    """The repair order, its answers and the signature; returns the agreed lines with their rows."""
    plan, at, advisor = car.plan, car.at, car.plan.advisor
    order = _order(car)
    rows = [(line, _line(car, order, line, position)) for position, line in enumerate(plan.lines, start=1)]
    car.proves(order, advisor, at["answered"], "2.1/reasons", "2.1/consent")
    car.proves(order, advisor, at["terms"], "1.6/price", "2.2/estimate", "2.2/time", "2.2/payment")
    car.proves(order, advisor, at["terms"], "2.3/entry", "2.3/wishes")
    car.proves(order, advisor, at["arranged"], "2.4/settle", "2.4/update")
    if plan.cancelled:
        return []
    first = [(line, row) for line, row in rows if line.agreed and not line.extra]
    _sign(car, order, first)
    extra = [(line, row) for line, row in rows if line.agreed and line.extra]
    if extra:
        _agree_again(car, order, extra)
    _promise(car, order)
    car.situation(Situation.Kind.CLAIM_LINE, at["answered"])
    car.moved(Stage.NEGOTIATION, Stage.WORKSHOP, at["workshop"], advisor)
    car.proves(car.visit, advisor, at["keyed"], "2.5/key")
    return [*first, *extra]


def _order(car: Car) -> RepairOrder:
    plan, at = car.plan, car.at
    customer, company = car.plan.customer, plan.invoice == "company"
    minutes = sum(line.pick.minutes for line in plan.agreed if not line.extra)
    wash = 30 if plan.wash else 0
    order = car.of_visit(
        RepairOrder, at["negotiation"], number=car.order_number(), created_at=at["negotiation"], by=plan.advisor,
        expected_start=_start(car) if plan.lives("2.2/time") else None,
        work_minutes=-(-minutes // 5) * 5 if plan.lives("2.2/estimate") else None, wash_minutes=wash,
        calculated_ready=at["due"] - timedelta(minutes=5), ready_at=at["due"],
        pay_method=(plan.method if plan.method in PAY_METHODS else "wechat") if plan.lives("2.2/payment") else "",
        old_parts=_old_parts(car), wash=plan.wash, contact_channel="wechat" if plan.number % 3 else "phone",
        waiting=WAITING[plan.waiting] if plan.lives("2.4/settle") else "",
        next_update_at=at["signed"] + timedelta(minutes=60) if plan.lives("2.4/update") else None,
        invoice_wanted=plan.invoice != "none",
        invoice_title=(customer.company or f"上海{customer.name[0]}氏商贸有限公司") if company else "",
        tax_no=f"91310112MA{plan.id.int % 10**8:08d}" if company else "",
    )  # fmt: skip
    car.note("order.begun", at["negotiation"], plan.advisor, number=order.number)
    return order


def _start(car: Car) -> datetime:
    """Return the start as it was told, in steps of five minutes: mostly kept, sometimes missed."""
    told = car.at["started"] + timedelta(minutes=car.source.choice([9, 7, 6, 5, 5, 5, 4, -4, -25]))
    return told.replace(minute=told.minute // 5 * 5, second=0)


def _old_parts(car: Car) -> str:
    if any(line.payer == OrderLine.Payer.WARRANTY for line in car.plan.agreed):
        return RepairOrder.OldParts.CLAIM
    return RepairOrder.OldParts.TAKE if car.plan.number % 4 == 0 else RepairOrder.OldParts.LEAVE


def _line(car: Car, order: RepairOrder, line: Line, position: int) -> OrderLine:
    pick, plan = line.pick, car.plan
    moment = car.at["extra" if line.extra else "answered"]
    answered = "open" if plan.cancelled else line.answer
    # Extra work is answered by link in 6 minutes, by phone in 11 (dealer facts, part 3, Extra work).
    sent = moment - timedelta(minutes=6 if plan.by_link else 11) if line.extra else moment
    row = car.add(
        OrderLine, moment, order=order, position=position, kind=pick.kind, code=pick.code, names=pick.names,
        why=line.why, reason=line.reason[:200], must=line.must, hours=pick.hours, minutes=pick.minutes, hv=pick.hv,
        labour=pick.labour, parts=pick.parts, list_amount=pick.amount, payer=line.payer, answer=answered,
        answer_reason="" if plan.cancelled else line.answer_reason, answered_at=None if plan.cancelled else moment,
        added_at=sent, by=plan.advisor,
    )  # fmt: skip
    if not line.agreed and not plan.cancelled:
        car.of_visit(
            OpenAdvice, moment, vehicle=plan.vehicle, customer=car.plan.customer, line=row, kind=line.answer,
            colour=line.colour, texts=pick.names, reason=line.answer_reason, amount=pick.amount, created_at=moment,
            by=plan.advisor,
        )  # fmt: skip
    return row


def _sign(car: Car, order: RepairOrder, lines: list[tuple[Line, OrderLine]]) -> None:
    moment, advisor = car.at["signed"], car.plan.advisor
    file, digest = car.ledger.signatures[car.plan.number % len(car.ledger.signatures)]
    signature = car.of_visit(
        Attachment, moment, kind=Attachment.Kind.SIGNATURE, file=file, sha256=digest, content_type="image/png",
        at=moment, by=advisor,
    )  # fmt: skip
    consent = _consent(car, order, lines, Consent.Kind.REPAIR, moment, how="signature", signature=signature)
    sheet = car.of_visit(SheetConfirmation, moment, how="signed", at=moment, by=advisor, signature=signature)
    car.proves(sheet, advisor, moment, "1.5/confirm")
    car.proves(consent, advisor, moment, "2.3/signature")


def _agree_again(car: Car, order: RepairOrder, lines: list[tuple[Line, OrderLine]]) -> None:
    """Extra work of the workshop: by link, or by phone before a second person."""
    moment, plan = car.at["extra"] + timedelta(seconds=30), car.plan
    if plan.by_link:
        _consent(car, order, lines, Consent.Kind.CHANGE, moment, how="link", by=None)
        return
    _consent(
        car, order, lines, Consent.Kind.CHANGE, moment, how="phone", number_called=car.plan.customer.phone,
        second_person=car.ledger.crew.one(Role.SUPERVISOR),
    )  # fmt: skip


def _consent(
    car: Car, order: RepairOrder, lines: list[tuple[Line, OrderLine]], kind: str, moment: Any, **how: Any
) -> Consent:
    by: Staff | None = how.pop("by", car.plan.advisor)
    own = [line.pick.amount for line, _row in lines if line.payer == OrderLine.Payer.CUSTOMER]
    amount = sum(own, Decimal(0))
    consent = car.of_visit(Consent, moment, order=order, kind=kind, at=moment, by=by, amount=amount, **how)
    for line, row in lines:
        car.add(ConsentLine, moment, consent=consent, line=row, amount=line.pick.amount, payer=line.payer)
    car.note(f"consent.{kind}", moment, by, how=consent.how, amount=str(amount))
    return consent


def _promise(car: Car, order: RepairOrder) -> None:
    """Price, start, ready time, wash and the rest, each as it came out."""
    plan, at, kinds = car.plan, car.at, Promise.Kind
    given = {"given_by": plan.advisor, "given_at": at["signed"]}
    total = sum((line.pick.amount for line in plan.agreed if line.payer == OrderLine.Payer.CUSTOMER), Decimal(0))
    car.of_visit(
        Promise, at["signed"], kind=kinds.PRICE, amount=total, **given, **settled(at["delivery"], due=None)
    )  # fmt: skip
    if order.expected_start:
        start = max(order.expected_start, at["signed"])
        car.of_visit(
            Promise, at["signed"], kind=kinds.START, due_at=start, **given, **settled(at["started"], due=start)
        )
    ready(car, given)
    if plan.wash:
        car.of_visit(
            Promise, at["signed"], kind=kinds.WASH, due_at=at["due"], **given, **settled(at["washed"], due=at["due"])
        )  # fmt: skip
    if order.next_update_at:
        due = max(order.next_update_at, plan.told + timedelta(minutes=plan.number % 7 * 10 - 8))
        car.of_visit(Promise, at["arranged"], kind=kinds.UPDATE, due_at=due, **given, **settled(plan.told, due=due))
    if order.old_parts == RepairOrder.OldParts.TAKE:
        due = at["handed"] + timedelta(minutes=-40 if car.source.random() < LOST_OLD_PARTS else 20)
        car.of_visit(Promise, at["signed"], kind=kinds.OLD_PARTS, due_at=due, **given, **settled(at["handed"], due=due))


def ready(car: Car, given: dict[str, Any]) -> None:
    """The ready time, moved with the customer's consent where that was drawn."""
    plan, at = car.plan, car.at
    due, moved = at["due"], plan.promise == "moved"
    after = plan.told + timedelta(minutes=8) if moved else due
    promise = car.of_visit(
        Promise, at["signed"], kind=Promise.Kind.READY, due_at=after, calculated_at=due - timedelta(minutes=5),
        moved=moved, **given, **settled(plan.told, due=after, moved=moved),
    )  # fmt: skip
    if moved:
        move_of(car, promise, due, after)


def move_of(car: Car, promise: Promise, before: Any, after: Any) -> None:
    """Keep the change of a ready time, told before it was due."""
    at = max(before - timedelta(minutes=6), car.at["signed"] + timedelta(minutes=1))
    car.of_visit(
        PromiseChange, at, promise=promise, at=at, by=car.plan.advisor, due_before=before, due_after=after,
        consent="phone", reason="前一辆车延误",
    )  # fmt: skip
    car.visit.ready_due = after
    car.note("promise.changed", at, car.plan.advisor, promise="ready")
