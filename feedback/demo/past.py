"""The past of a store: its cars written as facts, day by day."""

from collections.abc import Sequence
from datetime import datetime

from dealership.models import Bay, Visit, business_day
from dealership.stages import Stage
from feedback.demo import past_desk, past_shop, past_till, words
from feedback.demo.car import Car, Ledger, expect_nobody, flush, used_numbers
from feedback.demo.notice import texts_of
from feedback.demo.plan import Ground, Plan
from feedback.demo.signatures import keep_signatures
from feedback.demo.ticks import write_ticks
from reception.models import Appointment


def write(ground: Ground, plans: Sequence[Plan], *, until: datetime) -> int:
    """Write the visits of these plans, all of them over before `until`; return how many."""
    if not plans:
        return 0
    ledger = _ledger(ground, plans, until)
    for plan in plans:
        _write_car(Car(plan, ledger))
    _keep_appointments(plans, ledger)
    flush(ledger, [plan.id for plan in plans])
    return len(plans)


def _ledger(ground: Ground, plans: Sequence[Plan], until: datetime) -> Ledger:
    store = ground.store
    bays: dict[str, list[Bay]] = {}
    for bay in Bay.objects.order_by("position"):
        bays.setdefault(bay.kind, []).append(bay)
    return Ledger(
        store=store, crew=ground.crew, standard=ground.standard, steps=ground.steps, bays=bays,
        signatures=keep_signatures(store), texts=texts_of(Visit(store=store)), until=until,
        numbers=used_numbers({business_day(store, plan.at["negotiation"]) for plan in plans}),
        expected=expect_nobody(plan.appointment_id for plan in plans),
    )  # fmt: skip


def _write_car(car: Car) -> None:
    past_desk.arrive(car)
    past_desk.walk_around(car)
    lines = past_desk.agree(car)
    if car.plan.cancelled:
        reason = car.source.choice(words.CANCELLED)
        car.moved(Stage.NEGOTIATION, Stage.CANCELLED, car.at["signed"], car.plan.advisor, reason)
    else:
        past_shop.work(car)
        past_shop.show(car)
        past_till.see_off(car, past_till.explain(car, lines))
    write_ticks(car, car.ledger.steps)


def _keep_appointments(plans: Sequence[Plan], ledger: Ledger) -> None:
    """The appointments that were there already were kept."""
    for plan in plans:
        if plan.appointment_id in ledger.expected:
            Appointment.objects.filter(pk=plan.appointment_id).update(state=Appointment.State.ARRIVED, visit_id=plan.id)
