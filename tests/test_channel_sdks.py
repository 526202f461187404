"""The providers' own SDKs against our doubles: what their client sends is taken, with one wrong byte it is not.

So a double that takes our channel (`test_channel_contract`) takes what the provider's client says as well. Twilio's SDK
is not pinned (22 MB of generated code); its double is held to the documentation alone, and WeChat has none.
"""

import json
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from alibabacloud_dysmsapi20170525 import models as alibaba_models
from alibabacloud_dysmsapi20170525.client import Client as AlibabaClient
from alibabacloud_tea_openapi.utils_models import Config
from darabonba.exceptions import DaraException
from tencentcloud.common import abstract_client
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.sms.v20210111 import models as tencent_models
from tencentcloud.sms.v20210111.sms_client import SmsClient

from tests.doubles import alibaba, tencent
from tests.doubles.provider import serving

NUMBER, REFERENCE = "13800001234", "0198c0de-0000-7000-8000-000000000001"
# The client of Tencent Cloud reads the clock in a way that Python 3.12 and later warn of.
pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcfromtimestamp:DeprecationWarning")


@pytest.fixture
def tencent_double() -> Iterator[tencent.Tencent]:
    with serving(tencent.Tencent()) as state:
        yield state


@pytest.fixture
def alibaba_double() -> Iterator[alibaba.Alibaba]:
    with serving(alibaba.Alibaba()) as state:
        yield state


def changed(text: str) -> str:
    """Return the text with its last byte wrong."""
    return text[:-1] + ("x" if text[-1] != "x" else "y")


def tencent_client(double: tencent.Tencent, *, id: str = tencent.SECRET_ID, key: str = tencent.SECRET_KEY) -> SmsClient:
    profile = ClientProfile(httpProfile=HttpProfile(protocol="http", endpoint=urlsplit(double.url).netloc))
    return SmsClient(Credential(id, key), "ap-guangzhou", profile)


def tencent_sms(**given: Any) -> tencent_models.SendSmsRequest:
    request = tencent_models.SendSmsRequest()
    request.from_json_string(json.dumps({
        "PhoneNumberSet": ["+86" + NUMBER], "SmsSdkAppId": tencent.APP_ID, "SignName": tencent.SIGN,
        "TemplateId": "449739", "TemplateParamSet": ["沪A·8K2D6", "AbCdEf"], "SessionContext": REFERENCE,
    } | given))  # fmt: skip
    return request


def alibaba_client(
    double: alibaba.Alibaba, *, id: str = alibaba.KEY_ID, key: str = alibaba.KEY_SECRET
) -> AlibabaClient:
    where = urlsplit(double.url).netloc
    return AlibabaClient(Config(access_key_id=id, access_key_secret=key, endpoint=where, protocol="http"))


def alibaba_sms(**given: str) -> alibaba_models.SendSmsRequest:
    values = json.dumps({"plate": "沪A·8K2D6", "link": "AbCdEf"}, ensure_ascii=False)
    fields = {
        "phone_numbers": NUMBER, "sign_name": alibaba.SIGN, "template_code": "SMS_449739", "template_param": values,
        "out_id": REFERENCE,
    }  # fmt: skip
    return alibaba_models.SendSmsRequest(**fields | given)


def code_of(call: Callable[[], object]) -> str:
    """Return the code of the error that the provider's own client raises."""
    with pytest.raises((TencentCloudSDKException, DaraException)) as raised:
        call()
    return str(raised.value.code)


def test_tencent_client_sends_and_reads_the_receipt(tencent_double: tencent.Tencent) -> None:
    client = tencent_client(tencent_double)

    status = client.SendSms(tencent_sms()).SendStatusSet[0]
    tencent.report(tencent_double.sent[0], arrived=True)
    asked = tencent_models.PullSmsSendStatusByPhoneNumberRequest()
    asked.from_json_string(json.dumps({
        "BeginTime": int(time.time()) - 60, "Offset": 0, "Limit": 100, "PhoneNumber": "+86" + NUMBER,
        "SmsSdkAppId": tencent.APP_ID,
    }))  # fmt: skip
    receipt = client.PullSmsSendStatusByPhoneNumber(asked).PullSmsSendStatusSet[0]

    assert (status.Code, status.SessionContext, status.Fee) == ("Ok", REFERENCE, 1)
    assert (receipt.SerialNo, receipt.ReportStatus) == (status.SerialNo, "SUCCESS")
    assert [one.reference for one in tencent_double.sent] == [REFERENCE]


