"""What happens to a question to the manager when the line it is about does not stand any more as it was asked."""

from datetime import datetime

from dealership.actions import events
from dealership.models import Staff, StageChange, Visit
from reception.models import Approval, OrderLine

ASKED = "approval_asked"
"""The mark on the board while somebody waits for the manager's word."""


def withdraw_asked(line: OrderLine, *, now: datetime) -> int:
    """Take back the open questions about a line; return how many there were."""
    found = Approval.objects.filter(line=line, answer=Approval.Answer.OPEN)
    taken = found.update(answer=Approval.Answer.WITHDRAWN, answered_at=now)
    if taken:
        clear_mark(line.order.visit, now=now)
    return taken


def clear_mark(visit: Visit, *, now: datetime) -> None:
    """Take the mark off the board once no question of the visit is open."""
    if not Approval.objects.filter(visit=visit, answer=Approval.Answer.OPEN).exists():
        events.clear_attention(visit, kind=ASKED, now=now)


def withdraw_asked_on_leave(visit: Visit, change: StageChange, *, by: Staff | None, now: datetime) -> None:
    """Take back what nobody has answered when the car leaves (entry of a last stage)."""
    found = Approval.objects.filter(visit=visit, answer=Approval.Answer.OPEN)
    if found.update(answer=Approval.Answer.WITHDRAWN, answered_at=now):
        events.clear_attention(visit, kind=ASKED, now=now)
