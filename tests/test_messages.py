"""Messages: written once, in the customer's language, for the channel that reaches them."""

import pytest
from django_scopes import scope

from dealership.actions.messages import queue
from dealership.models import Message
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
