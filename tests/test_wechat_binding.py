"""A customer connects WeChat from the page behind the link: there, back, confirmed, used, and off again."""

import re
from datetime import timedelta
from html import unescape
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import time_machine
from django.conf import settings as product
from django.test import Client
from django.utils import timezone
from django_scopes import scope

from dealership.actions.links import make_link, share
from dealership.actions.wechat import bind_by_code, bind_wechat, check_state, new_state, unbind_wechat
from dealership.channels import channel
from dealership.models import Customer, CustomerLink, Event, Visit
from dealership.refused import Refused
from tests.cast import Cast
from tests.providers import OPENID, Doubled, wechat_account

__all__ = ["wechat_account"]
BUTTON, GO, OFF = "用微信接收消息", "确认，用这个微信接收消息", "解除微信绑定"

pytestmark = pytest.mark.django_db


def phone_of(cast: Cast, visit: Visit, *, known: bool = True, url: str = "") -> SimpleNamespace:
    """Return a phone that has opened a link of the visit: `client`, `page`, `public`."""
    with scope(store=cast.store):
        Customer.objects.filter(pk=visit.customer_id).update(phone="13800001234")
        url = url or make_link(visit, by=cast.advisor)[1]
    client = Client()
    page = client.get("/v/" + url.rpartition("/v/")[2])["Location"]
    if known:
        assert client.post(page + "phone/", {"digits": "1234"}).status_code == 303
    return SimpleNamespace(client=client, page=page, public=page.strip("/").rpartition("/")[2])


def there(phone: SimpleNamespace) -> tuple[str, dict[str, str]]:
    """Tap the button; return the provider's address without its query, and that."""
    answer = phone.client.get(phone.page + "wechat/")
    assert answer.status_code == 303
    parts = urlsplit(answer["Location"])
    assert parts.fragment == "wechat_redirect"
    return f"{parts.scheme}://{parts.netloc}{parts.path}", dict(parse_qsl(parts.query))


def back(phone: SimpleNamespace, code: str) -> dict[str, str]:
    """Come back from the provider with a code; return the fields of the form that is shown."""
    page = phone.client.get(phone.page + "wechat/back/", {"code": code, "state": there(phone)[1]["state"]})
    assert page.status_code == 200
    assert GO in page.content.decode()
    return dict(re.findall(r'name="(code|state|prefer)" value="([^"]*)"', unescape(page.content.decode())))


def press(phone: SimpleNamespace, fields: dict[str, str]) -> Any:
    return phone.client.post(phone.page + "wechat/back/", fields)


def kept(cast: Cast) -> tuple[str, str]:
    with scope(store=cast.store):
        return Customer.objects.exclude(phone="").values_list("openid", "channel").get()


def noted(cast: Cast) -> list[str]:
    with scope(store=cast.store):
        return list(Event.objects.filter(kind__startswith="wechat.").order_by("at").values_list("kind", flat=True))


def link_of(cast: Cast, visit: Visit) -> CustomerLink:
    return CustomerLink.objects.select_related("visit__customer").get(visit=visit)


def test_a_customer_connects_wechat_and_messages_go_there(cast: Cast, wechat_account: Doubled) -> None:
    phone = phone_of(cast, cast.visit())
    messages = phone.client.get(phone.page + "messages/").content.decode()
    assert f'href="{phone.page}wechat/"' in messages
    assert BUTTON in messages

    where, query = there(phone)
    assert where == "https://open.weixin.qq.com/connect/oauth2/authorize"
    assert list(query) == ["appid", "redirect_uri", "response_type", "scope", "state"]
    assert query["redirect_uri"] == f"{product.PUBLIC_URL}{phone.page}wechat/back/"
    assert (query["appid"], query["response_type"], query["scope"]) == ("wx00double", "code", "snsapi_base")
    assert re.fullmatch(r"[a-zA-Z0-9]{1,128}", query["state"])

    done = press(phone, back(phone, wechat_account.server.allow(OPENID)))

    assert (done.status_code, done["Location"]) == (303, phone.page + "messages/")
    assert kept(cast) == (OPENID, "wechat")
    assert noted(cast) == ["wechat.bound"]
    with scope(store=cast.store):
        assert channel("wechat").address(Customer.objects.get(openid=OPENID)) == OPENID
        assert OPENID not in str(Event.objects.get(kind="wechat.bound").data)
    page = phone.client.get(phone.page + "messages/").content.decode()
    assert (BUTTON in page, OFF in page) == (False, True)
    assert phone.client.get(phone.page + "wechat/")["Location"] == phone.page + "messages/"


