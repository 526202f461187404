"""Messages: written once, in the customer's language, for the channel that reaches them."""

import pytest
from django.test import Client
from django.utils import translation
from django_scopes import scope

from dealership import wiring
from dealership.actions.messages import cancel_open, queue, told_by_hand
from dealership.models import Attention, CustomerLink, Event, LinkAddress, Message, MessageTemplate
from dealership.queries.messages import messages_of, send_time
from dealership.refused import Refused
from dealership.uuids import uuid7
from tests.cast import Cast, at

State = Message.State


@pytest.fixture(autouse=True)
def _inside(cast: Cast):
    with scope(store=cast.store):
        yield


def ready(cast: Cast, **given):
    given.setdefault("now", at("11:26"))
    visit = given.pop("visit", None) or cast.visit()
    return queue(visit, kind="ready", by=cast.advisor, **given)


def test_ready_by_email_says_who_what_when_link_and_phone(cast: Cast) -> None:
    cast.advisor.phone = "13900005678"
    cast.advisor.save(update_fields=["phone"])

    message = ready(cast, promised=at("11:35"))

    link = message.body.split("/v/")[1].split()[0]
    assert (message.channel, message.recipient, message.state) == ("email", "w@example.com", State.WAITING)
    assert (message.send_at, message.language) == (at("11:26"), "zh-hans")
    assert message.subject == "您的爱车 沪A·8K2D6 可以取了"
    assert message.body == (
        "王先生您好，\n"
        "您的车 沪A·8K2D6 已于 11:26 完工，并由服务顾问检查完毕，可以取车了。\n"
        "与您约好的时间是 11:35。\n\n"
        "做了哪些项目、费用多少、取车码，都在这里：\n"
        f"http://localhost:8000/v/{link}\n\n"
        "周敏会在店里等您，陪您到车旁逐项看一遍。\n"
        "电话 13900005678\n"
        "虹桥店"
    )


def test_the_text_is_in_the_customers_language_and_guesses_no_form_of_address(cast: Cast) -> None:
    visit = cast.visit(customer={"name": "王建国", "phone": "13800001234", "email": "w@example.com"})
    visit.customer.language = "en"
    visit.customer.save()

    message = ready(cast, visit=visit)

    assert (message.language, message.subject) == ("en", "沪A·8K2D6 is ready")
    assert message.body.startswith("Hello,\nyour car 沪A·8K2D6 was finished and checked at 11:26.\n")


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
@pytest.mark.parametrize("channel", ["email", "console", "by_hand"])
def test_every_text_says_plate_time_link_and_phone(cast: Cast, language: str, channel: str) -> None:
    visit = cast.visit()
    visit.customer.language = language
    visit.customer.save()

    message = ready(cast, visit=visit, channel=channel)

    missing = [part for part in ("沪A·8K2D6", "11:26", "/v/", "021-55501800", "周敏") if part not in message.body]
    assert missing == []
    assert [word for word in ("满分", "好评", "尊敬", "!", "！") if word in message.body] == []
    assert bool(message.subject) == (channel == "email")


def test_the_stores_own_newest_text_wins(cast: Cast) -> None:
    for version, body in enumerate(["旧", "{customer}，{plate} 好了：{link} {whatever}"], start=1):
        MessageTemplate.objects.create(
            store=cast.store, kind="ready", channel="email", language="zh-hans", version=version,
            subject="{plate} 好了", body=body, created_at=at("08:00"),
        )  # fmt: skip

    message = ready(cast)

    assert message.subject == "沪A·8K2D6 好了"
    assert message.body.startswith("王先生，沪A·8K2D6 好了：http://localhost:8000/v/")
    assert message.body.endswith(" {whatever}")


@pytest.mark.parametrize(
    ("given", "channel", "recipient", "state"),
    [
        ({"email": "w@example.com", "phone": "138"}, "email", "w@example.com", State.WAITING),
        ({"email": "", "phone": "138"}, "by_hand", "138", State.BY_HAND),
        ({"email": "", "phone": ""}, "by_hand", "", State.BY_HAND),
        ({"email": "w@example.com", "phone": "138", "channel": "by_hand"}, "by_hand", "138", State.BY_HAND),
        ({"email": "w@example.com", "phone": "138", "channel": "fax"}, "email", "w@example.com", State.WAITING),
    ],
)
def test_the_channel_is_the_preferred_one_else_the_first_that_reaches(
    cast: Cast, given: dict[str, str], channel: str, recipient: str, state: str
) -> None:
    visit = cast.visit()
    for name, value in given.items():
        setattr(visit.customer, name, value)
    visit.customer.save()

    message = ready(cast, visit=visit)

    assert (message.channel, message.recipient, message.state) == (channel, recipient, state)


