"""The standard as data files: its shape is the course's, and the check finds every kind of fault."""

import json
from collections import Counter
from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from dealership.standard.check import FIGURE_STEPS, findings, load_rules
from dealership.standard.data import LANGUAGES, StandardData, StepText, as_json, load
from dealership.standard.script import render, variables_in

ELEMENTS = {"need", "convenience", "emotion"}
ROLES = {"guard", "advisor", "technician", "controller", "cashier"}
PLACES = {"gate", "bay", "precheck", "desk", "lounge", "workshop", "finished", "cashier", "exit"}
STEP_KEYS = ["slug", "name", "role", "behaviour", "script", "plain", "point", "gate", "evidence"]
TOUCHPOINT_KEYS = ["code", "name", "place", "requirements", "expectation", "value", "steps"]

# The course's own steps: exactly these, in this order.
COURSE_STEPS = {
    "1.5": ["进入车内", "车内登记", "操控问题挖掘", "外观检查", "发动机舱问题挖掘", "客户确认"],
    "2.2": ["费用估算", "时间确认", "付款方式确认"],
    "3.2": ["车辆中检", "物料检查", "交车准备"],
    "3.3": ["通知客户"],
    "4.1": ["解释确认", "质量说明", "服务提醒", "维修建议"],
    "5.2": ["收款", "收纳致谢"],
    "5.3": ["交付送别", "保安送行"],
}
HAND_STEPS = {
    *("1.1/salute", "1.2/ask", "1.3/gesture", "1.3/wait", "1.4/introduce", "1.7/listen", "2.1/repeat"),
    *("2.4/facilities", "2.5/brief", "3.4/result", "3.4/cleanliness", "3.4/covers"),
    *("4.1/quality", "4.1/service", "4.1/advice", "4.2/usage", "4.2/demonstrate", "4.2/clear"),
    *("5.1/accompany", "5.1/check", "5.2/thanks", "5.3/farewell"),
}
GATE_STEPS = {
    *("1.5/cabin", "1.5/confirm", "2.3/signature", "2.5/start", "3.1/inspection"),
    *("3.2/midcheck", "3.2/materials", "4.3/finalise", "5.2/payment", "5.3/farewell"),
}


@pytest.fixture(scope="module")
def standard() -> StandardData:
    return load()


def with_step(standard: StandardData, code: str, slug: str, **changes: object) -> StandardData:
    """The same standard with other words at one step, in Chinese only."""
    text = standard.texts["zh-hans"]
    touchpoint = text.touchpoints[code]
    step = replace(touchpoint.steps[slug], **changes)
    touchpoint = replace(touchpoint, steps={**touchpoint.steps, slug: step})
    text = replace(text, touchpoints={**text.touchpoints, code: touchpoint})
    return replace(standard, texts={**standard.texts, "zh-hans": text})


def chinese(lines: list[str]) -> list[str]:
    return [line for line in lines if line.startswith("zh-hans")]


def all_steps(standard: StandardData, language: str) -> list[tuple[str, StepText]]:
    texts = standard.texts[language].touchpoints
    return [(f"{tp.code}/{step.slug}", texts[tp.code].steps[step.slug]) for tp, step in standard.steps()]


def test_structure_has_the_stages_and_touchpoints_of_the_course(standard):
    assert {stage.code: len(stage.touchpoints) for stage in standard.stages} == {
        "reception": 7,
        "negotiation": 5,
        "showcase": 4,
        "explanation": 3,
        "delivery": 3,
    }
    for number, stage in enumerate(standard.stages, start=1):
        codes = [touchpoint.code for touchpoint in stage.touchpoints]
        assert codes == [f"{number}.{place}" for place in range(1, len(codes) + 1)]


def test_structure_has_67_steps_with_slugs_unique_in_their_touchpoint(standard):
    slugs = Counter((touchpoint.code, step.slug) for touchpoint, step in standard.steps())
    assert len(slugs) == 67
    assert set(slugs.values()) == {1}


def test_structure_uses_closed_lists_only(standard):
    assert {touchpoint.element for touchpoint in standard.touchpoints()} == ELEMENTS
    assert {touchpoint.place for touchpoint in standard.touchpoints()} == PLACES
    assert {step.role for _, step in standard.steps()} == ROLES
    assert {touchpoint.influence for touchpoint in standard.touchpoints()} == {2, 3, 4, 5}