def test_without_the_tick_the_order_of_channels_stays(cast: Cast, wechat_account: Doubled) -> None:
    phone = phone_of(cast, cast.visit())
    fields = back(phone, wechat_account.server.allow(OPENID))
    assert fields.pop("prefer") == "1"

    press(phone, fields)

    assert kept(cast) == (OPENID, "")


def test_looking_changes_nothing_and_asks_the_provider_nothing(cast: Cast, wechat_account: Doubled) -> None:
    phone = phone_of(cast, cast.visit())

    back(phone, wechat_account.server.allow(OPENID))
    back(phone, wechat_account.server.allow(OPENID))

    assert (kept(cast), noted(cast), wechat_account.server.calls) == (("", ""), [], 0)


def test_who_says_no_at_wechat_comes_back_to_the_messages(cast: Cast, wechat_account: Doubled) -> None:
    phone = phone_of(cast, cast.visit())

    answer = phone.client.get(phone.page + "wechat/back/", {"state": there(phone)[1]["state"]})

    assert (answer.status_code, answer["Location"]) == (303, phone.page + "messages/")


@pytest.mark.parametrize("state", ["", "77", "zz", "ff" * 30])
def test_a_wrong_state_is_refused(cast: Cast, wechat_account: Doubled, state: str) -> None:
    phone = phone_of(cast, cast.visit())
    fields = {"code": wechat_account.server.allow(OPENID), "state": state, "prefer": "1"}

    assert press(phone, fields).status_code == 422
    assert phone.client.get(phone.page + "wechat/back/", fields).status_code == 422
    assert (kept(cast), wechat_account.server.calls) == (("", ""), 0)


def test_the_state_of_another_page_is_refused(cast: Cast, wechat_account: Doubled) -> None:
    visit = cast.visit()
    phone, another = phone_of(cast, visit), phone_of(cast, visit)

    fields = {"code": wechat_account.server.allow(OPENID), "state": there(another)[1]["state"]}

    assert press(phone, fields).status_code == 422
    assert kept(cast) == ("", "")


def test_a_state_ends_after_ten_minutes(cast: Cast, wechat_account: Doubled) -> None:
    phone = phone_of(cast, cast.visit())
    with time_machine.travel(timezone.now() - timedelta(minutes=11)):
        old = new_state(phone.public)
    with time_machine.travel(timezone.now() - timedelta(minutes=9)):
        check_state(phone.public, state=new_state(phone.public))

    answer = press(phone, {"code": wechat_account.server.allow(OPENID), "state": old})

    assert answer.status_code == 422
    assert BUTTON in answer.content.decode()
    assert kept(cast) == ("", "")
    with pytest.raises(Refused) as refused:
        check_state(phone.public, state=old)
    assert refused.value.code == "wechat.state"


def test_a_code_that_wechat_refuses_binds_nobody(cast: Cast, wechat_account: Doubled) -> None:
    phone = phone_of(cast, cast.visit())
    answers = [
        press(phone, back(phone, "not-a-code")),
        press(phone, back(phone, wechat_account.server.allow(OPENID, is_snapshotuser=1))),
    ]

    assert [(answer.status_code, "微信没有确认您的身份" in answer.content.decode()) for answer in answers] == [
        (422, True), (422, True),
    ]  # fmt: skip
    assert (kept(cast), noted(cast)) == (("", ""), [])


@pytest.mark.parametrize("behave", ["later", "deaf", "away", "secret"])
def test_a_provider_without_an_answer_is_said_kindly(
    cast: Cast, wechat_account: Doubled, settings: Any, behave: str
) -> None:
    phone = phone_of(cast, cast.visit())
    wechat_account.server.behave = behave
    if behave == "away":
        settings.WECHAT_URL = "http://127.0.0.1:9/"
    if behave == "secret":
        settings.WECHAT_APP_SECRET = "not the account's"

    answer = press(phone, back(phone, wechat_account.server.allow(OPENID)))

    assert (answer.status_code, "微信暂时没有回应" in answer.content.decode()) == (422, True)
    assert kept(cast) == ("", "")


def test_the_digits_are_asked_first_on_every_step(cast: Cast, wechat_account: Doubled) -> None:
    visit = cast.visit()
    phone = phone_of(cast, visit, known=False)
    state, code = new_state(phone.public), wechat_account.server.allow(OPENID)

    asked = phone.client.get(phone.page + "wechat/")
    returned = phone.client.get(phone.page + "wechat/back/", {"code": code, "state": state})
    pressed = press(phone, {"code": code, "state": state, "prefer": "1"})
    off = phone.client.post(phone.page + "wechat/off/")

    assert [page.status_code for page in (asked, returned, pressed, off)] == [200] * 4
    assert all('name="digits"' in page.content.decode() for page in (asked, returned, pressed, off))
    # A form that ends at another site is stopped by the browser (form-action): the digits lead to our own page.
    assert f'name="next" value="{phone.page}messages/"' in asked.content.decode()
    assert kept(cast) == ("", "")
    done = press(phone, {"code": code, "state": state, "prefer": "1", "digits": "1234"})
    assert (done.status_code, kept(cast)) == (303, (OPENID, "wechat"))


