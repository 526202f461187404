"""Plates of the provinces around Shanghai: blue, or green for cars with a plug."""

from random import Random

# Issuing offices with their share in per cent: most customers live in the city, some come from next door.
_OFFICES = {
    "沪A": 20, "沪B": 14, "沪C": 8, "沪D": 10, "沪E": 8, "沪F": 7, "沪G": 5, "沪H": 3, "沪K": 3,
    "苏E": 7, "苏B": 2, "苏A": 1, "苏F": 1, "浙A": 2, "浙F": 3, "浙B": 1, "皖A": 2, "皖E": 1, "鲁A": 0.7,
    "赣A": 0.6, "豫A": 0.7,
}  # fmt: skip
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_DIGITS = "0123456789"
_LETTERS_IN_SERIAL = ((0, 1, 2), (35, 45, 20))

_BATTERY, _OTHER_PLUG = "D", "F"
PLUGGED = {"bev": _BATTERY, "phev": _OTHER_PLUG, "erev": _OTHER_PLUG}
"""Energies that wear a green plate, with the energy letter issued first (GA 36-2018)."""


def draw_plate(source: Random, energy: str, taken: set[str]) -> str:
    """Return a normalised plate for a car of this energy, not in `taken`, and add it there."""
    while True:
        office = source.choices(tuple(_OFFICES), tuple(_OFFICES.values()))[0]
        plate = office + (_green(source, PLUGGED[energy]) if energy in PLUGGED else _blue(source))
        if plate not in taken:
            taken.add(plate)
            return plate


def _green(source: Random, letter: str) -> str:
    second = source.choice(_LETTERS if source.random() < 0.3 else _DIGITS)
    return f"{letter}{second}{source.randrange(10_000):04}"


def _blue(source: Random) -> str:
    serial = source.choices(_DIGITS, k=5)
    letters = source.choices(*_LETTERS_IN_SERIAL)[0]
    for place in source.sample(range(5), letters):
        serial[place] = source.choice(_LETTERS)
    return "".join(serial)
