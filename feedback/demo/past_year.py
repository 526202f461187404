"""What the past year of a car tells: earlier visits of the regulars, recalls and campaigns, a long repair."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from dealership.actions.records import recompute
from dealership.models import Promise, StageChange, Vehicle, Visit, Work
from dealership.stages import Stage
from feedback.demo.plan import Ground, overnight_plans
from reception.models import Campaign, CampaignDone, Consent, OpenAdvice, OrderLine, RepairOrder, ServiceInterval

YOUNG = timedelta(days=400)
CAME = time(9, 20)
RECALLED = 9
"""Every so manieth car of the pool is on the recall's list."""


@dataclass(frozen=True)
class Earlier:
    """A visit of the past year: `picks` are keys of the price list; `lasted` whole days."""

    days_ago: int
    work: str
    words: str
    picks: tuple[str, ...]
    payer: str = OrderLine.Payer.CUSTOMER
    lasted: int = 0
    declined: str = ""
    against: str = ""
    broken: bool = False


PASTS: tuple[tuple[Earlier, ...], ...] = (
    (
        Earlier(330, Work.SERVICE, "做个保养", ("package:P20",), against="package:AC"),
        Earlier(160, Work.REPAIR, "过减速带底盘有异响", ("labour:R02",), declined="package:PADS", broken=True),
        Earlier(95, Work.REPAIR, "底盘还是有异响", ("labour:R02", "labour:M11")),
    ),
    (
        Earlier(300, Work.CLAIM, "天窗关不严", ("labour:R08",), OrderLine.Payer.WARRANTY, 9),
        Earlier(190, Work.CLAIM, "天窗又关不严", ("labour:R08",), OrderLine.Payer.WARRANTY, 8),
        Earlier(75, Work.CLAIM, "天窗密封条有风噪", ("labour:R08",), OrderLine.Payer.WARRANTY, 3),
    ),
    (Earlier(340, Work.SERVICE, "做保养", ("package:P10",), declined="package:TYRES"),),
)


def prepare(ground: Ground, *, today: date, now: datetime) -> None:
    """Write the store's campaigns and the regulars' past, once; let the car of the long repair be young."""
    _wait_for_a_part(ground, today)
    if Campaign.objects.exists():
        return
    _campaigns(ground, today, now)
    ServiceInterval.objects.create(store=ground.store, name="途昂", fits="途昂", km=7_500, months=6, first_km=5_000)
    visits = []
    for number, vehicle in enumerate(ground.regulars):
        if number % len(PASTS) == 1:
            _renew(vehicle, today)
        for place, earlier in enumerate(PASTS[number % len(PASTS)]):
            visits.append(_visit(ground, vehicle, earlier, today, 3 * number + place))
    recompute([visit.pk for visit in visits], now=now)


def _wait_for_a_part(ground: Ground, today: date) -> None:
    for plan in overnight_plans(ground, today):
        if Work.CLAIM in plan.works and plan.vehicle.sold_on and plan.vehicle.sold_on < today - YOUNG:
            _renew(plan.vehicle, today)


def _renew(vehicle: Vehicle, today: date) -> None:
    """Let a car be a year old."""
    vehicle.sold_on, vehicle.mileage = today - YOUNG, 14_200
    vehicle.year = vehicle.sold_on.year
    vehicle.save(update_fields=["sold_on", "mileage", "year"])


def _campaigns(ground: Ground, today: date, now: datetime) -> None:
    store, by = ground.store, ground.crew.one("manager")
    listed = [*ground.regulars[::3], *ground.pool[::RECALLED]]
    recall, _free, ended = Campaign.objects.bulk_create(
        [
            Campaign(store=store, kind="recall", code="S2026-118", title="安全气囊控制单元软件升级", operation="E04",
                     since=today - timedelta(days=40), vins=[car.vin for car in listed], minutes=50),
            Campaign(store=store, kind="campaign", code="H2026-07", title="空调滤芯免费更换", operation="M03",
                     since=today - timedelta(days=80), until=today + timedelta(days=60), fits="途岳\nID.4", minutes=15,
                     say="厂家送您一次空调滤芯更换，约15分钟，今天一起换吗？"),
            Campaign(store=store, kind="recall", code="S2025-031", title="后排安全带锁扣检查", operation="R01",
                     since=today - timedelta(days=500), fits="帕萨特", year_from=2019, year_to=2021, active=False),
        ]
    )  # fmt: skip
    CampaignDone.objects.bulk_create(
        CampaignDone(store=store, campaign=campaign, vehicle=car, at=now - timedelta(days=30), by=by)
        for campaign, cars in ((recall, ground.pool[:: 2 * RECALLED]), (ended, ground.pool[:12]))
        for car in cars
    )


