"""Find every fault in the cross-check questions: one line per finding, no line when all is well."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from dealership.standard.check import Rules
from dealership.standard.data import load
from feedback.questions.data import Question, read
from feedback.wording import findings_of, text_findings

LIMIT = 30
# What no customer can see: the dispatch, and the workshop's handing over to the advisor.
UNSEEN = frozenset({"2.5", "3.1"})
_END = {"zh-hans": "？", "zh-hant": "？", "en": "?"}
_INTERNAL = re.compile(r"\d\.\d")
# A negative question and one with its answer in it lean towards a yes.
_LEANING = re.compile(r"是不是|不是.*[吗嗎]|吧？|\b(?:did|was|were|is|are)n.t\b|, right\?", re.IGNORECASE)


def findings(questions: Sequence[Question] | None = None) -> list[str]:
    """Return a line for every fault of ``questions``, without them of the product's own."""
    questions = read() if questions is None else questions
    return [*_set_findings(questions), *findings_of(questions, bones=_bone_findings, words=_word_findings)]


def _set_findings(questions: Sequence[Question]) -> Iterator[str]:
    for code, times in Counter(question.code for question in questions).items():
        if times > 1:
            yield f"{code}: this code is used {times} times"
    asked = {question.touchpoint for question in questions}
    for touchpoint in load().touchpoints():
        if touchpoint.code not in asked | UNSEEN:
            yield f"touchpoint {touchpoint.code}: no question"


def _bone_findings(question: Question) -> Iterator[str]:
    steps = {touchpoint.code: {step.slug for step in touchpoint.steps} for touchpoint in load().touchpoints()}
    if question.touchpoint not in steps:
        yield f"{question.code}: unknown touchpoint {question.touchpoint!r}"
    elif question.touchpoint in UNSEEN:
        yield f"{question.code}: no customer sees {question.touchpoint}"
    elif question.step not in steps[question.touchpoint]:
        yield f"{question.code}: {question.touchpoint} has no step {question.step!r}"


def _word_findings(question: Question, language: str, rules: Rules) -> Iterator[str]:
    where = f"{language} {question.code}"
    if language not in question.texts:
        yield f"{where}: this language is missing"
        return
    text = question.texts[language]
    yield from text_findings(where, text, LIMIT, rules)
    if text.count(_END[language]) != 1 or not text.endswith(_END[language]):
        yield f"{where}: must be one question"
    if _INTERNAL.search(text):
        yield f"{where}: shows an internal code"
    if match := _LEANING.search(text):
        yield f"{where}: leans towards an answer, {match.group(0)!r}"
