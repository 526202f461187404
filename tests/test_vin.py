"""The check digit of a VIN catches what a tired eye does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealership.vin import complete, normalise, problem

ALLOWED = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
sixteen = st.text(ALLOWED, min_size=16, max_size=16)


@pytest.mark.parametrize("vin", ["1M8GDM9AXKP042788", "11111111111111111", "5GZCZ43D13S812715"])
def test_problem_finds_nothing_in_published_examples(vin):
    assert problem(vin) is None


@pytest.mark.parametrize(
    ("vin", "expected"),
    [
        ("1M8GDM9AXKP04278", "length"),
        ("1M8GDM9AXKP0427888", "length"),
        ("", "length"),
        ("1M8GDM9AXKQ042788", "characters"),
        ("1M8GDM9A1KP042788", "check_digit"),
        ("1M8GDM9AXKP042878", "check_digit"),
    ],
)
def test_problem_names_what_is_wrong(vin, expected):
    assert problem(vin) == expected


@given(sixteen)
def test_complete_makes_a_valid_vin_of_the_same_characters(characters):
    vin = complete(characters)
    assert problem(vin) is None
    assert vin[:8] + vin[9:] == characters


@given(sixteen, st.integers(0, 16), st.sampled_from("0123456789"))
def test_problem_finds_any_single_wrong_digit(characters, place, digit):
    vin = complete(characters)
    wrong = vin[:place] + digit + vin[place + 1 :]
    if vin[place].isdigit() and wrong != vin:
        assert problem(wrong) == "check_digit"


@pytest.mark.parametrize("characters", ["LSVAA4180E21234", "LSVAA4180E2123456", "LSVAO4180E212345", ""])
def test_complete_refuses_what_is_no_vin(characters):
    with pytest.raises(ValueError, match="16 characters"):
        complete(characters)


@pytest.mark.parametrize(
    "typed",
    ["1m8gdm9axkp042788", " 1M8GDM9AX KP-O42788 ", "１Ｍ８ＧＤＭ９ＡＸＫＰ０４２７８８", "IM8GDM9AXKPO42788"],
)
def test_normalise_ends_in_one_vin_for_every_way_of_writing(typed):
    assert normalise(typed) == "1M8GDM9AXKP042788"


@given(st.text(max_size=30))
def test_normalise_never_fails_and_is_stable(text):
    assert normalise(normalise(text)) == normalise(text)
    assert problem(normalise(text)) in {None, "length", "characters", "check_digit"}
