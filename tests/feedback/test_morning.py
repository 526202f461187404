"""The page of the morning meeting: yesterday's figures, today's cars, one case, one script."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_scopes import scope

from dealership.actions.promises import give, settle
from dealership.actions.ticks import tick
from dealership.models import Customer, OpeningHours, Promise, Staff, Vehicle
from delivery.models import FollowUp, ThreadMessage
from feedback.actions.readings import take
from feedback.actions.scores import recompute
from feedback.models import Practice
from feedback.queries.morning import bookings, five, morning_page
from feedback.queries.morning_cars import call_backs, overnight, parts_waiting
from feedback.queries.morning_case import case_of, script_of
from inspection.models import PartsLeave
from reception.models import Appointment
from tests.cast import Cast, at
from tests.feedback.lives import closed, hand_steps, through

pytestmark = pytest.mark.django_db
YESTERDAY, TODAY = date(2026, 11, 20), date(2026, 11, 21)
FRIDAY, SATURDAY = "2026-11-20", "2026-11-21"
NOW = at("08:10", SATURDAY)
PLATES = ["沪A8K2D6", "沪B12345", "沪C54321", "沪D67890", "沪E13579", "沪F24680"]


@pytest.fixture(autouse=True)
def _on_that_morning(time_machine) -> None:
    time_machine.move_to(NOW, tick=False)


def live_friday(cast: Cast, cars: int = 6) -> list:
    """Six cars of Friday, the first with every hand step ticked in its stage, the last with a broken promise."""
    visits = [closed(cast, plate, clock=f"09:{number:02}", day=FRIDAY) for number, plate in enumerate(PLATES[:cars])]
    give(visits[-1], kind="wash", by=cast.advisor, due_at=at("10:00", FRIDAY), now=at("09:30", FRIDAY))
    settle(visits[-1], kind="wash", now=at("11:30", FRIDAY))
    recompute(cast.store, YESTERDAY)
    return visits


def book(cast: Cast, clock: str, plate: str, *, day: str = SATURDAY, **given) -> Appointment:
    customer = Customer.objects.create(store=cast.store, name="林晓", sex="f", phone="13800005555")
    car = Vehicle.objects.create(store=cast.store, plate=plate, owner=customer)
    return Appointment.objects.create(
        store=cast.store, customer=customer, vehicle=car, at=at(clock, day), made_at=at("10:00", FRIDAY), **given
    )


def page(client: Client, cast: Cast, query: str = "", by: str = "manager") -> str:
    client.force_login(getattr(cast, by))
    response = client.get(f"/hq/morning/{query}")
    assert response.status_code == 200
    return response.content.decode()


def test_empty_morning_says_what_will_stand_here(client: Client, cast: Cast):
    html = page(client, cast)
    for words in (
        "今天还没有预约",
        "没有过夜车",
        "没有客户在等配件",
        "没有未打的电话",
        "昨天没有可讲的案例",
        "还没有可演练的",
    ):
        assert words in html
    assert html.count("—") >= 5


def test_five_figures_are_those_of_the_last_open_day(cast: Cast):
    with scope(store=cast.store):
        visits = live_friday(cast)
        for visit in visits:
            take(
                visit, stage="reception", gap=-1 if visit == visits[0] else 1, source="survey", now=at("18:00", FRIDAY)
            )
        recompute(cast.store, YESTERDAY)
        score, kept, voice, on_time, greeting = five(cast.store, YESTERDAY, now=NOW)
        OpeningHours.objects.filter(store=cast.store, weekday=4).delete()
        assert morning_page(cast.store, now=NOW)["yesterday"] == date(2026, 11, 19)
    assert (score.n, score.few, score.value != "—") == (6, False, True)
    assert (kept.value, kept.n, kept.few) == ("0%", 1, True)
    assert (voice.value, voice.n, voice.change) == ("17%", 6, "")
    assert (on_time.n, on_time.value) == (0, "—")
    assert (greeting.n, greeting.value) == (6, "0.0 分钟")


def test_bookings_stand_by_hour_with_the_wishes_of_the_first(client: Client, cast: Cast):
    with scope(store=cast.store):
        for number in range(7):
            book(cast, f"09:{number:02}", f"沪A0000{number}", wish="在休息区等" if number == 0 else "")
        book(cast, "14:00", "沪A00009", state="cancelled")
        book(cast, "10:00", "沪A00010", state="arrived")
        found = bookings(cast.store, TODAY)
    assert [(hour.hour, hour.n, hour.width) for hour in found.hours] == [(9, 7, 100), (10, 1, 14)]
    assert (found.n, found.arrived, len(found.first)) == (8, 1, 6)
    html = page(client, cast)
    assert "在休息区等" in html
    assert "已到 1 台" in html


def test_cars_that_stayed_have_their_day_and_why(cast: Cast):
    with scope(store=cast.store):
        old = cast.visit("沪B12345", now=at("09:00", "2026-11-19"))
        through(cast, old, start=at("09:00", "2026-11-19"), until="workshop")
        old.ready_due = at("16:00", FRIDAY)
        old.save(update_fields=["ready_due"])
        cast.visit("沪C54321", now=at("08:05", SATURDAY))
        lines = overnight(cast.store, TODAY)
    (line,) = lines.shown
    assert (line.vehicle.plate, line.mark, line.late) == ("沪B12345", "第 3 天", True)
    assert line.why == "车间施工 · 预计 11/20 16:00 交车"


def test_parts_show_whether_they_are_here(cast: Cast):
    with scope(store=cast.store):
        visit = closed(cast, day=FRIDAY)
        comes = book(cast, "09:00", "沪A99999", day="2026-11-24")
        PartsLeave.objects.create(
            store=cast.store, visit=visit, appointment=comes, note="前减震器", at=at("11:00", FRIDAY), by=cast.advisor
        )
        (line,) = parts_waiting(cast.store).shown
        assert (line.mark, line.why, line.late) == ("配件未到", "前减震器 · 11/24 09:00 来店", True)
        Appointment.objects.update(parts_reserved_at=NOW)
        assert parts_waiting(cast.store).shown[0].late is False
        Appointment.objects.update(state="arrived")
        assert parts_waiting(cast.store).shown == ()


def test_calls_we_owe_stand_with_the_unhappy_first(cast: Cast):
    with scope(store=cast.store):
        one, two, three = (closed(cast, plate, day=FRIDAY) for plate in PLATES[:3])
        FollowUp.objects.filter(store=cast.store).delete()
        Promise.objects.create(
            store=cast.store, visit=one, kind="call_back", given_at=NOW, due_at=at("16:00", SATURDAY)
        )
        FollowUp.objects.create(store=cast.store, visit=two, rule="call", state="due", due_at=at("10:00", SATURDAY))
        ThreadMessage.objects.create(
            store=cast.store, visit=three, kind="not_satisfied", text="车没洗干净", at=at("17:00", FRIDAY)
        )
        lines = call_backs(cast.store, TODAY, now=NOW).shown
    assert [(line.vehicle.plate, line.mark, line.late) for line in lines] == [
        ("沪C54321", "11/20 17:00", True), ("沪B12345", "10:00", False), ("沪A8K2D6", "16:00", False),
    ]  # fmt: skip
    assert [line.why.split(" · ")[0] for line in lines] == ["不满意", "回访", "承诺回电"]


def test_case_is_the_visit_that_lost_most_or_the_best(client: Client, cast: Cast):
    with scope(store=cast.store):
        visits = live_friday(cast)
        good = cast.visit("沪G11111", now=at("13:00", FRIDAY))
        for stage, clock in (("reception", "13:05"), ("showcase", "14:00")):
            if stage != "reception":
                through(cast, good, start=at("13:10", FRIDAY), until=stage)
            steps = [code for code in hand_steps(good) if code[0] == ("1" if stage == "reception" else "3")]
            tick(good, by=cast.advisor, steps=steps, now=at(clock, FRIDAY))
        through(cast, good, start=at("14:05", FRIDAY))
        recompute(cast.store, YESTERDAY)
        worst, best = case_of(cast.store, YESTERDAY), case_of(cast.store, YESTERDAY, best=True)
    assert worst is not None
    assert best is not None
    assert worst.visit in visits
    assert best.visit == good
    assert worst.mean < best.mean
    assert any("未记录" in line for line in worst.story)
    assert any("及时完成" in line for line in best.story)
    assert "沪G·11111" in page(client, cast, "?case=best")
    assert "沪G·11111" not in page(client, cast)


def test_script_is_of_the_weakest_touchpoint_and_its_most_missed_step(client: Client, cast: Cast):
    with scope(store=cast.store):
        live_friday(cast)
        here = cast.visit("沪H22222", now=at("08:02", SATURDAY))
        found = script_of(cast.store, YESTERDAY)
    assert found is not None
    assert (found.n, found.missed) == (6, 6)
    assert found.car.endswith(here.vehicle.plate_info.display)
    assert "{" not in found.say
    form = {"touchpoint": found.touchpoint.code, "kind": "role_play", "day": SATURDAY, "people": [str(cast.advisor.pk)]}
    client.force_login(cast.supervisor)
    for _press in range(2):
        assert client.post("/hq/practices/new/", form | {"next": "/hq/morning/"}).headers["Location"] == "/hq/morning/"
    with scope(store=cast.store):
        assert Practice.objects.count() == 1
    assert "今天已演练" in page(client, cast)


def test_only_those_who_lead_the_meeting_open_it(client: Client, cast: Cast):
    page(client, cast, by="supervisor")
    for role in ("advisor", "technician", "chain", "guard"):
        client.force_login(getattr(cast, role))
        assert client.get("/hq/morning/").status_code == 403


def test_page_takes_as_many_queries_with_one_of_each_as_with_three(client: Client, cast: Cast):
    client.force_login(cast.manager)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/hq/morning/").status_code == 200
        return len(queries)

    def add(number: int) -> None:
        with scope(store=cast.store):
            stays = cast.visit(f"沪J0000{number}", now=at("16:00", FRIDAY))
            book(cast, "09:00", f"沪K0000{number}")
            visit = closed(cast, f"沪L0000{number}", day=FRIDAY)
            due = at("10:00", SATURDAY) - timedelta(minutes=number)
            Promise.objects.create(store=cast.store, visit=stays, kind="call_back", given_at=NOW, due_at=due)
            FollowUp.objects.create(store=cast.store, visit=visit, rule="one", state="due", due_at=due)
            comes = book(cast, "09:00", f"沪M0000{number}", day="2026-11-24")
            PartsLeave.objects.create(
                store=cast.store, visit=visit, appointment=comes, note="水泵", at=due, by=cast.advisor
            )

    with scope(store=cast.store):
        live_friday(cast)
    add(1)
    count()
    one = count()
    add(2)
    add(3)
    with scope(store=cast.store):
        recompute(cast.store, YESTERDAY)
    assert count() == one
    assert Staff.objects.exists()
    assert Decimal(one) < 80
