"""The pages of a week, month, quarter and year of a store."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_scopes import scope

from dealership.models import TouchpointRecord
from dealership.refused import Refused
from feedback.actions import dated_changes
from feedback.models import DatedChange, ScoreSetting
from feedback.periods import period_of
from feedback.queries.breakdown import groups_of, visit_means
from feedback.queries.dated_changes import changes_until, compared, effects
from feedback.queries.pareto import pareto, points_by_cause
from feedback.queries.period_page import period_page
from feedback.queries.periods import Lived, Span
from tests.cast import Cast, at
from tests.feedback import pages
from tests.feedback.rolled import heard, record, roll, visit_of

pytestmark = pytest.mark.django_db
MONTH = date(2026, 11, 1)
TODAY = date(2026, 11, 20)
URL = "/hq/scores/month/2026-11-01/"
PAGES = [URL, f"{URL}3.4/", f"{URL}breakdown/", "/hq/scores/quarter/2026-10-01/", "/hq/scores/year/2026-01-01/"]


@pytest.fixture(autouse=True)
def _on_that_day(time_machine) -> None:
    time_machine.move_to(at("18:30"), tick=False)


def page(client: Client, cast: Cast, url: str = URL, **how: str) -> str:
    return pages.page(client, cast, url, **how)


def row_of(html: str, code: str) -> str:
    return html.split(f'id="row-{code}"')[1].split("</tr>")[0]


def test_figure_of_a_month_is_the_mean_of_its_records(client: Client, cast: Cast):
    with scope(store=cast.store):
        roll(cast.store, date(2026, 11, 2), {"3.4": [8, 8, 8, 8, 8, 8]})
        roll(cast.store, date(2026, 11, 3), {"3.4": [4, 4]})
        roll(cast.store, date(2026, 10, 5), {"3.4": [6] * 5})
        roll(cast.store, date(2026, 10, 25), {"3.4": [1] * 5})
        context = period_page(Span(cast.store, period_of("month", MONTH)), today=TODAY)
    assert (context["figure"], context["change"]) == (Decimal("7.0"), Decimal("1.0"))
    assert (context["cars"], context["execution"].n) == (8, 8)
    html = page(client, cast)
    row = row_of(html, "3.4")
    assert '<td class="rx-heat-one">7.0</td>' in row
    assert 'class="rx-cell heat-8" href="/hq/scores/2026-11-02/3.4/">8.0</a>' in row
    assert 'class="rx-cell heat-few" href="/hq/scores/2026-11-03/3.4/">4.0</a>' in row


def test_three_readings_share_the_weights_of_the_store(cast: Cast):
    with scope(store=cast.store):
        roll(cast.store, TODAY, {"3.4": [8] * 5})
        heard(cast.store, TODAY, "3.4", check_n=5, check_total=30, said_n=5, said_total=25, said_named=2)
        span = Span(cast.store, period_of("month", MONTH))
        assert period_page(span, today=TODAY)["figure"] == Decimal("6.0")
        ScoreSetting.objects.create(
            store=cast.store, execution_weight=60, check_weight=20, customer_weight=20, changed_at=at("09:00")
        )
        context = period_page(span, today=TODAY)
    assert context["figure"] == Decimal("7.0")
    assert (context["check"]["shown"], context["customer"]["n"]) == (Decimal("6.0"), 5)


def test_yesterday_stands_in_until_today_has_a_row(cast: Cast):
    with scope(store=cast.store):
        heard(cast.store, TODAY - timedelta(days=1), "1.4", said_n=6, said_total=48)
        span = Span(cast.store, period_of("month", MONTH))
        assert period_page(span, today=TODAY)["figure"] == Decimal("8.0")
        heard(cast.store, TODAY, "1.4", said_n=6, said_total=54)
        assert period_page(span, today=TODAY)["figure"] == Decimal("9.0")


def test_week_takes_the_28_days_that_end_with_it_and_a_quarter_three_windows(cast: Cast):
    with scope(store=cast.store):
        heard(cast.store, date(2026, 9, 30), "1.4", said_n=6, said_total=60)
        heard(cast.store, date(2026, 9, 2), "1.4", said_n=6, said_total=30)
        heard(cast.store, date(2026, 8, 5), "1.4", said_n=6, said_total=30)
        heard(cast.store, date(2026, 8, 6), "1.4", said_n=6, said_total=0)
        quarter = period_page(Span(cast.store, period_of("quarter", date(2026, 7, 1))), today=TODAY)
        week = period_page(Span(cast.store, period_of("week", date(2026, 9, 30))), today=date(2026, 9, 30))
    assert (quarter["figure"], quarter["customer"]["n"]) == (Decimal("6.7"), 18)
    assert (week["figure"], week["customer"]["n"]) == (Decimal("10.0"), 6)


def test_columns_are_days_weeks_and_months(client: Client, cast: Cast):
    with scope(store=cast.store):
        roll(cast.store, date(2026, 10, 7), {"1.4": [9] * 6})
    quarter = row_of(page(client, cast, PAGES[3]), "1.4")
    assert 'heat-9" href="/hq/scores/week/2026-10-05/1.4/">9.0</a>' in quarter
    year = row_of(page(client, cast, PAGES[4]), "1.4")
    assert 'heat-9" href="/hq/scores/month/2026-10-01/1.4/">9.0</a>' in year
    assert quarter.count("rx-heat-cell") == 8
    assert year.count("rx-heat-cell") == 11


def test_line_has_limits_and_names_a_signal(client: Client, cast: Cast):
    with scope(store=cast.store):
        for number in range(1, 20):
            day = date(2026, 11, number)
            roll(cast.store, day, {"3.4": [3.0 if number == 12 else 8.0 + number % 2 * 0.2] * 6})
    html = page(client, cast)
    assert "trend-limit" in html
    assert "11月12日" in html.split('class="rx-signals"')[1].split("</ul>")[0]
    assert "低于下限" in html
    assert html.count("trend-bad") == 2


def test_lost_points_add_up_and_are_shared_among_causes():
    # Two visits of ten steps: 5 lost; 4 steps unrecorded and 2 late: the late ones count half.
    lived = Lived(2, Decimal(15), Decimal(113), steps=20, live=14, late=2, bulk=0, skipped=0)
    assert points_by_cause(lived) == {"unrecorded": 4, "bulk": 0, "late": 1, "skipped": 0}


def test_most_lost_comes_first_and_the_shares_cumulate(cast: Cast):
    with scope(store=cast.store):
        roll(cast.store, TODAY, {"1.4": [9] * 10, "3.4": [4] * 10, "4.2": [7] * 10})
        found = period_page(Span(cast.store, period_of("month", MONTH)), today=TODAY)["pareto"]
    assert [(row.words.code, row.points, row.share, row.cumulative) for row in found.rows] == [
        ("3.4", 60, 60, 60), ("4.2", 30, 30, 90), ("1.4", 10, 10, 100),
    ]  # fmt: skip
    assert (found.total, found.vital) == (100, 2)
    assert pareto([]).rows == ()


def test_saturday_is_marked_weaker_than_the_other_days(client: Client, cast: Cast):
    with scope(store=cast.store):
        number = 0
        for offset in range(14):
            day = date(2026, 11, 2) + timedelta(days=offset)
            for score in (4, 5, 4) if day.weekday() == 5 else (8, 9, 8):
                number += 1
                record(visit_of(cast, number, day), "3.4", day, score)
        groups = groups_of(visit_means(Span(cast.store, period_of("month", MONTH)), touchpoint="3.4"), people=True)
    weekday = {cut.key: cut for cut in groups[0].cuts}
    assert (weekday[6].n, weekday[6].verdict) == (6, "weaker")
    assert {cut.verdict for key, cut in weekday.items() if key != 6} <= {"", "stronger"}
    html = page(client, cast, f"{URL}3.4/")
    says = html.split('id="cuts-weekday"')[1].split("<table")[0]
    assert "周六：4.3，其余 8.3" in says


def test_advisor_who_ticks_in_bulk_is_marked_and_persons_stand_by_name(client: Client, cast: Cast):
    with scope(store=cast.store):
        for number in range(24):
            mine = number % 2 == 0
            visit = visit_of(cast, number, TODAY, advisor=cast.advisor if mine else cast.advisor3)
            record(visit, "3.4", TODAY, 0 if mine and number % 4 == 0 else 8, bulk=3 if mine and number % 4 == 0 else 0)
        groups = groups_of(visit_means(Span(cast.store, period_of("month", MONTH))), people=True)
    people = {cut.name: cut for cut in groups[1].cuts}
    assert (people["周敏"].bulk_share, people["周敏"].bulky) == (50, True)
    assert not people["吴磊"].bulky
    assert [cut.name for cut in groups[1].cuts] == ["吴磊", "周敏"]
    assert "集中补点" in page(client, cast, f"{URL}breakdown/").split('id="cuts-advisor"')[1].split("<table")[0]


def test_steps_are_counted_by_the_order_of_the_version(client: Client, cast: Cast):
    with scope(store=cast.store):
        for number, states in enumerate(["LLL", "LBU", "LT-"]):
            record(visit_of(cast, number, TODAY), "3.4", TODAY, 5, states=states)
    html = page(client, cast, f"{URL}3.4/")
    table = html.split('id="steps-title"')[1].split("</table>")[0]
    assert table.count('scope="row"') == 3
    assert [row.split("</b>")[0] for row in table.split("<b>")[1:]] == ["100%", "33%", "50%"]


def test_weak_visits_are_listed_lowest_first(client: Client, cast: Cast):
    with scope(store=cast.store):
        for number, score in enumerate([9, 3, 7]):
            record(visit_of(cast, number, TODAY), "3.4", TODAY, score)
    listed = page(client, cast, f"{URL}3.4/").split('id="visits-title"')[1]
    assert "2 次到访低于 8 分" in listed
    assert listed.index("heat-3") < listed.index("heat-7")


def test_days_compared_are_whole_weeks_on_both_sides():
    day = date(2026, 11, 2)
    before, after = compared(day, TODAY)
    assert (before.first, before.last, after.first, after.last) == (
        date(2026, 10, 19), date(2026, 11, 1), day, date(2026, 11, 15),
    )  # fmt: skip
    assert compared(day, date(2027, 1, 1))[1].days == 28
    assert compared(day, date(2026, 11, 4))[0].days == 3


@pytest.mark.parametrize(("after", "verdict"), [(9, "better"), (6, "same"), (3, "worse")])
def test_plan_that_worked_from_a_date_is_shown_as_better(client: Client, cast: Cast, after: int, verdict: str):
    with scope(store=cast.store):
        for offset in range(-14, 14):
            base = 6 if offset < 0 else after
            roll(
                cast.store,
                date(2026, 11, 2) + timedelta(days=offset),
                {"3.4": [base - 0.5, base + 0.5, base, base, base]},
            )
        dated_changes.add(cast.store, day=date(2026, 11, 2), title="交车前先擦一遍", touchpoint="3.4", by=cast.manager)
        span = Span(cast.store, period_of("month", MONTH))
        found = effects(span, changes_until(TODAY), today=TODAY)
    assert [(one.verdict, one.samples[0].n, one.samples[1].n) for one in found] == [(verdict, 70, 70)]
    html = page(client, cast, f"{URL}3.4/")
    assert {"better": "有改善", "same": "看不出变化", "worse": "变差"}[verdict] in html
    assert "trend-mark-disc" in html


def test_too_few_visits_say_nothing(cast: Cast):
    with scope(store=cast.store):
        roll(cast.store, date(2026, 11, 19), {"3.4": [2, 3]})
        roll(cast.store, date(2026, 11, 20), {"3.4": [9, 9]})
        dated_changes.add(cast.store, day=TODAY, title="x", touchpoint="3.4", by=cast.manager)
        found = effects(Span(cast.store, period_of("month", MONTH)), changes_until(TODAY), today=TODAY)
    assert found[0].verdict == "too_few"


def test_supervisor_writes_a_change_down_once_and_takes_it_back(client: Client, cast: Cast):
    client.force_login(cast.supervisor)
    said = {
        "day": "2026-11-16",
        "title": "新话术",
        "touchpoint": "3.4",
        "operation": "01990000-0000-7000-8000-000000000001",
    }
    for _press in range(2):
        assert client.post("/hq/scores/changes/", said | {"next": f"{URL}3.4/"}).status_code == 303
    with scope(store=cast.store):
        change = DatedChange.objects.get()
    assert (change.title, change.touchpoint, change.by) == ("新话术", "3.4", cast.supervisor)
    assert client.post(f"/hq/scores/changes/{change.pk}/remove/").status_code == 303
    with scope(store=cast.store):
        assert not DatedChange.objects.exists()


def test_change_to_come_without_words_or_by_an_advisor_is_refused(client: Client, cast: Cast):
    with scope(store=cast.store):
        with pytest.raises(Refused) as ahead:
            dated_changes.add(cast.store, day=TODAY + timedelta(days=1), title="x", by=cast.manager)
        with pytest.raises(Refused) as blank:
            dated_changes.add(cast.store, day=TODAY, title=" ", by=cast.manager)
        with pytest.raises(Refused) as nowhere:
            dated_changes.add(cast.store, day=TODAY, title="x", touchpoint="9.1", by=cast.manager)
        with pytest.raises(Refused) as role:
            dated_changes.add(cast.store, day=TODAY, title="x", by=cast.advisor)
        change = dated_changes.add(cast.store, day=TODAY, title="x", by=cast.manager)
        with pytest.raises(Refused) as removing:
            dated_changes.remove(change, by=cast.advisor)
    codes = [one.value.code for one in (ahead, blank, nowhere, role, removing)]
    assert codes == ["change.ahead", "change.title", "change.touchpoint", "role", "role"]
    client.force_login(cast.manager)
    assert client.post("/hq/scores/changes/", {"day": "2027-01-01", "title": "x"}).status_code == 422


def test_addresses_lead_to_the_beginning_of_a_period_and_none_to_come(client: Client, cast: Cast):
    client.force_login(cast.manager)
    assert client.get("/hq/scores/month/").url == URL
    assert client.get("/hq/scores/month/2026-11-17/").url == URL
    assert client.get("/hq/scores/week/2026-11-17/1.4/").url == "/hq/scores/week/2026-11-16/1.4/"
    assert client.get("/hq/scores/month/2027-03-01/").url == URL
    assert client.get("/hq/scores/decade/2026-11-01/").status_code == 404
    assert client.get(f"{URL}9.9/").status_code == 404


@pytest.mark.parametrize("url", PAGES)
def test_same_number_of_queries_with_one_and_three_visits(
    client: Client, cast: Cast, url: str, django_assert_num_queries
):
    def more(number: int) -> None:
        day = TODAY - timedelta(days=number)
        roll(cast.store, day, {"3.4": [5] * 6, "1.4": [7] * 6})
        roll(cast.store, day, {"3.4": [5] * 6}, advisor=cast.advisor)
        record(visit_of(cast, number, day), "3.4", day, 5, states="LBU")
        dated_changes.add(cast.store, day=day, title=f"{number}", touchpoint="3.4", by=cast.manager)

    with scope(store=cast.store):
        more(1)
    page(client, cast, url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    with scope(store=cast.store):
        more(2)
        more(3)
    with django_assert_num_queries(len(one)):
        client.get(url)
    assert len(one) <= 24


def test_advisor_sees_only_own_figures(client: Client, cast: Cast):
    with scope(store=cast.store):
        roll(cast.store, TODAY, {"3.4": [8] * 6})
        roll(cast.store, TODAY, {"3.4": [4] * 6}, advisor=cast.advisor)
    client.force_login(cast.advisor)
    for url in PAGES:
        assert client.get(url).url == f"{url}?advisor=advisor"
        assert client.get(f"{url}?advisor=advisor3").status_code == 403
        html = page(client, cast, f"{url}?advisor=advisor", by="advisor")
        assert "cuts-advisor" not in html
        assert "scores/changes" not in html
    assert '<td class="rx-heat-one">4.0</td>' in row_of(
        page(client, cast, f"{URL}?advisor=advisor", by="advisor"), "3.4"
    )


def test_manager_chooses_an_advisor(client: Client, cast: Cast):
    with scope(store=cast.store):
        roll(cast.store, TODAY, {"3.4": [4] * 6}, advisor=cast.advisor)
    html = page(client, cast, f"{URL}?advisor=advisor")
    assert 'value="advisor" selected' in html
    assert client.get(f"{URL}?advisor=nobody").status_code == 404


@pytest.mark.parametrize("by", ["guard", "technician", "controller", "cashier", "care"])
def test_other_roles_may_not_read_periods(client: Client, cast: Cast, by: str):
    client.force_login(getattr(cast, by))
    for url in PAGES:
        assert client.get(url).status_code == 403


def test_another_store_is_404(client: Client, cast: Cast):
    client.force_login(cast.stranger)
    for url in PAGES:
        assert client.get(url).status_code == 404


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_pages_speak_three_languages_also_when_empty(client: Client, cast: Cast, language: str):
    for url in (*PAGES, "/hq/scores/week/2026-11-16/", "/hq/scores/period-help/"):
        html = page(client, cast, url, language=language)
        assert ("How" in html) == (language == "en")


def test_records_are_never_touched_by_a_page(client: Client, cast: Cast):
    with scope(store=cast.store):
        record(visit_of(cast, 1, TODAY), "3.4", TODAY, 5)
        before = TouchpointRecord.objects.count()
    page(client, cast, f"{URL}3.4/")
    with scope(store=cast.store):
        assert TouchpointRecord.objects.count() == before
