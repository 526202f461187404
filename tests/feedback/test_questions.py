"""The cross-check questions: for every touchpoint that a customer witnesses, fair and in plain words."""

from collections import Counter
from dataclasses import replace

import pytest

from dealership.standard.data import LANGUAGES, load
from feedback.questions.check import findings
from feedback.questions.data import Question, read


def at(code: str) -> int:
    return [question.code for question in read()].index(code)


def with_question(code: str, /, **changes: object) -> list[Question]:
    """The questions with another one in the place of ``code``."""
    questions = list(read())
    questions[at(code)] = replace(questions[at(code)], **changes)
    return questions


def worded(code: str, language: str, text: str) -> list[Question]:
    return with_question(code, texts={**read()[at(code)].texts, language: text})


def test_questions_are_without_findings():
    assert findings() == []


def test_questions_ask_for_every_touchpoint_but_the_two_behind_the_scenes():
    asked = {question.touchpoint for question in read()}
    assert {touchpoint.code for touchpoint in load().touchpoints()} - asked == {"2.5", "3.1"}
    assert 22 <= len(read()) <= 30


def test_questions_ask_of_a_clean_car_only_where_the_car_is_prepared():
    assert [question.step_code for question in read() if question.touchpoint == "3.2"] == ["3.2/prepare"]


def test_questions_are_named_after_their_step_and_ask_for_each_step_once():
    assert [question.code for question in read()] == [question.step_code.replace("/", "-") for question in read()]
    assert set(Counter(question.step_code for question in read()).values()) == {1}


def test_questions_come_in_the_order_of_a_visit():
    order = [f"{touchpoint.code}/{step.slug}" for touchpoint, step in load().steps()]
    places = [order.index(question.step_code) for question in read()]
    assert places == sorted(places)


@pytest.mark.parametrize("language", LANGUAGES)
def test_questions_are_all_different(language):
    assert set(Counter(question.texts[language] for question in read()).values()) == {1}


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        ({"touchpoint": "6.1"}, ["5.3-guard: unknown touchpoint '6.1'"]),
        ({"touchpoint": "2.5"}, ["5.3-guard: no customer sees 2.5"]),
        ({"step": "wave"}, ["5.3-guard: 5.3 has no step 'wave'"]),
        ({"code": "5.3-farewell"}, ["5.3-farewell: this code is used 2 times"]),
    ],
)
def test_check_finds_faulty_bones(changes, lines):
    assert findings(with_question("5.3-guard", **changes)) == lines


@pytest.mark.parametrize(
    ("language", "text", "fault"),
    [
        ("zh-hans", "", "empty"),
        ("zh-hans", "取" * 30 + "？", "31 characters, at most 30"),
        ("zh-hans", "您给我们打分了吗？", "avoid '打分'"),
        ("zh-hant", "有沒有人取下三件套？", "avoid '三件套'"),
        ("en", "Would you rate us?", "avoid 'rate us'"),
        ("zh-hans", "有没有人送您到车旁。", "must be one question"),
        ("zh-hans", "有人送您吗？有人道别吗？", "must be one question"),
        ("zh-hans", "第5.3步有没有做？", "shows an internal code"),
        ("zh-hans", "保安是不是跟您道别了？", "leans towards an answer, '是不是'"),
        ("zh-hant", "有人跟您道別吧？", "leans towards an answer, '吧？'"),
        ("en", "Didn't the guard say goodbye?", 'leans towards an answer, "Didn\'t"'),
    ],
)
def test_check_finds_faulty_words(language, text, fault):
    assert f"{language} 5.3-guard: {fault}" in findings(worded("5.3-guard", language, text))


def test_check_finds_a_missing_language():
    texts = {language: text for language, text in read()[0].texts.items() if language != "en"}
    assert findings(with_question("1.1-salute", texts=texts)) == ["en 1.1-salute: this language is missing"]


def test_check_finds_a_touchpoint_that_nobody_asks_about():
    without = [question for question in read() if question.touchpoint != "1.6"]
    assert findings(without) == ["touchpoint 1.6: no question"]
