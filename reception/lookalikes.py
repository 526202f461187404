"""Plates that a camera may have meant: one character off. Only ever suggested, a person decides."""

from itertools import combinations

from dealership.plates import PROVINCES

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
SERIAL = LETTERS + "0123456789"
ALIKE = ("0DQ", "1LT7", "8B3", "2Z7", "5S", "6G", "6C", "UV", "MNH", "EF", "CG", "KX", "4A", "PR", "VY", "DB")
"""Characters that cameras take for each other on plates."""
BARE = (6, 7)
"""Length of a number that was read without its province."""
LONGEST = 8

_ALIKE = {c: "".join(sorted({d for group in ALIKE if c in group for d in group} - {c})) for c in SERIAL}


def variants(plate: str) -> dict[str, int]:
    """Return plates near a normalised one, each with how far it is: 0 look-alike, 1 one character off or missing.

    A number without its province is given every province (0). Some hundred plates; empty for an empty one.
    """
    if len(plate) in BARE and plate.isascii():
        return {province + plate: 0 for province in PROVINCES}
    if not 6 <= len(plate) <= LONGEST or plate[:1] not in PROVINCES:
        return {}
    near = dict.fromkeys((*_replaced(plate), *_lengthened(plate), *_two_alike(plate)), 1)
    near |= dict.fromkeys(_alike(plate), 0)
    near.pop(plate, None)
    return near


def _alike(plate: str) -> list[str]:
    return [
        plate[:place] + other + plate[place + 1 :]
        for place in range(1, len(plate))
        for other in _ALIKE.get(plate[place], "")
    ]


def _two_alike(plate: str) -> list[str]:
    return [
        plate[:first] + one + plate[first + 1 : second] + two + plate[second + 1 :]
        for first, second in combinations(range(2, len(plate)), 2)
        for one in _ALIKE.get(plate[first], "")
        for two in _ALIKE.get(plate[second], "")
    ]


def _replaced(plate: str) -> list[str]:
    places = [(0, "".join(PROVINCES)), (1, LETTERS), *((place, SERIAL) for place in range(2, len(plate)))]
    return [plate[:place] + other + plate[place + 1 :] for place, others in places for other in others]


def _lengthened(plate: str) -> list[str]:
    """Return the plate with one character more or less behind the office: a green one has eight."""
    more = [plate[:at] + c + plate[at:] for at in range(2, len(plate) + 1) for c in SERIAL if len(plate) < LONGEST]
    less = [plate[:at] + plate[at + 1 :] for at in range(2, len(plate)) if len(plate) == LONGEST]
    return more + less
