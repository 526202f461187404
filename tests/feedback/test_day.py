"""The manager's page of a day."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_scopes import scope

from dealership.actions.promises import give, settle
from dealership.actions.ticks import tick
from dealership.models import TouchpointRecord
from feedback.actions.readings import take
from feedback.actions.score_settings import set_influence
from feedback.actions.scores import sweep
from feedback.models import CheckRound
from feedback.queries.day import NO_ROW, WHOLE, readings_of, shares, store_figure, strip
from feedback.queries.progress import now_in_progress
from tests.cast import Cast, at
from tests.feedback import pages
from tests.feedback.lives import checked, closed, through, tick_all_at_once
from tests.score_sql import executions

pytestmark = pytest.mark.django_db
DAY = "2026-11-20"
URL = f"/hq/scores/{DAY}/"
PLATES = ["沪A8K2D6", "沪B12345", "沪C54321", "沪D67890", "沪E13579", "沪F24680"]


def page(client: Client, cast: Cast, url: str = URL, **how: str) -> str:
    return pages.page(client, cast, url, **how)


@pytest.fixture(autouse=True)
def _on_that_day(time_machine) -> None:
    time_machine.move_to(at("18:30"), tick=False)


def test_today_leads_to_the_page_of_the_day(client: Client, cast: Cast):
    client.force_login(cast.manager)
    assert client.get("/hq/scores/").url == URL


def test_page_figures_agree_with_sql_from_raw_operations(client: Client, cast: Cast):
    with scope(store=cast.store):
        for number, plate in enumerate(PLATES):
            visit = closed(cast, plate, clock=f"09:{number:02}")
            if number % 2:
                tick(visit, by=cast.advisor, steps=["3.4/result", "3.4/covers"], now=at("11:05"))
            if number == 4:
                tick_all_at_once(cast, visit, now=at("11:10"))
        told = executions(cast.store, date(2026, 11, 20))
        shown = {
            code: readings_of(days[date(2026, 11, 20)])["execution"]
            for code, days in strip(cast.store, date(2026, 11, 20)).items()
            if code != WHOLE
        }
    assert {code: (reading.shown, reading.n) for code, reading in shown.items()} == told
    html = page(client, cast)
    for code, (mean, n) in told.items():
        row = html.split(f'id="row-{code}"')[1].split("</tr>")[0]
        assert f">{mean} <" in row
        assert f">{n}</span>" in row


def test_reading_of_fewer_than_five_is_greyed_and_there_is_no_figure(client: Client, cast: Cast):
    with scope(store=cast.store):
        closed(cast)
    html = page(client, cast)
    assert "is-greyed" in html
    assert "样本少" in html
    with scope(store=cast.store):
        assert store_figure(strip(cast.store, date(2026, 11, 20)), date(2026, 11, 20)) is None


def row_html(html: str, code: str) -> str:
    return html.split(f'id="row-{code}"')[1].split("</tr>")[0]


def test_three_readings_stand_side_by_side_each_with_its_n(client: Client, cast: Cast):
    with scope(store=cast.store):
        for number, plate in enumerate(PLATES):
            visit = closed(cast, plate, clock=f"09:{number:02}")
            take(
                visit, stage="delivery", touchpoint="5.2" if number < 2 else "", gap=1, source="survey", now=at("18:00")
            )
        checked(cast.store, "5.2", [6, 7, 8], date(2026, 11, 20), by=cast.manager)
    row = row_html(page(client, cast), "5.2")
    assert '7.0 <span class="rx-heat-n is-few">3</span>' in row
    assert '7.5 <span class="rx-heat-n">6</span>' in row
    assert row.count("rx-heat-reading is-greyed") == 1
    below = page(client, cast, f"{URL}5.2/")
    assert "2 条点名本触点，4 条评的是整个阶段" in below


def test_what_customers_felt_and_their_effort_stand_above(client: Client, cast: Cast):
    with scope(store=cast.store):
        visit = closed(cast)
        for stage, gap in (("reception", 2), ("negotiation", 0), ("delivery", -1)):
            take(visit, stage=stage, gap=gap, source="survey", now=at("18:00"))
    html = page(client, cast)
    assert "近 28 天 n 3" in html
    assert "失望 <b>1</b>" in html
    effort = html.split('id="kpi-effort"')[1].split("</section>")[0]
    assert "每次到访 n 1" in effort
    assert effort.count("<b>0.0</b>") == 2


def test_a_day_that_is_over_is_read_from_the_roll_up(client: Client, cast: Cast):
    with scope(store=cast.store):
        for number, plate in enumerate(PLATES):
            closed(cast, plate, clock=f"09:{number:02}", day="2026-11-18")
        other = "/hq/scores/2026-11-18/"
        assert "heat-8" not in page(client, cast, other).split("rx-legend")[0]
        sweep(at("18:30"))
    html = page(client, cast, other)
    assert f"{len(PLATES)} 辆" in html
    assert 'id="now"' not in html


def test_a_round_that_is_due_leads_the_supervisor_to_it(client: Client, cast: Cast):
    with scope(store=cast.store):
        for number, due in ((1, "12:00"), (2, "20:00")):
            CheckRound.objects.create(
                store=cast.store, day=date(2026, 11, 20), number=number, drawn_at=at("08:00"), due_at=at(due),
                done_at=at("11:00") if number == 1 else None,
            )  # fmt: skip
    html = page(client, cast, by="supervisor")
    assert "开始第 2 轮自检" in html
    assert "自检 2/2 轮，20:00 到期" in html
    client.force_login(cast.advisor)
    assert "轮自检" not in client.get(f"{URL}?advisor=advisor").content.decode()


def test_the_weakest_follow_the_stores_own_influence(client: Client, cast: Cast):
    with scope(store=cast.store):
        for number, plate in enumerate(PLATES):
            closed(cast, plate, clock=f"09:{number:02}")
    before = page(client, cast).split('class="rx-weak"')[1]
    with scope(store=cast.store):
        set_influence(cast.store, by=cast.manager, influence={"5.1": 5, "3.4": 1, "2.4": 1, "4.2": 1})
    after = page(client, cast).split('class="rx-weak"')[1]
    assert before.split("</h3>")[0] != after.split("</h3>")[0]


def test_hand_steps_ticked_after_the_car_left_count_nothing_and_the_page_says_so(client: Client, cast: Cast):
    with scope(store=cast.store):
        visit = closed(cast)
        by_records = {r.touchpoint: r.live for r in TouchpointRecord.objects.filter(visit=visit)}
        tick_all_at_once(cast, visit, now=at("10:45"))
        records = {r.touchpoint: r for r in TouchpointRecord.objects.filter(visit=visit)}
    assert (records["3.4"].score, records["3.4"].bulk) == (Decimal("0.00"), 3)
    assert (records["4.2"].score, records["4.2"].bulk) == (Decimal("0.00"), 3)
    assert {code: record.live for code, record in records.items()} == by_records
    html = page(client, cast)
    for code in ("3.4", "4.2"):
        assert ">0.0 <" in html.split(f'id="row-{code}"')[1].split("</tr>")[0]
    assert "3 步集中补点，计 0 分" in page(client, cast, f"{URL}3.4/")
    steps = page(client, cast, f"/hq/visits/{visit.pk}/steps/")
    assert "个触点在 20 秒内一起点完，算集中补点，不计分" in steps
    assert 'data-step="3.4/result" data-state="bulk"' in steps
    assert 'data-step="1.5/cabin" data-state="live"' in steps


def test_one_card_tapped_once_is_live(client: Client, cast: Cast):
    with scope(store=cast.store):
        visit = through(cast, cast.visit(), start=at("08:31"), until="showcase")
        steps = ["3.4/result", "3.4/cleanliness", "3.4/covers"]
        tick(visit, by=cast.advisor, steps=steps, now=at("10:00"))
        through(cast, visit, start=at("10:05"))
        assert TouchpointRecord.objects.get(visit=visit, touchpoint="3.4").score == 10
    html = page(client, cast, f"/hq/visits/{visit.pk}/steps/")
    assert html.count('data-step="3.4/result" data-state="live"') == 1


def test_tick_moves_what_is_in_progress_and_no_mean(client: Client, cast: Cast):
    with scope(store=cast.store):
        visit = cast.visit(now=at("18:00"))
        before = now_in_progress(cast.store)
        tick(visit, by=cast.advisor, steps=["1.4/introduce"], now=at("18:05"))
        after = now_in_progress(cast.store)
        assert (after.done - before.done, after.steps - before.steps) == (1, 0)
        assert strip(cast.store, date(2026, 11, 20)) == {}
        assert shares(NO_ROW).cars == 0
    assert f"{after.done}/{after.steps}" in page(client, cast)


def test_poll_answers_304_until_something_changes(client: Client, cast: Cast):
    with scope(store=cast.store):
        visit = cast.visit(now=at("18:00"))
    client.force_login(cast.manager)
    first = client.get(f"{URL}live/")
    tag = first["X-Tag"]
    assert client.get(f"{URL}live/", headers={"If-None-Match": tag}).status_code == 304
    with scope(store=cast.store):
        tick(visit, by=cast.advisor, steps=["1.4/introduce"], now=at("18:05"))
    changed = client.get(f"{URL}live/", headers={"If-None-Match": tag})
    assert (changed.status_code, b"csrf" in changed.content) == (200, False)


def test_promises_settled_that_day_are_counted(client: Client, cast: Cast):
    with scope(store=cast.store):
        visit = cast.visit()
        for kind, due, done in [("ready", "10:00", "09:50"), ("start", "09:00", "09:10"), ("wash", "09:00", "10:00")]:
            give(visit, kind=kind, by=cast.advisor, due_at=at(due), now=at("08:40"))
            settle(visit, kind=kind, now=at(done))
    html = page(client, cast)
    assert "33%" in html
    assert "已兑现 1" in html
    assert "未兑现 1" in html


def test_change_is_against_the_same_weekday_the_week_before(client: Client, cast: Cast):
    with scope(store=cast.store):
        for day in ("2026-11-13", DAY):
            for number, plate in enumerate(PLATES[:5]):
                closed(cast, plate, clock=f"09:{number:02}", day=day)
        sweep(at("18:30"))
    html = page(client, cast)
    assert "比上周五" in html
    assert "持平" in html


@pytest.mark.parametrize("url", [URL, f"{URL}live/", f"{URL}3.4/"])
def test_same_number_of_queries_with_one_and_three_visits(
    client: Client, cast: Cast, url: str, django_assert_num_queries
):
    with scope(store=cast.store):
        closed(cast, PLATES[0])
        cast.visit(PLATES[3], now=at("17:00"))
    page(client, cast, url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    with scope(store=cast.store):
        closed(cast, PLATES[1], clock="09:10")
        closed(cast, PLATES[2], clock="09:20")
        cast.visit(PLATES[4], now=at("17:05"))
    with django_assert_num_queries(len(one)):
        client.get(url)


def test_weakest_name_two_visits_and_lead_to_them(client: Client, cast: Cast):
    with scope(store=cast.store):
        for number, plate in enumerate(PLATES):
            closed(cast, plate, clock=f"09:{number:02}")
    html = page(client, cast)
    assert html.count('class="rx-weak"') == 3
    card = html.split('class="rx-weak"')[1]
    assert "王先生" in card
    assert "看这 6 次到访" in card
    assert "步未记录" in card


def test_advisor_sees_only_own_figures(client: Client, cast: Cast):
    with scope(store=cast.store):
        visit = closed(cast)
    client.force_login(cast.advisor3)
    assert client.get(URL).url == f"{URL}?advisor=advisor3"
    assert client.get(f"{URL}?advisor=advisor").status_code == 403
    assert client.get(f"/hq/visits/{visit.pk}/steps/").status_code == 403
    client.force_login(cast.advisor)
    assert client.get(f"{URL}?advisor=advisor").status_code == 200
    assert client.get(f"/hq/visits/{visit.pk}/steps/").status_code == 200


def test_manager_filters_by_advisor_and_an_unknown_one_is_404(client: Client, cast: Cast):
    with scope(store=cast.store):
        closed(cast)
    assert 'value="advisor" selected' in page(client, cast, f"{URL}?advisor=advisor")
    assert client.get(f"{URL}?advisor=nobody").status_code == 404
    assert client.get(f"{URL}?advisor=stranger").status_code == 404


@pytest.mark.parametrize("by", ["guard", "technician", "controller", "cashier", "care"])
def test_other_roles_may_not_read_scores(client: Client, cast: Cast, by: str):
    client.force_login(getattr(cast, by))
    assert client.get(URL).status_code == 403


def test_another_store_and_nonsense_are_404(client: Client, cast: Cast):
    with scope(store=cast.store):
        visit = cast.visit()
    client.force_login(cast.stranger)
    assert client.get(URL).status_code == 404
    assert client.get(f"/west/visits/{visit.pk}/steps/").status_code == 404
    client.force_login(cast.manager)
    assert client.get("/hq/scores/2026-02-31/").status_code == 404
    assert client.get(f"{URL}9.9/").status_code == 404


def test_a_day_to_come_leads_to_today(client: Client, cast: Cast):
    client.force_login(cast.manager)
    tomorrow = date(2026, 11, 20) + timedelta(days=1)
    assert client.get(f"/hq/scores/{tomorrow}/").status_code == 302


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_pages_speak_three_languages(client: Client, cast: Cast, language: str):
    with scope(store=cast.store):
        visit = closed(cast)
    for url in (URL, f"{URL}3.4/", f"/hq/visits/{visit.pk}/steps/", "/hq/scores/help/"):
        html = page(client, cast, url, language=language)
        assert ("Execution" in html or "Timeline" in html) == (language == "en")
