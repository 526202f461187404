"""The words of marks on the board."""

from django.utils.translation import gettext as _

CONFLICT = "conflict"
"""The mark that asks the advisor which of several entries is right."""


def mark_words(kind: str) -> dict[str, str]:
    """Return kind, icon and text of an attention mark; an unknown one still shows that somebody should look."""
    known = {
        "offered": ("neutral", "users", _("Offered to a colleague")),
        "opened": ("neutral", "eye", _("Link opened")),
        "paid": ("ok", "circle-check", _("Paid, see them off")),
        "approved": ("ok", "circle-check", _("Agreed by link")),
        "declined": ("risk", "circle-minus", _("Not this time, by link")),
        "account_asked": ("risk", "wallet", _("On account: to be approved")),
        "accident_survey": ("neutral", "car", _("Waits for the survey")),
        "accident_assessment": ("neutral", "car", _("Waits for the loss assessment")),
        "accident_parts": ("neutral", "car", _("Waits for parts")),
        "accident_stripping": ("neutral", "car", _("Being taken apart")),
        "accident_body": ("neutral", "car", _("Body work")),
        "accident_paint": ("neutral", "car", _("Painting")),
        "accident_refit": ("neutral", "car", _("Being put together")),
        "accident_done": ("ok", "car", _("Accident repair done")),
        "approval_asked": ("risk", "hourglass", _("To be allowed")),
        "reversal_asked": ("risk", "arrow-back-up", _("Money back: to be approved")),
        "goes_first": ("brand", "arrow-up-right", _("Goes first")),
        "comeback": ("bad", "arrow-back-up", _("Comeback within 30 days")),
        "asked": ("risk", "message-2", _("Customer wrote")),
        "not_satisfied": ("bad", "mood-sad", _("Not satisfied")),
        "message_failed": ("bad", "alert-triangle", _("Message not delivered")),
        "promise_risk": ("risk", "alarm", _("Promise at risk")),
        CONFLICT: ("risk", "arrows-exchange", _("Two entries differ: which one is right?")),
        "tell_by_hand": ("risk", "phone", _("Tell the customer")),
    }
    tone, icon, text = known.get(kind, ("risk", "bell", _("Please look")))
    return {"kind": tone, "icon": icon, "text": text}
