"""Why a confirmed sheet is corrected, and why a customer would not sign: codes as stored, words as shown."""

from django.utils.translation import gettext_lazy as _

from reception.findings import Words

CORRECTIONS: Words = {
    "overlooked": _("Overlooked"),
    "customer": _("Added by the customer"),
    "slip": _("Slip of the finger"),
}
"""Chips of a correction; anything else is written out."""

REFUSALS: Words = {
    "hurry": _("In a hurry"),
    "disagrees": _("Does not agree with an entry"),
    "on_principle": _("Signs nothing on a screen"),
    "unreachable": _("Could not be reached"),
}
"""Chips of a signature that was refused; anything else is written out."""

SETTLED = "settled"
"""Why the advisor chose between two entries that differed."""


def reason_words(reason: str) -> str:
    """Return a stored reason in the reader's language: the words of its chip, else as it was written."""
    if reason == SETTLED:
        return str(_("Two entries differed"))
    return str(CORRECTIONS.get(reason) or REFUSALS.get(reason) or reason)
