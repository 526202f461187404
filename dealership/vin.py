"""Vehicle identification numbers: ISO 3779, check digit in place 9 as GB 16735 demands."""

import re
import unicodedata
from typing import Literal

LENGTH = 17
CHECK_PLACE = 8

Problem = Literal["length", "characters", "check_digit"]

_ALLOWED = re.compile("[A-HJ-NPR-Z0-9]+")
_LETTERS_AS_DIGITS = str.maketrans("OI", "01")

# GB 16735, annex: value of each letter, weight of each place (the check digit itself weighs 0).
_VALUES = dict(zip("0123456789ABCDEFGHJKLMNPRSTUVWXYZ", map(int, "012345678912345678123457923456789"), strict=True))
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def normalise(text: str) -> str:
    """Return the stored form: half-width capitals and digits only, O and I read as 0 and 1."""
    wide = unicodedata.normalize("NFKC", text).upper()
    return "".join(c for c in wide if c.isascii() and c.isalnum()).translate(_LETTERS_AS_DIGITS)


def problem(vin: str) -> Problem | None:
    """Return what is wrong with a normalised VIN, or None. A reason to warn, never to refuse."""
    if len(vin) != LENGTH:
        return "length"
    if not _ALLOWED.fullmatch(vin):
        return "characters"
    return None if vin[CHECK_PLACE] == _check_digit(vin) else "check_digit"


def complete(sixteen: str) -> str:
    """Return the valid VIN made of its 16 characters without the check digit. Raises ValueError."""
    if len(sixteen) != LENGTH - 1 or not _ALLOWED.fullmatch(sixteen):
        raise ValueError(f"{sixteen!r} is not 16 characters of a VIN.")
    vin = f"{sixteen[:CHECK_PLACE]}0{sixteen[CHECK_PLACE:]}"
    return f"{vin[:CHECK_PLACE]}{_check_digit(vin)}{vin[CHECK_PLACE + 1 :]}"


def _check_digit(vin: str) -> str:
    rest = sum(_VALUES[c] * weight for c, weight in zip(vin, _WEIGHTS, strict=True)) % 11
    return "X" if rest == 10 else str(rest)