def test_a_visit_of_nobody_is_told_by_a_person_in_the_stores_language(cast: Cast) -> None:
    message = ready(cast, visit=cast.visit("沪C00001", customer=None))

    assert (message.channel, message.language, message.state) == ("by_hand", "zh-hans", State.BY_HAND)
    assert message.body.startswith("您好，")


@pytest.mark.parametrize(
    ("clock", "send_at"),
    [
        ("20:59", at("20:59")),
        ("21:00", at("08:00", day="2026-11-21")),
        ("03:00", at("08:00")),
        ("08:00", at("08:00")),
    ],
)
def test_quiet_hours_hold_a_message_back_until_their_end(cast: Cast, clock: str, send_at) -> None:
    assert ready(cast, now=at(clock)).send_at == send_at


def test_quiet_hours_of_one_day_and_none_at_all(cast: Cast) -> None:
    cast.store.quiet_from, cast.store.quiet_until = at("12:00").time(), at("14:00").time()
    cast.store.save()

    assert send_time(cast.store, quiet=True, now=at("13:00")) == at("14:00")
    assert send_time(cast.store, quiet=True, now=at("14:30")) == at("14:30")
    assert send_time(cast.store, quiet=False, now=at("13:00")) == at("13:00")


def test_the_same_operation_and_the_same_stay_write_one_message(cast: Cast) -> None:
    visit, operation = cast.visit(), uuid7()
    pressed = [ready(cast, visit=visit, id=operation) for _press in range(2)]
    unnamed = [ready(cast, visit=visit, now=at("11:27")) for _call in range(2)]
    visit.stage_since = at("12:00")
    again = ready(cast, visit=visit, now=at("12:01"))

    assert [message.pk for message in pressed] == [operation, operation]
    assert unnamed[0].pk == unnamed[1].pk
    assert Message.objects.count() == 3
    assert again.pk not in {operation, unnamed[0].pk}
    assert (CustomerLink.objects.count(), LinkAddress.objects.count()) == (1, 3)


