"""Fault codes: read from whatever a scan tool writes, explained where the standard knows them, never dropped."""

import re

import pytest
from django.urls import reverse
from django_scopes import scope
from hypothesis import given
from hypothesis import strategies as st

from dealership.models import Visit
from dealership.refused import Refused
from dealership.standard.check import load_rules
from dealership.uuids import uuid7
from reception.actions.consents import sign_order
from reception.actions.fault_codes import note_codes
from reception.actions.lines import agree_all
from reception.actions.orders import plan_diagnosis
from reception.fault_codes import (
    DATA,
    LANGUAGES,
    MOST,
    checked_fault_codes,
    explain,
    parse,
    standard,
    table,
)
from reception.models import Reading
from reception.queries.sheet import findings
from tests.cast import Cast, at
from tests.reception.desk import SIGNATURE, desk, order_at

HEX = "0123456789ABCDEF"
CODES = st.builds(
    "{}{}{}".format, st.sampled_from("PCBU"), st.sampled_from("0123"), st.text(HEX, min_size=3, max_size=3)
)
STATE_TAILS = {"": "", "current": " confirmed", "pending": " 偶发", "history": " 历史"}


def codes(text: str) -> list[str]:
    return [row["code"] for row in parse(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("p0301", [{"code": "P0301", "state": ""}]),
        ("PO3O1", [{"code": "P0301", "state": ""}]),
        ("Ｐ０３０１", [{"code": "P0301", "state": ""}]),
        ("P 0301", [{"code": "P0301", "state": ""}]),
        ("P0301-00", [{"code": "P0301", "state": "", "text": "-00"}]),
        ("P030100 confirmed", [{"code": "P0301", "state": "current", "text": "-00"}]),
        ("P0301 confirmed", [{"code": "P0301", "state": "current"}]),
        ("P0301 pending", [{"code": "P0301", "state": "pending"}]),
        ("P0301（历史）", [{"code": "P0301", "state": "history"}]),
        ("P0301 當前", [{"code": "P0301", "state": "current"}]),
        ("P0301 偶发", [{"code": "P0301", "state": "pending"}]),
        ("P0301 not present", [{"code": "P0301", "state": "history"}]),
        ("P0301 unconfirmed", [{"code": "P0301", "state": "pending"}]),
        ("P0301: 1 缸失火, 当前", [{"code": "P0301", "state": "current", "text": "1 缸失火, 当前"}]),
        ("U0100 no communication", [{"code": "U0100", "state": "", "text": "no communication"}]),
        ("16684 Cylinder 1", [{"code": "16684", "state": "", "text": "Cylinder 1"}]),
        ("2A87 exhaust", [{"code": "2A87", "state": "", "text": "exhaust"}]),
    ],
)
def test_codes_are_read_with_their_state(text, found):
    assert parse(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("P0301,p0171;U0100|C0035 / B1000", ["P0301", "P0171", "U0100", "C0035", "B1000"]),
        ("P0301P0302", []),
        ("", []),
        ("COOLED PUMP ... no code found on 2026-11-20 10:30, 12345 km", []),
        ("VIN LSVAU2180E2184048", []),
        ("P4321 B7777", ["P4321", "B7777"]),
    ],
)
def test_separators_and_what_is_no_code(text, found):
    assert codes(text) == found


def test_state_may_head_a_paragraph():
    text = "历史故障码:\nP0301 第1缸\nC0035\n\n当前故障码\nB1000\nP0420 pending"
    assert [(row["code"], row["state"]) for row in parse(text)] == [
        ("P0301", "history"), ("C0035", "history"), ("B1000", "current"), ("P0420", "pending"),
    ]  # fmt: skip


def test_code_named_twice_is_one_with_the_graver_state():
    assert parse("P0301 history\nP0301 current") == [{"code": "P0301", "state": "current"}]


ROWS = st.tuples(CODES, st.sampled_from(list(STATE_TAILS)), st.booleans())


SEPARATORS = st.sampled_from(["\n", ", ", "; ", " | ", "\r\n", "、"])


