"""SMS by Alibaba Cloud (product Dysmsapi, version 2017-05-25).

Read in Alibaba Cloud's documentation: "SendSms", "QuerySendDetails", "SmsReport", "API错误码" of the product 短信服务,
and "V3版本请求体&签名机制" (ACS3-HMAC-SHA256).
"""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from dealership.channels.base import ChannelError, Hook, Receipt, Reply, Sent, TimedOut
from dealership.channels.exchange import exchange, text_of
from dealership.channels.sms import SmsChannel, approved, values
from dealership.models import Message
from dealership.phones import domestic

VERSION = "2017-05-25"
FOR_NOW = ("isp.", "isv.BUSINESS_LIMIT_CONTROL", "Throttling", "ServiceUnavailable", "InvalidTimeStamp.Expired",
           "SignatureNonceUsed", "isv.AMOUNT_NOT_ENOUGH", "isv.OUT_OF_SERVICE")  # fmt: skip
UNSURE = ("isp.SYSTEM_ERROR", "isp.GATEWAY_ERROR", "isp.UNKNOWN", "InternalError")
LISTED_AFTER = timedelta(minutes=1)
"""The list of sent messages lags a little behind: before that, a message not in it may be out."""
WAITING, FAILED, ARRIVED = 1, 2, 3
"""SendStatus of QuerySendDetails: 等待回执, 发送失败, 发送成功."""
BEIJING = ZoneInfo("Asia/Shanghai")
"""The provider's day (SendDate) is Beijing's, whatever the store's."""


class AlibabaSmsChannel(SmsChannel):
    """Sends an approved text with its values; `OutId` carries the row's id and comes back with list and receipts."""

    name = "alibaba_sms"
    needs_template = True

    @property
    def configured(self) -> bool:
        """Tell whether key and signature are there."""
        return all((settings.ALIBABA_SMS_KEY_ID, settings.ALIBABA_SMS_KEY_SECRET, settings.ALIBABA_SMS_SIGN))

    @property
    def per_second(self) -> float:
        """Return the pace that the settings allow."""
        return settings.ALIBABA_SMS_PER_SECOND

    @property
    def secret(self) -> str:
        """Return the last part of the receipts' address: Alibaba Cloud signs no receipts."""
        return settings.ALIBABA_SMS_HOOK_SECRET

    def send(self, message: Message) -> Sent:
        """Send one SMS."""
        content = {
            "PhoneNumbers": domestic(self.number(message)),
            "SignName": settings.ALIBABA_SMS_SIGN,
            "TemplateCode": approved(message),
            "TemplateParam": json.dumps(values(message), ensure_ascii=False),
            "OutId": str(message.pk),
        }
        return Sent(provider_id=text_of(_call("SendSms", content), "BizId"))

    def query(self, message: Message) -> Sent | None:
        """Look for the message in the day's list of its number. Raises TimedOut while the list may lag."""
        handed = message.handed_at or message.created_at
        content = {
            "PhoneNumber": domestic(self.number(message)),
            "SendDate": handed.astimezone(BEIJING).strftime("%Y%m%d"),
            "PageSize": "50",
            "CurrentPage": "1",
        }
        listed = _call("QuerySendDetails", content).get("SmsSendDetailDTOs") or {}
        for one in listed.get("SmsSendDetailDTO") or []:
            if one.get("OutId") == str(message.pk):
                if one.get("SendStatus") == FAILED:
                    raise ChannelError(str(one.get("ErrCode", "FAILED"))[:60], permanent=True)
                # The list holds no BizId; the receipt of such a message is found by its OutId.
                return Sent(provider_id=str(message.pk), delivered=one.get("SendStatus") == ARRIVED)
        if timezone.now() - handed < LISTED_AFTER:
            raise TimedOut("not listed yet")
        return None

    def receipts(self, hook: Hook) -> tuple[list[Receipt], Reply]:
        """Read the array of receipts; a row whose BizId never reached us is known by its OutId."""
        rows = json.loads(hook.body)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise ValueError("not an array of receipts")
        found = [
            Receipt(str(row.get(name, "")), row.get("success") is True, str(row.get("err_code", ""))[:60])
            for row in rows
            for name in ("biz_id", "out_id")
        ]
        return found, Reply(json.dumps({"code": 0, "msg": "OK"}), "application/json")


def sign(headers: dict[str, str], query: str, *, body: bytes, key_id: str, key_secret: str) -> str:
    """Return the Authorization header of a POST to "/" by ACS3-HMAC-SHA256; `headers` (all signed) are lower-case."""
    names = ";".join(sorted(headers))
    canonical = "".join(f"{name}:{headers[name].strip()}\n" for name in sorted(headers))
    request = f"POST\n/\n{query}\n{canonical}\n{names}\n{hashlib.sha256(body).hexdigest()}"
    text = f"ACS3-HMAC-SHA256\n{hashlib.sha256(request.encode()).hexdigest()}"
    signature = hmac.new(key_secret.encode(), text.encode(), "sha256").hexdigest()
    return f"ACS3-HMAC-SHA256 Credential={key_id},SignedHeaders={names},Signature={signature}"


def canonical_query(content: dict[str, str]) -> str:
    """Return the parameters sorted and escaped by RFC 3986."""
    return "&".join(f"{quote(name, safe='~')}={quote(content[name], safe='~')}" for name in sorted(content))


def _call(action: str, content: dict[str, str]) -> dict[str, Any]:
    """Call one action, parameters in the query as the RPC style has it. Raises ChannelError or TimedOut by `Code`."""
    query, url = canonical_query(content), settings.ALIBABA_SMS_URL
    headers = {
        "host": urlsplit(url).netloc,
        "x-acs-action": action,
        "x-acs-content-sha256": hashlib.sha256(b"").hexdigest(),
        "x-acs-date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": uuid4().hex,
        "x-acs-version": VERSION,
    }
    key = {"key_id": settings.ALIBABA_SMS_KEY_ID, "key_secret": settings.ALIBABA_SMS_KEY_SECRET}
    headers["Authorization"] = sign(headers, query, body=b"", **key)
    answer = exchange("POST", f"{url}?{query}", headers=headers).json()
    code = str(answer.get("Code", ""))
    if code.startswith(UNSURE):
        raise TimedOut(code)
    if code != "OK":
        raise ChannelError(code, permanent=not code.startswith(FOR_NOW))
    return answer
