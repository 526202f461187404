"""Tencent Cloud SMS, API 3.0, version 2021-01-11, as its documentation has it.

Pages: "签名方法 v3" (canonical request, string to sign, derived key, five minutes), "SendSms" (parameters, answer),
"PullSmsSendStatusByPhoneNumber" (receipts of one number), "短信下发状态通知" (the call with receipts), "错误码".
The signature is checked by code of its own, not by the channel's.
"""

import hashlib
import hmac
import json
import re
import time
from typing import Any

from tests.doubles.provider import Provider, Request, Sending

SECRET_ID, SECRET_KEY, APP_ID, SIGN = "AKIDdouble", "double-key", "1400006666", "虹桥店"
TEMPLATES = {"449739": 2, "449740": 0}
"""approved template → number of its variables {1}, {2} …"""
KNOWN = {"PhoneNumberSet", "SmsSdkAppId", "TemplateId", "SignName", "TemplateParamSet", "ExtendCode",
         "SessionContext", "SenderId"}  # fmt: skip
URL = re.compile(r"https?://|www\.|\.(com|cn|net)\b", re.IGNORECASE)
SENSITIVE = "中奖"


class Tencent(Provider):
    """Signs nothing, checks everything."""

    def answer(self, request: Request) -> tuple[int, Any]:
        wrong = self.wrong_credentials(request)
        if wrong:
            return 200, _error(wrong)
        content, action = json.loads(request.body), request.headers.get("x-tc-action")
        if action == "SendSms":
            return 200, self.send(content)
        if action == "PullSmsSendStatusByPhoneNumber":
            return 200, self.pull(content)
        return 200, _error("InvalidAction")

    def wrong_credentials(self, request: Request) -> str:
        """Return the code of what is wrong with headers and signature."""
        found = re.fullmatch(
            r"TC3-HMAC-SHA256 Credential=([^/]+)/([^/]+)/sms/tc3_request, "
            r"SignedHeaders=content-type;host, Signature=([0-9a-f]{64})",
            request.headers.get("authorization", ""),
        )
        stamp = request.headers.get("x-tc-timestamp", "")
        if request.method != "POST" or request.target != "/" or not found or not stamp.isdecimal():
            return "AuthFailure.InvalidAuthorization"
        if found[1] != SECRET_ID:
            return "AuthFailure.SecretIdNotFound"
        if abs(time.time() - int(stamp)) > 300:
            return "AuthFailure.SignatureExpire"
        if found[2] != time.strftime("%Y-%m-%d", time.gmtime(int(stamp))) or not hmac.compare_digest(
            found[3], self.signature(request, found[2], stamp)
        ):
            return "AuthFailure.SignatureFailure"
        if request.headers.get("x-tc-version") != "2021-01-11":
            return "NoSuchVersion"
        return "" if request.headers.get("x-tc-region") else "MissingParameter"

    @staticmethod
    def signature(request: Request, day: str, stamp: str) -> str:
        """Return what the signature must be."""
        hashed = hashlib.sha256(request.body).hexdigest()
        head = "".join(f"{name}:{request.headers[name].lower()}\n" for name in ("content-type", "host"))
        canonical = "\n".join(["POST", "/", "", head, "content-type;host", hashed])
        text = "\n".join(
            ["TC3-HMAC-SHA256", stamp, f"{day}/sms/tc3_request", hashlib.sha256(canonical.encode()).hexdigest()]
        )
        key = b"TC3" + SECRET_KEY.encode()
        for part in (day, "sms", "tc3_request", text):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        return key.hex()

    def send(self, content: dict[str, Any]) -> dict[str, Any]:
        """SendSms: what is wrong with one number stands in its status."""
        if set(content) - KNOWN:
            return _error("UnknownParameter")
        if content.get("SmsSdkAppId") != APP_ID:
            return _error("UnauthorizedOperation.SmsSdkAppIdVerifyFail")
        numbers = content.get("PhoneNumberSet") or []
        code = self.wrong_content(content) or ("" if len(numbers) == 1 else "MissingParameter")
        if not code and not re.fullmatch(r"\+861[3-9]\d{9}", numbers[0]):
            code = "InvalidParameterValue.IncorrectPhoneNumber"
        code = code or {
            "refuse": "FailedOperation.PhoneNumberInBlacklist",
            "later": "LimitExceeded.PhoneNumberThirtySecondLimit",
        }.get(self.behave, "")
        reference, made = content.get("SessionContext", ""), None
        if not code:
            made = self.take(reference, numbers[0], content)
        status = {
            "SerialNo": made.id if made else "", "PhoneNumber": numbers[0] if numbers else "", "Fee": int(bool(made)),
            "SessionContext": reference, "Code": code or "Ok", "Message": code or "send success", "IsoCode": "CN",
        }  # fmt: skip
        return {"Response": {"SendStatusSet": [status], "RequestId": "r"}}

    @staticmethod
    def wrong_content(content: dict[str, Any]) -> str:
        """Return the code of what the provider does not let through."""
        values = content.get("TemplateParamSet") or []
        if content.get("SignName") != SIGN:
            return "FailedOperation.SignatureIncorrectOrUnapproved"
        if content.get("TemplateId") not in TEMPLATES:
            return "FailedOperation.TemplateIncorrectOrUnapproved"
        if len(values) != TEMPLATES[content["TemplateId"]] or not all(isinstance(one, str) for one in values):
            return "FailedOperation.TemplateParamSetNotMatchApprovedTemplate"
        if any(URL.search(one) for one in values):
            return "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter"
        if any(SENSITIVE in one for one in values):
            return "FailedOperation.ContainSensitiveWord"
        return "" if len(content.get("SessionContext", "").encode()) < 512 else "InvalidParameterValue"

    def pull(self, content: dict[str, Any]) -> dict[str, Any]:
        """PullSmsSendStatusByPhoneNumber: only what has its receipt is in it."""
        self.asked()
        needed = {"BeginTime", "Offset", "Limit", "PhoneNumber", "SmsSdkAppId"}
        if not needed <= set(content) or content["Offset"] != 0 or not 0 < content["Limit"] <= 100:
            return _error("InvalidParameterValue.LimitVerifyFail")
        if content["SmsSdkAppId"] != APP_ID or content["BeginTime"] < time.time() - 7 * 86400:
            return _error("InvalidParameterValue.BeginTimeVerifyFail")
        rows = [
            {
                "UserReceiveTime": int(time.time()), "CountryCode": "86", "SubscriberNumber": one.to[3:],
                "PhoneNumber": one.to, "SerialNo": one.id, "ReportStatus": one.status, "Description": "DELIVRD",
                "SessionContext": one.reference,
            }
            for one in self.sent
            if one.to == content["PhoneNumber"] and one.status
        ]  # fmt: skip
        return {"Response": {"PullSmsSendStatusSet": rows, "RequestId": "r"}}

    def number(self, count: int) -> str:
        return f"5000:1045710669157053657849499{count:03d}"


def report(one: Sending, *, arrived: bool) -> bytes:
    """Return the call with the receipt of a message, and let the provider know it too."""
    one.status = "SUCCESS" if arrived else "FAIL"
    row = {
        "user_receive_time": "2026-11-20 11:27:04", "nationcode": "86", "mobile": one.to[3:],
        "report_status": one.status, "errmsg": "DELIVRD" if arrived else "UNDELIV", "description": "-", "sid": one.id,
    }  # fmt: skip
    return json.dumps([row]).encode()


def _error(code: str) -> dict[str, Any]:
    return {"Response": {"Error": {"Code": code, "Message": code}, "RequestId": "r"}}
