"""Numbers that an invoice to a company needs, checked by their own check digits."""

import re

USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""Characters of a unified social credit code (GB 32100-2015): no I, O, S, V, Z."""
USCC_LENGTH = 18
OLD = re.compile(r"\d{15}")
"""Tax numbers from before 2015, still on paper; they have no check digit."""
UBN_WEIGHTS = (1, 2, 1, 2, 1, 2, 4, 1)
"""Weights of a Taiwan unified business number; since 2023 its sum divides by 5."""


def cleaned_number(text: str) -> str:
    """Return a tax number as it is kept: without spaces and hyphens, in capitals."""
    return re.sub(r"[\s-]", "", text).upper()


def is_tax_number(number: str) -> bool:
    """Tell whether a cleaned number can be right: 18 characters (checked), 15 digits, or Taiwan's 8 (checked)."""
    if len(number) == USCC_LENGTH:
        return _uscc(number)
    return bool(OLD.fullmatch(number)) or (len(number) == len(UBN_WEIGHTS) and number.isdecimal() and _ubn(number))


def _uscc(number: str) -> bool:
    if any(letter not in USCC for letter in number):
        return False
    total = sum(USCC.index(letter) * pow(3, place, 31) for place, letter in enumerate(number[:-1]))
    return USCC.index(number[-1]) == -total % 31


def _ubn(number: str) -> bool:
    products = [int(digit) * weight for digit, weight in zip(number, UBN_WEIGHTS, strict=True)]
    total = sum(product // 10 + product % 10 for product in products)
    return total % 5 == 0 or (number[6] == "7" and (total + 1) % 5 == 0)
