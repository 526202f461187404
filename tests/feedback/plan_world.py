"""Records of many visits at once, for the tests of weak items and plans."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from dealership.models import Staff, TouchpointRecord, Visit
from dealership.uuids import uuid7
from feedback.actions.plan_steps import Task, add_step
from feedback.actions.plans import Wish, make_plan
from feedback.models import CheckItem, CheckRound, CheckScore, CheckTask, CustomerReading, Plan
from tests.cast import SHANGHAI, Cast, at

TODAY = date(2026, 11, 20)
TITLE = "终检合格后10分钟内由顾问亲自致电"


def visits(cast: Cast, count: int, *, day: date = TODAY, advisor: Staff | None = None) -> list[Visit]:
    """Write `count` visits of one car, without the way through the stages."""
    one = Visit.objects.first() or cast.visit(now=at("08:00", "2026-09-01"))
    rows: list[Visit] = []
    for number in range(count):
        row = Visit.objects.get(pk=one.pk) if number == 0 else _copy(rows[0])
        row.pk = uuid7()
        row.advisor = advisor or cast.advisor
        row.arrived_at = datetime.combine(day, time(9), SHANGHAI) + timedelta(minutes=number)
        row.key_tag, row.left_at, row.stage = "", row.arrived_at + timedelta(hours=2), "closed"
        row._state.adding = True
        rows.append(row)
    return Visit.objects.bulk_create(rows)


def _copy(row: Visit) -> Visit:
    return Visit(**{field.attname: getattr(row, field.attname) for field in Visit._meta.concrete_fields})


def record(visit: Visit, touchpoint: str, score: float, *, day: date = TODAY, steps: int = 4) -> TouchpointRecord:
    """Return the record of a visit: what it lacks of 10 was not recorded."""
    done = round(steps * score / 10)
    return TouchpointRecord(
        store=visit.store, visit=visit, day=day, touchpoint=touchpoint, applicable=True, steps=steps, done=done,
        live=done, score=Decimal(f"{score:.2f}"),
    )  # fmt: skip


def lived(
    cast: Cast, touchpoint: str, scores: Sequence[float], *, day: date = TODAY, advisor: Staff | None = None
) -> list[Visit]:
    """Write a visit with a record for each score."""
    made = visits(cast, len(scores), day=day, advisor=advisor)
    TouchpointRecord.objects.bulk_create(
        record(visit, touchpoint, score, day=day) for visit, score in zip(made, scores, strict=True)
    )
    return made


def said(made: Iterable[Visit], gaps: Sequence[int], *, stage: str, touchpoint: str = "", day: date = TODAY) -> None:
    """Write an answer of the first visits."""
    CustomerReading.objects.bulk_create(
        CustomerReading(
            store=visit.store, visit=visit, stage=stage, touchpoint=touchpoint, gap=gap, source="call",
            at=datetime.combine(day, time(17), SHANGHAI), day=day,
        )
        for visit, gap in zip(made, gaps, strict=False)
    )  # fmt: skip


def checked(cast: Cast, touchpoint: str, scores: Sequence[int], *, day: date = TODAY) -> None:
    """Write a round of self-check with these scores."""
    item, _new = CheckItem.objects.get_or_create(
        store=cast.store, code=f"item-{touchpoint}".replace(".", "-"),
        defaults={"touchpoint": touchpoint, "who": "advisor", "way": "watch", "texts": {}, "since": at("08:00")},
    )  # fmt: skip
    now = datetime.combine(day, time(10), SHANGHAI)
    row, _new = CheckRound.objects.get_or_create(
        store=cast.store, day=day, number=1, defaults={"drawn_at": now, "due_at": now, "done_at": now}
    )
    first = CheckTask.objects.filter(round=row).count()
    for number, score in enumerate(scores):
        task = CheckTask.objects.create(store=cast.store, round=row, item=item, position=first + number)
        CheckScore.objects.create(
            store=cast.store, task=task, item=item, touchpoint=touchpoint, score=score, at=now, day=day,
            by=cast.supervisor,
        )  # fmt: skip


def wish(cast: Cast, **given: object) -> Wish:
    """Return a good plan's wish; `given` replaces parts of it."""
    values = {
        "title": TITLE, "why": "客户不用再打电话来问", "reading": "execution", "target": Decimal("7.0"),
        "start_on": TODAY, "review_on": TODAY + timedelta(days=28), "owner": cast.advisor, "department": "front_desk",
    } | given  # fmt: skip
    return Wish(**values)  # type: ignore[arg-type]


def planned(
    cast: Cast, *, touchpoint: str = "3.3", steps: int = 1, now: datetime | None = None, **given: object
) -> Plan:
    """Return a plan with its figure of today (six visits of 6.0) and a step a day."""
    now = now or at("09:00")
    if not TouchpointRecord.objects.filter(touchpoint=touchpoint).exists():
        lived(cast, touchpoint, [6.0] * 6, day=now.date() - timedelta(days=1))
    plan = make_plan(cast.store, touchpoint=touchpoint, wish=wish(cast, **given), by=cast.manager, now=now)
    for number in range(steps):
        due = plan.start_on + timedelta(days=number + 2)
        task = Task(f"步骤{number + 1}", cast.advisor, due)
        add_step(plan, task=task, by=cast.manager, now=now)
    return plan
