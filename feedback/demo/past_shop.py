"""The past in the workshop and the showcase: stage 3 as rows."""

from datetime import datetime, timedelta
from decimal import Decimal

from dealership.models import Bay, CustomerLink, LinkAddress, Message, Role, Situation, Staff
from dealership.stages import Stage
from feedback.demo import words
from feedback.demo.car import Car
from feedback.demo.notice import MadeLink, made_link, notice_text
from inspection.models import (
    FinalInspection,
    Job,
    JobSpan,
    MaterialCheck,
    MidCheck,
    PowerOff,
    Preparation,
    ReadyNotice,
    Wash,
    WorkReport,
    WorkshopHandover,
)
from reception.models import Dispatch, OpenAdvice

PAPERS = ["sheet", "order", "parts"]
FINDING = 0.15
OPENED = 0.38
"""Links that are opened (dealer facts, part 3, Voice)."""
ALL_OK = {item.value: "ok" for item in FinalInspection.Item}
CHECKED = {item.value: "ok" for item in MidCheck.Item}


def work(car: Car) -> None:
    """Dispatch, the work itself, and the final inspection by another person."""
    plan, at = car.plan, car.at
    controller = car.ledger.crew.one(Role.CONTROLLER)
    express = plan.express and plan.lives("1.6/bay")
    bay = car.ledger.bay(Bay.Kind.EXPRESS if express else Bay.Kind.GENERAL, plan.number)
    dispatch = car.of_visit(
        Dispatch, at["dispatched"], technician=plan.technician, bay=bay, at=at["dispatched"], by=controller,
        until=at["finished"], minutes=sum(line.pick.minutes for line in plan.agreed), hv_needed=plan.hv,
    )  # fmt: skip
    car.proves(dispatch, controller, at["dispatched"], "1.6/bay")
    car.note("dispatched", at["dispatched"], controller, technician=str(plan.technician.pk), bay=bay.name)
    if plan.hv:
        moment = at["started"] - timedelta(minutes=1)
        car.of_visit(PowerOff, moment, voltage=Decimal("0.4"), locked=True, at=moment, by=plan.technician)
    job = car.of_visit(
        Job, at["dispatched"], dispatch=dispatch, technician=plan.technician, bay=bay, state=Job.State.DONE,
        since=at["finished"], done_at=at["finished"],
    )  # fmt: skip
    started = _span(car, job, JobSpan.Kind.START, at["started"])
    car.proves(started, plan.technician, at["started"], "2.5/start")
    _finish(car, job)
    _inspect(car, job, controller)


def _span(car: Car, job: Job, kind: str, moment: datetime, *, reason: str = "", by: Staff | None = None) -> JobSpan:
    technician = car.plan.technician
    car.note(f"job.{kind}", moment, by or technician, reason=reason)
    return car.of_visit(
        JobSpan, moment, job=job, kind=kind, reason=reason, technician=technician, at=moment, by=by or technician
    )


def _finish(car: Car, job: Job) -> None:
    plan, moment = car.plan, car.at["finished"]
    _span(car, job, JobSpan.Kind.DONE, moment)
    if plan.lives("3.1/report"):
        report = car.of_visit(
            WorkReport, moment, job=job, chips=["all_done", "tested"], text="", at=moment, by=plan.technician
        )
        car.proves(report, plan.technician, moment, "3.1/report")
    if car.source.random() < FINDING:
        text = car.source.choice(words.FINDINGS)
        car.of_visit(
            OpenAdvice, moment, vehicle=plan.vehicle, customer=car.plan.customer, kind=OpenAdvice.Kind.FOUND,
            colour="yellow", texts={"zh-hans": text}, created_at=moment, by=plan.technician,
        )  # fmt: skip


def _inspect(car: Car, job: Job, controller: Staff) -> None:
    plan, moment = car.plan, car.at["inspected"]
    if plan.sent_back:
        gap = (moment - car.at["finished"]) / 4
        at, note = moment - 3 * gap, car.source.choice(words.BACK)
        items = ALL_OK | {"work": "fault"}
        car.of_visit(
            FinalInspection, at, result=FinalInspection.Result.BACK, items=items, note=note, inspector=controller, at=at
        )
        car.note("final.back", at, controller)
        job.back_reason = note
        for kind, number in ((JobSpan.Kind.BACK, 3), (JobSpan.Kind.START, 2), (JobSpan.Kind.DONE, 1)):
            reason, by = (note, controller) if kind == JobSpan.Kind.BACK else ("", None)
            _span(car, job, kind, moment - number * gap, reason=reason, by=by)
        job.since = job.done_at = moment - gap
    inspection = car.of_visit(
        FinalInspection, moment, result=FinalInspection.Result.PASSED, items=ALL_OK, note="",
        road_test=plan.number % 4 == 0, inspector=controller, at=moment,
    )  # fmt: skip
    car.note("final.passed", moment, controller)
    car.proves(inspection, controller, moment, "3.1/inspection")
    if plan.lives("3.1/transfer"):
        handover = car.of_visit(
            WorkshopHandover, moment, key_tag=car.visit.key_tag, place=car.visit.place,
            old_parts=car.source.choice(["bagged", "none", "disposed"]), at=moment, by=controller,
        )  # fmt: skip
        car.proves(handover, controller, moment, "3.1/transfer")
    car.moved(Stage.WORKSHOP, Stage.SHOWCASE, moment, controller)


