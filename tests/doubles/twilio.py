"""Twilio's Messages resource (2010-04-01), as its documentation has it.

Pages: "Messages resource" (create, list, statuses), "Outbound Message Status in Status Callbacks" (parameters),
"Security" (Basic authentication, X-Twilio-Signature), "Error and Warning Dictionary" (codes).
"""

import base64
import hashlib
import hmac
import re
import time
from typing import Any
from urllib.parse import parse_qsl, urlencode

from tests.doubles.provider import Provider, Request, Sending

ACCOUNT, TOKEN, FROM = "AC" + "0" * 32, "double-token", "+15005550006"


class Twilio(Provider):
    """Has no reference of the sender's: a message is known by number, text and time."""

    def answer(self, request: Request) -> tuple[int, Any]:
        expected = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        if not hmac.compare_digest(request.headers.get("authorization", "").encode(), expected.encode()):
            return _error(401, 20003)
        if request.path != f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json":
            return _error(404, 20404)
        if request.method == "GET":
            return 200, self.listed(request.query)
        if request.headers.get("content-type") != "application/x-www-form-urlencoded":
            return _error(400, 20001)
        return self.create(dict(parse_qsl(request.body.decode(), keep_blank_values=True)))

    def create(self, content: dict[str, str]) -> tuple[int, Any]:
        """Create a Message."""
        callback = content.get("StatusCallback", "")
        for wrong, code in (
            (not content.get("To"), 21604),
            (not re.fullmatch(r"\+[1-9]\d{6,14}", content.get("To", "")), 21211),
            (content.get("From") != FROM, 21606),
            (not content.get("Body"), 21602),
            (len(content.get("Body", "")) > 1600, 21617),
            (bool(callback) and not callback.startswith(("http://", "https://")), 21609),
            (self.behave == "refuse", 21610),
        ):
            if wrong:
                return _error(400, code)
        if self.behave == "later":
            return _error(429, 20429)
        made = self.take(
            "", content["To"], {**content, "made": time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime())}
        )
        return 201, self.resource(made) if made else {}

    def listed(self, query: dict[str, str]) -> dict[str, Any]:
        """List the Messages to a number, the newest first."""
        self.asked()
        found = [self.resource(one) for one in reversed(self.sent) if one.to == query.get("To", one.to)]
        return {"messages": found[: int(query.get("PageSize", "50"))], "page": 0, "next_page_uri": None}

    @staticmethod
    def resource(one: Sending) -> dict[str, Any]:
        """Return a Message as the API shows it; what is queued has no date of sending."""
        return {
            "sid": one.id, "account_sid": ACCOUNT, "to": one.to, "from": FROM, "body": one.content["Body"],
            "status": one.status or "queued", "date_created": one.content["made"], "date_sent": None,
            "error_code": 30003 if one.status == "undelivered" else None,
        }  # fmt: skip

    def number(self, count: int) -> str:
        return f"SM{count:032d}"


def report(one: Sending, *, arrived: bool) -> tuple[bytes, dict[str, str]]:
    """Return body and headers of a status callback, and let the provider know the status too."""
    one.status = "delivered" if arrived else "undelivered"
    content = {
        "MessageSid": one.id, "SmsSid": one.id, "AccountSid": ACCOUNT, "From": FROM, "To": one.to,
        "MessageStatus": one.status, "SmsStatus": one.status, "ApiVersion": "2010-04-01",
    }  # fmt: skip
    if not arrived:
        content["ErrorCode"] = "30003"
    text = one.content["StatusCallback"] + "".join(name + content[name] for name in sorted(content))
    signature = base64.b64encode(hmac.new(TOKEN.encode(), text.encode(), hashlib.sha1).digest()).decode()
    return urlencode(content).encode(), {"X-Twilio-Signature": signature}


def _error(status: int, code: int) -> tuple[int, Any]:
    return status, {"code": code, "message": f"Error {code}", "more_info": "-", "status": status}
