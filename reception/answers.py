"""Why a line is not done, in the words of its chips (dealer facts, part 3: extra work)."""

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

DECLINED: dict[str, str | Lazy] = {
    "price": _("Price"),
    "next_time": _("Next time"),
    "elsewhere": _("Done elsewhere"),
    "family": _("Asks the family first"),
    "not_needed": _("Sees no need"),
    "no_time": _("No time today"),
}
AGAINST: dict[str, str | Lazy] = {
    "good_state": _("Still in good condition"),
    "not_due": _("Not due yet"),
    "no_use": _("Would bring nothing"),
}
BY_LINK = "link"
"""The reason of a no that was given on the phone: nobody asked why."""
SAID = {BY_LINK: _("Said on the phone page")}


def reason_words(code: str) -> str:
    """Return the words of a reason; the code itself where it is not one of ours."""
    return str(DECLINED.get(code) or AGAINST.get(code) or SAID.get(code) or code)
