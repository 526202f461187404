"""VINs out of whatever was pasted: a column of a sheet, a letter of the maker, numbers written in groups."""

import re

from dealership.vin import LENGTH, normalise

PIECES = re.compile(r"[\n\r\t,;|/，；、]+")
MEANT = 9
"""A word of so many capitals and digits was meant as a VIN; what is shorter is a number or a name beside it."""


def read_vins(text: str) -> tuple[list[str], list[str]]:
    """Return the VINs of a text, each once and in order, and what looks like a VIN but is not one."""
    vins: dict[str, None] = {}
    bad: list[str] = []
    for piece in PIECES.split(text):
        words = piece.split()
        found = [normalise(word) for word in words if len(normalise(word)) == LENGTH]
        joined = normalise(piece)
        if not found and len(joined) == LENGTH:
            found = [joined]
        if not found:
            bad += [word for word in words if len(normalise(word)) >= MEANT and any(c.isdigit() for c in word)]
        vins |= dict.fromkeys(found)
    return list(vins), bad
