"""Concerns: answers that become one sentence, in three languages and without a word too many."""

import itertools
import json
import re

import pytest
from django.urls import reverse
from django_scopes import scope
from hypothesis import given
from hypothesis import strategies as st

from dealership.demo.pricebook import OPERATIONS, PACKAGES, PARTS
from dealership.models import Operation, Visit
from dealership.standard.check import load_rules
from dealership.uuids import uuid7
from reception.concerns import (
    DATA,
    KINDS,
    LANGUAGES,
    SPEEDS,
    USUAL,
    checked_concerns,
    codes_of,
    line_of,
    sentence,
    sentences,
)
from reception.models import OrderLine, Reading
from reception.queries.concerns import said
from reception.queries.facts import sheet_lines
from reception.queries.pricelist import PriceList
from reception.queries.proposals import proposals
from reception.queries.scripts import concern as concern_said
from reception.queries.sheet import findings, sheet_of
from tests.cast import Cast
from tests.reception.desk import desk, order_at

EXAMPLE = {
    "kind": "noise", "words": "", "when": ["cold", "pull_away"], "where": ["front_left"], "how": ["knock"],
    "often": "often", "since": "week",
}  # fmt: skip
PRICED = {"labour": OPERATIONS, "part": PARTS, "package": PACKAGES}
NAMES = ("when", "where", "what", "how", "often", "since")


@st.composite
def concerns(draw) -> dict:
    kind = draw(st.sampled_from(list(KINDS)))
    some = {
        name: draw(st.lists(st.sampled_from(codes_of(kind, name) or [""]), unique=True, max_size=3))
        for name in ("when", "where", "how")
    }
    words = draw(st.sampled_from(["", "左前轮咯噔响。", " 有点吵!! "])) or ("响" if kind == "other" else "")
    return {
        "kind": kind, "words": words,
        **{name: [code for code in codes if code] for name, codes in some.items()},
        "often": draw(st.sampled_from(["", *DATA["often"]])), "since": draw(st.sampled_from(["", *DATA["since"]])),
        **({"speed": draw(st.sampled_from(SPEEDS))} if draw(st.booleans()) else {}),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh-hans", "冷车起步时左前方有‘咯噔’异响，经常出现，大约一周了。"),
        ("zh-hant", "冷車起步時左前方有「叩叩」異音，經常出現，大約一週了。"),
        ("en", "Knocking noise at the front left when pulling away while still cold, often, for about a week."),
    ],
)
def test_answers_become_one_sentence(language, text):
    assert sentence(EXAMPLE, language) == text


@pytest.mark.parametrize(
    ("given", "chinese", "english"),
    [
        ({"kind": "brakes", "how": ["brake_squeal"]}, "刹车时有‘吱吱’声。", "Squealing when braking."),
        ({"kind": "brakes", "speed": 80, "how": ["brake_pull"]}, "以时速80公里左右刹车时车身跑偏。",
         "Pull to one side when braking at about 80 km/h."),
        ({"kind": "vibration", "when": ["fast"]}, "高速行驶时车身抖动。", "Shaking at high speed."),
        ({"kind": "leak", "when": ["cold", "warm"]}, "冷车或热车时有液体渗漏。",
         "Fluid leaking while still cold or once warm."),
        ({"kind": "air", "when": ["hot_day", "always"], "where": ["row_rear"], "how": ["not_cold", "air_smell"]},
         "天热时后排空调一直不凉、有异味。",
         "Air conditioning does not cool and smells in the rear row all the time in hot weather."),
        ({"kind": "lamp", "how": ["lamp_engine", "flashing"], "often": "once"}, "发动机故障灯闪烁，只出现过一次。",
         "Engine lamp flashing, only once so far."),
        ({"kind": "noise"}, "有异响。", "Noise."),
        ({"kind": "noise", "words": "左前轮咯噔响!", "often": "often"}, "左前轮咯噔响，经常出现。",
         "左前轮咯噔响, often."),
        ({"kind": "other", "words": "后备箱关不上。", "when": ["rain"]}, "雨天后备箱关不上。",
         "后备箱关不上 in the rain."),
    ],
)  # fmt: skip
def test_every_kind_reads_well(given, chinese, english):
    assert (sentence(given, "zh-hans"), sentence(given, "en")) == (chinese, english)


@given(concerns(), st.sampled_from(LANGUAGES))
def test_sentence_is_whole_and_says_every_answer(concern, language):
    concern = checked_concerns([concern])[0]
    text = sentence(concern, language)
    assert text.endswith(DATA["grammar"][language]["stop"])
    assert not re.search(r"[，。、,.;:!]\s*[，。、,.;!]|\s{2}|[{}|\[\]]|^\W", text.replace("‘", "").replace("「", ""))
    answers = [DATA[name][concern[name]] for name in ("often", "since") if concern[name]]
    for name in ("when", "where", "how"):
        answers += [(DATA["what"] | DATA["how"] if name == "how" else DATA[name])[code] for code in concern[name]]
    for words in answers:
        phrases = words[language][1:] or words[language]
        assert any(phrase.casefold() in text.casefold() for phrase in phrases)
    if "speed" in concern:
        assert str(concern["speed"]) in text


