"""The code that confirms a phone: kept as a hash, tried a few times, sent a few times, forgotten."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.module_loading import import_string
from django_scopes import scope

from dealership import wiring
from dealership.actions.messages import queue_to_phone
from dealership.actions.outbox import sweep
from dealership.models import ChannelSetting, Message, MessageTemplate
from dealership.queries.message_texts import product_text
from dealership.sms import length
from reception.actions import phone_codes
from reception.actions.phone_codes import check_code, hashed, retype, send_again, send_code
from reception.models import PhoneCode
from tests.cast import Cast
from tests.reception.booking import NOW, code_of, refusal

pytestmark = pytest.mark.django_db
PHONE = "13900005678"
BOOKING = {"plate": "沪B12345", "name": "林静"}


@pytest.fixture(autouse=True)
def inside(cast: Cast):
    with scope(store=cast.store):
        yield


def send(cast: Cast, *, now=NOW, phone: str = PHONE) -> PhoneCode:
    return send_code(cast.store, phone=phone, booking=BOOKING, language="zh-hans", now=now)


def after(**span: int):
    return NOW + timedelta(**span)


def wrong_of(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def test_the_code_is_kept_as_a_hash_only(cast: Cast) -> None:
    row = send(cast)
    code = code_of(cast.store)

    assert (row.phone, row.code_hash, row.expires_at) == ("+8613900005678", hashed(row.pk, code), after(minutes=10))
    assert code not in str(vars(row))
    message = Message.objects.get()
    assert (message.kind, message.channel, message.recipient) == ("booking_code", "console", "+8613900005678")
    assert "虹桥店" in message.body


def test_the_right_code_confirms_and_leaves_the_message(cast: Cast) -> None:
    row = send(cast)
    code = code_of(cast.store)

    check_code(row, code=f" {code[:3]} {code[3:]} ", now=after(minutes=9))
    check_code(row, code=code, now=after(minutes=20))

    message = Message.objects.get()
    assert (row.used_at, message.body, message.variables) == (after(minutes=9), "", {})


def test_five_wrong_codes_close_it(cast: Cast) -> None:
    row = send(cast)
    code = code_of(cast.store)

    said = [refusal(check_code, row, code=wrong_of(code), now=NOW) for _try in range(6)]

    assert said == ["code.wrong"] * 4 + ["code.spent"] * 2
    assert refusal(check_code, row, code=code, now=NOW) == "code.spent"


def test_an_old_code_is_good_no_longer(cast: Cast) -> None:
    row = send(cast)
    assert refusal(check_code, row, code=code_of(cast.store), now=after(minutes=10)) == "code.expired"


def test_another_code_comes_after_a_minute_and_ends_the_first(cast: Cast) -> None:
    row = send(cast)
    first = code_of(cast.store)
    early = refusal(send_again, row, language="en", now=after(seconds=59))

    newer = send_again(row, language="en", now=after(seconds=60))

    row.refresh_from_db()
    assert (early, newer.booking) == ("code.soon", BOOKING)
    assert refusal(check_code, row, code=first, now=after(seconds=61)) == "code.expired"
    check_code(newer, code=code_of(cast.store), now=after(seconds=61))
    assert refusal(send_again, newer, language="en", now=after(minutes=3)) == "code.used"


def test_a_phone_gets_few_codes_an_hour(cast: Cast) -> None:
    for number in range(5):
        send(cast, now=after(minutes=2 * number))

    assert refusal(send, cast, now=after(minutes=30)) == "code.phone_limit"
    assert refusal(send, cast, now=after(minutes=30), phone="13700001111") == ""
    assert refusal(send, cast, now=after(minutes=61)) == ""


def test_a_store_sends_few_codes_in_ten_minutes(cast: Cast, monkeypatch) -> None:
    monkeypatch.setattr(phone_codes, "STORE_LIMIT", 2)
    for phone in ("13700001111", "13700002222"):
        send(cast, phone=phone)

    assert refusal(send, cast) == "code.store_limit"
    assert refusal(send, cast, now=after(minutes=10)) == ""


@pytest.mark.parametrize("phone", ["", "021-55501800", "110", "abc"])
def test_only_a_mobile_number_gets_a_code(cast: Cast, phone: str) -> None:
    assert refusal(send, cast, phone=phone) == "phone.mobile"
    assert Message.objects.count() == 0


def test_what_was_typed_is_changed_until_it_is_booked_and_forgotten_after_a_day(cast: Cast) -> None:
    row = send(cast)
    retype(row, booking=BOOKING | {"name": "林晓"})
    assert PhoneCode.objects.get().booking["name"] == "林晓"

    send(cast, now=after(hours=25), phone="13700001111")

    assert PhoneCode.objects.get(pk=row.pk).booking == {}
    assert [message.body == "" for message in Message.objects.order_by("created_at")] == [True, False]


def test_the_log_of_a_worker_without_sms_names_no_code(cast: Cast, capsys) -> None:
    send(cast, now=timezone.now())
    code = code_of(cast.store)
    sweep(Message.objects.get().send_at + timedelta(seconds=1))

    printed = capsys.readouterr().out
    assert (Message.objects.get().state, code in printed, PHONE in printed) == ("sent", False, False)


def test_a_code_that_is_past_is_not_sent(cast: Cast) -> None:
    row = send(cast)
    over = import_string(wiring.MESSAGE_KINDS["booking_code"].over)
    PhoneCode.objects.update(expires_at=NOW - timedelta(days=400))
    assert (over(Message.objects.get()), row.used_at) == (True, None)


def test_the_first_sms_that_can_send_it_is_taken(cast: Cast, settings) -> None:
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN, settings.TWILIO_FROM = "AC1", "secret", "+15005550006"
    settings.TENCENT_SMS_SECRET_ID = settings.TENCENT_SMS_SECRET_KEY = settings.TENCENT_SMS_APP_ID = "1"
    settings.TENCENT_SMS_SIGN = "门店"
    without_approved_text = send(cast)
    MessageTemplate.objects.create(
        store=cast.store, kind="booking_code", channel="tencent_sms", language="zh-hans", body="{store}{code}",
        template_id="449739", created_at=NOW,
    )  # fmt: skip
    send(cast, phone="13700001111")
    ChannelSetting.objects.create(store=cast.store, channel="tencent_sms", position=0, on=False)
    send(cast, phone="13700002222")

    sent = list(Message.objects.order_by("recipient").values_list("recipient", "channel", "template_id"))
    assert sent == [
        ("+8613700001111", "tencent_sms", "449739"),
        ("+8613700002222", "twilio_sms", ""),
        (without_approved_text.phone, "twilio_sms", ""),
    ]


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_the_text_is_short_and_says_the_code(language: str) -> None:
    values = {"code": "402917", "minutes": "10", "store": "虹桥店", "store_phone": ""}
    body = product_text(kind="booking_code", channel="tencent_sms", language=language, variables=values)[1]
    assert ("402917" in body, length(body).segments <= 2) == (True, True), body


def test_the_same_fact_is_written_once(cast: Cast) -> None:
    values = {"code": "1", "minutes": "10", "store": "虹桥店", "store_phone": ""}
    rows = {
        queue_to_phone(cast.store, "booking_code", phone=PHONE, language="en", variables=values, dedupe="x").pk
        for _press in range(2)
    }
    assert len(rows) == 1
