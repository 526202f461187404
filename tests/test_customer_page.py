"""The customer's page: ready? when? how much, and why? whom to call? In the customer's words and language."""

import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.utils import translation
from django_scopes import scope

from dealership import wiring
from dealership.actions.links import make_link
from dealership.models import CustomerLink, Holiday, OpeningHours, Promise, StageChange, Visit
from delivery.actions.lines import settle_line
from delivery.models import Handover, SettlementLine
from delivery.queries.customer import CustomerPage, closing_time, customer_page, duration
from inspection.models import ReadyNotice
from reception.models import OrderLine, RepairOrder
from tests.cast import Cast, at
from tests.delivery.orders import agree, explained, sheet

FIRST_VIEW_BYTES = 50_000


@pytest.fixture
def visit(cast: Cast):
    made = cast.visit()
    with scope(store=cast.store), translation.override("zh-hans"):
        yield made


def page(visit: Visit, clock: str = "10:00", **fields) -> CustomerPage:
    """Return the page as it stands at `clock`, with these fields of the visit."""
    for name, value in fields.items():
        setattr(visit, name, value)
    visit.save()
    link, _url = make_link(visit, by=None)
    fresh = CustomerLink.objects.select_related("visit__store", "visit__vehicle", "visit__customer", "visit__advisor")
    return customer_page(fresh.get(pk=link.pk), now=at(clock))


def told_ready(visit: Visit, cast: Cast, clock: str, due: str | None) -> None:
    """Let the car stand in the showcase with a notice given at `clock`."""
    visit.stage = "showcase"
    visit.save()
    StageChange.objects.create(store=cast.store, visit=visit, source="workshop", target="showcase", at=at("10:40"))
    ReadyNotice.objects.create(
        store=cast.store, visit=visit, way="message", due_at=at(due) if due else None, at=at(clock), by=cast.advisor
    )


@pytest.mark.parametrize(
    ("stage", "words", "station"),
    [
        ("reception", "已到店", "到店"),
        ("negotiation", "确认项目", "确认"),
        ("workshop", "施工中", "施工"),
        ("showcase", "检查洗车", "检查洗车"),
        ("explanation", "可以取车", "取车"),
        ("delivery", "可以取车", "取车"),
    ],
)
def test_each_stage_is_said_in_the_customers_words(visit: Visit, stage: str, words: str, station: str) -> None:
    shown = page(visit, stage=stage)

    assert shown.headline.words == words
    assert [name for name, state in shown.way if state == "now"] == [station]


def test_under_way_says_when_and_how_long_still(visit: Visit) -> None:
    head = page(visit, "09:53", stage="workshop", ready_due=at("11:05")).headline

    assert (head.kind, head.at, head.sentence) == ("", at("11:05"), "预计 11:05 取车，还有 1 小时 12 分钟")


def test_a_time_on_another_day_has_its_date(visit: Visit) -> None:
    later = at("16:00", day="2026-11-22")

    assert page(visit, stage="workshop", ready_due=later).headline.sentence == "预计 11月22日 16:00 取车，还有 2 天"
    with translation.override("en"):
        assert page(visit).headline.sentence == "Expected at 22 Nov 16:00, in 2 days"


def test_without_a_time_it_says_so(visit: Visit) -> None:
    head = page(visit, stage="workshop").headline

    assert (head.at, head.sentence) == (None, "取车时间还没有约定，定好后会显示在这里。")


def test_a_time_that_is_past_is_owned_up_to(visit: Visit) -> None:
    head = page(visit, "11:20", stage="workshop", ready_due=at("11:05")).headline

    assert (head.kind, head.at) == ("is-late", at("11:05"))
    assert head.sentence.startswith("约好的时间已过，非常抱歉。")