@given(concerns())
def test_checked_form_is_stable(concern):
    once = checked_concerns([concern])
    assert checked_concerns(json.loads(json.dumps(once))) == once


@pytest.mark.parametrize(
    "wrong",
    [
        "noise", {"kind": "noise"}, [["noise"]], [{"kind": "bang"}], [{"kind": "other", "words": " "}],
        [{"kind": "noise", "when": ["night"]}], [{"kind": "noise", "when": "cold"}],
        [{"kind": "noise", "often": "daily"}],
        [{"kind": "noise", "speed": 900}], [{"kind": "noise", "speed": True}], [{"kind": "noise"}] * 9,
    ],
)  # fmt: skip
def test_nonsense_is_no_concern(wrong):
    with pytest.raises(ValueError, match=r"."):
        checked_concerns(wrong)


def test_words_are_complete_in_three_languages():
    rows = [(name, code, row) for name in (*NAMES, "usual") for code, row in DATA[name].items()]
    rows += [("kinds", code, rules["name"]) for code, rules in KINDS.items()]
    assert [(name, code) for name, code, row in rows for language in LANGUAGES if not row.get(language)] == []
    asked = {(name, code) for rules in KINDS.values() for name in NAMES[:4] for code in rules.get(name, [])}
    assert {code for name, code in asked if code not in DATA[name]} == set()


def test_there_are_thirty_usual_sentences_and_each_is_a_concern():
    assert len(USUAL) == 30
    for usual in USUAL.values():
        checked_concerns([{name: value for name, value in usual.items() if name not in LANGUAGES}])


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_avoid_what_nobody_says_to_a_customer(language):
    rules = load_rules()[language]
    rows = [row for name in (*NAMES, "usual") for row in DATA[name].values()]
    texts = [text for row in rows for text in ([row[language]] if isinstance(row[language], str) else row[language])]
    texts += [rules_of["name"][language] for rules_of in KINDS.values()]
    texts += [KINDS[kind][language] for kind in KINDS]
    plain = [re.sub(r"\{\w+\|?|ABS|A/C", "", text) for text in texts]
    found = [(text, rule.pattern) for text, rule in itertools.product(plain, rules.phrases) if rule.search(text)]
    assert found == []


def test_every_kind_leads_to_something_that_the_price_list_has():
    known = {f"{kind}:{code}" for kind, rows in PRICED.items() for code in rows}
    lines = {line for rules in KINDS.values() for line in (rules["line"], *rules.get("lines", {}).values())}
    assert lines <= known
    assert line_of(EXAMPLE) == "labour:R02"


# ------------------------------------------------------------------ kept, shown, ordered


@pytest.fixture
def visit(cast: Cast) -> Visit:
    return cast.visit(words="左前轮咯噔响", works=["repair"])


@pytest.fixture
def advisor(cast: Cast, client):
    client.force_login(cast.advisor)
    return client


def url(visit: Visit, name: str = "visit-concerns") -> str:
    return reverse(name, kwargs={"store": "hq", "visit": visit.pk})


def post(client, visit: Visit, **fields):
    return client.post(url(visit), {"operation": str(uuid7())} | fields)


def kept(cast: Cast, visit: Visit) -> list[dict]:
    with scope(store=cast.store):
        reading = Reading.objects.filter(visit=visit, item="concerns").order_by("moment", "id").last()
        return reading.value if reading else []


def shown(client, visit: Visit, query: str = "?card=1.4") -> str:
    answer = client.get(url(visit, "reception-stage") + query)
    assert answer.status_code == 200
    return answer.content.decode()


def ask(client, visit: Visit, **more):
    answers = {"kind": "noise", "when": ["cold", "pull_away"], "where": "front_left", "how": "knock"}
    return post(client, visit, **(answers | {"often": "often", "since": "week", "words": visit.words} | more))


def test_customers_words_stand_in_the_questions_already(cast: Cast, advisor, visit: Visit):
    page = shown(advisor, visit)
    assert 'name="words" maxlength="300" value="左前轮咯噔响"' in page
    assert 'class="rx-btn rx-btn-tint" href="' + url(visit, "reception-stage") + '?card=1.4&amp;concern=new"' in page


def test_plain_service_without_words_keeps_the_questions_in_the_background(cast: Cast, advisor):
    car = cast.visit("沪C22222", works=["service"])
    page = shown(advisor, car)
    assert 'class="rx-btn" href="' + url(car, "reception-stage") + '?card=1.4&amp;concern=new"' in page


def test_questions_open_without_script(cast: Cast, advisor, visit: Visit):
    assert 'id="concern-sheet" aria-labelledby="concern-title" open>' in shown(advisor, visit, "?card=1.4&concern=new")
    assert 'id="concern-sheet" aria-labelledby="concern-title">' in shown(advisor, visit)


def test_plain_form_keeps_what_was_asked(cast: Cast, advisor, visit: Visit):
    assert ask(advisor, visit)["Location"].endswith("?card=1.4")
    assert kept(cast, visit) == [EXAMPLE | {"words": "左前轮咯噔响"}]
    assert "冷车起步时左前方有‘咯噔’异响，经常出现，大约一周了。" in shown(advisor, visit)
    with scope(store=cast.store):
        assert Operation.objects.get(kind="reading").payload["item"] == "concerns"


