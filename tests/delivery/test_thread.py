"""The conversation beside the link: asked and answered once, in time, and seen by whom it concerns."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from django_scopes import scope

from dealership.actions.links import make_link
from dealership.models import (
    Attention,
    Customer,
    CustomerLink,
    Event,
    LinkAddress,
    Membership,
    Message,
    OpeningHours,
    Visit,
)
from dealership.queries.next import next_steps
from dealership.refused import Refused
from dealership.uuids import uuid7
from delivery.actions.thread import ANSWER_MINUTES, LINES_A_DAY, answer, ask, called_back, not_satisfied
from delivery.models import ThreadMessage
from delivery.queries.quick_answers import quick_answers
from delivery.queries.thread import caller_of, response_times
from tests.cast import Cast, at
from tests.delivery.orders import agree, explained


@pytest.fixture
def visit(cast: Cast):
    made = cast.visit()
    with scope(store=cast.store), translation.override("zh-hans"):
        yield made


def link_of(visit: Visit, cast: Cast) -> CustomerLink:
    return make_link(visit, by=cast.advisor)[0]


def phone_of(visit: Visit, cast: Cast) -> tuple[Client, str]:
    _link, url = make_link(visit, by=cast.advisor)
    phone = Client()
    return phone, phone.get(url.removeprefix("http://localhost:8000")).headers["Location"]


def refusal(function, *args, **given) -> str:
    with pytest.raises(Refused) as refused:
        function(*args, **given)
    return refused.value.code


def marks(visit: Visit) -> set[str]:
    return set(Attention.objects.filter(visit=visit, until=None).values_list("kind", flat=True))


def lines_for(staff, cast: Cast, clock: str) -> list[tuple[str, str]]:
    """Return plate and button of each line of 我的下一步."""
    return [(step.visit.vehicle.plate, step.action) for step in next_steps(cast.store, staff, now=at(clock))]


def test_a_question_calls_the_advisor_and_an_answer_takes_the_mark_off(cast: Cast, visit: Visit) -> None:
    link = link_of(visit, cast)
    first = ask(link, text=" 几点能取车？\r\n急用 ", now=at("09:10"))
    second = ask(link, text="另外刹车片换了吗？", now=at("09:12"))
    mark = Attention.objects.get(kind="asked")

    said = answer(visit, by=cast.advisor, text="11 点前", now=at("09:20"))

    assert (first.text, first.by, first.answer_due_at) == ("几点能取车？\n急用", None, at("09:40"))
    assert (mark.since, mark.url) == (at("09:10"), f"/hq/visits/{visit.pk}/thread/")
    assert [row.answered_at for row in ThreadMessage.objects.filter(pk__in=[first.pk, second.pk])] == [at("09:20")] * 2
    assert (said.by, said.answer_due_at, said.answered_at) == (cast.advisor, None, None)
    assert "asked" not in marks(visit)
    kinds = Event.objects.filter(kind__startswith="thread.").values_list("kind", "by")
    assert list(kinds) == [("thread.asked", None), ("thread.asked", None), ("thread.answered", cast.advisor.pk)]


def test_a_second_press_writes_nothing_more(cast: Cast, visit: Visit) -> None:
    link, ids = link_of(visit, cast), [uuid7() for _number in range(4)]
    for _press in range(2):
        ask(link, text="几点？", id=ids[0], now=at("09:10"))
        answer(visit, by=cast.advisor, text="十一点", id=ids[1], now=at("09:20"))
        not_satisfied(link, id=ids[2], now=at("09:30"))
        called_back(visit, by=cast.supervisor, id=ids[3], now=at("09:40"))

    assert list(ThreadMessage.objects.values_list("pk", flat=True)) == ids
    assert marks(visit) == set()
    assert Event.objects.filter(kind__startswith="thread.").count() == 4


@pytest.mark.parametrize(
    ("level", "asked", "due"),
    [
        ("basic", at("09:00"), at("09:30")),
        ("vip", at("09:00"), at("09:15")),
        ("svip", at("09:00"), at("09:10")),
        ("basic", at("17:50"), at("08:20", day="2026-11-21")),
        ("svip", at("22:00"), at("08:10", day="2026-11-21")),
    ],
)
def test_an_answer_is_due_by_level_in_opening_hours(cast: Cast, visit: Visit, level: str, asked, due) -> None:
    Customer.objects.update(level=level)
    row = ask(link_of(Visit.objects.select_related("customer", "store").get(), cast), text="几点？", now=asked)

    assert row.answer_due_at == due


def test_without_opening_hours_or_customer_the_usual_minutes_count(cast: Cast) -> None:
    with scope(store=cast.store):
        OpeningHours.objects.all().delete()
        row = ask(link_of(cast.visit("沪C00001", customer=None), cast), text="几点？", now=at("23:50"))

    assert row.answer_due_at == at("23:50") + timedelta(minutes=ANSWER_MINUTES["basic"])


def test_what_is_refused_when_writing(cast: Cast, visit: Visit) -> None:
    link = link_of(visit, cast)
    other = cast.visit("沪B12345")
    taken = ask(link_of(other, cast), text="几点？", now=at("09:00")).pk

    assert refusal(ask, link, text=" \r\n ") == "thread.empty"
    assert refusal(ask, link, text="长" * 501) == "thread.long"
    assert refusal(ask, link, text="几点？", id=taken) == "thread.id"
    assert refusal(not_satisfied, link, text="长" * 501) == "thread.long"
    assert refusal(answer, visit, by=cast.advisor, text="") == "thread.empty"
    assert refusal(answer, visit, by=cast.advisor, text="长" * 501) == "thread.long"
    assert refusal(answer, visit, by=cast.advisor, text="好", id=taken) == "thread.id"
    assert refusal(called_back, visit, by=cast.supervisor) == "thread.nobody_waits"
    assert ThreadMessage.objects.filter(visit=visit).count() == 0


def test_500_characters_pass_and_a_new_line_counts_once(cast: Cast, visit: Visit) -> None:
    row = ask(link_of(visit, cast), text="长\r\n" * 250, now=at("09:10"))

    assert len(row.text) == 499


def test_20_lines_a_day_and_never_too_many_to_complain(cast: Cast, visit: Visit) -> None:
    link = link_of(visit, cast)
    for number in range(LINES_A_DAY):
        ask(link, text=f"第 {number} 句", now=at("09:10"))

    assert refusal(ask, link, text="再问一句", now=at("17:00")) == "thread.limit"
    assert not_satisfied(link, text="没人理我", now=at("17:00")).kind == "not_satisfied"
    assert refusal(not_satisfied, link, text="还是没人", now=at("17:05")) == "thread.limit"
    assert ask(link, text="第二天", now=at("17:10", day="2026-11-21"))


def test_not_satisfied_stays_until_somebody_has_called(cast: Cast, visit: Visit) -> None:
    link = link_of(visit, cast)
    first = not_satisfied(link, now=at("09:10"))
    again = not_satisfied(link, now=at("09:11"))
    more = not_satisfied(link, text="等了一个小时", now=at("09:12"))
    answer(visit, by=cast.advisor, text="对不起", now=at("09:15"))

    assert (again.pk, more.text) == (first.pk, "等了一个小时")
    assert marks(visit) == {"not_satisfied"}
    assert first.answer_due_at == at("09:40")

    note = called_back(visit, by=cast.supervisor, text="免费精洗一次", now=at("09:20"))

    assert marks(visit) == set()
    assert (note.by, note.kind) == (cast.supervisor, "not_satisfied")
    assert not ThreadMessage.objects.filter(by=None, answered_at=None).exists()
    not_satisfied(link, now=at("10:00"))
    assert marks(visit) == {"not_satisfied"}


def test_not_satisfied_alerts_who_is_to_call_once(cast: Cast, visit: Visit) -> None:
    link = link_of(visit, cast)
    name, phone = visit.customer.name, visit.customer.phone
    not_satisfied(link, text="等了一个小时", now=at("09:10"))
    not_satisfied(link, now=at("09:11"))
    not_satisfied(link, text="还是没人", now=at("09:12"))

    alert = Message.objects.get(kind="staff_alert")
    assert (alert.staff, alert.customer, alert.visit, alert.send_at) == (cast.supervisor, None, visit, at("09:10"))
    assert alert.variables == {
        "text": "沪A·8K2D6：客户不满意，请马上回电。",
        "url": f"{settings.PUBLIC_URL}/hq/visits/{visit.pk}/thread/",
    }
    said = alert.subject + alert.body
    assert not [word for word in (name, phone, "一个小时", "/v/") if word in said]

    called_back(visit, by=cast.supervisor, now=at("09:20"))
    Membership.objects.filter(staff=cast.supervisor).update(on_duty_since=None)
    not_satisfied(link, now=at("10:00"))
    called_back(visit, by=cast.manager, now=at("10:05"))
    Membership.objects.update(on_duty_since=None)
    not_satisfied(link, now=at("22:00"))

    alerts = Message.objects.filter(kind="staff_alert").order_by("created_at")
    assert [one.staff for one in alerts] == [cast.supervisor, cast.manager]


def test_not_satisfied_is_first_for_those_who_lead(cast: Cast, visit: Visit) -> None:
    cast.visit("沪B12345", now=at("08:00"))  # standing there, not greeted
    asked = cast.visit("沪C12345")
    ask(link_of(asked, cast), text="几点？", now=at("09:00"))
    not_satisfied(link_of(visit, cast), text="太慢", now=at("09:10"))

    supervisor = lines_for(cast.supervisor, cast, "09:20")
    manager = next_steps(cast.store, cast.manager, now=at("09:20"))[0]
    advisor = lines_for(cast.advisor, cast, "09:20")

    assert supervisor[0] == ("沪A8K2D6", "回电")
    assert ("沪C12345", "答复") not in supervisor
    assert ("沪C12345", "答复") in lines_for(cast.supervisor, cast, "09:31")
    assert (manager.why, manager.tone, manager.url) == ("太慢", "bad", f"/hq/visits/{visit.pk}/thread/")
    assert [line for line in advisor if line[1] in ("答复", "打开")] == [("沪C12345", "答复"), ("沪A8K2D6", "打开")]
    assert [line for line in lines_for(cast.advisor3, cast, "09:20") if line[1] in ("答复", "打开")] == []


def test_a_question_about_nobodys_car_is_the_supervisors(cast: Cast, visit: Visit) -> None:
    Visit.objects.update(advisor=None)
    ask(link_of(Visit.objects.select_related("customer", "store").get(), cast), text="几点？", now=at("09:00"))

    assert ("沪A8K2D6", "答复") in lines_for(cast.supervisor, cast, "09:01")


def test_who_calls_back(cast: Cast, visit: Visit) -> None:
    assert caller_of(cast.store) == cast.supervisor
    Membership.objects.filter(staff=cast.supervisor).update(on_duty_since=None)
    assert caller_of(cast.store) == cast.manager
    Membership.objects.update(on_duty_since=None)
    assert caller_of(cast.store) is None


def test_response_times_are_counted_by_level(cast: Cast, visit: Visit) -> None:
    vip = cast.visit("沪B12345", customer={"name": "李明", "phone": "13900000000"})
    Customer.objects.filter(name="李明").update(level="vip")
    vip = Visit.objects.select_related("customer", "store").get(pk=vip.pk)
    for asked, answered in (("09:00", "09:10"), ("10:00", "10:40")):
        ask(link_of(visit, cast), text="几点？", now=at(asked))
        answer(visit, by=cast.advisor, text="好", now=at(answered))
    ask(link_of(vip, cast), text="几点？", now=at("09:00"))
    ask(link_of(vip, cast), text="几点？", now=at("11:55"))

    counted = response_times(cast.store, at("00:00"), at("12:00"))

    assert [(one.level, one.asked, one.in_time, one.late, one.minutes) for one in counted] == [
        ("basic", 2, 1, 1, 25),
        ("vip", 2, 0, 1, None),
    ]
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response_times(cast.store, at("00:00"), at("12:00"))
    assert len(queries) == 3


def test_ready_answers_are_true_and_in_the_customers_language(cast: Cast, visit: Visit) -> None:
    agree(visit, cast, [("更换机油机滤", "156", "454")])
    visit.stage, visit.ready_due = "workshop", at("11:05")
    with time_machine.travel(at("09:00"), tick=False):
        assert quick_answers(visit, "zh-hans")[:2] == [
            "您的车 11:05 前可以取。",
            "说好的费用是 610元，没有您同意不会增加。",
        ]
        assert quick_answers(visit, "en")[0] == "Your car will be ready by 11:05."
    with time_machine.travel(at("11:06"), tick=False):
        assert "11:05" not in "".join(quick_answers(visit, "zh-hans"))


def test_ready_answers_know_the_settlement(cast: Cast) -> None:
    visit = explained(cast)
    with scope(store=cast.store):
        assert quick_answers(visit, "zh-hant")[:2] == ["您的車好了，現在就可以來取。", "一共 1514元。"]
        visit.stage = "closed"
        assert quick_answers(visit, "en")[0] == "You pay ¥1,514 in all."


def form_id(text: str, action: str) -> UUID:
    """Return the id that the form of this action holds."""
    form = text[text.index(f'action="{action}') :]
    return UUID(form.split('name="operation" value="')[1][:36])


@time_machine.travel(at("09:10"), tick=False)
def test_the_customer_asks_reads_the_answer_and_complains(cast: Cast, visit: Visit) -> None:
    phone, page = phone_of(visit, cast)
    before = phone.get(page).content.decode()
    sent = {"text": "几点<b>能</b>取？", "operation": form_id(before, f"{page}thread/")}

    answers = [phone.post(f"{page}thread/", sent) for _press in range(2)]
    answer(visit, by=cast.advisor, text="11 点前", now=at("09:20"))
    after = phone.get(page).content.decode()

    assert "js/thread.js" not in before
    assert [(one.status_code, one.headers["Location"]) for one in answers] == [(303, f"{page}#thread")] * 2
    assert ThreadMessage.objects.filter(by=None).count() == 1
    assert "几点&lt;b&gt;能&lt;/b&gt;取？" in after
    assert after.index("几点") < after.index("11 点前")
    assert "021-55501818" in after

    phone.post(f"{page}not-satisfied/", {"operation": form_id(after, f"{page}not-satisfied/")})
    calm = phone.get(page).content.decode()
    assert "值班负责人沈洁会在 9:40 前给您打电话。" in calm
    assert f'action="{page}not-satisfied/"' not in calm
    with time_machine.travel(at("09:41"), tick=False):
        assert "原定 9:40 前联系您，没有做到" in phone.get(page).content.decode()


def test_a_look_at_the_page_changes_nothing(cast: Cast, visit: Visit) -> None:
    phone, page = phone_of(visit, cast)
    for path in ("", "thread/", "thread/?lines", "not-satisfied/"):
        phone.get(page + path)

    assert phone.get(f"{page}not-satisfied/").status_code == 200
    assert (ThreadMessage.objects.count(), marks(visit), Event.objects.filter(kind__startswith="thread").count()) == (
        0, set(), 0,
    )  # fmt: skip


def test_a_refused_question_comes_back_with_what_was_typed(cast: Cast, visit: Visit) -> None:
    phone, page = phone_of(visit, cast)

    response = phone.post(f"{page}thread/", {"text": "长" * 501})

    assert response.status_code == 422
    assert "长" * 501 in response.content.decode()
    assert "最多 500 个字" in response.content.decode()


def test_a_shared_address_neither_reads_nor_writes(cast: Cast, visit: Visit) -> None:
    phone, page = phone_of(visit, cast)
    ask(CustomerLink.objects.get(), text="私事", now=at("09:00"))
    LinkAddress.objects.update(shared=True)

    assert "私事" not in phone.get(page).content.decode()
    statuses = [
        phone.get(f"{page}thread/").status_code,
        phone.get(f"{page}thread/?lines").status_code,
        phone.get(f"{page}not-satisfied/").status_code,
        phone.post(f"{page}thread/", {"text": "几点？"}).status_code,
        phone.post(f"{page}not-satisfied/").status_code,
    ]
    assert statuses == [404] * 5
    assert ThreadMessage.objects.count() == 1


def test_after_14_days_one_can_still_complain_and_reads_no_conversation(cast: Cast, visit: Visit) -> None:
    phone, page = phone_of(visit, cast)
    ask(CustomerLink.objects.get(), text="私事", now=at("09:00"))
    CustomerLink.objects.update(expires_at=timezone.now() - timedelta(days=1))

    said = phone.post(f"{page}not-satisfied/", {"text": "又坏了"})
    shown = phone.get(f"{page}not-satisfied/").content.decode()

    assert (said.status_code, said.headers["Location"]) == (303, f"{page}not-satisfied/")
    assert "沈洁" in shown
    assert "私事" not in shown
    assert phone.post(f"{page}thread/", {"text": "几点？"}).status_code == 410


def test_every_other_page_of_the_link_leads_to_it(cast: Cast, visit: Visit) -> None:
    phone, page = phone_of(visit, cast)
    texts = [phone.get(f"{page}messages/").content.decode(), phone.post(f"{page}share/").content.decode()]

    assert [text.count(f'href="{page}not-satisfied/"') for text in texts] == [1, 1]
    assert [text.count("tel:021-55501818") for text in texts] == [1, 1]


def test_a_stranger_and_a_bot_cannot_write(cast: Cast, visit: Visit) -> None:
    _phone, page = phone_of(visit, cast)
    bot = Client(enforce_csrf_checks=True)

    assert Client().post(f"{page}thread/", {"text": "几点？"}).status_code == 404
    assert bot.post(f"{page}thread/", {"text": "几点？"}).status_code == 403
    assert Client().post(f"/my/{uuid4()}/not-satisfied/").status_code == 404


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
@time_machine.travel(at("09:10"), tick=False)
def test_the_page_speaks_the_customers_language(cast: Cast, visit: Visit, language: str) -> None:
    phone, page = phone_of(visit, cast)
    words = {
        "zh-hans": ("给周敏留言", "不满意，请说", "您和周敏的对话", "9:40 前回复您"),
        "zh-hant": ("留言給周敏", "不滿意，請說", "您和周敏的對話", "9:40 前回覆您"),
        "en": ("Write to 周敏", "Not satisfied, tell us", "You and 周敏", "answer by 9:40"),
    }[language]

    before = phone.get(f"{page}?language={language}").content.decode()
    phone.post(f"{page}thread/", {"text": "OK?"})
    after = phone.get(page).content.decode()

    assert [word for word in words if word not in before + after] == []


def test_the_conversation_costs_the_same_however_long(cast: Cast, visit: Visit) -> None:
    phone, page = phone_of(visit, cast)
    counts = []
    for lines in (1, 3):
        for _number in range(lines):
            ask(CustomerLink.objects.get(), text="几点？", now=at("09:10"))
            answer(visit, by=cast.advisor, text="好", now=at("09:11"))
        with CaptureQueriesContext(connection) as queries:
            phone.get(f"{page}thread/?lines")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 6


def desk(staff) -> Client:
    client = Client()
    client.force_login(staff)
    return client


@time_machine.travel(at("09:20"), tick=False)
def test_the_desk_reads_and_answers(cast: Cast, visit: Visit) -> None:
    link, url = link_of(visit, cast), f"/hq/visits/{visit.pk}/thread/"
    client = desk(cast.advisor)
    empty = client.get(url, headers={"HX-Request": "true"})
    ask(link, text="几点能取车？", now=at("09:10"))
    panel = client.get(url, headers={"HX-Request": "true"}).content.decode()
    page = client.get(url).content.decode()
    given = {"say": ["好的，已经记下了，谢谢您。"], "text": "11 点前", "operation": form_id(page, url)}

    statuses = [client.post(url, given).status_code for _press in range(2)]

    assert (empty.status_code, "几点能取车？" in panel, "<html" in panel) == (204, True, False)
    assert "不发短信" in page
    assert statuses == [303, 303]
    assert ThreadMessage.objects.get(by=cast.advisor).text == "好的，已经记下了，谢谢您。\n11 点前"
    assert "09:20 已回复" in client.get(url).content.decode()


@time_machine.travel(at("09:20"), tick=False)
def test_who_may_answer_and_who_may_call_back(cast: Cast, visit: Visit) -> None:
    url = f"/hq/visits/{visit.pk}/thread/"
    not_satisfied(link_of(visit, cast), now=at("09:10"))
    reading = {name: desk(getattr(cast, name)).get(url).status_code for name in ("care", "manager", "cashier", "guard")}
    calling = {name: desk(getattr(cast, name)).post(f"{url}called-back/").status_code for name in ("advisor", "care")}

    assert reading == {"care": 200, "manager": 200, "cashier": 403, "guard": 403}
    assert calling == {"advisor": 403, "care": 303}
    stranger = desk(cast.stranger)
    assert [stranger.get(url).status_code, stranger.post(url, {"text": "好"}).status_code] == [404, 404]
    assert stranger.post(f"{url}called-back/").status_code == 404


@time_machine.travel(at("12:00"), tick=False)
def test_who_leads_sees_how_fast_customers_are_answered(cast: Cast, visit: Visit) -> None:
    url = "/hq/thread-times/"
    empty = desk(cast.manager).get(url).content.decode()
    ask(link_of(visit, cast), text="几点？", now=at("09:00"))
    answer(visit, by=cast.advisor, text="好", now=at("09:12"))

    shown = desk(cast.manager).get(url)

    assert "这几天没有客户留言。" in empty
    assert [(one["within"], one["row"].in_time, one["row"].minutes) for one in shown.context["rows"]] == [(30, 1, 12)]
    assert [desk(one).get(url).status_code for one in (cast.advisor, cast.stranger)] == [403, 404]


def test_the_board_shows_both_marks(cast: Cast, visit: Visit) -> None:
    link = link_of(visit, cast)
    ask(link, text="几点？", now=at("09:10"))
    not_satisfied(link, now=at("09:11"))
    client = desk(cast.manager)

    page = client.get("/hq/board/").content.decode()
    assert ("客户有留言" in page, "客户不满意" in page) == (True, True)
