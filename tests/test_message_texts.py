"""A store's own texts: checked, previewed, published as versions, tried on oneself."""

import pytest
from django.test import Client
from django_scopes import scope

from dealership import wiring
from dealership.actions.message_settings import move_channel, opt_in, opt_out, switch_kind, use_channel
from dealership.actions.message_texts import publish, send_test, take_back
from dealership.models import ChannelSetting, Message, MessageTemplate, OptOut
from dealership.queries.message_rules import CUSTOMER_KINDS, channel_order
from dealership.queries.message_samples import SAMPLES
from dealership.queries.message_texts import TEXT_CHANNELS, faults_of, phrases, preview_of, product_wording
from dealership.queries.messages import product_text
from dealership.refused import Refused
from dealership.sms import length
from tests.cast import Cast, at

EMAIL = {"kind": "ready", "channel": "email", "language": "zh-hans"}
SMS = {"kind": "ready", "channel": "tencent_sms", "language": "zh-hans"}
BASE = "/hq/message-texts/"
TEXT = BASE + "ready/email/zh-hans/"


@pytest.fixture(autouse=True)
def _inside(cast: Cast):
    with scope(store=cast.store):
        yield


def client_of(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.mark.parametrize("language", SAMPLES)
@pytest.mark.parametrize("kind", CUSTOMER_KINDS)
def test_every_product_text_is_well_and_short(kind: str, language: str) -> None:
    values = {name: SAMPLES[language][name] for name in wiring.MESSAGE_KINDS[kind].variables}
    for channel in wiring.CHANNELS:
        subject, body = product_text(kind=kind, channel=channel, language=language, variables=values)
        assert bool(subject) == (channel == "email")
        assert values["plate"] in body
        assert "{" not in body
        assert "%" not in body
        assert "\n\n\n" not in body
        assert [pattern.pattern for pattern in phrases(language) if pattern.search(subject + body)] == []
        if channel.endswith("_sms"):
            assert length(body).segments <= (4 if language == "en" else 2), body


@pytest.mark.parametrize("kind", CUSTOMER_KINDS)
def test_an_english_sms_of_ascii_takes_two_segments(kind: str) -> None:
    values = {name: SAMPLES["en"][name] for name in wiring.MESSAGE_KINDS[kind].variables}
    values["plate"] = "ABC 1234"

    body = product_text(kind=kind, channel="tencent_sms", language="en", variables=values)[1]

    assert (length(body).unicode, length(body).segments <= 2) == (False, True)


@pytest.mark.parametrize("language", SAMPLES)
def test_a_text_says_no_empty_line_where_nothing_is_known(language: str) -> None:
    for kind in CUSTOMER_KINDS:
        values = dict.fromkeys(wiring.MESSAGE_KINDS[kind].variables, "") | {"plate": "沪A", "store": "店"}
        body = product_text(kind=kind, channel="tencent_sms", language=language, variables=values)[1]
        assert "\n\n" not in body
        assert "None" not in body


@pytest.mark.parametrize(
    ("text", "characters", "segments", "room"),
    [
        ("", 0, 0, 160),
        ("a" * 160, 160, 1, 0),
        ("a" * 161, 161, 2, 145),
        ("a" * 306, 306, 2, 0),
        ("a" * 307, 307, 3, 152),
        ("€" * 80, 160, 1, 0),
        ("车" * 70, 70, 1, 0),
        ("车" * 71, 71, 2, 63),
        ("车" * 134, 134, 2, 0),
        ("车" * 135, 135, 3, 66),
        ("😀" * 35, 70, 1, 0),
    ],
)
def test_an_sms_is_counted_as_the_network_counts(text: str, characters: int, segments: int, room: int) -> None:
    counted = length(text)

    assert (counted.characters, counted.segments, counted.room) == (characters, segments, room)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "text.empty"),
        ("  \n", "text.empty"),
        ("{colour}", "text.variable"),
        ("{amount} 元", "text.variable"),
        ("{plate 好了", "text.brace"),
        ("plate} 好了", "text.brace"),
        ("{{plate}} 好了", "text.brace"),
        ("请给我们满分", "text.avoid"),
        ("尊敬的客户", "text.avoid"),
        ("好" * 1001, "text.long"),
    ],
)
def test_a_text_that_is_not_well_is_refused(cast: Cast, body: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        publish(cast.store, **EMAIL, subject="{plate}", body=body, by=cast.manager)

    assert refused.value.code == code
    assert MessageTemplate.objects.count() == 0


def test_an_email_needs_a_subject_and_an_sms_has_an_end(cast: Cast) -> None:
    no_subject = faults_of(**EMAIL, subject="", body="{plate}")
    too_long = faults_of(**SMS, subject="", body="车" * 269)

    assert [fault.code for fault in (*no_subject, *too_long)] == ["text.subject", "text.long"]


def test_what_no_store_has_is_refused(cast: Cast) -> None:
    codes = []
    for wrong in ({"kind": "hello"}, {"channel": "fax"}, {"language": "fr"}, {"kind": "staff_alert"}):
        with pytest.raises(Refused) as refused:
            publish(cast.store, **(EMAIL | wrong), subject="x", body="x", by=cast.manager)
        codes.append(refused.value.code)

    assert codes == ["text.unknown"] * 4


def test_versions_are_kept_and_an_older_one_comes_back_as_a_new_one(cast: Cast) -> None:
    first = publish(cast.store, **EMAIL, subject="{plate}", body="一 {link}", by=cast.manager, seen=0, now=at("09:00"))
    again = publish(cast.store, **EMAIL, subject="{plate}", body="一 {link}", by=cast.manager, seen=1)
    second = publish(cast.store, **EMAIL, subject="{plate}", body="二\r\n{link}", by=cast.manager, seen=1)
    third = take_back(first, by=cast.manager)

    assert again.pk == first.pk
    assert [(row.version, row.body, row.by) for row in (first, second, third)] == [
        (1, "一 {link}", cast.manager),
        (2, "二\n{link}", cast.manager),
        (3, "一 {link}", cast.manager),
    ]


def test_two_managers_do_not_overwrite_each_other(cast: Cast) -> None:
    publish(cast.store, **EMAIL, subject="{plate}", body="一", by=cast.manager, seen=0)

    with pytest.raises(Refused) as refused:
        publish(cast.store, **EMAIL, subject="{plate}", body="二", by=cast.manager, seen=0)

    assert refused.value.code == "text.changed"


def test_taking_back_asks_the_rules_of_today(cast: Cast) -> None:
    old = MessageTemplate.objects.create(
        store=cast.store, **EMAIL, version=1, subject="x", body="给个满分", created_at=at("08:00")
    )

    with pytest.raises(Refused) as refused:
        take_back(old, by=cast.manager)

    assert refused.value.code == "text.avoid"


def test_a_preview_writes_nothing_and_takes_what_the_visit_knows(cast: Cast) -> None:
    visit = cast.visit("沪C12345")
    sample = preview_of(**SMS, subject="", body="{customer} {plate} {link} {odd}")
    real = preview_of(**SMS, subject="", body="{customer} {plate}", visit=visit)

    assert sample.body.startswith("王先生 沪A·8K2D6 https://")
    assert ([fault.code for fault in sample.faults], sample.sms.segments) == (["text.variable"], 1)
    assert (real.body, real.faults) == ("王先生 沪C·12345", [])
    assert Message.objects.count() == 0


def test_a_test_goes_through_the_outbox_to_oneself_once_a_minute(cast: Cast) -> None:
    given = EMAIL | {"subject": "{plate}", "body": "{customer}，{plate} 好了"}
    row = send_test(cast.store, **given, by=cast.manager, now=at("22:00"))
    with pytest.raises(Refused) as refused:
        send_test(cast.store, **given, by=cast.manager, now=at("22:00"))
    later = send_test(cast.store, **given, to="boss@example.com", by=cast.manager, now=at("22:02"))

    assert (row.kind, row.staff, row.visit, row.customer) == ("test", cast.manager, None, None)
    assert (row.recipient, row.subject, row.body) == ("manager@example.com", "沪A·8K2D6", "王先生，沪A·8K2D6 好了")
    assert (row.send_at, later.recipient, refused.value.code) == (at("22:00"), "boss@example.com", "test.gap")


@pytest.mark.parametrize(
    ("place", "to", "code"),
    [
        (EMAIL, "nobody", "test.recipient"),
        (EMAIL | {"channel": "by_hand"}, "", "test.channel"),
        (SMS, "13800001234", "test.channel"),
    ],
)
def test_a_test_that_reaches_nobody_is_refused(cast: Cast, place: dict[str, str], to: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        send_test(cast.store, **place, subject="x", body="{plate}", to=to, by=cast.manager)

    assert (refused.value.code, Message.objects.count()) == (code, 0)


def test_channels_move_and_rest_and_a_person_stays_the_last(cast: Cast) -> None:
    order = move_channel(cast.store, channel="email", earlier=True, by=cast.manager)
    for _press in range(9):
        order = move_channel(cast.store, channel="email", earlier=True, by=cast.manager)
    use_channel(cast.store, channel="wechat", on=False, by=cast.manager)

    names = channel_order(cast.store, None)
    assert order[0] == "email"
    assert (names[0], names[-1], "wechat" in names) == ("email", "by_hand", False)
    assert ChannelSetting.objects.count() == len(wiring.CHANNELS) - 1
    for wrong, code in (("by_hand", "channel.by_hand"), ("fax", "channel.unknown")):
        with pytest.raises(Refused) as moved:
            move_channel(cast.store, channel=wrong, earlier=False, by=cast.manager)
        with pytest.raises(Refused) as used:
            use_channel(cast.store, channel=wrong, on=False, by=cast.manager)
        assert (moved.value.code, used.value.code) == (code, code)


def test_only_a_kind_to_customers_has_a_switch(cast: Cast) -> None:
    customer = cast.visit().customer
    codes = []
    for kind in ("hello", "test", "staff_alert"):
        for call in (
            lambda kind: switch_kind(cast.store, kind=kind, on=True, by=cast.manager),
            lambda kind: opt_out(customer, kind=kind, by=None),
            lambda kind: opt_in(customer, kind=kind, by=None),
        ):
            with pytest.raises(Refused) as refused:
                call(kind)
            codes.append(refused.value.code)

    assert codes == ["kind.unknown"] * 9


def test_a_wish_is_kept_once_and_changed(cast: Cast) -> None:
    customer = cast.visit().customer
    first, second = (opt_out(customer, kind="survey", by=None, now=at(clock)) for clock in ("09:00", "09:01"))
    changed = [opt_in(customer, kind="survey", by=cast.advisor, now=at("10:00")) for _press in range(2)]

    assert (first.pk, changed) == (second.pk, [1, 0])
    assert list(OptOut.objects.values_list("since", "until")) == [(at("09:00"), at("10:00"))]


def test_the_list_is_read_by_the_supervisor_and_changed_by_the_manager(cast: Cast) -> None:
    supervisor, manager = client_of(cast.supervisor), client_of(cast.manager)

    assert b"data-autosubmit" in manager.get(BASE).content
    assert b"data-autosubmit" not in supervisor.get(BASE).content
    assert client_of(cast.advisor).get(BASE).status_code == 403
    for url, data in (
        (BASE + "kinds/thanks/", {"on": "1"}),
        (BASE + "channels/email/place/", {"to": "up"}),
        (BASE + "channels/email/use/", {"on": "0"}),
        (TEXT + "versions/", {"subject": "{plate}", "body": "{plate} 好了", "seen": "0"}),
        (TEXT + "test/", {"subject": "{plate}", "body": "{plate} 好了"}),
        (TEXT + "versions/back/", {"version": "1"}),
    ):
        assert (supervisor.post(url, data).status_code, manager.post(url, data).status_code) == (403, 303), url
    assert (MessageTemplate.objects.count(), Message.objects.get().kind) == (1, "test")


def test_the_editor_shows_text_chips_and_preview_and_answers_what_is_typed(cast: Cast) -> None:
    client = client_of(cast.manager)
    page = client.get(TEXT).content.decode()
    typed = {"subject": "{plate}", "body": "{plate} {oops}", "visit": str(cast.visit().pk)}
    part = client.post(TEXT + "preview/", typed, headers={"HX-Request": "true"}).content.decode()
    whole = client.post(TEXT + "preview/", typed).content.decode()

    assert [one for one in ('data-insert="{link}"', "沪A·8K2D6 可以取了") if one not in page] == []
    assert "<html" not in part
    assert "{oops}" in part
    assert "rx-note-bad" in part
    assert "<html" in whole
    assert "{plate} {oops}" in whole
    assert client.post(TEXT + "versions/", typed | {"body": "{oops}"}).status_code == 422
    assert [client.get(BASE + rest).status_code for rest in ("x/email/en/", "ready/fax/en/", "ready/email/fr/")] == [
        404,
        404,
        404,
    ]


def test_pages_ask_the_same_number_of_queries_whatever_there_is(cast: Cast, django_assert_max_num_queries) -> None:
    client = client_of(cast.manager)
    client.get(BASE)
    with django_assert_max_num_queries(14) as few:
        client.get(BASE)
        client.get(TEXT)
    for number in range(3):
        publish(cast.store, **EMAIL, subject="{plate}", body=f"{number}", by=cast.manager)
        cast.visit(f"沪C0000{number}", customer={"name": "李雷", "phone": f"1380000000{number}"})
    with django_assert_max_num_queries(14) as many:
        client.get(BASE)
        client.get(TEXT)

    assert len(many) == len(few)


def test_every_channel_but_the_log_has_a_text_to_begin_from() -> None:
    assert "console" not in TEXT_CHANNELS
    for channel in TEXT_CHANNELS:
        subject, body = product_wording(kind="ready", channel=channel, language="en")
        assert faults_of(kind="ready", channel=channel, language="en", subject=subject, body=body) == []
