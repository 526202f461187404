"""Number plates of mainland China, by GA 36-2018.

`normalise` turns whatever was typed, pasted or read by a camera into the one text that is stored and
searched; `describe` says how that text is drawn. A plate no rule here knows is accepted as it stands.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

PROVINCES = tuple("京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新")
"""The 31 provinces in the order of the administrative codes (GB/T 2260), for the province chip."""

Kind = Literal["blue", "green", "yellow", "white", "black"]

_TRADITIONAL = str.maketrans("遼滬蘇閩贛魯粵瓊貴雲陝寧晉領學掛應", "辽沪苏闽赣鲁粤琼贵云陕宁晋领学挂应")
_LETTERS_AS_DIGITS = str.maketrans("OI", "01")

_PROVINCE = f"[{''.join(PROVINCES)}]"
_OFFICE = rf"{_PROVINCE}[A-HJ-NP-Z]"
_CHARACTER = "[A-HJ-NP-Z0-9]"
_ENERGY = "[A-HJK]"
"""D A B C E: battery electric; F G H J K: other new energy."""

_OFFICE_AND_REST = re.compile(rf"({_PROVINCE}[A-Z])(.+)")
_DIPLOMATIC = re.compile(rf"使[0-9OI]{{6}}|[0-9OI]{{6}}使|{_PROVINCE}[0-9OI]{{5}}领")

# First match wins: pattern, colour, number of leading characters before the dot.
_FORMS: tuple[tuple[re.Pattern[str], Kind, int], ...] = (
    (re.compile(rf"{_OFFICE}{_ENERGY}{_CHARACTER}[0-9]{{4}}"), "green", 2),
    (re.compile(rf"{_OFFICE}[0-9]{{5}}{_ENERGY}"), "green", 2),
    (re.compile(rf"粤Z{_CHARACTER}{{4}}[港澳]"), "black", 2),
    (re.compile(rf"{_OFFICE}[0-9]{{4}}领"), "black", 2),
    (re.compile(rf"{_PROVINCE}[0-9]{{5}}领"), "black", 4),
    (re.compile(r"[0-9]{6}使"), "black", 3),
    (re.compile(r"使[0-9]{6}"), "black", 4),
    (re.compile(rf"{_OFFICE}{_CHARACTER}{{4}}警"), "white", 2),
    (re.compile(rf"{_PROVINCE}[XS][0-9]{{4}}应急"), "white", 2),
    (re.compile(rf"{_OFFICE}{_CHARACTER}{{4}}[学挂]"), "yellow", 2),
    (re.compile(rf"{_OFFICE}{_CHARACTER}{{5}}"), "blue", 2),
)


@dataclass(frozen=True, slots=True)
class PlateInfo:
    """How a plate is drawn: `display` is the text with its dot, `known` whether a rule of GA 36-2018 fits.

    Lorries and coaches wear the same text as cars on yellow; the text alone cannot tell, so it is `blue`.
    An unknown plate is `white`: military, temporary and foreign plates are no blue ones.
    """

    kind: Kind
    known: bool
    display: str


def normalise(text: str) -> str:
    """Return the stored form: half-width capitals without spaces, dots or dashes, simplified characters.

    Behind the issuing office no O and no I can stand, so these become 0 and 1. Never fails; may be empty.
    """
    wide = unicodedata.normalize("NFKC", text).upper()
    plate = "".join(c for c in unicodedata.normalize("NFKC", wide) if c.isalnum()).translate(_TRADITIONAL)
    office = _OFFICE_AND_REST.fullmatch(plate)
    if office:
        return office[1] + office[2].translate(_LETTERS_AS_DIGITS)
    if _DIPLOMATIC.fullmatch(plate):
        return plate.translate(_LETTERS_AS_DIGITS)
    return plate


def describe(plate: str) -> PlateInfo:
    """Return colour, dot and whether a rule knows this plate; `plate` in any way of writing."""
    text = normalise(plate)
    for pattern, kind, before_dot in _FORMS:
        if pattern.fullmatch(text):
            return PlateInfo(kind, True, f"{text[:before_dot]}·{text[before_dot:]}")
    if _OFFICE_AND_REST.fullmatch(text):
        return PlateInfo("white", False, f"{text[:2]}·{text[2:]}")
    return PlateInfo("white", False, text)


def new_energy(plate: str) -> bool:
    """Say whether this is a green new-energy plate (eight characters with an energy letter)."""
    return describe(plate).kind == "green"
