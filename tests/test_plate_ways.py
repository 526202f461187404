"""40 plates, 200 ways of writing them: each way ends in its plate."""

import random

import pytest

from dealership.plates import PROVINCES, describe, normalise

BLUE = (
    "沪A8K2D6", "京N12345", "津A10101", "冀B6F110", "晋C00001", "蒙D8B8B8", "辽B1A2B3", "吉A99999", "黑L5S5S5",
    "苏E0D0D0", "浙B77Z22", "皖A6G6G6", "闽D1L1L1", "赣A23456", "鲁F8K001", "豫A1Q1Q1", "鄂A0Q0Q0", "湘A55U55",
    "粤B1V1V1", "桂A3E3F3", "琼A4A4A4", "渝B9P9P9", "川Q70007",
)  # fmt: skip
GREEN = ("川AD12345", "贵AF01010", "云AA00110", "藏AG10011", "陕A01234D", "甘B10101F")
"""Small cars bear the energy letter first, large ones last."""
OTHER = (
    "青A0110警", "宁B1011挂", "新A1001学", "沪A0023领", "京A0101领", "沪22401领", "224101使", "使101578",
    "粤ZA100港", "粤Z1B01澳", "冀X0101应急",
)  # fmt: skip
PLATES = (*BLUE, *GREEN, *OTHER)
SEPARATORS = (" ", "·", "•", "・", ".", "-", "　", "．", "_", " · ", "‧", "‐")
TRADITIONAL = str.maketrans("辽沪苏闽赣鲁粤琼贵云陕宁晋领学挂应", "遼滬蘇閩贛魯粵瓊貴雲陝寧晉領學掛應")
WAYS = 5


def ways_of(plate: str) -> list[str]:
    """Return five ways of writing a plate, the same each time."""
    chance = random.Random(plate)
    typed = plate.translate(str.maketrans("01", "OI"))
    # The letter of the issuing office is none that could be a digit.
    mistyped = plate[:2] + typed[2:] if plate[0] in PROVINCES else typed
    wide = "".join(chr(ord(c) + 0xFEE0) if c.isascii() else c for c in plate.lower())
    place = 2 if plate[0] in PROVINCES else 3
    dotted = plate[:place] + chance.choice(SEPARATORS) + plate[place:]
    spaced = chance.choice(SEPARATORS).join(mistyped.lower())
    mixed = "".join(chance.choice((c, c.lower(), chr(ord(c) + 0xFEE0) if c.isascii() else c)) for c in mistyped)
    return [dotted.translate(TRADITIONAL), mistyped, f" {wide} ", spaced, mixed.translate(TRADITIONAL)]


def test_there_are_forty_plates_of_all_provinces_in_two_hundred_ways():
    assert len(set(PLATES)) == len(PLATES) == 40
    assert {text for text in PROVINCES if any(text in plate for plate in PLATES)} == set(PROVINCES)
    assert sum(len(ways_of(plate)) for plate in PLATES) == 200
    assert all(len(set(ways_of(plate)) - {plate}) >= 3 for plate in PLATES)


def test_two_hundred_ways_end_in_forty_plates():
    ends = {way: normalise(way) for plate in PLATES for way in ways_of(plate)}
    wrong = [(plate, way, normalise(way)) for plate in PLATES for way in ways_of(plate) if normalise(way) != plate]
    assert wrong == []
    assert set(ends.values()) == set(PLATES)


@pytest.mark.parametrize("plate", PLATES)
def test_every_plate_is_known_to_the_standard(plate: str):
    assert describe(plate).known


@pytest.mark.parametrize(
    ("plates", "kind"),
    [(BLUE, "blue"), (GREEN, "green"), (("粤ZA100港", "224101使", "沪A0023领"), "black"), (("青A0110警",), "white")],
)
def test_plates_are_drawn_in_their_colour(plates: tuple[str, ...], kind: str):
    assert {describe(plate).kind for plate in plates} == {kind}


def test_no_two_plates_fall_together():
    assert len({normalise(way) for plate in PLATES for way in ways_of(plate)}) == 40
