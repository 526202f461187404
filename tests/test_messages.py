"""Messages: written once, in the customer's language, for the channel that reaches them."""

import pytest
from django.test import Client
from django.utils import translation
from django.utils.module_loading import import_string
from django_scopes import scope

from dealership import wiring
from dealership.actions.message_settings import opt_in, opt_out, switch_kind, use_channel
from dealership.actions.messages import cancel_open, queue, queue_for_staff, told_by_hand
from dealership.channels.email import EmailChannel
from dealership.models import Attention, CustomerLink, Event, LinkAddress, Message, MessageTemplate, Visit
from dealership.queries.message_ends import written_at
from dealership.queries.message_rules import CUSTOMER_KINDS
from dealership.queries.messages import messages_of, send_time
from dealership.refused import Refused
from dealership.uuids import uuid7
from reception.models import Appointment
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


def silent(cast: Cast, visit, **given) -> list[str]:
    assert queue(visit, by=cast.advisor, now=at("11:26"), **given) is None
    return [event.data["why"] for event in Event.objects.filter(kind="message.silent")]


def test_a_kind_that_is_off_is_not_written_and_the_timeline_says_so(cast: Cast) -> None:
    visit = cast.visit()

    assert silent(cast, visit, kind="thanks") == ["off"]
    switch_kind(cast.store, kind="thanks", on=True, by=cast.manager)
    assert queue(visit, kind="thanks", by=None) is not None
    switch_kind(cast.store, kind="ready", on=False, by=cast.manager)
    assert silent(cast, visit, kind="ready") == ["off", "off"]
    assert LinkAddress.objects.count() == 1


def test_a_kind_that_the_customer_does_not_want_is_not_written(cast: Cast) -> None:
    visit = cast.visit()
    opt_out(visit.customer, kind="ready", by=None)

    assert silent(cast, visit, kind="ready") == ["opted_out"]
    opt_in(visit.customer, kind="ready", by=None)
    assert ready(cast, visit=visit).kind == "ready"


def test_the_fifth_message_that_needs_no_answer_stays_away_but_ready_goes(cast: Cast) -> None:
    visit = cast.visit()
    delays = [queue(visit, kind="delay", by=None, id=uuid7(), now=at("11:00")) for _number in range(4)]

    assert None not in delays
    assert silent(cast, visit, kind="delay", id=uuid7()) == ["limit"]
    assert queue(visit, kind="offer", by=None, id=uuid7(), amount="¥666") is not None
    assert ready(cast, visit=visit, id=uuid7()).kind == "ready"
    Message.objects.filter(pk=delays[0].pk).update(state=State.CANCELLED)
    Message.objects.filter(visit=visit, kind="ready").update(fallback_of=delays[1])
    assert queue(visit, kind="delay", by=None, id=uuid7()) is not None


def test_what_the_text_was_made_of_stays_on_the_row(cast: Cast) -> None:
    MessageTemplate.objects.create(
        store=cast.store, kind="delay", channel="email", language="zh-hans", version=1, subject="{plate}",
        body="{reason}：{ready_time}", template_id="1234567", created_at=at("08:00"),
    )  # fmt: skip

    message = queue(
        cast.visit(), kind="delay", by=None, now=at("11:26"), reason="等件", ready_time=at("09:00", day="2026-11-21")
    )

    assert (message.body, message.template_id) == ("等件：11月21日 09:00", "1234567")
    assert message.variables | {"link": ""} == {
        "customer": "王先生", "plate": "沪A·8K2D6", "store": "虹桥店", "store_phone": "021-55501800", "advisor": "周敏",
        "advisor_phone": "021-55501800", "link": "", "reason": "等件", "ready_time": "11月21日 09:00", "promised": "",
    }  # fmt: skip


class Approved(EmailChannel):
    """A channel whose provider sends only approved texts."""

    needs_template = True


