"""Phone numbers: as people type them in, as providers want them out.

Typed numbers are kept as typed; `mobile` gives what an SMS can be sent to. A landline or nonsense gives nothing, so
that no provider ever sees it.
"""

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

REGION = "CN"
"""Where a number without a country code is at home."""
CAN_TEXT = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}


def mobile(text: str, region: str = REGION) -> str:
    """Return the number in E.164 ("+8613800001234") where an SMS can reach it, else an empty string."""
    number = _parse(text, region)
    if number is None or phonenumbers.number_type(number) not in CAN_TEXT:
        return ""
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def domestic(e164: str) -> str:
    """Return a number of mainland China as eleven digits, any other without its plus sign and with "00" before it."""
    return e164.removeprefix("+86") if e164.startswith("+86") else e164.replace("+", "00", 1)


def _parse(text: str, region: str) -> phonenumbers.PhoneNumber | None:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None
