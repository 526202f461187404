"""Every way of writing a plate ends in one text, and the text says how it is drawn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealership.plates import PROVINCES, PlateInfo, describe, new_energy, normalise

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
SERIAL = LETTERS + "0123456789"
FULL_WIDTH = str.maketrans({c: chr(ord(c) + 0xFEE0) for c in SERIAL + LETTERS.lower()})

offices = st.builds(str.__add__, st.sampled_from(PROVINCES), st.sampled_from(LETTERS))
blue = st.builds(str.__add__, offices, st.text(SERIAL, min_size=5, max_size=5))
green = st.builds("{}{}{}{:04}".format, offices, st.sampled_from("DF"), st.sampled_from(SERIAL), st.integers(0, 9999))


@st.composite
def writings(draw, plates=blue | green):
    """A plate, and the same plate as somebody might type it."""
    plate = draw(plates)
    separators = st.sampled_from(["", "", "", " ", "·", "•", "・", ".", "-", "\u3000", "．", "_"])
    typed = [draw(separators)]
    for place, character in enumerate(plate):
        ways = [character, character.lower()]
        ways += [way.translate(FULL_WIDTH) for way in ways]
        if place >= 2 and character in "01":
            ways += {"0": ["O", "o", "Ｏ"], "1": ["I", "i", "Ｉ"]}[character]
        typed += [draw(st.sampled_from(ways)), draw(separators)]
    return plate, "".join(typed)


@given(writings())
def test_normalise_ends_in_one_plate_for_every_way_of_writing(case):
    plate, typed = case
    assert normalise(typed) == plate
    assert describe(typed) == describe(plate)


@given(st.text(max_size=20))
def test_normalise_never_fails_and_is_stable(text):
    once = normalise(text)
    assert normalise(once) == once
    assert normalise(describe(text).display) == once


@given(blue)
def test_describe_knows_blue_plates_of_all_provinces(plate):
    assert describe(plate) == PlateInfo("blue", True, f"{plate[:2]}·{plate[2:]}")
    assert not new_energy(plate)


@given(green)
def test_describe_knows_green_plates_of_all_provinces(plate):
    assert describe(plate) == PlateInfo("green", True, f"{plate[:2]}·{plate[2:]}")
    assert new_energy(plate)


@pytest.mark.parametrize(
    ("typed", "kind", "display"),
    [
        ("沪a8k2d6", "blue", "沪A·8K2D6"),
        ("滬A·8K2D6", "blue", "沪A·8K2D6"),
        ("沪 A D12345", "green", "沪A·D12345"),
        ("苏EF1234O", "green", "苏E·F12340"),
        ("浙B12345D", "green", "浙B·12345D"),
        ("沪A1234警", "white", "沪A·1234警"),
        ("京X0123應急", "white", "京X·0123应急"),
        ("皖A1234学", "yellow", "皖A·1234学"),
        ("冀B12A4掛", "yellow", "冀B·12A4挂"),
        ("沪A0023领", "black", "沪A·0023领"),
        ("沪22478領", "black", "沪224·78领"),
        ("224578使", "black", "224·578使"),
        ("使224578", "black", "使224·578"),
        ("使22O578", "black", "使220·578"),
        ("粤Z A123港", "black", "粤Z·A123港"),
        ("粵ZI234澳", "black", "粤Z·1234澳"),
    ],
)
def test_describe_draws_each_form_of_the_standard(typed, kind, display):
    assert describe(typed) == PlateInfo(kind, True, display)


@pytest.mark.parametrize(
    ("typed", "stored", "display"),
    [
        ("WJ沪1234X", "WJ沪1234X", "WJ沪1234X"),
        ("M-OI 1234", "MOI1234", "MOI1234"),
        ("沪A123", "沪A123", "沪A·123"),
        ("沪A1234567", "沪A1234567", "沪A·1234567"),
        ("粤A1234港", "粤A1234港", "粤A·1234港"),
        ("沪12345", "沪12345", "沪12345"),
        ("", "", ""),
    ],
)
def test_describe_accepts_a_form_it_does_not_know(typed, stored, display):
    assert normalise(typed) == stored
    assert describe(typed) == PlateInfo("white", False, display)


def test_provinces_are_31_and_distinct():
    assert len(set(PROVINCES)) == len(PROVINCES) == 31
