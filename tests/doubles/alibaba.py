"""Alibaba Cloud SMS (Dysmsapi 2017-05-25), as its documentation has it.

Pages: "V3版本请求体&签名机制" (ACS3-HMAC-SHA256, fifteen minutes, a nonce counts once), "SendSms" (parameters, BizId),
"QuerySendDetails" (SendStatus 1 waiting, 2 failed, 3 arrived), "SmsReport" (the call with receipts), "API错误码".
The signature is checked by code of its own, not by the channel's.
"""

import calendar
import hashlib
import hmac
import json
import re
import time
from typing import Any
from urllib.parse import quote

from tests.doubles.provider import Provider, Request, Sending

KEY_ID, KEY_SECRET, SIGN = "LTAIdouble", "double-secret", "虹桥店"
TEMPLATES = {"SMS_449739": {"plate", "link"}}
"""approved template → names of its variables ${plate} …"""
URL = re.compile(r"https?://|www\.|\.(com|cn|net)\b", re.IGNORECASE)


class Alibaba(Provider):
    """Knows every nonce it has seen."""

    def __init__(self) -> None:
        super().__init__()
        self.nonces: set[str] = set()

    def answer(self, request: Request) -> tuple[int, Any]:
        wrong = self.wrong_credentials(request)
        if wrong:
            return 400, {"Code": wrong, "Message": wrong, "RequestId": "r"}
        action = request.headers["x-acs-action"]
        if action == "SendSms":
            return 200, self.send(request.query)
        if action == "QuerySendDetails":
            return 200, self.details(request.query)
        return 404, {"Code": "InvalidAction.NotFound", "Message": action, "RequestId": "r"}

    def wrong_credentials(self, request: Request) -> str:
        """Return the code of what is wrong with headers and signature."""
        given = request.headers
        found = re.fullmatch(
            r"ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([a-z0-9;-]+),Signature=([0-9a-f]{64})",
            given.get("authorization", ""),
        )
        needed = {"host", "x-acs-action", "x-acs-content-sha256", "x-acs-date", "x-acs-signature-nonce",
                  "x-acs-version"}  # fmt: skip
        if not found or not needed <= set(given) or not needed <= set(found[2].split(";")):
            return "IncompleteSignature"
        if found[1] != KEY_ID:
            return "InvalidAccessKeyId.NotFound"
        if given["x-acs-content-sha256"] != hashlib.sha256(request.body).hexdigest() or not hmac.compare_digest(
            found[3], self.signature(request, found[2].split(";"))
        ):
            return "SignatureDoesNotMatch"
        at = calendar.timegm(time.strptime(given["x-acs-date"], "%Y-%m-%dT%H:%M:%SZ"))
        if abs(time.time() - at) > 900:
            return "InvalidTimeStamp.Expired"
        if given["x-acs-signature-nonce"] in self.nonces:
            return "SignatureNonceUsed"
        self.nonces.add(given["x-acs-signature-nonce"])
        return "" if given["x-acs-version"] == "2017-05-25" else "InvalidVersion"

    @staticmethod
    def signature(request: Request, names: list[str]) -> str:
        """Return what the signature must be."""
        pairs = sorted((quote(name, safe="-_.~"), quote(text, safe="-_.~")) for name, text in request.query.items())
        lines = [request.method, request.path, "&".join(f"{name}={text}" for name, text in pairs)]
        lines += [f"{name}:{request.headers[name].strip()}" for name in sorted(names)]
        lines += ["", ";".join(sorted(names)), request.headers["x-acs-content-sha256"]]
        hashed = hashlib.sha256("\n".join(lines).encode()).hexdigest()
        return hmac.new(KEY_SECRET.encode(), f"ACS3-HMAC-SHA256\n{hashed}".encode(), hashlib.sha256).hexdigest()

    def send(self, content: dict[str, str]) -> dict[str, Any]:
        """SendSms."""
        code = self.wrong_content(content) or {
            "refuse": "isv.BLACK_KEY_CONTROL_LIMIT", "later": "isv.BUSINESS_LIMIT_CONTROL",
        }.get(self.behave, "")  # fmt: skip
        if code:
            return {"Code": code, "Message": code, "RequestId": "r"}
        made = self.take(content.get("OutId", ""), content["PhoneNumbers"], dict(content))
        return {"Code": "OK", "Message": "OK", "RequestId": "r", "BizId": made.id if made else ""}

    @staticmethod
    def wrong_content(content: dict[str, str]) -> str:
        """Return the code of what the provider does not let through."""
        if not re.fullmatch(r"1[3-9]\d{9}|00\d{6,15}", content.get("PhoneNumbers", "")):
            return "isv.MOBILE_NUMBER_ILLEGAL"
        if content.get("SignName") != SIGN:
            return "isv.SMS_SIGNATURE_ILLEGAL"
        if content.get("TemplateCode") not in TEMPLATES:
            return "isv.SMS_TEMPLATE_ILLEGAL"
        try:
            values = json.loads(content.get("TemplateParam", "{}"))
        except ValueError:
            return "isv.INVALID_JSON_PARAM"
        if not TEMPLATES[content["TemplateCode"]] <= set(values):
            return "isv.TEMPLATE_MISSING_PARAMETERS"
        if any(URL.search(str(one)) for one in values.values()):
            return "isv.PARAM_NOT_SUPPORT_URL"
        return "isv.PARAM_LENGTH_LIMIT" if any(len(str(one)) > 35 for one in values.values()) else ""

    def details(self, content: dict[str, str]) -> dict[str, Any]:
        """QuerySendDetails: one number, one day of Beijing."""
        self.asked()
        today = time.strftime("%Y%m%d", time.gmtime(time.time() + 8 * 3600))
        if not {"PhoneNumber", "SendDate", "PageSize", "CurrentPage"} <= set(content) or int(content["PageSize"]) > 50:
            return {"Code": "isv.INVALID_PARAMETERS", "Message": "-", "RequestId": "r"}
        rows = [
            {
                "PhoneNum": one.to, "SendStatus": {"": 1, "FAIL": 2, "SUCCESS": 3}[one.status], "OutId": one.reference,
                "ErrCode": "DELIVERED" if one.status == "SUCCESS" else "UNDELIV" if one.status else "",
                "TemplateCode": one.content["TemplateCode"], "SendDate": "2026-11-20 11:26:00",
            }
            for one in self.sent
            if one.to == content["PhoneNumber"] and content["SendDate"] == today
        ]  # fmt: skip
        listed = {"SmsSendDetailDTO": rows}
        return {"Code": "OK", "Message": "OK", "RequestId": "r", "TotalCount": len(rows), "SmsSendDetailDTOs": listed}

    def number(self, count: int) -> str:
        return f"1086126059{count:04d}^0"


def report(one: Sending, *, arrived: bool) -> bytes:
    """Return the call with the receipt of a message (SmsReport), and let the provider know it too."""
    one.status = "SUCCESS" if arrived else "FAIL"
    row = {
        "phone_number": one.to, "send_time": "2026-11-20 11:26:00", "report_time": "2026-11-20 11:27:00",
        "success": arrived, "err_code": "DELIVERED" if arrived else "UNDELIV", "err_msg": "-", "sms_size": "1",
        "biz_id": one.id, "out_id": one.reference,
    }  # fmt: skip
    return json.dumps([row]).encode()