@pytest.mark.parametrize(
    ("clock", "due", "sentence"),
    [
        ("11:26", "11:35", "比约好的 11:35 早 9 分钟，今天 18:00 前都可以取"),
        ("11:35", "11:35", "与约好的 11:35 一致，今天 18:00 前都可以取"),
        ("11:40", "11:35", "比约好的 11:35 晚 5 分钟，抱歉让您久等，今天 18:00 前都可以取"),
        ("11:26", None, "今天 18:00 前都可以取"),
    ],
)
def test_ready_compares_with_what_was_agreed(cast: Cast, visit: Visit, clock: str, due, sentence: str) -> None:
    told_ready(visit, cast, clock, due)

    shown = page(visit, "11:45")

    assert (shown.headline.kind, shown.headline.words, shown.headline.at) == ("is-ready", "可以取车", at(clock))
    assert shown.headline.sentence == sentence
    assert shown.way[-1] == ("取车", "now")
    assert re.fullmatch(r"\d{6}", shown.pickup_code)


def test_the_explanation_without_a_notice_counts_as_ready(visit: Visit) -> None:
    head = page(visit, "11:45", stage="explanation", stage_since=at("11:30"), ready_due=at("11:35")).headline

    assert (head.at, head.sentence) == (at("11:30"), "比约好的 11:35 早 5 分钟，今天 18:00 前都可以取")


def test_closing_time_knows_holidays_and_evenings(cast: Cast, visit: Visit) -> None:
    assert closing_time(cast.store, at("17:59")).hour == 18
    assert closing_time(cast.store, at("18:00")) is None
    Holiday.objects.create(store=cast.store, date=at("10:00").date(), name="盘点")
    assert closing_time(cast.store, at("10:00")) is None
    Holiday.objects.update(opens="09:00", closes="12:00")
    assert closing_time(cast.store, at("10:00")).hour == 12
    Holiday.objects.all().delete()
    OpeningHours.objects.all().delete()
    assert closing_time(cast.store, at("10:00")) is None


def test_after_the_handover_it_says_thank_you(cast: Cast, visit: Visit) -> None:
    Handover.objects.create(store=cast.store, visit=visit, at=at("11:52"), by=cast.advisor, check_kind="known")
    shown = page(visit, stage="closed", left_at=at("11:55"))

    assert (shown.headline.words, shown.headline.at) == ("已交车", at("11:52"))
    assert (shown.pickup_code, {state for _name, state in shown.way}) == ("", {"done"})


def test_a_car_closed_without_a_handover_or_left_without_repair(visit: Visit) -> None:
    closed = page(visit, stage="closed", left_at=at("18:00")).headline
    cancelled = page(visit, stage="cancelled", left_at=at("09:30"))

    assert closed.at == at("18:00")
    assert (cancelled.headline.words, cancelled.way, cancelled.money) == ("已离店", [], None)


def test_before_consent_no_amount_is_shown(cast: Cast, visit: Visit) -> None:
    order = RepairOrder.objects.create(store=cast.store, visit=visit, number="T1", created_at=at("08:50"))
    OrderLine.objects.create(
        store=cast.store, order=order, position=0, kind="labour", code="M01", labour=100, answer="open",
        added_at=at("08:50"),
    )  # fmt: skip

    assert page(visit, stage="negotiation").money is None


def test_the_estimate_is_what_was_agreed(cast: Cast, visit: Visit) -> None:
    agree(visit, cast, [("更换机油机滤", "156", "454"), ("更换空调滤芯", "52", "158")], reason="到里程")

    money = page(visit, stage="workshop").money

    assert (money.label, money.amount, money.quoted, money.state) == ("预计费用", Decimal("820"), None, "您已同意")
    assert (money.labour, money.parts) == (Decimal("208"), Decimal("612"))
    assert [(line.title, line.why, line.quoted, line.settled) for line in money.lines] == [
        ("更换机油机滤", "到里程", Decimal("610"), None),
        ("更换空调滤芯", "到里程", Decimal("210"), None),
    ]


def test_a_line_that_somebody_else_pays_costs_the_customer_nothing(cast: Cast, visit: Visit) -> None:
    agree(visit, cast, [("更换点火线圈", "78", "320")], payer="warranty")

    money = page(visit, stage="workshop").money

    assert money.amount == 0
    assert [line.payer for line in money.lines] == [str(OrderLine.Payer.WARRANTY.label)]