def _visit(ground: Ground, vehicle: Vehicle, earlier: Earlier, today: date, number: int) -> Visit:
    store, crew = ground.store, ground.crew
    day = today - timedelta(days=earlier.days_ago)
    came = datetime.combine(day, CAME, store.zone)
    done = came + timedelta(days=earlier.lasted, hours=2)
    left = done + timedelta(minutes=40)
    advisor = crew.by_role["advisor"][number % 3]
    visit = Visit.objects.create(
        store=store, vehicle=vehicle, customer=vehicle.owner, standard=ground.standard, works=[earlier.work],
        words=earlier.words, stage=Stage.CLOSED, stage_since=left, arrived_at=came, greeted_at=came, left_at=left,
        advisor=advisor, mileage=max((vehicle.mileage or 0) - 33 * earlier.days_ago, 800),
    )  # fmt: skip
    for source, target, at in (
        ("", Stage.RECEPTION, came), (Stage.WORKSHOP, Stage.SHOWCASE, done), (Stage.DELIVERY, Stage.CLOSED, left),
    ):  # fmt: skip
        StageChange.objects.create(store=store, visit=visit, source=source, target=target, at=at, by=advisor)
    _order(ground, visit, earlier, number)
    if earlier.broken:
        due = done - timedelta(minutes=50)
        Promise.objects.create(
            store=store, visit=visit, kind=Promise.Kind.READY, state=Promise.State.BROKEN, given_by=advisor,
            given_at=came, due_at=due, settled_at=done,
        )  # fmt: skip
    return visit


def _order(ground: Ground, visit: Visit, earlier: Earlier, number: int) -> None:
    agreed = visit.arrived_at + timedelta(minutes=25)
    order = RepairOrder.objects.create(
        store=ground.store, visit=visit, number=f"W-{visit.arrived_at:%m%d}-{900 + number}", created_at=agreed,
        by=visit.advisor, waiting=RepairOrder.Waiting.LOUNGE if not earlier.lasted else RepairOrder.Waiting.LEAVE,
    )  # fmt: skip
    answers = [(key, "agreed") for key in earlier.picks]
    answers += [(earlier.declined, "declined"), (earlier.against, "advised_against")]
    total = Decimal(0)
    for key, answer in answers:
        if not key:
            continue
        line = _line(ground, order, key, answer, payer=earlier.payer)
        total += line.amount if line.agreed and line.of_customer else Decimal(0)
        if not line.agreed:
            OpenAdvice.objects.create(
                store=ground.store, vehicle=visit.vehicle, customer=visit.customer, visit=visit, line=line,
                kind=answer, colour="red" if key == "package:PADS" else "yellow", texts=line.names,
                amount=line.amount, created_at=agreed, by=visit.advisor,
            )  # fmt: skip
    Consent.objects.create(
        store=ground.store, visit=visit, order=order, kind="repair", how="link", at=agreed, by=visit.advisor,
        amount=total,
    )  # fmt: skip


def _line(ground: Ground, order: RepairOrder, key: str, answer: str, *, payer: str) -> OrderLine:
    pick = ground.picks[key]
    position = OrderLine.objects.filter(order=order).count() + 1
    return OrderLine.objects.create(
        store=ground.store, order=order, position=position, kind=pick.kind, code=pick.code, names=pick.names,
        hours=pick.hours, minutes=pick.minutes, labour=pick.labour, parts=pick.parts, list_amount=pick.amount,
        payer=payer, answer=answer, answered_at=order.created_at, added_at=order.created_at, by=order.by,
    )  # fmt: skip
