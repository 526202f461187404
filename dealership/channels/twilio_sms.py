"""SMS by Twilio (API 2010-04-01).

Read in Twilio's documentation: "Messages resource" (create, list), "Outbound Message Status in Status Callbacks",
"Security: Validating requests are coming from Twilio" and "Error and Warning Dictionary".
"""

import base64
import hmac
from collections.abc import Mapping
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from dealership.channels.base import ChannelError, Forged, Hook, Receipt, Reply, Sent, TimedOut
from dealership.channels.exchange import exchange, text_of
from dealership.channels.sms import SmsChannel
from dealership.models import Message

FAILED = ("failed", "undelivered", "canceled")
LOOK_BACK = timedelta(minutes=1)
LISTED_AFTER = timedelta(minutes=1)
"""Before that a message that is not in the list may be out."""
FOR_NOW = {20429, 14107, 21611, 30001}
"""Too many requests, rate of a number exceeded, the number's queue is full, queue overflow."""
LONGEST = 1600
"""Characters of one message ("Messages resource", Body)."""


class TwilioSmsChannel(SmsChannel):
    """Sends free text. Twilio keeps no reference of ours: a message is found again by number, text and time."""

    name = "twilio_sms"

    @property
    def configured(self) -> bool:
        """Tell whether account, token and sender are there."""
        return all((settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN, settings.TWILIO_FROM))

    @property
    def per_second(self) -> float:
        """Return the pace that the settings allow."""
        return settings.TWILIO_PER_SECOND

    @property
    def secret(self) -> str:
        """Return the last part of the receipts' address."""
        return settings.TWILIO_HOOK_SECRET

    def send(self, message: Message) -> Sent:
        """Send one SMS."""
        sender = "MessagingServiceSid" if settings.TWILIO_FROM.startswith("MG") else "From"
        content = {"To": self.number(message), sender: settings.TWILIO_FROM, "Body": message.body[:LONGEST]}
        if self.secret:
            where = {"channel": self.name, "code": message.store.code, "secret": self.secret}
            content["StatusCallback"] = settings.PUBLIC_URL + reverse("hook", kwargs=where)
        return Sent(provider_id=text_of(_call("POST", content), "sid"))

    def query(self, message: Message) -> Sent | None:
        """Look for the message in the list of its number, the newest first.

        The list's own filter DateSent leaves out what is still queued (it has no date yet); so the time is compared
        here, with the date of creation.
        """
        handed = message.handed_at or message.created_at
        listed = _call("GET", {"To": self.number(message), "PageSize": "50"}).get("messages") or []
        for one in listed:
            made = parsedate_to_datetime(one["date_created"]).replace(tzinfo=UTC)
            if one.get("body") == message.body[:LONGEST] and made >= handed - LOOK_BACK:
                if one.get("status") in FAILED:
                    raise ChannelError(str(one.get("error_code") or one["status"]), permanent=True)
                return Sent(provider_id=str(one["sid"]), delivered=one.get("status") == "delivered")
        if timezone.now() - handed < LISTED_AFTER:
            raise TimedOut("not listed yet")
        return None

    def receipts(self, hook: Hook) -> tuple[list[Receipt], Reply]:
        """Read a status callback; only the last states are receipts."""
        content = dict(parse_qsl(hook.body.decode(), keep_blank_values=True))
        expected = signature(hook.url, content, token=settings.TWILIO_AUTH_TOKEN)
        given = hook.headers.get("X-Twilio-Signature", "")
        if not hmac.compare_digest(expected.encode(), given.encode()):
            raise Forged
        status = content.get("MessageStatus", "")
        if status != "delivered" and status not in FAILED:
            return [], Reply()
        reason = content.get("ErrorCode") or status
        return [Receipt(content.get("MessageSid", ""), status == "delivered", reason[:60])], Reply()


def signature(url: str, content: Mapping[str, str], *, token: str) -> str:
    """Return what the header X-Twilio-Signature must say: HMAC-SHA1 over the address and the sorted parameters."""
    text = url + "".join(name + content[name] for name in sorted(content))
    return base64.b64encode(hmac.digest(token.encode(), text.encode(), "sha1")).decode()


def _call(method: str, content: dict[str, str]) -> dict[str, Any]:
    """Call the Messages resource. Raises ChannelError by the `code` of an error."""
    account, token = settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN
    url = f"{settings.TWILIO_URL}2010-04-01/Accounts/{account}/Messages.json"
    headers = {"Authorization": "Basic " + base64.b64encode(f"{account}:{token}".encode()).decode()}
    body = b""
    if method == "GET":
        url += "?" + urlencode(content)
    else:
        headers["Content-Type"], body = "application/x-www-form-urlencoded", urlencode(content).encode()
    answer = exchange(method, url, headers=headers, body=body)
    read = answer.json()
    if answer.status >= 400:
        code = read.get("code")
        raise ChannelError(f"{code or answer.status}", permanent=code not in FOR_NOW)
    return read