def show(car: Car) -> None:
    """Wash, the advisor's own checks, the notice, and the car shown."""
    plan, at, advisor = car.plan, car.at, car.plan.advisor
    if plan.wash:
        car.of_visit(Wash, at["washed"], at=at["washed"], by=advisor)
        car.note("washed", at["washed"], advisor)
    if plan.lives("3.2/midcheck"):
        check = car.of_visit(MidCheck, at["checked"], result="fine", items=CHECKED, at=at["checked"], by=advisor)
        car.proves(check, advisor, at["checked"], "3.2/midcheck")
    if plan.lives("3.2/materials"):
        materials = car.of_visit(
            MaterialCheck, at["materials"], asked=plan.technician, papers=PAPERS, at=at["materials"], by=advisor
        )
        car.proves(materials, advisor, at["materials"], "3.2/materials")
    if plan.lives("3.2/prepare"):
        ready = car.of_visit(Preparation, at["prepared"], place=car.visit.place, at=at["prepared"], by=advisor)
        car.proves(ready, advisor, at["prepared"], "3.2/prepare")
    if plan.lives("3.3/notify"):
        notice = _tell(car)
        car.proves(notice, advisor, at["told"], "3.3/notify")
    car.situation(Situation.Kind.AGENT_OR_PHONE, at["explanation"])
    car.situation(Situation.Kind.HOME_DELIVERY, at["told"])
    car.moved(Stage.SHOWCASE, Stage.EXPLANATION, at["explanation"], advisor)


def _tell(car: Car) -> ReadyNotice:
    plan, moment, due = car.plan, car.at["told"], car.visit.ready_due
    if plan.waiting == "lounge" and plan.number % 3 == 0:
        return car.of_visit(ReadyNotice, moment, way="person", due_at=due, at=moment, by=plan.advisor)
    message = _message(car)
    machine = message.told_by is None
    way = "message" if machine else ("copied" if plan.number % 2 else "phone")
    if not machine:
        car.note("message.told", moment, plan.advisor, message="ready", how="copy" if way == "copied" else "phone")
    return car.of_visit(ReadyNotice, moment, way=way, message=message, due_at=due, at=moment, by=plan.advisor)


def _message(car: Car) -> Message:
    plan, moment, customer = car.plan, car.at["told"], car.plan.customer
    made = made_link(car.source)
    _link(car, made)
    channel = "email" if customer.email else "by_hand"
    subject, body = notice_text(
        car.ledger.texts[channel], plan, moment=moment, due=car.visit.ready_due, link=made.address
    )
    sent = moment + timedelta(seconds=4)
    message = car.of_visit(
        Message, moment, customer=customer, kind="ready", channel=channel, language=customer.language,
        recipient=customer.email or customer.phone, subject=subject, body=body, dedupe_key=f"ready:{plan.id}",
        state=Message.State.SENT, created_at=moment, send_at=moment, sent_at=sent,
        handed_at=sent if customer.email else None, attempts=1 if customer.email else 0,
        told_by=None if customer.email else plan.advisor,
    )  # fmt: skip
    car.note("message.queued", moment, plan.advisor, message="ready", channel=channel)
    return message


def _link(car: Car, made: MadeLink) -> None:
    """The link of the notice; where it leads is a row of its own, which belongs to no store."""
    moment = car.at["told"]
    opened = moment + timedelta(minutes=3) if car.source.random() < OPENED else None
    link = car.of_visit(
        CustomerLink, moment, created_at=moment, expires_at=car.at["left"] + timedelta(days=14), opened_at=opened,
        pickup_code=f"{car.source.randrange(10**6):06d}",
    )  # fmt: skip
    address = LinkAddress(token_hash=made.token_hash, public_id=made.public_id, store=car.store.pk, link=link.pk)
    car.ledger.addresses.append(address)
    if opened:
        car.note("link.opened", opened, None)
