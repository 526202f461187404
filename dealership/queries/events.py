"""The timeline in words."""

from django.utils.translation import gettext as _

from dealership.models import Event
from dealership.stages import Stage


def words_of(event: Event) -> str:
    """Return the sentence of a line; a kind without words of its own shows its name."""
    if event.kind == "stage":
        reason = f" · {event.data['reason']}" if event.data.get("reason") else ""
        return _("Moved to: %(stage)s") % {"stage": Stage(event.data["target"]).label} + reason
    if event.kind == "note":
        return str(event.data.get("text", ""))
    words = {
        "arrived": _("Arrived"),
        "greeted": _("Greeted"),
        "taken": _("Taken by the advisor"),
        "transferred": _("Taken over from a colleague"),
        "promise.changed": _("A promise was changed with the customer's consent"),
        "message.queued": _("Message written to the customer"),
        "message.sent": _("Message sent to the customer"),
        "message.told": _("Customer told by a person"),
        "message.failed": _("Message could not be sent"),
        "message.unclear": _("Nobody can say whether the message went out"),
        "link.opened": _("Customer opened the link"),
        "link.revoked": _("Link ended"),
    }
    return words.get(event.kind) or " ".join(str(part) for part in (event.data.get("words", ""), event.kind) if part)
