"""A WeChat official account, as its documentation has it.

Pages: "获取稳定版接口调用凭据" (stable_token, 7200 seconds), "模板消息" (template/send, length of values,
client_msg_id counts ten minutes, event TEMPLATESENDJOBFINISH), "接入概述" (signature of calls), "全局返回码",
"网页授权" (a code goes once, is_snapshotuser).
"""

import hashlib
import json
import re
import time
from typing import Any
from urllib.parse import urlencode

from tests.doubles.provider import Provider, Request, Sending

APP_ID, APP_SECRET, TOKEN = "wx00double", "double-secret", "double-callback-token"
FOLLOWERS = {"oia2TjuEGTNoeX76QEjQNrcURxG8"}
TEMPLATES = {"ngqIpbwh8bUfcSsECmogfXcV14J0tQlEpBO27izEYtY": {"thing1", "time2"}}
LENGTHS = {"thing": 20, "character_string": 32, "phone_number": 17, "car_number": 8, "amount": 16, "time": 32}
KEY_SECONDS = 600


class WeChat(Provider):
    """Gives tokens, and sends a message under one `client_msg_id` once."""

    def __init__(self) -> None:
        super().__init__()
        self.tokens: dict[str, float] = {}
        self.keys: dict[tuple[str, str], tuple[float, Sending]] = {}
        self.codes: dict[str, dict[str, Any]] = {}
        self.used: set[str] = set()

    def answer(self, request: Request) -> tuple[int, Any]:
        if request.path == "/sns/oauth2/access_token":
            return 200, self.person(request) if request.method == "GET" else _error(43001)
        if request.method != "POST":
            return 200, _error(43002)
        content = json.loads(request.body)
        if request.path == "/cgi-bin/stable_token":
            return 200, self.token(content)
        if request.path != "/cgi-bin/message/template/send":
            return 404, ""
        end = self.tokens.get(request.query.get("access_token", ""))
        if end is None or end < time.time():
            return 200, _error(40001 if end is None else 42001)
        return 200, self.send(content)

    def allow(self, openid: str, **more: Any) -> str:
        """A person lets the account know who they are; return the code that the browser brings back."""
        code = f"061double{len(self.codes)}"
        self.codes[code] = {"openid": openid, **more}
        return code

    def person(self, request: Request) -> dict[str, Any]:
        """sns/oauth2/access_token: the openid for a code, once."""
        given = request.query
        self.asked()
        if given.get("grant_type") != "authorization_code":
            return _error(40002)
        if given.get("appid") != APP_ID or given.get("secret") != APP_SECRET:
            return _error(40013 if given.get("appid") != APP_ID else 40125)
        if self.behave == "later":
            return _error(-1)
        code = given.get("code", "")
        if not code or code in self.used or code not in self.codes:
            return _error(40163 if code in self.used else 40029 if code else 41008)
        self.used.add(code)
        whole = {"access_token": "web-token", "expires_in": 7200, "refresh_token": "again", "scope": "snsapi_base"}
        return whole | self.codes[code]

    def token(self, content: dict[str, Any]) -> dict[str, Any]:
        """stable_token: the same one while it is good, another one by force."""
        if content.get("grant_type") != "client_credential":
            return _error(40002)
        if content.get("appid") != APP_ID or content.get("secret") != APP_SECRET:
            return _error(40013 if content.get("appid") != APP_ID else 40125)
        good = [token for token, end in self.tokens.items() if end > time.time()]
        if not good or content.get("force_refresh"):
            self.tokens = {f"token-{len(self.tokens)}-{self.calls}": time.time() + 7200}
            good = list(self.tokens)
        return {"access_token": good[0], "expires_in": round(self.tokens[good[0]] - time.time())}

    def send(self, content: dict[str, Any]) -> dict[str, Any]:
        """template/send."""
        code = self.wrong_content(content) or {"refuse": 43004, "later": 45011}.get(self.behave, 0)
        if code:
            return _error(code)
        key = (content["touser"], content.get("client_msg_id", ""))
        at, made = self.keys.get(key, (0.0, None))
        if not key[1] or made is None or time.time() - at > KEY_SECONDS:
            made = self.take(key[1], content["touser"], content)
        return {"errcode": 0, "errmsg": "ok", "msgid": int(made.id) if made else 0}

    @staticmethod
    def wrong_content(content: dict[str, Any]) -> int:
        """Return the code of what the account does not let through."""
        if content.get("touser") not in FOLLOWERS:
            return 40003
        if content.get("template_id") not in TEMPLATES:
            return 40037
        if len(content.get("client_msg_id", "")) > 32:
            return 45067
        data = content.get("data") or {}
        if set(data) != TEMPLATES[content["template_id"]]:
            return 47003
        for name, value in data.items():
            kind = re.sub(r"\d+$", "", name)
            if set(value) - {"value", "color"} or not 0 < len(value["value"]) <= LENGTHS[kind]:
                return 47003
        return 0

    def keep(self, made: Sending) -> None:
        # The key counts from the moment the message is taken, not from an answer that may be lost.
        self.keys[made.to, made.reference] = time.time(), made

    def number(self, count: int) -> str:
        return f"200163{count:03d}"


def call(content: bytes, *, at: float) -> tuple[str, bytes]:
    """Return query and body of a signed call of the account."""
    stamp, nonce = str(int(at)), "486452656"
    signature = hashlib.sha1("".join(sorted([TOKEN, stamp, nonce])).encode(), usedforsecurity=False).hexdigest()
    return urlencode({"signature": signature, "timestamp": stamp, "nonce": nonce}), content


def report(one: Sending, *, arrived: bool) -> bytes:
    """Return the event TEMPLATESENDJOBFINISH of a message."""
    status = "success" if arrived else "failed:user block"
    return (
        "<xml><ToUserName><![CDATA[gh_7f083739789a]]></ToUserName>"
        f"<FromUserName><![CDATA[{one.to}]]></FromUserName><CreateTime>1395658920</CreateTime>"
        "<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[TEMPLATESENDJOBFINISH]]></Event>"
        f"<MsgID>{one.id}</MsgID><Status><![CDATA[{status}]]></Status></xml>"
    ).encode()


def _error(code: int) -> dict[str, Any]:
    return {"errcode": code, "errmsg": f"error {code}"}