def test_diagnosis_first_shows_the_limit(cast: Cast, visit: Visit) -> None:
    RepairOrder.objects.create(
        store=cast.store, visit=visit, number="T1", kind="diagnosis", diagnosis_limit=208, created_at=at("08:50")
    )

    money = page(visit, stage="negotiation").money

    assert (money.label, money.amount, money.lines) == ("检测费，最多", 208, [])


def test_the_settlement_stands_beside_the_quote_line_by_line(cast: Cast) -> None:
    visit = explained(cast)
    with scope(store=cast.store), translation.override("zh-hans"):
        line = SettlementLine.objects.get(line__code="X0")
        settle_line(line, by=cast.advisor, labour=Decimal(314), parts=Decimal(320), note="机油少用 0.4 L")

        money = page(visit).money

        assert (money.label, money.quoted, money.amount, money.less) == ("结算", Decimal(1514), Decimal(1482), 32)
        assert (money.lines[0].why, money.lines[0].quoted, money.lines[0].settled) == ("机油少用 0.4 L", 666, 634)
        assert money.state == ""


def test_nothing_to_pay_and_paid_are_said(cast: Cast) -> None:
    visit = explained(cast, lines=[("更换点火线圈", "78", "320")], payer="warranty")
    with scope(store=cast.store), translation.override("zh-hans"):
        assert page(visit).money.state == "无需付款"
        assert sheet(visit).customer_sum == 0


def test_extra_work_keeps_what_the_customer_said(cast: Cast, visit: Visit) -> None:
    order = agree(visit, cast, [])
    for position, (title, answer) in enumerate(
        [("更换前制动片", "agreed"), ("雨刮片一对", "declined"), ("燃油系统养护", "advised_against"), ("未答", "open")]
    ):
        OrderLine.objects.create(
            store=cast.store, order=order, position=position, kind="labour", code="X", names={"zh-hans": title},
            why="extra", labour=100, answer=answer, added_at=at("09:46"),
        )  # fmt: skip

    extras = page(visit, stage="workshop").extras

    assert [(extra.title, extra.words, extra.tone) for extra in extras] == [
        ("更换前制动片", "同意", "ok"),
        ("雨刮片一对", "暂不做", ""),
        ("燃油系统养护", "建议不做", "ok"),
    ]


@pytest.mark.parametrize(
    ("kind", "state", "settled", "told"),
    [
        ("ready", "kept", "11:26", ("11:35 前修好", "早 9 分钟", "ok")),
        ("ready", "kept", "11:35", ("11:35 前修好", "做到了", "ok")),
        ("ready", "late", "11:40", ("11:35 前修好", "晚了一些，已做到", "risk")),
        ("ready", "broken", "12:40", ("11:35 前修好", "没有做到，抱歉", "bad")),
        ("call_back", "released", "12:40", ("11:35 前给您电话", "不再需要", "")),
        ("start", "open", None, ("11:35 开工", "进行中", "")),
        ("update", "open", None, ("11:35 前告诉您进展", "进行中", "")),
    ],
)
def test_every_promise_is_on_the_page(cast: Cast, visit: Visit, kind: str, state: str, settled, told) -> None:
    Promise.objects.create(
        store=cast.store, visit=visit, kind=kind, state=state, given_at=at("08:58"), due_at=at("11:35"),
        settled_at=at(settled) if settled else None,
    )  # fmt: skip

    row = page(visit).promises[0]

    assert (row.words, row.state, row.tone) == told


def test_a_promise_without_a_time_and_one_overdue(cast: Cast, visit: Visit) -> None:
    for kind, due in (("wash", None), ("ready", at("09:30"))):
        Promise.objects.create(store=cast.store, visit=visit, kind=kind, given_at=at("08:58"), due_at=due)

    assert [row.state for row in page(visit).promises] == ["进行中", "已超时"]


@pytest.mark.parametrize(
    ("span", "words"), [(30, "1 分钟"), (540, "9 分钟"), (4320, "1 小时 12 分钟"), (90000, "1 天")]
)
def test_durations_are_said_in_full(span: int, words: str) -> None:
    with translation.override("zh-hans"):
        assert duration(timedelta(seconds=span)) == words