def test_usual_sentence_is_one_tap(cast: Cast, advisor, visit: Visit):
    post(advisor, visit, usual="ac_warm")
    assert [(row["kind"], row["how"]) for row in kept(cast, visit)] == [("air", ["not_cold"])]


def test_second_concern_change_and_removal(cast: Cast, advisor, visit: Visit):
    ask(advisor, visit)
    one = json.dumps(kept(cast, visit))
    post(advisor, visit, concerns=one, usual="ac_warm")
    both = json.dumps(kept(cast, visit))
    assert 'value="not_cold" checked' in shown(advisor, visit, "?card=1.4&concern=1")
    post(advisor, visit, concerns=both, at="1", kind="air", how=["not_cold", "weak_air"])
    assert kept(cast, visit)[1]["how"] == ["not_cold", "weak_air"]
    post(advisor, visit, concerns=json.dumps(kept(cast, visit)), remove="0")
    assert [row["kind"] for row in kept(cast, visit)] == ["air"]


def test_answers_of_another_kind_are_left_out(cast: Cast, advisor, visit: Visit):
    post(advisor, visit, kind="air", how=["not_cold", "knock"], when=["cold", "hot_day"])
    assert [(row["how"], row["when"]) for row in kept(cast, visit)] == [(["not_cold"], ["hot_day"])]


def test_empty_form_is_refused(cast: Cast, advisor, visit: Visit):
    assert post(advisor, visit).status_code == 422
    assert post(advisor, visit, kind="other").status_code == 422
    assert kept(cast, visit) == []


@pytest.mark.parametrize(("person", "status"), [("guard", 403), ("technician", 403), ("stranger", 404)])
def test_others_note_no_concern(cast: Cast, client, visit: Visit, person, status):
    client.force_login(getattr(cast, person))
    assert post(client, visit, usual="ac_warm").status_code == status


def test_claim_takes_the_sentence_as_its_symptom(cast: Cast, advisor):
    claim = cast.visit("沪C11111", works=["claim"])
    post(advisor, claim, usual="brake_squeal")
    assert 'name="words" maxlength="300" value="刹车时有‘吱吱’声。"' in shown(advisor, claim, "?card=1.7")


def test_sentence_goes_to_sheet_findings_and_script(cast: Cast, advisor, visit: Visit):
    ask(advisor, visit)
    sentence_kept = "冷车起步时左前方有‘咯噔’异响，经常出现，大约一周了。"
    with scope(store=cast.store):
        assert sheet_lines(sheet_of(visit))[0][1] == sentence_kept
        assert [(row.source, row.code, row.words) for row in findings(visit)] == [
            ("1.4/concerns", "concern.noise", sentence_kept)
        ]
        assert concern_said(visit, "zh-hans") == "冷车起步时左前方有‘咯噔’异响"
        assert concern_said(visit, "en") == "knocking noise at the front left when pulling away while still cold"


def test_controls_step_reads_the_concern_and_leads_back(cast: Cast, advisor, visit: Visit):
    ask(advisor, visit)
    page = shown(advisor, visit, "?card=1.5&step=controls")
    assert '<span>冷车起步时左前方有‘咯噔’异响，经常出现，大约一周了。</span> <a class="rx-btn' in page


def test_order_begins_with_the_line_and_the_sentence_as_its_reason(cast: Cast, advisor):
    desk(cast, plate="沪C44444")
    visit = cast.visit(works=["service"])
    post(advisor, visit, usual="bumps_knock")
    post(advisor, visit, concerns=json.dumps(kept(cast, visit)), usual="turn_noise")
    with scope(store=cast.store):
        rows = OrderLine.objects.filter(order=order_at(cast, visit), code="R02")
        assert [(row.why, row.reason) for row in rows] == [
            ("words", "低速过减速带或颠簸路面时底盘有‘咯噔’异响。转弯时底盘有‘嘎吱’异响。")
        ]


def test_reason_speaks_the_customers_language_and_fits_its_column(cast: Cast, advisor, visit: Visit):
    for usual in ("bumps_knock", "turn_noise", "cold_tick", "wind_noise", "tyre_hum"):
        post(advisor, visit, concerns=json.dumps(kept(cast, visit)), usual=usual)
    with scope(store=cast.store):
        desk(cast, plate="沪C44444")
        visit.customer.language = "en"
        reasons = {row.pick.key: row.reason for row in proposals(visit, PriceList())}
        assert reasons["labour:R02"].startswith(
            "Knocking noise under the car when going over bumps at low speed. Creaking"
        )
        assert len(reasons["labour:R02"]) <= 200
        assert said(visit, "en").endswith("…")


def test_several_sentences_stand_side_by_side():
    assert sentences([{"kind": "noise"}, {"kind": "smell"}], "zh-hans") == "有异响。有异味。"
    assert sentences([{"kind": "noise"}, {"kind": "smell"}], "en") == "Noise. Unusual smell."
