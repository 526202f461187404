"""How many parts an SMS needs: GSM-7 (3GPP TS 23.038) where every character is in it, else UCS-2."""

from dataclasses import dataclass

GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_TWICE = frozenset("^{}\\[~]|€\f")
"""Of the extension table: each takes two places."""
GSM_ONE, GSM_PART = 160, 153
UCS_ONE, UCS_PART = 70, 67


@dataclass(frozen=True)
class SmsLength:
    """`characters` counted as the network counts them, `segments` sent, `room` left in the last of them."""

    characters: int
    segments: int
    room: int
    unicode: bool


def length(text: str) -> SmsLength:
    """Return what `text` takes as an SMS; an empty text takes none."""
    unicode = any(sign not in GSM and sign not in GSM_TWICE for sign in text)
    if unicode:
        # UTF-16 units: a sign outside the first plane (an emoji) takes two.
        count, one, part = len(text.encode("utf-16-be")) // 2, UCS_ONE, UCS_PART
    else:
        count, one, part = sum(2 if sign in GSM_TWICE else 1 for sign in text), GSM_ONE, GSM_PART
    if count <= one:
        return SmsLength(count, 1 if count else 0, one - count, unicode)
    segments = -(-count // part)
    return SmsLength(count, segments, segments * part - count, unicode)
