"""SMS by Tencent Cloud (API 3.0, product sms, version 2021-01-11).

Read in Tencent Cloud's documentation: "SendSms", "PullSmsSendStatusByPhoneNumber", "短信下发状态通知" (SMS Sending
Status Notification), "签名方法 v3" and "错误码" of the product SMS.
"""

import hashlib
import hmac
import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from dealership.channels.base import ChannelError, Hook, Receipt, Reply, Sent, TimedOut
from dealership.channels.exchange import exchange, text_of
from dealership.channels.sms import SmsChannel, approved, values
from dealership.models import Message

VERSION = "2021-01-11"
CONTENT_TYPE = "application/json; charset=utf-8"
FOR_NOW = (
    "AuthFailure.SignatureExpire",
    "FailedOperation.FailResolvePacket",
    "InternalError",
    "LimitExceeded.DeliveryFrequencyLimit",
    "LimitExceeded.PhoneNumberThirtySecondLimit",
    "RequestLimitExceeded",
    "ResourceUnavailable",
)
"""Codes that another attempt can help; every other one is for good."""
UNSURE = ("InternalError.SendAndRecvFail", "InternalError.Timeout", "InternalError.UnknownError")
"""Codes after which nobody knows: 接口超时, 请求下发短信超时."""
LOOK_BACK = timedelta(minutes=1)
"""Our clock and the provider's may differ."""


class TencentSmsChannel(SmsChannel):
    """Sends an approved text with its values. There are no keys against doubles, only a list of receipts by number.

    That list names a message only once its receipt has come (a phone that is switched off has none): a message not in
    it may be out all the same. So `query` finds what arrived, and otherwise never says that a message is not out.
    """

    name = "tencent_sms"
    tells_absence = False
    needs_template = True

    @property
    def configured(self) -> bool:
        """Tell whether key, app and signature are there."""
        needed = (settings.TENCENT_SMS_SECRET_ID, settings.TENCENT_SMS_SECRET_KEY, settings.TENCENT_SMS_APP_ID)
        return all(needed) and bool(settings.TENCENT_SMS_SIGN)

    @property
    def per_second(self) -> float:
        """Return the pace that the settings allow; the account's own limits are set in its console."""
        return settings.TENCENT_SMS_PER_SECOND

    @property
    def secret(self) -> str:
        """Return the last part of the receipts' address: Tencent Cloud signs no receipts."""
        return settings.TENCENT_SMS_HOOK_SECRET

    def send(self, message: Message) -> Sent:
        """Send one SMS; `SessionContext` carries the row's id and comes back with every status."""
        content = {
            "PhoneNumberSet": [self.number(message)],
            "SmsSdkAppId": settings.TENCENT_SMS_APP_ID,
            "SignName": settings.TENCENT_SMS_SIGN,
            "TemplateId": approved(message),
            "TemplateParamSet": list(values(message).values()),
            "SessionContext": str(message.pk),
        }
        status = _call("SendSms", content).get("SendStatusSet") or [{}]
        code = text_of(status[0], "Code")
        if code.casefold() != "ok":
            raise _refused(code)
        return Sent(provider_id=text_of(status[0], "SerialNo"))

    def query(self, message: Message) -> Sent:
        """Look for the message among the receipts of its number. Raises TimedOut while there is none."""
        since = (message.handed_at or message.created_at) - LOOK_BACK
        content = {
            "BeginTime": int(since.timestamp()),
            "EndTime": int(timezone.now().timestamp()) + 1,
            "Offset": 0,
            "Limit": 100,
            "PhoneNumber": self.number(message),
            "SmsSdkAppId": settings.TENCENT_SMS_APP_ID,
        }
        for status in _call("PullSmsSendStatusByPhoneNumber", content).get("PullSmsSendStatusSet") or []:
            if status.get("SessionContext") == str(message.pk):
                if status.get("ReportStatus") != "SUCCESS":
                    raise ChannelError(str(status.get("Description", "FAIL"))[:60], permanent=True)
                return Sent(provider_id=text_of(status, "SerialNo"), delivered=True)
        raise TimedOut("no receipt yet")

    def receipts(self, hook: Hook) -> tuple[list[Receipt], Reply]:
        """Read the array of receipts; the address itself is the secret."""
        rows = json.loads(hook.body)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise ValueError("not an array of receipts")
        found = [
            Receipt(str(row.get("sid", "")), row.get("report_status") == "SUCCESS", str(row.get("errmsg", ""))[:60])
            for row in rows
        ]
        return found, Reply(json.dumps({"result": 0, "errmsg": "OK"}), "application/json")


def sign(payload: bytes, *, host: str, service: str, at: datetime, secret_id: str, secret_key: str) -> str:
    """Return the Authorization header of a POST to "/" by TC3-HMAC-SHA256 ("签名方法 v3"); signed: type and host."""
    day = at.astimezone(UTC).strftime("%Y-%m-%d")
    scope, stamp = f"{day}/{service}/tc3_request", int(at.timestamp())
    head = f"content-type:{CONTENT_TYPE}\nhost:{host}\n"
    request = f"POST\n/\n\n{head}\ncontent-type;host\n{_sha256(payload)}"
    text = f"TC3-HMAC-SHA256\n{stamp}\n{scope}\n{_sha256(request.encode())}"
    key = f"TC3{secret_key}".encode()
    for part in (day, service, "tc3_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.new(key, text.encode(), "sha256").hexdigest()
    return f"TC3-HMAC-SHA256 Credential={secret_id}/{scope}, SignedHeaders=content-type;host, Signature={signature}"


def _call(action: str, content: dict[str, Any]) -> dict[str, Any]:
    """Call one action and return its `Response`. Raises ChannelError or TimedOut by the code of its `Error`."""
    payload, host = json.dumps(content, ensure_ascii=False).encode(), urlsplit(settings.TENCENT_SMS_URL).netloc
    now = datetime.fromtimestamp(int(time.time()), UTC)
    headers = {
        "Authorization": sign(
            payload, host=host, service="sms", at=now,
            secret_id=settings.TENCENT_SMS_SECRET_ID, secret_key=settings.TENCENT_SMS_SECRET_KEY,
        ),
        "Content-Type": CONTENT_TYPE,
        "Host": host,
        "X-TC-Action": action,
        "X-TC-Region": settings.TENCENT_SMS_REGION,
        "X-TC-Timestamp": str(int(now.timestamp())),
        "X-TC-Version": VERSION,
    }  # fmt: skip
    response = exchange("POST", settings.TENCENT_SMS_URL, headers=headers, body=payload).json().get("Response")
    if not isinstance(response, dict):
        raise TimedOut("unreadable answer")
    if "Error" in response:
        raise _refused(str(response["Error"].get("Code", "")))
    return response


def _refused(code: str) -> ChannelError | TimedOut:
    if code.startswith(UNSURE):
        return TimedOut(code)
    return ChannelError(code, permanent=not code.startswith(FOR_NOW))


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