def test_structure_names_what_ticks_itself_and_what_holds_an_exit(standard):
    steps = [(f"{touchpoint.code}/{step.slug}", step) for touchpoint, step in standard.steps()]
    assert {where for where, step in steps if not step.evidence} == HAND_STEPS
    assert {where for where, step in steps if step.gate} == GATE_STEPS


def test_chinese_uses_the_names_of_the_course(standard):
    texts = standard.texts["zh-hans"].touchpoints
    assert {code: [step.name for step in texts[code].steps.values()] for code in COURSE_STEPS} == COURSE_STEPS


def test_electric_cars_have_another_name_for_the_engine_bay_only(standard):
    named = {where: text.name_electric for where, text in all_steps(standard, "zh-hans") if text.name_electric}
    assert named == {"1.5/engine": "前机舱问题挖掘"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_without_findings(standard, language):
    assert [line for line in findings(standard) if line.startswith(language)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_scripts_with_figures_do_not_fall_back_when_the_name_is_unknown(standard, language):
    texts = standard.texts[language].touchpoints
    for code, slug in FIGURE_STEPS:
        names = variables_in(texts[code].steps[slug].script)
        assert names != ()
        assert "customer" not in names


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_steps_share_a_sentence(standard, language):
    scripts = Counter(text.script for _, text in all_steps(standard, language))
    assert [script for script, times in scripts.items() if times > 1] == []


def test_samples_name_the_same_variables_in_every_language_and_all_are_used(standard):
    names = {language: set(rules.full) for language, rules in load_rules().items()}
    used = {name for _, text in all_steps(standard, "zh-hans") for name in variables_in(text.script)}
    assert names == dict.fromkeys(LANGUAGES, used)


def test_render_fills_in_the_variables():
    assert (
        render("{customer}，共{total}。", "共多少。", {"customer": "王先生", "total": "994元"}) == "王先生，共994元。"
    )


@pytest.mark.parametrize("values", [{}, {"customer": "王先生"}, {"customer": None, "total": "994元"}])
def test_render_uses_plain_whole_when_a_variable_is_unknown(values):
    assert render("{customer}，共{total}。", "单上有总价。", values) == "单上有总价。"


def test_render_leaves_a_script_without_variables_alone():
    assert render("您请进！", None, {}) == "您请进！"


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({"behaviour": ""}, "1.1/plate behaviour: empty"),
        ({"point": "   "}, "1.1/plate point: empty"),
        ({"point": "念" * 31}, "1.1/plate point: 31 characters, at most 30"),
        ({"plain": "您" * 61}, "1.1/plate plain: 61 characters, at most 60"),
        ({"script": "{surname}您好！"}, "1.1/plate script: unknown variable surname"),
        ({"plain": None}, "1.1/plate plain: missing, the script has variables"),
        ({"script": "您好！"}, "1.1/plate plain: superfluous, the script has no variable"),
        ({"plain": "{plate}，您好！"}, "1.1/plate plain: must stand without variables"),
        ({"plain": "我保证修好。"}, "1.1/plate plain: avoid '保证'"),
        ({"plain": "尊敬的客户，您好！"}, "1.1/plate plain: avoid '尊敬的'"),
        ({"plain": "請您稍候。"}, "1.1/plate plain: avoid '請'"),
        ({"plain": "您好！请进。慢走。"}, "1.1/plate plain: 3 sentences, at most 2"),
        ({"name_electric": ""}, "1.1/plate name_electric: empty"),
    ],
)
def test_check_finds_the_fault(standard, changes, finding):
    assert f"zh-hans {finding}" in findings(with_step(standard, "1.1", "plate", **changes))


def test_check_lets_nothing_else_fall_over_one_fault(standard):
    found = chinese(findings(with_step(standard, "1.1", "plate", behaviour="")))
    assert found == ["zh-hans 1.1/plate behaviour: empty"]


def test_check_measures_what_is_spoken_not_only_what_is_written(standard):
    script = "您的车{plate}，做{work}，" + "好" * 41
    found = chinese(findings(with_step(standard, "1.1", "plate", script=script)))
    assert len(script) == 60
    assert found == ["zh-hans 1.1/plate script: 67 characters on the full visit, at most 60"]


