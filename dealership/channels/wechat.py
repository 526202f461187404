"""Template messages of a WeChat official account (服务号).

Read in WeChat's documentation for official accounts: "模板消息" (template/send, client_msg_id, event
TEMPLATESENDJOBFINISH), "获取稳定版接口调用凭据" (stable_token), "接入概述" (signature of calls), "全局返回码".
Calls come in plain mode (明文模式); of the other events nothing is used.
"""

import hashlib
import hmac
import json
import re
import time
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.utils import timezone

from dealership.channels.base import Channel, ChannelError, Forged, Hook, Receipt, Reply, Sent, TimedOut
from dealership.channels.exchange import exchange, text_of
from dealership.channels.sms import approved
from dealership.models import Customer, Message

STALE = {40001, 40014, 42001}
"""The access token is not or no longer valid: another one helps at once."""
FOR_NOW = {-1, 45009, 45011, 43117, 50002} | STALE
"""Busy, quota of the day, quota of the minute, too many to one person, account limited."""
DUPLICATE = 40241
"""The message is duplicate in 60 seconds: it is out already."""
KEY_LASTS = timedelta(minutes=9)
"""A `client_msg_id` counts for ten minutes; after that the same message may go out twice."""
CLOCK = 600
"""Seconds that a call's time stamp may be off: an old call played again is none."""
EARLY = 300
"""Seconds before its end from which a token is not used any more."""
THING, TEXT = 20, 32
"""Characters of a value: `thing` takes 20, every other kind at most 32 ("模板消息", 参数类型说明)."""
LINE = re.compile(r"^\s*(\w+)\s*[:：]\s*(.*?)\s*$")

_token: dict[str, tuple[str, float]] = {}
"""account → (access token, end on the clock of `time.monotonic`); stable_token gives every process the same one."""


class WeChatChannel(Channel):
    """Sends an approved template. The lines "key: value" of the text are its values; the link opens with a tap.

    `client_msg_id` is the row's id: within ten minutes the account sends it once, however often it is asked to. So
    `query` asks again for the same message while the key lasts.
    """

    name = kind = "wechat"
    can_query = True
    needs_template = True

    @property
    def configured(self) -> bool:
        """Tell whether the account's id and secret are there."""
        return bool(settings.WECHAT_APP_ID and settings.WECHAT_APP_SECRET)

    @property
    def per_second(self) -> float:
        """Return the pace that the settings allow."""
        return settings.WECHAT_PER_SECOND

    @property
    def secret(self) -> str:
        """Return the last part of the address of its calls."""
        return settings.WECHAT_HOOK_SECRET

    def address(self, customer: Customer | None) -> str:
        """Return the customer's openid for this account; empty for who has not given it."""
        return customer.openid if customer and self.configured else ""

    def send(self, message: Message) -> Sent:
        """Send one template message."""
        if not self.configured:
            raise ChannelError("not configured", permanent=True)
        content = {
            "touser": message.recipient,
            "template_id": approved(message),
            "url": str(message.variables.get("link", "")),
            "client_msg_id": message.pk.hex,
            "data": data(message.body),
        }
        answer = _call(content)
        code = int(text_of(answer, "errcode"))
        if code:
            raise ChannelError(f"errcode {code}", permanent=code not in FOR_NOW | {DUPLICATE})
        return Sent(provider_id=text_of(answer, "msgid"))

    def query(self, message: Message) -> Sent:
        """Ask for the same message again under its key. Raises TimedOut once the key has run out."""
        if timezone.now() - (message.handed_at or message.created_at) > KEY_LASTS:
            raise TimedOut("the key has run out")
        try:
            return self.send(message)
        except ChannelError as error:
            if str(error) == f"errcode {DUPLICATE}":
                return Sent()
            if not error.permanent:
                raise TimedOut(str(error)) from error
            raise

    def receipts(self, hook: Hook) -> tuple[list[Receipt], Reply]:
        """Read an event of the account; a GET is the account asking whether this address is ours."""
        _check_signature(hook)
        if hook.method == "GET":
            return [], Reply(hook.query.get("echostr", ""))
        text = hook.body.decode()
        if _tag(text, "Event") != "TEMPLATESENDJOBFINISH":
            return [], Reply("success")
        status = _tag(text, "Status")
        return [Receipt(_tag(text, "MsgID"), status == "success", status[:60])], Reply("success")


def data(body: str) -> dict[str, dict[str, str]]:
    """Return the values of a template out of the lines "key: value" of a text, no longer than their kind allows."""
    found = [match.groups() for line in body.splitlines() if (match := LINE.match(line))]
    return {key: {"value": text[: THING if key.startswith("thing") else TEXT]} for key, text in found}


def _call(content: dict[str, Any]) -> dict[str, Any]:
    """Send with the token at hand; with a new one where that has ended before its time."""
    body = json.dumps(content, ensure_ascii=False).encode()
    answer: dict[str, Any] = {}
    for fresh in (False, True):
        where = urlencode({"access_token": _access_token(fresh=fresh)})
        url = f"{settings.WECHAT_URL}cgi-bin/message/template/send?{where}"
        answer = exchange("POST", url, headers={"Content-Type": "application/json"}, body=body).json()
        if answer.get("errcode") not in STALE:
            break
    return answer


def _access_token(*, fresh: bool) -> str:
    """Return a valid access token. Nothing has been sent by then: whatever fails here is tried again."""
    account = settings.WECHAT_APP_ID
    token, end = _token.get(account, ("", 0.0))
    if token and not fresh and time.monotonic() < end:
        return token
    content = {"grant_type": "client_credential", "appid": account, "secret": settings.WECHAT_APP_SECRET}
    body = json.dumps({**content, "force_refresh": fresh}).encode()
    try:
        url = f"{settings.WECHAT_URL}cgi-bin/stable_token"
        answer = exchange("POST", url, headers={"Content-Type": "application/json"}, body=body).json()
    except TimedOut as lost:
        raise ChannelError(f"no token: {lost}", permanent=False) from lost
    if not answer.get("access_token"):
        raise ChannelError(f"no token: errcode {answer.get('errcode')}", permanent=False)
    token = str(answer["access_token"])
    _token[account] = token, time.monotonic() + float(answer.get("expires_in", 0)) - EARLY
    return token


def _check_signature(hook: Hook) -> None:
    stamp, given = hook.query.get("timestamp", ""), hook.query.get("signature", "")
    parts = sorted([settings.WECHAT_TOKEN, stamp, hook.query.get("nonce", "")])
    # SHA-1 is the provider's choice; the token makes it a secret.
    expected = hashlib.sha1("".join(parts).encode(), usedforsecurity=False).hexdigest()
    late = not stamp.isdecimal() or abs(hook.now.timestamp() - int(stamp)) > CLOCK
    if not settings.WECHAT_TOKEN or late or not hmac.compare_digest(expected.encode(), given.encode()):
        raise Forged


def _tag(text: str, name: str) -> str:
    found = re.search(rf"<{name}>(?:<!\[CDATA\[)?([^<\]]*)(?:\]\]>)?</{name}>", text)
    return found[1].strip() if found else ""
