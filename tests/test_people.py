"""People are addressed by surname and honorific, never by a guess."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealership.people import address, surname


@pytest.mark.parametrize(
    ("full_name", "expected"),
    [
        ("王伟", "王"),
        ("王先生", "王"),
        ("欧阳明", "欧阳"),
        ("歐陽明", "歐陽"),
        ("上官婉儿", "上官"),
        ("司马青", "司马"),
        ("诸葛", "诸葛"),
        ("欧明阳", "欧"),
        (" 林 静 ", "林"),
        ("李", "李"),
        ("阿依古丽·买买提", "阿依古丽"),
        ("John Smith", "Smith"),
        ("Smith", "Smith"),
        ("", ""),
    ],
)
def test_surname_keeps_double_surnames_whole(full_name, expected):
    assert surname(full_name) == expected


@pytest.mark.parametrize(
    ("full_name", "sex", "language", "expected"),
    [
        ("王伟", "m", "zh-hans", "王先生"),
        ("林静", "f", "zh-hans", "林女士"),
        ("林靜", "f", "zh-hant", "林小姐"),
        ("歐陽明", "m", "zh-hant", "歐陽先生"),
        ("王伟", "m", "en", "Mr Wang"),
        ("張芳", "f", "en", "Ms Zhang"),
        ("单勇", "m", "en", "Mr Shan"),
        ("欧阳雪", "f", "en", "Ms Ouyang"),
        ("吕敏", "f", "en", "Ms Lü"),
        ("John Smith", "m", "en", "Mr Smith"),
        ("John Smith", "m", "zh-hans", "Smith先生"),
        ("㐂一", "m", "en", "Mr 㐂"),
        ("王伟", "m", "de", "Mr Wang"),
    ],
)
def test_address_says_surname_and_honorific_of_the_language(full_name, sex, language, expected):
    assert address(full_name, sex, language) == expected


@given(st.text(), st.sampled_from(["zh-hans", "zh-hant", "en"]))
def test_address_is_empty_when_sex_is_unknown(full_name, language):
    assert address(full_name, "", language) == ""


@given(st.text(), st.sampled_from("mf"), st.sampled_from(["zh-hans", "zh-hant", "en"]))
def test_address_is_empty_exactly_when_there_is_no_name(full_name, sex, language):
    assert (address(full_name, sex, language) == "") == (not surname(full_name))


def test_the_mainland_never_says_xiaojie():
    assert "小姐" not in address("王芳", "f", "zh-hans")