@given(st.lists(ROWS, max_size=12, unique_by=lambda row: row[0]), SEPARATORS)
def test_every_written_code_is_found_in_its_order(rows, separator):
    written = [(code.lower().replace("0", "o") if slip else code) + STATE_TAILS[state] for code, state, slip in rows]
    written = [
        text if re.search(r"[0-9]", text) else code + STATE_TAILS[state]
        for text, (code, state, _) in zip(written, rows, strict=True)
    ]
    found = parse(separator.join(written))
    assert [row["code"] for row in found] == [code for code, _, _ in rows]
    if separator in ("\n", "\r\n"):
        assert [row["state"] for row in found] == [state for _, state, _ in rows]


@given(st.text(max_size=400))
def test_any_text_gives_codes_that_may_be_kept(text):
    found = parse(text)
    assert checked_fault_codes(found) == found
    for row in found:
        for language in LANGUAGES:
            assert explain(row["code"], language).code == row["code"]


@given(CODES)
def test_structure_says_whose_a_code_is(code):
    kind = explain(code, "en").kind
    assert kind == ("maker" if not standard(code) else "standard" if code in table() else "group")
    assert bool(explain(code, "zh-hans").text) == standard(code)


@pytest.mark.parametrize(
    ("code", "kind", "text"),
    [
        ("P0301", "standard", "第1缸失火"), ("P0312", "standard", "第12缸失火"),
        ("P0212", "standard", "第12缸喷油器电路故障"), ("P0133", "standard", "第1排前氧传感器响应慢"),
        ("P0420", "standard", "第1排三元催化效率低"), ("P2138", "standard", "油门踏板传感器D与E不对应"),
        ("U0100", "standard", "与发动机控制单元失去通讯"), ("C0031", "standard", "左前轮速传感器故障"),
        ("B0001", "standard", "驾驶员正面气囊1级回路故障"), ("P0999", "group", "变速箱"),
        ("P3401", "group", "停缸控制"),
        ("P1234", "maker", ""), ("B1000", "maker", ""), ("P3001", "maker", ""), ("16684", "unknown", ""),
    ],
)  # fmt: skip
def test_standard_codes_are_explained(code, kind, text):
    explained = explain(code, "zh-hans")
    assert (explained.kind, explained.text) == (kind, text)


def test_table_is_large_and_complete_in_three_languages():
    rows = table()
    assert len(rows) >= 700
    assert {first: sum(code[0] == first for code in rows) >= least for first, least in
            {"P": 600, "C": 40, "B": 20, "U": 70}.items()} == dict.fromkeys("PCBU", True)  # fmt: skip
    assert [code for code, texts in rows.items() if len(texts) != 3 or not all(texts)] == []
    assert [code for code in rows if not re.fullmatch(r"[PCBU][0-3][0-9A-F]{3}", code) or not standard(code)] == []
    assert [code for code, texts in rows.items() if "{" in "".join(texts)] == []


def test_families_do_not_speak_over_single_codes():
    spelled = [series["first"] for series in DATA["series"]] + [run["first"] for run in DATA["counts"]]
    assert len(spelled) == len(set(spelled))
    assert [code for code in spelled if code in DATA["codes"]] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_avoid_what_nobody_says_to_a_customer(language):
    rules, place = load_rules()[language], LANGUAGES.index(language)
    texts = {texts[place] for texts in (*table().values(), *DATA["systems"].values())}
    assert [(text, rule.pattern) for text in texts for rule in rules.phrases if rule.search(text)] == []


@pytest.mark.parametrize(
    "wrong",
    ["P0301", ["P0301"], [{"code": "P0301", "state": "bad"}], [{"code": "P 0301"}], [{"state": ""}],
     [{"code": "P0301"}] * (MOST + 1), [{"code": "<b>"}]],
)  # fmt: skip
def test_nonsense_is_no_list_of_codes(wrong):
    with pytest.raises(ValueError, match=r"."):
        checked_fault_codes(wrong)


# ------------------------------------------------------------------ under the customer's consent


@pytest.fixture
def diagnosed(cast: Cast) -> Visit:
    """Return a visit whose customer agreed to a diagnosis."""
    visit = desk(cast, works=["repair"])
    order = order_at(cast, visit)
    with scope(store=cast.store):
        agree_all(order, by=cast.advisor, now=at("08:52"))
        plan_diagnosis(order, by=cast.advisor, limit=300, call_back_at=at("10:30"), now=at("08:52"))
        sign_order(order, by=cast.advisor, signature=SIGNATURE, now=at("08:55"))
    return visit