def test_tencent_client_with_a_wrong_byte_is_refused(tencent_double: tencent.Tencent) -> None:
    wrong_key = tencent_client(tencent_double, key=changed(tencent.SECRET_KEY))
    wrong_id = tencent_client(tencent_double, id=changed(tencent.SECRET_ID))
    right = tencent_client(tencent_double)

    assert code_of(lambda: wrong_key.SendSms(tencent_sms())) == "AuthFailure.SignatureFailure"
    assert code_of(lambda: wrong_id.SendSms(tencent_sms())) == "AuthFailure.SecretIdNotFound"
    wrong_app = tencent_sms(SmsSdkAppId=changed(tencent.APP_ID))
    assert code_of(lambda: right.SendSms(wrong_app)) == "UnauthorizedOperation.SmsSdkAppIdVerifyFail"
    for wrong, code in (
        ({"TemplateId": changed("449739")}, "FailedOperation.TemplateIncorrectOrUnapproved"),
        ({"SignName": changed(tencent.SIGN)}, "FailedOperation.SignatureIncorrectOrUnapproved"),
        ({"PhoneNumberSet": ["+86" + changed(NUMBER)]}, "InvalidParameterValue.IncorrectPhoneNumber"),
    ):
        assert right.SendSms(tencent_sms(**wrong)).SendStatusSet[0].Code == code
    assert (tencent_double.sent, tencent_double.calls) == ([], 6)


def test_tencent_client_with_a_late_clock_is_refused(tencent_double: tencent.Tencent, monkeypatch: Any) -> None:
    clock = time.time
    monkeypatch.setattr(abstract_client, "time", SimpleNamespace(time=lambda: clock() - 301))

    assert code_of(lambda: tencent_client(tencent_double).SendSms(tencent_sms())) == "AuthFailure.SignatureExpire"
    assert tencent_double.sent == []


def test_alibaba_client_sends_and_reads_the_receipt(alibaba_double: alibaba.Alibaba) -> None:
    client = alibaba_client(alibaba_double)

    sent = client.send_sms(alibaba_sms()).body
    alibaba.report(alibaba_double.sent[0], arrived=True)
    today = datetime.now(ZoneInfo("Asia/Shanghai")).strftime("%Y%m%d")
    listed = client.query_send_details(
        alibaba_models.QuerySendDetailsRequest(phone_number=NUMBER, send_date=today, page_size=50, current_page=1)
    ).body

    row = listed.sms_send_detail_dtos.sms_send_detail_dto[0]
    assert (sent.code, sent.biz_id) == ("OK", alibaba_double.sent[0].id)
    assert (row.out_id, row.send_status, row.err_code) == (REFERENCE, 3, "DELIVERED")
    assert [one.reference for one in alibaba_double.sent] == [REFERENCE]


def test_alibaba_client_with_a_wrong_byte_is_refused(alibaba_double: alibaba.Alibaba) -> None:
    wrong_key = alibaba_client(alibaba_double, key=changed(alibaba.KEY_SECRET))
    wrong_id = alibaba_client(alibaba_double, id=changed(alibaba.KEY_ID))
    right = alibaba_client(alibaba_double)

    assert code_of(lambda: wrong_key.send_sms(alibaba_sms())) == "SignatureDoesNotMatch"
    assert code_of(lambda: wrong_id.send_sms(alibaba_sms())) == "InvalidAccessKeyId.NotFound"
    for wrong, code in (
        ({"template_code": changed("SMS_449739")}, "isv.SMS_TEMPLATE_ILLEGAL"),
        ({"sign_name": changed(alibaba.SIGN)}, "isv.SMS_SIGNATURE_ILLEGAL"),
        ({"phone_numbers": changed(NUMBER)}, "isv.MOBILE_NUMBER_ILLEGAL"),
    ):
        assert right.send_sms(alibaba_sms(**wrong)).body.code == code
    assert (alibaba_double.sent, alibaba_double.calls) == ([], 5)
