"""A car on its way through workshop and showcase, for the tests of this folder."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django_scopes import scope

from dealership.models import Bay, Promise, Situation, Staff, StageChange, StepTick, Visit
from dealership.uuids import uuid7
from inspection.actions import check, final, jobs
from inspection.models import FinalInspection
from reception.models import Consent, ConsentLine, Dispatch, OrderLine, RepairOrder
from tests.cast import Cast, at


@dataclass
class Shop:
    """A visit with an agreed order; `dispatch`, `work`, `inspect` and `check` take it on, a quarter of an hour each."""

    cast: Cast
    visit: Visit
    order: RepairOrder
    lines: list[OrderLine]

    def scope(self):
        return scope(store=self.cast.store)

    def bay(self, name: str) -> Bay:
        return Bay.objects.get(name=name)

    def enter(self, stage: str, moment: datetime, source: str = "") -> None:
        Visit.objects.filter(pk=self.visit.pk).update(stage=stage, stage_since=moment)
        StageChange.objects.create(
            store=self.cast.store, visit=self.visit, source=source or self.visit.stage, target=stage, at=moment
        )
        self.visit.refresh_from_db()

    def dispatch(self, technician: Staff | None = None, **given) -> Dispatch:
        return Dispatch.objects.create(
            store=self.cast.store,
            visit=self.visit,
            technician=technician or self.cast.technician,
            bay=given.pop("bay", None) or self.bay("1号工位"),
            at=given.pop("at", at("09:10")),
            by=self.cast.controller,
            **given,
        )

    def work(self, began: str = "09:15", done: str = "10:15") -> None:
        jobs.start(self.visit, by=self.cast.technician, now=at(began))
        jobs.finish(self.visit, by=self.cast.technician, now=at(done))

    def inspect(self, clock: str = "10:25", **given) -> FinalInspection:
        return final.inspect(self.visit, by=self.cast.controller, result="passed", now=at(clock), **given)

    def check(self, clock: str = "10:35") -> None:
        check.check_car(self.visit, by=self.cast.advisor, now=at(clock))
        check.check_materials(self.visit, by=self.cast.advisor, asked=self.cast.technician, now=at(clock))

    def to_showcase(self) -> None:
        self.dispatch()
        self.work()
        self.inspect()

    def steps(self) -> set[str]:
        return {tick.code for tick in StepTick.objects.filter(visit=self.visit)}

    def promise(self, kind: str, due: datetime | None = None) -> Promise:
        return Promise.objects.create(
            store=self.cast.store,
            visit=self.visit,
            kind=kind,
            given_by=self.cast.advisor,
            given_at=at("08:58"),
            due_at=due,
        )

    def diagnosis_only(self) -> None:
        Situation.objects.create(
            store=self.cast.store, visit=self.visit, kind=Situation.Kind.DIAGNOSIS_ONLY, since=at("09:30")
        )


def make_shop(
    cast: Cast, plate: str = "沪A8K2D6", *, hv: bool = False, agreed: bool = True, stage: str = "workshop"
) -> Shop:
    """Return a visit in the workshop with two lines, agreed by phone unless told otherwise."""
    visit = cast.visit(plate)
    with scope(store=cast.store):
        number = f"W-{uuid7().hex[-9:]}"
        order = RepairOrder.objects.create(
            store=cast.store, visit=visit, number=number, created_at=at("08:50"), by=cast.advisor
        )
        lines = [
            OrderLine.objects.create(
                store=cast.store,
                order=order,
                position=position,
                kind="labour",
                code=code,
                names={"zh-hans": name, "en": name},
                hours=Decimal("0.8"),
                minutes=48,
                labour=Decimal(96),
                hv=hv and position == 1,
                answer="agreed" if agreed else "open",
                added_at=at("08:52"),
                by=cast.advisor,
            )
            for position, (code, name) in enumerate([("M01", "小保养"), ("M03", "空调滤芯")], start=1)
        ]
        shop = Shop(cast, visit, order, lines)
        if agreed:
            _agree(shop)
        shop.enter("negotiation", at("08:45"), "reception")
        shop.enter(stage, at("09:05"))
    return shop


def _agree(shop: Shop) -> None:
    consent = Consent.objects.create(
        store=shop.cast.store,
        visit=shop.visit,
        order=shop.order,
        kind="repair",
        how="phone",
        at=at("08:58"),
        by=shop.cast.advisor,
        amount=Decimal(192),
        number_called="1234",
        second_person=shop.cast.supervisor,
    )
    for line in shop.lines:
        ConsentLine.objects.create(
            store=shop.cast.store, consent=consent, line=line, amount=line.amount, payer=line.payer
        )


def later(clock: str, minutes: int) -> datetime:
    """Return `minutes` after `clock`."""
    return at(clock) + timedelta(minutes=minutes)