def test_another_customers_link_and_a_shared_one_lead_nowhere(cast: Cast, wechat_account: Doubled) -> None:
    visit = cast.visit()
    phone, other = phone_of(cast, visit), phone_of(cast, cast.visit("沪B12345"))
    with scope(store=cast.store):
        friend = phone_of(cast, visit, known=False, url=share(link_of(cast, visit)))
    fields = {"code": wechat_account.server.allow(OPENID), "state": new_state(phone.public)}
    foreign = SimpleNamespace(client=other.client, page=phone.page)

    answers = [press(foreign, fields), press(friend, fields)]
    answers += [who.client.get(who.page + "wechat/") for who in (foreign, friend)]
    answers += [who.client.post(who.page + "wechat/off/") for who in (foreign, friend)]

    assert [answer.status_code for answer in answers] == [404] * 6
    assert noted(cast) == []


def test_an_account_that_is_not_set_up_is_not_offered(cast: Cast) -> None:
    phone = phone_of(cast, cast.visit())

    assert BUTTON not in phone.client.get(phone.page + "messages/").content.decode()
    assert phone.client.get(phone.page + "wechat/").status_code == 404
    assert phone.client.get(phone.page + "wechat/back/", {"code": "x", "state": "y"}).status_code == 404


def test_after_two_weeks_there_is_nothing_to_connect(cast: Cast, wechat_account: Doubled) -> None:
    phone = phone_of(cast, cast.visit())
    with scope(store=cast.store):
        CustomerLink.objects.update(expires_at=timezone.now() - timedelta(hours=1))

    assert BUTTON not in phone.client.get(phone.page + "messages/").content.decode()
    assert phone.client.get(phone.page + "wechat/").status_code == 410


def test_pressed_twice_it_counts_once(cast: Cast, wechat_account: Doubled) -> None:
    phone = phone_of(cast, cast.visit())
    fields = back(phone, wechat_account.server.allow(OPENID))

    assert [press(phone, fields).status_code for _again in range(2)] == [303, 303]
    assert (noted(cast), kept(cast)) == (["wechat.bound"], (OPENID, "wechat"))


def test_another_wechat_has_to_wait_until_the_first_is_off(cast: Cast, wechat_account: Doubled) -> None:
    phone = phone_of(cast, cast.visit())
    first, second = (back(phone, wechat_account.server.allow(who)) for who in (OPENID, "o-somebody-else"))
    press(phone, first)

    refused = press(phone, second)

    assert (refused.status_code, "另一个微信" in refused.content.decode()) == (422, True)
    assert kept(cast) == (OPENID, "wechat")


def test_the_customer_disconnects(cast: Cast, wechat_account: Doubled) -> None:
    phone = phone_of(cast, cast.visit())
    fields = back(phone, wechat_account.server.allow(OPENID))
    press(phone, fields)

    off = [phone.client.post(phone.page + "wechat/off/") for _again in range(2)]

    assert [(answer.status_code, answer["Location"]) for answer in off] == [(303, phone.page + "messages/")] * 2
    assert (kept(cast), noted(cast)) == (("", ""), ["wechat.bound", "wechat.unbound"])
    assert press(phone, fields).status_code == 422
    assert kept(cast) == ("", "")
    assert phone.client.get(phone.page + "wechat/off/").status_code == 405


def test_disconnecting_leaves_another_preference_alone(cast: Cast) -> None:
    visit = cast.visit()
    phone_of(cast, visit)
    with scope(store=cast.store):
        bind_wechat(link_of(cast, visit), openid=OPENID)
        Customer.objects.filter(pk=visit.customer_id).update(channel="email")
        unbind_wechat(link_of(cast, visit))

    assert kept(cast) == ("", "email")


def test_a_visit_without_a_customer_binds_nobody(cast: Cast, wechat_account: Doubled) -> None:
    with scope(store=cast.store):
        visit = cast.visit(customer=None)
        link = make_link(visit, by=cast.advisor)[0]
        deeds = (
            lambda: bind_wechat(link, openid=OPENID),
            lambda: unbind_wechat(link),
            lambda: bind_by_code(link, code=wechat_account.server.allow(OPENID)),
        )
        for deed in deeds:
            with pytest.raises(Refused) as refused:
                deed()
            assert refused.value.code == "wechat.customer"