def test_check_allows_more_where_figures_must_be_said(standard):
    long, too_long = "好" * 100, "好" * 101
    assert chinese(findings(with_step(standard, "2.2", "time", plain=long))) == []
    assert chinese(findings(with_step(standard, "2.2", "time", plain=too_long))) != []


def test_check_finds_a_brace_left_open(standard):
    found = chinese(findings(with_step(standard, "1.1", "plate", script="{customer}，{您好！")))
    assert found == ["zh-hans 1.1/plate script: a brace is left for the full visit"]


def test_check_finds_a_missing_language(standard):
    texts = {language: text for language, text in standard.texts.items() if language != "en"}
    assert [line for line in findings(replace(standard, texts=texts)) if line.startswith("en")] == [
        "en: this language is missing"
    ]


def test_check_finds_a_place_without_a_name_and_an_empty_dimension(standard):
    text = standard.texts["zh-hans"]
    touchpoint = replace(text.touchpoints["2.1"], place="", value="")
    text = replace(text, touchpoints={**text.touchpoints, "2.1": touchpoint})
    found = chinese(findings(replace(standard, texts={**standard.texts, "zh-hans": text})))
    assert found == ["zh-hans 2.1 place: the place 'desk' has no name", "zh-hans 2.1 value: empty"]


def test_load_reads_a_word_that_is_missing_as_empty(tmp_path, standard):
    structure = 'version = 1\n[[stages]]\ncode = "reception"\n[[stages.touchpoints]]\ncode = "1.1"\n'
    structure += 'element = "need"\nplace = "gate"\ninfluence = 2\n'
    structure += 'steps = [{ slug = "salute", role = "guard", evidence = false, gate = false }]\n'
    (tmp_path / "structure.toml").write_text(structure)
    (tmp_path / "zh-hans.toml").write_text('[places]\ngate = "大门"\n', encoding="utf-8")
    data = load(tmp_path)
    assert list(data.texts) == ["zh-hans"]
    assert data.texts["zh-hans"].touchpoints["1.1"].place == "大门"
    assert data.texts["zh-hans"].touchpoints["1.1"].steps["salute"] == StepText("", "", "", None, "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_json_has_the_agreed_shape(standard, language):
    stages = json.loads(as_json(standard, language))["stages"]
    assert [len(stage["touchpoints"]) for stage in stages] == [7, 5, 4, 3, 3]
    touchpoints = [touchpoint for stage in stages for touchpoint in stage["touchpoints"]]
    steps = [step for touchpoint in touchpoints for step in touchpoint["steps"]]
    assert len(steps) == 67
    assert {tuple(stage) for stage in stages} == {("code", "name", "purpose", "touchpoints")}
    assert {tuple(touchpoint) for touchpoint in touchpoints} == {tuple(TOUCHPOINT_KEYS)}
    assert {tuple(step) for step in steps} == {tuple(STEP_KEYS)}
    assert [step["slug"] for step in steps if (step["plain"] is None) is bool(variables_in(step["script"]))] == []


def test_command_prints_chinese_unless_told_otherwise(standard):
    out = StringIO()
    call_command("standard", "--json", stdout=out)
    assert json.loads(out.getvalue()) == json.loads(as_json(standard, "zh-hans"))


def test_command_check_says_how_much_it_read():
    out = StringIO()
    call_command("standard", "--check", stdout=out)
    assert out.getvalue() == "The standard is complete: 67 steps in 3 languages.\n"


def test_command_wants_one_of_its_two_modes():
    with pytest.raises(CommandError, match="one of the arguments --json --check is required"):
        call_command("standard")


def test_command_check_fails_with_a_line_for_each_finding(monkeypatch, standard):
    broken = with_step(standard, "1.1", "plate", behaviour="", point="")
    monkeypatch.setattr("dealership.management.commands.standard.load", lambda: broken)
    out = StringIO()
    with pytest.raises(CommandError, match="findings in the standard"):
        call_command("standard", "--check", stdout=out)
    assert chinese(out.getvalue().splitlines()) == [
        "zh-hans 1.1/plate behaviour: empty",
        "zh-hans 1.1/plate point: empty",
    ]
