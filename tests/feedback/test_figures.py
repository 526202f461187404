"""The figures of a period: computed again from the plain facts, one by one."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from statistics import median
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_scopes import scope

from dealership.actions.promises import give, settle
from dealership.models import CustomerLink, Event, Promise, Situation, Visit
from delivery.models import Payment, Settlement, SettlementLine
from feedback.actions.scores import recompute
from feedback.figures import FIGURES
from feedback.models import CheckRound, CustomerReading
from feedback.periods import DAY, MONTH, Period, period_of
from feedback.queries.figures import figures_by_advisor, figures_of
from inspection.models import ReadyNotice
from reception.models import Consent, OrderLine, RepairOrder
from tests.cast import Cast, at
from tests.feedback.lives import closed

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
PLATES = ["沪A8K2D6", "沪B12345", "沪C54321", "沪D67890", "沪E13579", "沪F24680"]


@pytest.fixture(autouse=True)
def _on_that_day(time_machine) -> None:
    time_machine.move_to(at("18:30"), tick=False)


@pytest.fixture
def month() -> Period:
    return period_of(MONTH, TODAY)


def sql(text: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return cursor.fetchall()


def test_catalogue_has_short_codes_and_both_directions():
    assert all(len(code) <= 24 for code in FIGURES)
    assert {figure.better for figure in FIGURES.values()} == {"up", "down"}
    assert {"kept.ready", "kept.home_delivery", "comebacks_30"} <= FIGURES.keys()


def test_nothing_happened_gives_every_figure_without_a_value(cast: Cast, month: Period):
    with scope(store=cast.store):
        found = figures_of(cast.store, month)
    assert found.keys() == FIGURES.keys()
    assert {(one.value, one.n, one.interval, one.before) for one in found.values()} == {(None, 0, None, None)}


def test_promises_are_counted_by_kind_with_padding(cast: Cast, month: Period):
    with scope(store=cast.store):
        visit = cast.visit()
        for kind, due, done in [("ready", "10:00", "09:50"), ("start", "09:00", "09:10"), ("wash", "09:00", "10:00")]:
            give(
                visit, kind=kind, by=cast.advisor, due_at=at(due), calculated_at=at(due) - timedelta(minutes=7),
                now=at("08:40"),
            )  # fmt: skip
            settle(visit, kind=kind, now=at(done))
        found = figures_of(cast.store, month)
    states = dict(sql("SELECT kind, state FROM dealership_promise WHERE store_id = %s", cast.store.pk))
    assert states == {"ready": "kept", "start": "late", "wash": "broken"}
    assert found["promises_kept"].value == pytest.approx(100 / 3)
    assert (found["promises_kept"].n, found["promises_kept"].few) == (3, True)
    assert (found["kept.ready"].value, found["kept.wash"].value) == (100, 0)
    assert found["promises_late"].value == found["promises_broken"].value == pytest.approx(100 / 3)
    assert (found["padding_minutes"].value, found["padding_minutes"].n) == (7, 3)
    assert found["promises_kept"].interval is not None


def facts(cast: Cast) -> list[Visit]:
    """Write six visits that ended on the day, with waits, prices, notices, links and answers that differ."""
    visits = []
    for number, plate in enumerate(PLATES):
        visit = closed(cast, plate, clock=f"09:{number:02}")
        visit.greeted_at = visit.arrived_at + timedelta(minutes=number)
        visit.ready_due = at("10:30")
        visit.save(update_fields=["greeted_at", "ready_due"])
        ReadyNotice.objects.create(
            store=cast.store, visit=visit, way="phone", due_at=visit.ready_due, at=at(f"10:{28 + number}"),
            by=cast.advisor,
        )  # fmt: skip
        CustomerLink.objects.update_or_create(
            store=cast.store,
            visit=visit,
            defaults={
                "created_at": at("09:40"),
                "pickup_code": "123456",
                "opened_at": None if number else at("09:50"),
            },
        )
        priced(cast, visit, settled=Decimal(500 - 100 * (number == 1) + 100 * (number == 2)))
        visits.append(visit)
    Event.objects.create(store=cast.store, visit=visits[0], kind="transferred", at=at("09:30"))
    Event.objects.create(store=cast.store, visit=visits[1], kind="thread.asked", at=at("09:40"))
    reading(cast, visits[0], gap=1)
    return visits


def priced(cast: Cast, visit: Visit, *, settled: Decimal) -> None:
    """Give a visit an order agreed at 500, one extra line, and a settlement of `settled`."""
    named = {"number": f"R{visit.pk.hex[-8:]}", "created_at": at("09:10")}
    order, _ = RepairOrder.objects.get_or_create(store=cast.store, visit=visit, defaults=named)
    extra = settled > 500
    own = line(cast, order, "words", Decimal(min(settled, 500)))
    Consent.objects.create(
        store=cast.store, visit=visit, order=order, kind="repair", how="link", at=at("09:20"), amount=Decimal(500)
    )
    final = {"state": "final", "drawn_at": at("10:30"), "final_at": at("10:31"), "number": f"S{visit.pk.hex[-8:]}"}
    sheet, _ = Settlement.objects.update_or_create(store=cast.store, visit=visit, defaults=final)
    found = line(cast, order, "extra", Decimal(100), answer="agreed" if extra else "declined", minutes=6)
    for one in [own, found] if extra else [own]:
        SettlementLine.objects.create(
            store=cast.store, settlement=sheet, line=one, payer="customer", consented_payer="customer",
            quoted=max(one.amount, Decimal(0)), labour=one.labour, parts=one.parts, settled=one.amount,
        )  # fmt: skip
    Payment.objects.create(
        store=cast.store, visit=visit, settlement=sheet, method="cash", amount=settled, at=at("10:35"), by=cast.cashier
    )


def line(
    cast: Cast, order: RepairOrder, why: str, amount: Decimal, *, answer: str = "agreed", minutes: int = 0
) -> OrderLine:
    return OrderLine.objects.create(
        store=cast.store, order=order, position=1, kind="labour", code="M01", names={"zh-hans": "机油"}, why=why,
        labour=amount, answer=answer, added_at=at("09:30"), answered_at=at("09:30") + timedelta(minutes=minutes),
    )  # fmt: skip


def reading(cast: Cast, visit: Visit, *, gap: int) -> None:
    CustomerReading.objects.create(
        store=cast.store, visit=visit, stage="reception", gap=gap, source="call", at=at("12:00"), day=TODAY
    )


def test_figures_of_ended_visits_agree_with_plain_facts(cast: Cast, month: Period):
    with scope(store=cast.store):
        visits = facts(cast)
        recompute(cast.store, TODAY)
        found = figures_of(cast.store, month)
    waits = list(range(6))
    assert found["greeting_wait"].value == median(waits)
    assert (found["greeting_in_2"].value, found["greeting_in_2"].n) == (50, 6)
    told = sql(
        "SELECT count(*), count(*) FILTER (WHERE n.at <= v.ready_due) FROM dealership_visit v"
        " JOIN inspection_readynotice n ON n.visit_id = v.id WHERE v.store_id = %s", cast.store.pk
    )  # fmt: skip
    assert told == [(6, 3)]
    assert (found["on_time_handover"].value, found["on_time_handover"].n) == (50, 6)
    assert found["link_opened"].value == pytest.approx(100 / 6)
    assert found["answered"].value == pytest.approx(100 / 6)
    assert found["transfers"].value == found["customer_calls"].value == pytest.approx(1 / 6)
    assert found["unattended"].value == pytest.approx(sum(waits) / 6 + 4)
    assert found["estimate_above"].value == found["estimate_below"].value == pytest.approx(100 / 6)
    assert found["estimate_equal"].value == pytest.approx(400 / 6)
    assert found["estimate_accuracy"].value == pytest.approx(500 / 6)
    assert (found["extra_agreed"].value, found["extra_minutes"].value) == (pytest.approx(100 / 6), 6)
    assert found["comebacks_30"].n == 0
    ((mean, n, live, steps),) = sql(
        "SELECT avg(score), count(score), sum(live), sum(steps) FROM dealership_touchpointrecord"
        " WHERE store_id = %s AND day = %s AND score IS NOT NULL", cast.store.pk, TODAY
    )  # fmt: skip
    assert (found["execution"].value, found["execution"].n) == (pytest.approx(float(mean)), n)
    assert (found["live_share"].value, found["live_share"].n) == (pytest.approx(100 * live / steps), steps)
    assert len(visits) == 6


def test_comeback_counts_on_the_day_of_the_visit_before_it(cast: Cast):
    with scope(store=cast.store):
        first = closed(cast, PLATES[0], day="2026-10-12")
        closed(cast, PLATES[1], day="2026-10-13")
        closed(cast, PLATES[0], day="2026-11-05", clock="09:00")
        back = Visit.objects.filter(vehicle=first.vehicle).latest("arrived_at")
        back.works = ["comeback"]
        back.save(update_fields=["works"])
        october = figures_of(cast.store, period_of(MONTH, date(2026, 10, 12)))
        november = figures_of(cast.store, period_of(MONTH, TODAY))
    assert (october["comebacks_30"].value, october["comebacks_30"].n) == (50, 2)
    assert (november["comebacks_30"].value, november["comebacks_30"].before) == (None, 50)


def test_running_period_is_compared_with_as_many_days_of_the_one_before(cast: Cast, month: Period):
    with scope(store=cast.store):
        for day, kept in (("2026-10-20", True), ("2026-10-25", False), ("2026-11-20", True)):
            visit = cast.visit(PLATES[0 if kept else 1], now=at("08:31", day))
            give(visit, kind="wash", by=cast.advisor, due_at=at("09:00", day), now=at("08:40", day))
            settle(visit, kind="wash", now=at("08:50" if kept else "12:00", day))
            Visit.objects.filter(pk=visit.pk).update(stage="closed")
        found = figures_of(cast.store, month)["promises_kept"]
    assert (found.value, found.n, found.before, found.before_n) == (100, 1, 100, 1)


def test_dropped_off_and_picked_up_cars_do_not_wait(cast: Cast, month: Period):
    with scope(store=cast.store):
        facts(cast)
        one, other = Visit.objects.order_by("-arrived_at")[:2]
        Visit.objects.filter(pk=one.pk).update(arrival="picked_up")
        Situation.objects.create(store=cast.store, visit=other, kind="out_of_hours", since=other.arrived_at)
        found = figures_of(cast.store, month)
    assert (found["greeting_wait"].value, found["greeting_wait"].n) == (1.5, 4)
    assert found["unattended"].value == pytest.approx((0 + 1 + 2 + 3) / 6 + 4)


def test_advisor_has_own_figures_and_each_stands_beside_the_others(cast: Cast, month: Period):
    with scope(store=cast.store):
        visits = facts(cast)
        Visit.objects.filter(pk__in=[visit.pk for visit in visits[:2]]).update(advisor=cast.advisor3)
        recompute(cast.store, TODAY)
        own = figures_of(cast.store, month, advisor=cast.advisor3)
        each = figures_by_advisor(cast.store, month)
    assert each.keys() == {cast.advisor.pk, cast.advisor3.pk}
    for code in ("execution", "greeting_wait", "transfers", "on_time_handover", "extra_agreed", "live_share"):
        assert each[cast.advisor3.pk][code] == own[code], code
    assert own["greeting_wait"].n == 2


def test_rounds_that_are_due_count_as_done_or_missed(cast: Cast, month: Period):
    with scope(store=cast.store):
        for number, done in ((1, True), (2, False)):
            CheckRound.objects.create(
                store=cast.store, day=TODAY, number=number, drawn_at=at("08:00"), due_at=at("12:00"),
                done_at=at("11:00") if done else None,
            )  # fmt: skip
        found = figures_of(cast.store, month)["rounds_done"]
    assert (found.value, found.n) == (50, 2)


@pytest.mark.parametrize("measure", [figures_of, figures_by_advisor])
def test_same_number_of_statements_however_many_visits(
    cast: Cast, month: Period, measure: Callable[..., Any], django_assert_num_queries
):
    with scope(store=cast.store):
        cast.visit(PLATES[0])
        with CaptureQueriesContext(connection) as few:
            measure(cast.store, month)
        Visit.objects.all().update(stage="closed", left_at=at("10:00"))
        facts(cast)
        recompute(cast.store, TODAY)
        with django_assert_num_queries(len(few)):
            measure(cast.store, month)
    assert len(few) <= 17


def test_day_is_compared_with_the_same_weekday_before(cast: Cast):
    with scope(store=cast.store):
        for day, kept in (("2026-11-13", True), ("2026-11-20", False)):
            visit = cast.visit(PLATES[0], now=at("08:31", day))
            give(visit, kind="wash", by=cast.advisor, due_at=at("09:00", day), now=at("08:40", day))
            settle(visit, kind="wash", now=at("08:50" if kept else "12:00", day))
            Visit.objects.filter(pk=visit.pk).update(stage="closed")
        found = figures_of(cast.store, period_of(DAY, TODAY))["promises_kept"]
    assert (found.value, found.before) == (0, 100)
    assert Promise.Kind.WASH == "wash"
