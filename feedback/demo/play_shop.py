"""Today in the workshop and the showcase: stage 3 through the product's own actions."""

from datetime import datetime, timedelta
from decimal import Decimal

from dealership.actions.promises import change
from dealership.actions.stages import advance
from dealership.models import Bay, Message, Promise, Role, Staff
from dealership.stages import Stage
from delivery.actions.handover import bring_home
from feedback.demo import words
from feedback.demo.past_shop import FINDING
from feedback.demo.played import Played
from inspection.actions import check, final, jobs, notice
from inspection.actions.power_off import record_power_off
from inspection.models import FinalInspection
from reception.actions import lines
from reception.actions.consents import agree_by_phone
from reception.actions.dispatch import dispatch
from reception.models import Dispatch
from reception.queries.orders import hv_needed

WORKER_TAKES = timedelta(seconds=5)


def send(car: Played, now: datetime) -> None:
    """The controller sends the car to a technician and a free bay."""
    kind = Bay.Kind.EXPRESS if car.plan.express and car.plan.lives("1.6/bay") else Bay.Kind.GENERAL
    busy = Dispatch.objects.filter(until=None).values("bay_id")
    bays = list(Bay.objects.filter(kind__in=Bay.WORK_KINDS).exclude(pk__in=busy).order_by("position"))
    fitting = [bay for bay in bays if bay.kind == kind] or bays or list(Bay.objects.filter(kind=kind))
    dispatch(car.visit, by=car.crew.one(Role.CONTROLLER), technician=technician(car), bay=fitting[0], now=now)


def technician(car: Played) -> Staff:
    """Return who works on the car: qualified where high voltage is touched."""
    if hv_needed(car.order) and car.plan.technician not in car.crew.hv:
        return car.crew.hv[car.plan.number % len(car.crew.hv)]
    return car.plan.technician


def start(car: Played, now: datetime) -> None:
    """Work begins, with the power off where it must be."""
    by = technician(car)
    if hv_needed(car.order):
        record_power_off(car.visit, by=by, voltage=Decimal("0.4"), locked=True, now=now)
    jobs.start(car.visit, by=by, now=now)


def extra(car: Played, now: datetime) -> None:
    """What the workshop found is offered by phone, before a second person."""
    found = [line for line in car.plan.lines if line.extra and not line.pick.hv]
    order = car.order
    agreed = False
    for line in found:
        row = lines.add_extra_line(
            car.visit, by=car.advisor, kind=line.pick.kind, code=line.pick.code, reason=line.reason, now=now
        )
        lines.answer_line(
            row, by=car.advisor, answer=line.answer, reason=line.answer_reason, colour=line.colour, now=now
        )
        agreed = agreed or line.agreed
    if agreed:
        agree_by_phone(
            order, by=car.advisor, second_person=car.crew.one(Role.SUPERVISOR),
            number_called=car.plan.customer.phone or "-", now=now,
        )  # fmt: skip


def pause(car: Played, now: datetime) -> None:
    """An overnight car rests: the part is not there."""
    jobs.pause(car.visit, by=technician(car), reason="parts", now=now)


def finish(car: Played, now: datetime) -> None:
    """The technician reports."""
    findings = [(car.source.choice(words.FINDINGS), "yellow")] if car.source.random() < FINDING else []
    jobs.finish(car.visit, by=technician(car), chips=["all_done", "tested"], findings=findings, now=now)


def inspect(car: Played, now: datetime) -> None:
    """The controller looks the car over and hands it to the advisor."""
    place = Bay.objects.filter(kind=Bay.Kind.HANDOVER).order_by("position")[car.plan.number % 6]
    final.inspect(
        car.visit, by=car.crew.one(Role.CONTROLLER), result=FinalInspection.Result.PASSED,
        road_test=car.plan.number % 4 == 0, place=place, old_parts="bagged", now=now,
    )  # fmt: skip


def send_back(car: Played, now: datetime) -> None:
    """Not good enough: once more."""
    final.inspect(
        car.visit, by=car.crew.one(Role.CONTROLLER), result=FinalInspection.Result.BACK, items={"work": "fault"},
        note=car.source.choice(words.BACK), now=now,
    )  # fmt: skip


def start_again(car: Played, now: datetime) -> None:
    """The rework begins."""
    start(car, now)


def wash(car: Played, now: datetime) -> None:
    """The car is washed."""
    if car.plan.wash:
        check.washed(car.visit, by=car.advisor, now=now)


def mid_check(car: Played, now: datetime) -> None:
    """The advisor's own check."""
    check.check_car(car.visit, by=car.advisor, now=now)


def materials(car: Played, now: datetime) -> None:
    """The three papers side by side."""
    check.check_materials(car.visit, by=car.advisor, asked=technician(car), now=now)


def prepare(car: Played, now: datetime) -> None:
    """Papers, old parts and car stand ready."""
    if car.plan.lives("3.2/prepare"):
        check.prepare(car.visit, by=car.advisor, now=now)


def move_promise(car: Played, now: datetime) -> None:
    """The customer is told in time that it takes longer."""
    promise = Promise.objects.filter(visit=car.plan.id, kind=Promise.Kind.READY, state=Promise.State.OPEN).first()
    after = max(car.plan.told, now).replace(second=0, microsecond=0)
    if promise and promise.due_at and now < promise.due_at < after:
        change(promise, by=car.advisor, consent="phone", due_at=after, reason="前一辆车延误", now=now)


def tell(car: Played, now: datetime) -> None:
    """The customer hears that the car is ready."""
    if car.plan.waiting == "home":
        bring_home(car.visit, by=car.advisor, on=True, now=now)
    if car.plan.lives("3.3/notify"):
        way = "message" if car.plan.customer.email else ("phone" if car.plan.number % 2 else "copied")
        told = notice.tell(car.visit, by=car.advisor, way=way, now=now)
        if told and told.message and now + WORKER_TAKES < car.until:
            _sent(told.message, now + WORKER_TAKES)


def _sent(message: Message, moment: datetime) -> None:
    """Let a message of an earlier moment be out, as the worker would have done; the newest one it really sends."""
    waiting = Message.objects.filter(pk=message.pk, state=Message.State.WAITING)
    waiting.update(state=Message.State.SENT, sent_at=moment, handed_at=moment, attempts=1)


def explain(car: Played, now: datetime) -> None:
    """The customer stands at the car: on to the explanation."""
    advance(car.visit, to=Stage.EXPLANATION, by=car.advisor, now=now)