def phone_of(visit: Visit, cast: Cast) -> tuple[Client, str]:
    with scope(store=cast.store):
        _link, url = make_link(visit, by=cast.advisor)
    phone = Client(headers={"Accept-Language": "fr"})
    return phone, phone.get(url.removeprefix("http://localhost:8000")).headers["Location"]


@time_machine.travel(at("11:45"), tick=False)
def test_the_page_answers_the_four_questions_in_three_languages(cast: Cast) -> None:
    cast.advisor.phone = "13900005678"
    cast.advisor.save(update_fields=["phone"])
    visit = explained(cast)
    phone, address = phone_of(visit, cast)

    texts = {code: phone.get(f"{address}?language={code}").content.decode() for code in ("zh-hans", "zh-hant", "en")}

    for code, words in {
        "zh-hans": ["可以取车", "¥1,514", "王先生", "打给周敏", "tel:13900005678", "021-55501818", "取车码"],
        "zh-hant": ["可以取車", "¥1,514", "王先生", "打給周敏", "021-55501818", "取車碼"],
        "en": ["Ready for pickup", "¥1,514", "Mr Wang", "Call 周敏", "021-55501818", "Pickup code"],
    }.items():
        assert [word for word in words if word not in texts[code]] == []
        assert f'<html lang="{code}">' in texts[code]
    assert phone.get(address).content.decode().count("Ready for pickup") > 0


def test_no_internal_code_or_stage_name_reaches_the_customer(cast: Cast) -> None:
    phone, address = phone_of(explained(cast), cast)

    text = phone.get(address).content.decode()

    assert re.findall(r"差异接待|价值讲解|完美交车|高效洽谈|成果展示|尊敬的", text) == []
    assert re.findall(r">\s*[1-5]\.[1-7]\b", text) == []


def test_the_first_view_is_small_and_needs_no_script(cast: Cast) -> None:
    phone, address = phone_of(explained(cast), cast)
    response = phone.get(address)
    files = re.findall(r'(?:href|src)="/static/([^"#]+)', response.content.decode())

    size = len(response.content) + sum(Path("static", name).stat().st_size for name in set(files))

    assert size < FIRST_VIEW_BYTES
    assert {name for name in files if name.endswith((".js", ".css"))} == {"link.css", "js/opened.js"}
    assert "style=" not in response.content.decode()


def test_a_visit_without_customer_and_advisor_still_has_a_page(cast: Cast) -> None:
    visit = cast.visit("沪C00001", customer=None)
    with scope(store=cast.store):
        Visit.objects.filter(pk=visit.pk).update(advisor=None)
    phone, address = phone_of(visit, cast)

    text = phone.get(address).content.decode()

    assert "致电门店：021-55501800" in text


def test_later_apps_say_their_part_on_the_page(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(wiring.PANELS, "link.page", ["customer", "customer-opened"])
    phone, address = phone_of(explained(cast), cast)
    monkeypatch.setattr("delivery.views.customer.resolve", lambda url: Panel(url))

    text = phone.get(address).content.decode()

    assert text.count("<b>本页的一块</b>") == 1


class Panel:
    """A resolved address: the page of a later app, empty for one of them."""

    def __init__(self, url: str) -> None:
        self.args, self.kwargs, self.url = (), {}, url

    def func(self, request):
        return HttpResponse("<b>本页的一块</b>", status=403 if self.url.endswith("opened/") else 200)


def test_the_page_takes_the_same_queries_for_one_and_three_lines(cast: Cast, django_assert_max_num_queries) -> None:
    counts = []
    for plate, lines in (("沪A00001", 1), ("沪A00003", 3)):
        visit = explained(cast, plate, lines=[(f"项目{number}", "10", "20") for number in range(lines)])
        phone, address = phone_of(visit, cast)
        with django_assert_max_num_queries(50) as found:
            phone.get(address)
        counts.append(len(found))

    assert counts[0] == counts[1]
