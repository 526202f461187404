"""The ready self-check items: complete, within their lengths, and the check finds every kind of fault."""

import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from dealership.standard.data import LANGUAGES, load
from feedback.ready.check import ROOM_A_WEEK, findings
from feedback.ready.data import FOLDER, ReadyItem, read


def at(code: str) -> int:
    return [item.code for item in read()].index(code)


def with_item(code: str, /, **changes: object) -> list[ReadyItem]:
    """The ready set with other bones at one item."""
    items = list(read())
    items[at(code)] = replace(items[at(code)], **changes)
    return items


def with_words(code: str, language: str, **changes: str) -> list[ReadyItem]:
    """The ready set with other words at one item in one language."""
    texts = read()[at(code)].texts
    return with_item(code, texts={**texts, language: replace(texts[language], **changes)})


def test_ready_items_are_without_findings():
    assert findings() == []


def test_ready_items_begin_with_the_one_of_the_course():
    first = read()[0]
    bones = (first.code, first.touchpoint, first.step_code, first.who, first.times_a_week, first.owner)
    assert bones == ("1.5-walk", "1.5", None, "advisor", 10, "supervisor")
    assert first.texts["zh-hans"].item == "价值绕车"


def test_ready_items_cover_all_touchpoints_and_the_decisive_ones_twice():
    items = Counter(item.touchpoint for item in read())
    assert len(items) == 22
    for touchpoint in load().touchpoints():
        assert items[touchpoint.code] >= (2 if touchpoint.influence == 5 else 1)


def test_ready_items_speak_every_language_and_no_two_share_a_standard():
    for language in LANGUAGES:
        standards = Counter(item.texts[language].standard for item in read())
        assert set(standards.values()) == {1}
        marks = [(text.at_0, text.at_5, text.at_10) for text in (item.texts[language] for item in read())]
        assert [three for three in marks if len(set(three)) < 3] == []


def test_ready_items_draw_a_visit_unless_a_moment_is_watched():
    assert {item.way for item in read() if not item.needs_visit} == {"watch"}
    assert {item.way for item in read() if item.needs_visit} == {"sheet", "ask", "car", "phone"}


def test_ready_items_leave_room_for_those_that_return_the_next_day():
    assert sum(item.times_a_week for item in read()) <= ROOM_A_WEEK - 10


def test_ready_items_name_their_step_with_its_touchpoint():
    assert read()[at("3.4-covers")].step_code == "3.4/covers"


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"touchpoint": "6.1"}, "1.5-together: unknown touchpoint '6.1'"),
        ({"step": "washing"}, "1.5-together: 1.5 has no step 'washing'"),
        ({"who": "manager"}, "1.5-together who: unknown 'manager'"),
        ({"way": "guess"}, "1.5-together way: unknown 'guess'"),
        ({"owner": "advisor"}, "1.5-together owner: unknown 'advisor'"),
        ({"times_a_week": 0}, "1.5-together: checked 0 times a week"),
        ({"times_a_week": 60}, "116 checks a week, the rounds have room for 70"),
        ({"code": "1.5-walk"}, "1.5-walk: this code is used 2 times"),
    ],
)
def test_check_finds_faulty_bones(changes, line):
    assert findings(with_item("1.5-together", **changes)) == [line]


@pytest.mark.parametrize(
    ("language", "words", "line"),
    [
        ("zh-hans", {"pain": ""}, "zh-hans 3.4-covers pain: empty"),
        ("zh-hans", {"item": "取" * 17}, "zh-hans 3.4-covers item: 17 characters, at most 16"),
        ("zh-hans", {"standard": "取" * 41}, "zh-hans 3.4-covers standard: 41 characters, at most 40"),
        ("zh-hant", {"at_5": "取" * 25}, "zh-hant 3.4-covers at_5: 25 characters, at most 24"),
        ("en", {"at_10": "x " * 31 + "x"}, "en 3.4-covers at_10: 63 characters, at most 62"),
        ("zh-hans", {"at_0": "客户说应该没事。"}, "zh-hans 3.4-covers at_0: avoid '没事'"),
        ("zh-hant", {"standard": "專員取下三件套。"}, "zh-hant 3.4-covers standard: avoid '三件套'"),
        ("en", {"pain": "The cover will probably come off."}, "en 3.4-covers pain: avoid 'probably'"),
        ("en", {"item": "Covers of {customer}"}, "en 3.4-covers item: holds a variable, nothing is filled in here"),
    ],
)
def test_check_finds_faulty_words(language, words, line):
    assert line in findings(with_words("3.4-covers", language, **words))


def test_check_finds_a_touchpoint_without_enough_items():
    without = [item for item in read() if item.code not in {"5.2-thanks", "3.3-same"}]
    assert findings(without) == [
        "touchpoint 3.3: 1 items, at least 2",
        "touchpoint 5.2: 0 items, at least 1",
    ]


def test_check_finds_a_missing_language(tmp_path: Path):
    shutil.copytree(FOLDER, tmp_path / "ready")
    (tmp_path / "ready" / "en.toml").unlink()
    found = findings(read(tmp_path / "ready"))
    assert found[0] == "en 1.5-walk: this language is missing"
    assert len(found) == len(read())


def test_check_finds_an_item_without_words(tmp_path: Path):
    shutil.copytree(FOLDER, tmp_path / "ready")
    words = tmp_path / "ready" / "zh-hant.toml"
    words.write_text(words.read_text(encoding="utf-8").replace('["2.5-brief"]', '["2.5-other"]'), encoding="utf-8")
    assert findings(read(tmp_path / "ready")) == [
        f"zh-hant 2.5-brief {field}: empty" for field in ("pain", "item", "standard", "at_0", "at_5", "at_10")
    ]
