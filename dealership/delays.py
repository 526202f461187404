"""Why a promised time moves, as it is told to the customer."""

from django.utils import translation
from django.utils.functional import Promise as Words
from django.utils.translation import gettext_lazy as _

REASONS: dict[str, str | Words] = {
    "more_work": _("the work takes longer than planned"),
    "part": _("a part comes later"),
    "extra": _("the extra work you agreed to"),
    "busy": _("the workshop is fuller than expected"),
    "check_again": _("something is checked once more"),
}
"""Reasons to choose from; whoever has another one types it."""


def reason_words(reason: str, language: str | None = None) -> str:
    """Return the words of a reason in `language` (the reader's by default); a typed one stays as it is."""
    if reason not in REASONS:
        return reason
    if language is None:
        return str(REASONS[reason])
    with translation.override(language):
        return str(REASONS[reason])