def test_a_kind_is_not_sent_again_within_its_gap(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(wiring.MESSAGE_KINDS, "ready", wiring.MESSAGE_KINDS["ready"]._replace(gap=30))
    visit = cast.visit()

    messages = [ready(cast, visit=visit, id=uuid7(), now=at(clock)) for clock in ("11:26", "11:50", "11:56")]

    assert messages[0].pk == messages[1].pk != messages[2].pk


def test_a_kind_without_a_link_makes_none(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = wiring.MESSAGE_KINDS["ready"]._replace(variables=("customer", "plate", "ready_time"))
    monkeypatch.setitem(wiring.MESSAGE_KINDS, "ready", kind)

    ready(cast)

    assert LinkAddress.objects.count() == 0


def test_a_name_that_is_no_variable_is_a_mistake_of_the_caller(cast: Cast) -> None:
    with pytest.raises(KeyError):
        ready(cast, colour="red")


def test_by_hand_is_marked_until_somebody_has_told_it(cast: Cast) -> None:
    visit = cast.visit()
    message = ready(cast, visit=visit, channel="by_hand")
    mark = Attention.objects.get(kind="tell_by_hand")
    assert mark.url == f"/hq/visits/{visit.pk}/messages/"

    told = told_by_hand(message, by=cast.advisor, how="copy", now=at("11:30"))
    again = told_by_hand(message, by=cast.advisor3, how="phone", now=at("11:31"))

    mark.refresh_from_db()
    assert (told.state, told.told_by, told.sent_at) == (State.SENT, cast.advisor, at("11:30"))
    assert (again.told_by, again.sent_at, mark.until) == (cast.advisor, at("11:30"), at("11:30"))
    assert list(Event.objects.filter(kind__startswith="message").values_list("kind", "data")) == [
        ("message.queued", {"message": "ready", "channel": "by_hand"}),
        ("message.told", {"message": "ready", "how": "copy"}),
    ]


def test_one_of_two_told_leaves_the_mark(cast: Cast) -> None:
    visit = cast.visit()
    first = ready(cast, visit=visit, channel="by_hand", id=uuid7())
    ready(cast, visit=visit, channel="by_hand", id=uuid7())

    told_by_hand(first, by=cast.advisor, how="phone", now=at("11:30"))

    assert Attention.objects.get(kind="tell_by_hand").until is None


def test_how_must_be_said(cast: Cast) -> None:
    message = ready(cast, channel="by_hand")

    with pytest.raises(Refused) as refused:
        told_by_hand(message, by=cast.advisor, how="somehow")

    assert refused.value.code == "message.how"


def test_what_nobody_has_to_hear_any_more_is_dropped_when_the_car_has_left(cast: Cast) -> None:
    visit = cast.visit()
    waiting, by_hand = ready(cast, visit=visit, id=uuid7()), ready(cast, visit=visit, channel="by_hand", id=uuid7())
    sent = ready(cast, visit=visit, id=uuid7())
    Message.objects.filter(pk=sent.pk).update(state=State.SENT)

    cancel_open(visit, None, by=cast.guard, now=at("12:00"))

    states = dict(Message.objects.values_list("pk", "state"))
    assert states == {waiting.pk: State.CANCELLED, by_hand.pk: State.CANCELLED, sent.pk: State.SENT}
    assert Attention.objects.get(kind="tell_by_hand").until == at("12:00")


def client_of(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_the_page_of_messages_shows_what_to_tell_to_those_who_may(cast: Cast) -> None:
    visit = cast.visit()
    message = ready(cast, visit=visit, channel="by_hand")
    Message.objects.filter(pk=message.pk).update(state=State.FAILED)
    url = f"/hq/visits/{visit.pk}/messages/"

    text = client_of(cast.advisor).get(url).content.decode()
    panel = client_of(cast.advisor).get(url, headers={"HX-Request": "true"}).content.decode()

    assert [part for part in ("复制文案", "电话已告知", f"{message.pk}/told/") if part not in text] == []
    assert "<html" not in panel
    assert [client_of(person).get(url).status_code for person in (cast.guard, cast.technician, cast.stranger)] == [
        403,
        403,
        404,
    ]


def test_a_message_is_told_from_its_page(cast: Cast) -> None:
    visit = cast.visit()
    message = ready(cast, visit=visit, channel="by_hand")
    url = f"/hq/visits/{visit.pk}/messages/{message.pk}/told/"

    assert client_of(cast.stranger).post(url, {"how": "phone"}).status_code == 404
    assert client_of(cast.guard).post(url, {"how": "phone"}).status_code == 403
    assert client_of(cast.advisor).post(url, {"how": ""}).status_code == 422
    assert client_of(cast.advisor).post(url, {"how": "phone"}).status_code == 303
    message.refresh_from_db()
    assert (message.state, message.told_by) == (State.SENT, cast.advisor)


def test_every_state_has_its_words(cast: Cast) -> None:
    visit = cast.visit()
    for state in State:
        message = ready(cast, visit=visit, id=uuid7())
        Message.objects.filter(pk=message.pk).update(state=state)

    with translation.override("en"):
        lines = {line.message.state: (line.words, line.tone, line.for_a_person) for line in messages_of(visit)}

    assert lines == {
        State.WAITING: ("E-mail · Waiting", "neutral", False),
        State.SENDING: ("E-mail · Sending", "neutral", False),
        State.UNKNOWN: ("E-mail · Unknown, being asked", "risk", False),
        State.BY_HAND: ("E-mail · To be told by a person", "risk", True),
        State.SENT: ("E-mail · Sent", "ok", False),
        State.DELIVERED: ("E-mail · Delivered", "ok", False),
        State.FAILED: ("E-mail · Failed", "bad", True),
        State.CANCELLED: ("E-mail · Cancelled", "neutral", False),
    }


def test_a_persons_word_goes_to_the_form_of_the_app_that_keeps_the_record(cast: Cast) -> None:
    visit = cast.visit()
    by_hand = ready(cast, visit=visit, channel="by_hand", id=uuid7())
    unclear = ready(cast, visit=visit, channel="by_hand", id=uuid7())
    Message.objects.filter(pk=unclear.pk).update(error="It may have gone out: nobody can say.")

    urls = {line.message.pk: line.told_url for line in messages_of(visit)}

    assert urls == {
        by_hand.pk: f"/hq/visits/{visit.pk}/ready-notice/",
        unclear.pk: f"/hq/visits/{visit.pk}/messages/{unclear.pk}/told/",
    }