def url(visit: Visit, name: str = "fault-codes") -> str:
    return reverse(name, kwargs={"store": "hq", "visit": visit.pk})


def post(client, visit: Visit, name: str = "fault-codes", **fields):
    return client.post(url(visit, name), {"operation": str(uuid7())} | fields)


def kept(cast: Cast, visit: Visit) -> list[dict]:
    with scope(store=cast.store):
        reading = Reading.objects.filter(visit=visit, item="fault_codes").order_by("moment", "id").last()
        return reading.value if reading else []


@pytest.mark.parametrize("person", ["advisor", "technician", "controller"])
def test_pasted_codes_are_kept_and_explained(cast: Cast, client, diagnosed: Visit, person):
    client.force_login(getattr(cast, person))
    assert post(client, diagnosed, text="po301 当前; P1234 maker thing\n16684 odd").status_code == 303
    assert kept(cast, diagnosed) == [
        {"code": "P0301", "state": "current"}, {"code": "P1234", "state": "", "text": "maker thing"},
        {"code": "16684", "state": "", "text": "odd"},
    ]  # fmt: skip
    page = client.get(url(diagnosed)).content.decode()
    for text in ("第1缸失火", "厂家自定义码，含义见维修手册", "非标准码，按诊断仪原样保留", "maker thing"):
        assert text in page


def test_more_codes_join_and_one_can_go(cast: Cast, client, diagnosed: Visit):
    client.force_login(cast.technician)
    post(client, diagnosed, text="P0301 P0420")
    reading = kept(cast, diagnosed)
    post(client, diagnosed, codes=str(reading).replace("'", '"'), text="P0301 history, U0100")
    assert [(row["code"], row["state"]) for row in kept(cast, diagnosed)] == [
        ("P0420", ""), ("P0301", "history"), ("U0100", ""),
    ]  # fmt: skip
    post(client, diagnosed, codes=str(kept(cast, diagnosed)).replace("'", '"'), remove="P0420")
    assert [row["code"] for row in kept(cast, diagnosed)] == ["P0301", "U0100"]


def test_preview_explains_and_keeps_nothing(cast: Cast, client, diagnosed: Visit):
    client.force_login(cast.technician)
    answer = post(client, diagnosed, "fault-codes-preview", text="P0171 pending")
    assert "第1排混合气过稀" in answer.content.decode()
    assert "偶发" in answer.content.decode()
    assert kept(cast, diagnosed) == []


def test_text_without_a_code_is_refused(cast: Cast, client, diagnosed: Visit):
    client.force_login(cast.technician)
    assert post(client, diagnosed, text="the engine is loud").status_code == 422
    assert kept(cast, diagnosed) == []


def test_without_consent_nothing_is_read_out(cast: Cast, client):
    visit = desk(cast, works=["repair"])
    order_at(cast, visit)
    client.force_login(cast.advisor)
    answer = post(client, visit, text="P0301")
    assert answer.status_code == 422
    assert "读取故障码需要客户同意检测" in answer.content.decode()
    assert 'name="text"' not in client.get(url(visit)).content.decode()
    with scope(store=cast.store), pytest.raises(Refused) as refused:
        note_codes(visit, by=cast.advisor, codes=[{"code": "P0301", "state": ""}])
    assert refused.value.code == "codes.consent"
    assert kept(cast, visit) == []


@pytest.mark.parametrize(("person", "status"), [("guard", 403), ("cashier", 403), ("stranger", 404)])
def test_others_note_no_codes(cast: Cast, client, diagnosed: Visit, person, status):
    client.force_login(getattr(cast, person))
    assert post(client, diagnosed, text="P0301").status_code == status
    assert client.get(url(diagnosed)).status_code == status


def test_codes_are_findings_and_stand_on_order_and_job(cast: Cast, client, diagnosed: Visit):
    client.force_login(cast.technician)
    post(client, diagnosed, text="P0301")
    with scope(store=cast.store):
        assert ("diagnosis/codes", "code.P0301", "P0301 第1缸失火") in [
            (row.source, row.code, row.words) for row in findings(diagnosed)
        ]
    assert "第1缸失火" in client.get(url(diagnosed, "job")).content.decode()
    client.force_login(cast.advisor)
    assert url(diagnosed) in client.get(url(diagnosed, "negotiation-stage")).content.decode()
