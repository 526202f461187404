"""The message centre: what went to whom, how it stands, what waits; and what a customer wants to hear of."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django_scopes import scope

from dealership.actions.links import make_link
from dealership.actions.messages import queue, queue_for_staff
from dealership.models import LinkAddress, Message, OptOut
from dealership.queries.message_centre import PAGE, Filter, masked, message_centre
from tests.cast import Cast, at

State = Message.State
URL = "/hq/messages/"
NOW = at("12:00")


@pytest.fixture(autouse=True)
def _inside(cast: Cast):
    with scope(store=cast.store), time_machine.travel(NOW, tick=True):
        yield


def client_of(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def told(cast: Cast, plate: str = "沪A8K2D6", clock: str = "11:00", **given) -> Message:
    visit = cast.visit(plate, now=at(clock))
    return queue(visit, kind="ready", by=cast.advisor, now=at(clock), **given)


def centre(cast: Cast, **wanted):
    return message_centre(cast.store, Filter(**wanted), full_numbers=False, now=NOW)


def test_the_newest_stands_first_with_car_kind_channel_and_masked_address(cast: Cast) -> None:
    told(cast, clock="10:00")
    told(cast, "沪C00002", clock="11:00")

    lines = centre(cast).lines

    assert [one.plate for one in lines] == ["沪C·00002", "沪A·8K2D6"]
    assert (lines[0].to, lines[0].name) == ("w***@example.com", "王建国")


def test_filters_narrow_by_state_kind_and_day(cast: Cast) -> None:
    by_hand = told(cast, channel="by_hand")
    waiting = told(cast, "沪C00002")
    queue_for_staff(cast.advisor, store=cast.store, text="有客户提问", key="1", now=at("11:30"))
    old = told(cast, "沪C00003", clock="10:00")
    Message.objects.filter(pk=old.pk).update(created_at=at("10:00") - timedelta(days=1), state=State.SENT)

    def ids(**wanted):
        return {one.line.message.pk for one in centre(cast, **wanted).lines}

    assert ids(states="todo") == {by_hand.pk}
    assert ids(states="out") == {old.pk}
    assert ids(states="open", kind="ready") == {waiting.pk}
    assert len(ids(kind="staff_alert")) == 1
    assert ids(day=at("12:00").date() - timedelta(days=1)) == {old.pk}
    assert len(ids()) == len(ids(states="nonsense", kind="nonsense")) == 4


def test_the_oldest_waiting_and_what_people_have_to_tell_stand_on_top(cast: Cast) -> None:
    empty = centre(cast)
    first = told(cast, clock="10:20")
    told(cast, "沪C00002", clock="11:00")
    told(cast, "沪C00003", channel="by_hand")

    page = centre(cast)

    assert (empty.oldest, empty.waited, empty.todo) == (None, None, 0)
    assert (page.oldest.pk, page.waited, page.todo) == (first.pk, timedelta(minutes=100), 1)


def test_a_message_that_went_on_needs_nobody(cast: Cast) -> None:
    failed = told(cast)
    Message.objects.filter(pk=failed.pk).update(state=State.FAILED)
    assert (centre(cast).todo, centre(cast).lines[0].line.failed) == (1, True)

    Message.objects.create(
        store=cast.store, visit=failed.visit, customer=failed.customer, kind="ready", channel="console",
        language="zh-hans", body="…", dedupe_key="x", fallback_of=failed, created_at=NOW, send_at=NOW,
    )  # fmt: skip

    line = next(one.line for one in centre(cast).lines if one.line.message.pk == failed.pk)
    assert (centre(cast).todo, line.for_a_person, line.fell_back) == (0, False, True)


def test_pages_follow_each_other_without_gap(cast: Cast) -> None:
    visit = cast.visit()
    rows = [
        Message(
            store=cast.store, visit=visit, kind="delay", channel="email", language="en", body="…", dedupe_key=str(n),
            created_at=NOW, send_at=NOW,
        )
        for n in range(PAGE + 3)
    ]  # fmt: skip
    Message.objects.bulk_create(rows)

    first = centre(cast)
    second = centre(cast, before=first.more)

    assert (len(first.lines), len(second.lines), second.more) == (PAGE, 3, None)


@pytest.mark.parametrize(
    ("address", "shown"),
    [("13800001234", "138****1234"), ("+8613800001234", "+86138****1234"), ("w@x.cn", "w***@x.cn"), ("12", "****")],
)
def test_an_address_is_masked(address: str, shown: str) -> None:
    assert (masked(address), masked("")) == (shown, "")


def test_the_page_masks_by_role_and_gives_buttons_to_those_who_may(cast: Cast) -> None:
    told(cast, channel="by_hand")
    seen = {}
    for role in ("advisor", "supervisor", "care", "chain"):
        text = client_of(getattr(cast, role)).get(URL).content.decode()
        seen[role] = ("13800001234" in text, "电话已告知" in text)

    assert seen == {
        "advisor": (False, True),
        "supervisor": (True, True),
        "care": (True, True),
        "chain": (False, False),
    }
    assert client_of(cast.technician).get(URL).status_code == 403
    assert client_of(cast.stranger).get(URL).status_code == 404


def test_a_failed_one_is_sent_once_more_from_the_centre(cast: Cast) -> None:
    row = told(cast)
    Message.objects.filter(pk=row.pk).update(state=State.FAILED, error="550")
    url = f"/hq/visits/{row.visit_id}/messages/{row.pk}/retry/"

    assert url in client_of(cast.advisor).get(URL).content.decode()
    assert client_of(cast.guard).post(url).status_code == 403
    assert client_of(cast.stranger).post(url).status_code == 404
    answer = client_of(cast.advisor).post(url, {"next": URL})

    row.refresh_from_db()
    assert (answer.status_code, answer.headers["Location"], row.state) == (303, URL, State.WAITING)


def test_the_page_asks_the_same_number_of_queries_for_one_and_for_many(
    cast: Cast, django_assert_max_num_queries
) -> None:
    client = client_of(cast.advisor)
    told(cast, channel="by_hand")
    client.get(URL)
    with django_assert_max_num_queries(12) as few:
        client.get(URL)
    for number in range(4):
        told(cast, f"沪C0000{number}", channel="by_hand")
    with django_assert_max_num_queries(12) as many:
        client.get(URL)

    assert len(many) == len(few)


def test_an_empty_centre_says_what_will_stand_here_and_a_filter_how_to_leave_it(cast: Cast) -> None:
    client = client_of(cast.advisor)

    assert "最近 14 天没有发给客户的消息" in client.get(URL).content.decode()
    assert "显示全部" in client.get(URL + "?state=todo&day=nonsense&before=x").content.decode()


def customer_page(cast: Cast, visit) -> tuple[Client, str]:
    link, address = make_link(visit, by=cast.advisor, now=NOW)
    client = Client()
    client.get(address.removeprefix("http://localhost:8000"))
    return client, f"/my/{LinkAddress.objects.get(link=link.pk).public_id}/messages/"


def test_a_customer_turns_a_kind_off_and_on_with_one_tap(cast: Cast) -> None:
    visit = cast.visit()
    client, url = customer_page(cast, visit)

    page = client.get(url).content.decode()
    assert "调查" in page
    assert "<script" not in page
    assert client.post(url, {"kind": "survey", "on": "0"}).status_code == 303
    assert OptOut.objects.get(until=None).kind == "survey"
    assert queue(visit, kind="survey", by=None) is None
    assert client.post(url, {"kind": "survey", "on": "1"}).status_code == 303
    assert OptOut.objects.filter(until=None).count() == 0
    assert client.post(url, {"kind": "nonsense", "on": "0"}).status_code == 422


def test_wishes_are_behind_the_link_and_changed_by_nobody_else(cast: Cast) -> None:
    client, url = customer_page(cast, cast.visit())
    nobody, _url = customer_page(cast, cast.visit("沪C00001", customer=None))
    LinkAddress.objects.filter(public_id=url.split("/")[2]).update(shared=True)

    assert Client().get(url).status_code == 404
    assert nobody.get(_url).status_code == 404
    assert client.post(url, {"kind": "survey", "on": "0"}).status_code == 404
    assert OptOut.objects.count() == 0


def test_the_desk_notes_what_the_customer_said(cast: Cast) -> None:
    visit = cast.visit()
    url = f"/hq/visits/{visit.pk}/messages/wishes/"

    assert client_of(cast.guard).post(url, {"kind": "survey", "on": "0"}).status_code == 403
    assert client_of(cast.stranger).post(url, {"kind": "survey", "on": "0"}).status_code == 404
    assert client_of(cast.advisor).post(url, {"kind": "survey", "on": "0"}).status_code == 303
    assert "不接收" in client_of(cast.advisor).get(f"/hq/visits/{visit.pk}/messages/").content.decode()
