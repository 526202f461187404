"""Our signing code against the worked examples of the providers' own documentation."""

from datetime import UTC, datetime

from dealership.channels import alibaba_sms, tencent_sms, twilio_sms


def test_tencent_signs_as_its_documentation_does() -> None:
    """ "签名方法 v3" of Tencent Cloud: DescribeInstances of cvm on 2019-02-25."""
    payload = b'{"Limit": 1, "Filters": [{"Values": ["\\u672a\\u547d\\u540d"], "Name": "instance-name"}]}'

    header = tencent_sms.sign(
        payload, host="cvm.tencentcloudapi.com", service="cvm", at=datetime.fromtimestamp(1551113065, UTC),
        secret_id="AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", secret_key="Gu5t9xGARNpq86cd98joQYCN3EXAMPLE",
    )  # fmt: skip

    assert header == (
        "TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE/2019-02-25/cvm/tc3_request, "
        "SignedHeaders=content-type;host, Signature=72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168"
    )


def test_alibaba_signs_as_its_documentation_does() -> None:
    """ "V3版本请求体&签名机制" of Alibaba Cloud: RunInstances of ecs on 2023-10-26."""
    content = {"ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd", "RegionId": "cn-shanghai"}
    headers = {
        "host": "ecs.cn-shanghai.aliyuncs.com",
        "x-acs-action": "RunInstances",
        "x-acs-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "x-acs-date": "2023-10-26T10:22:32Z",
        "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
        "x-acs-version": "2014-05-26",
    }

    header = alibaba_sms.sign(
        headers, alibaba_sms.canonical_query(content), body=b"", key_id="YourAccessKeyId",
        key_secret="YourAccessKeySecret",
    )  # fmt: skip

    assert header == (
        "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;"
        "x-acs-signature-nonce;x-acs-version,"
        "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    )


def test_alibaba_escapes_by_rfc_3986() -> None:
    assert alibaba_sms.canonical_query({"b": "a b*~/", "a": "中"}) == "a=%E4%B8%AD&b=a%20b%2A~%2F"


def test_twilio_signs_as_its_documentation_does() -> None:
    """ "Validate Incoming Requests" of Twilio's library: a POST with five parameters."""
    content = {
        "CallSid": "CA1234567890ABCDE", "Caller": "+14158675309", "Digits": "1234", "From": "+14158675309",
        "To": "+18005551212",
    }  # fmt: skip

    made = twilio_sms.signature("https://mycompany.com/myapp.php?foo=1&bar=2", content, token="12345")

    assert made == "RSOYDt4T1cUTdK1PDd93/VVr8B8="
