"""The four questions stand in the method's order, each with measures that fit, in all three languages."""

import pytest
from django.utils.translation import override

from dealership.standard.check import load_rules
from dealership.standard.data import LANGUAGES
from feedback.causes import CAUSES, Cause
from feedback.models.weak import RootCause


def words(cause: Cause) -> list[str]:
    measures = [text for measure in cause.measures for text in (str(measure.name), str(measure.example))]
    return [str(cause.question), str(cause.evidence), *measures]


def test_causes_are_asked_in_the_order_of_the_method():
    assert [cause.code for cause in CAUSES] == ["standard", "training", "rules", "monitoring"]
    assert [cause.code for cause in CAUSES] == RootCause.Cause.values


def test_causes_have_three_measures_each_with_codes_of_their_own():
    assert [len(cause.measures) for cause in CAUSES] == [3, 3, 3, 3]
    codes = [measure.code for cause in CAUSES for measure in cause.measures]
    longest = RootCause._meta.get_field("measure").max_length
    assert len(set(codes)) == 12
    assert [code for code in codes if len(code) > longest] == []


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant"])
def test_causes_speak_chinese(language):
    with override("en"):
        english = [text for cause in CAUSES for text in words(cause)]
    with override(language):
        chinese = [text for cause in CAUSES for text in words(cause)]
    assert [pair for pair in zip(english, chinese, strict=True) if pair[0] == pair[1]] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_causes_avoid_what_nobody_says(language):
    with override(language):
        texts = [text for cause in CAUSES for text in words(cause)]
    phrases = load_rules()[language].phrases
    assert [(text, found.group(0)) for text in texts for phrase in phrases if (found := phrase.search(text))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_causes_ask_one_question_each(language):
    mark = "?" if language == "en" else "？"
    with override(language):
        questions = [str(cause.question) for cause in CAUSES]
    assert [question for question in questions if question.count(mark) != 1 or not question.endswith(mark)] == []