def test_a_channel_of_approved_texts_counts_where_the_store_has_one(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(wiring.CHANNELS, "email", "tests.test_messages.Approved")
    first = ready(cast)
    MessageTemplate.objects.create(
        store=cast.store, kind="ready", channel="email", language="zh-hans", version=1, subject="{plate}", body="好了",
        template_id="77", created_at=at("08:00"),
    )  # fmt: skip

    assert (first.channel, ready(cast, visit=cast.visit("沪C00001")).channel) == ("by_hand", "email")


def test_the_stores_order_of_channels_counts_after_the_customers_wish(cast: Cast) -> None:
    use_channel(cast.store, channel="email", on=False, by=cast.manager)
    visit = cast.visit()
    switched_off = ready(cast, visit=visit)
    visit.customer.channel = "email"
    visit.customer.save()

    assert (switched_off.channel, ready(cast, visit=visit, id=uuid7()).channel) == ("by_hand", "email")


def test_an_alert_goes_to_the_person_at_once_and_once(cast: Cast) -> None:
    given = {
        "store": cast.store,
        "text": "王先生有提问",
        "url": "http://localhost/x",
        "key": "ask-1",
        "now": at("22:00"),
    }
    alerts = [queue_for_staff(cast.advisor, **given) for _call in range(2)]

    assert alerts[0].pk == alerts[1].pk
    assert (alerts[0].staff, alerts[0].customer, alerts[0].recipient) == (cast.advisor, None, "advisor@example.com")
    assert (alerts[0].subject, alerts[0].body) == ("王先生有提问", "王先生有提问\nhttp://localhost/x")
    assert (alerts[0].send_at, alerts[0].state) == (at("22:00"), State.WAITING)


def over(message: Message) -> bool:
    return import_string(wiring.MESSAGE_KINDS[message.kind].over)(Message.objects.get(pk=message.pk))


def test_ready_and_delay_are_over_when_the_visit_has_moved_on(cast: Cast) -> None:
    visit = cast.visit()
    Visit.objects.filter(pk=visit.pk).update(ready_due=at("12:30"))
    told = ready(cast, visit=visit)
    delay = queue(visit, kind="delay", by=None, now=at("11:26"), ready_time=at("12:30"))
    before = (over(told), over(delay))
    Visit.objects.filter(pk=visit.pk).update(ready_due=at("13:00"), stage="explanation", stage_since=at("11:30"))
    here = over(told)
    Visit.objects.filter(pk=visit.pk).update(stage="workshop", stage_since=at("11:40"))

    assert (before, here, over(told), over(delay)) == ((False, False), False, True, True)


def test_an_invitation_is_over_when_the_car_has_come_again(cast: Cast) -> None:
    visit = cast.visit()
    survey = queue(visit, kind="survey", by=None, now=at("11:26"))
    first = over(survey)
    Visit.objects.filter(pk=visit.pk).update(stage="closed")
    cast.visit(now=at("15:00"))

    assert (first, over(survey)) == (False, True)


def test_a_reminder_is_over_when_the_appointment_is(cast: Cast) -> None:
    visit = cast.visit()
    booked = Appointment.objects.create(
        store=cast.store, customer=visit.customer, vehicle=visit.vehicle, at=at("09:00"), made_at=at("08:00")
    )
    reminder = queue(visit, kind="booking_reminder", by=None, id=booked.pk, appointment_time=at("09:00"))
    first = over(reminder)
    Appointment.objects.filter(pk=booked.pk).update(state=Appointment.State.CANCELLED)

    assert (reminder.body.count("09:00"), first, over(reminder)) == (1, False, True)


def test_every_end_of_a_message_is_there_and_false_without_a_reason(cast: Cast) -> None:
    visit = cast.visit()
    for kind in CUSTOMER_KINDS:
        switch_kind(cast.store, kind=kind, on=True, by=cast.manager)
        message = queue(visit, kind=kind, by=None, id=uuid7(), now=at("11:26")) if kind != "thanks" else None
        assert message is None or over(message) is False


def test_a_fall_back_is_as_old_as_the_message_it_stands_for(cast: Cast) -> None:
    first = ready(cast)
    second = ready(cast, visit=cast.visit("沪C00001"), now=at("12:00"))
    Message.objects.filter(pk=second.pk).update(fallback_of=first)

    assert written_at(Message.objects.get(pk=second.pk)) == at("11:26")
