"""How far the car is, in the customer's words and with the times."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from dealership.models import StageChange, Visit
from dealership.stages import Stage
from delivery.models import Handover
from delivery.queries.customer_words import moment_of


@dataclass(frozen=True)
class Passed:
    """A station that the car has reached, and when it did so last; `clock` has the date of another day."""

    words: str
    at: datetime
    clock: str


_STATIONS: dict[str, Callable[[], str]] = {
    Stage.RECEPTION: lambda: _("Arrived"),
    Stage.NEGOTIATION: lambda: _("Agreeing on the work"),
    Stage.WORKSHOP: lambda: _("Being worked on"),
    Stage.SHOWCASE: lambda: _("Check and wash"),
}


def way_of(visit: Visit, *, ready: bool) -> list[tuple[str, str]]:
    """Return the five stations with done, now or nothing."""
    names = [_("Dropped off"), _("Go-ahead"), _("Repairs"), _("Checks"), _("Pickup")]
    stations = {Stage.RECEPTION: 0, Stage.NEGOTIATION: 1, Stage.WORKSHOP: 2, Stage.SHOWCASE: 4 if ready else 3}
    if visit.stage == Stage.CANCELLED:
        return []
    now = 5 if visit.stage == Stage.CLOSED else stations.get(Stage(visit.stage), 4)
    return [(name, "done" if n < now else "now" if n == now else "") for n, name in enumerate(names)]


def passed_of(visit: Visit, ready_at: datetime | None, *, now: datetime) -> list[Passed]:
    """Return the stations reached so far, the first first; a car sent back to work has not passed what follows."""
    reached: dict[str, datetime] = {Stage.RECEPTION: visit.arrived_at}
    for change in StageChange.objects.filter(visit=visit).order_by("at", "id"):
        if change.target in _STATIONS and change.source:
            order = list(_STATIONS)
            later = order[order.index(change.target) :]
            reached = {stage: at for stage, at in reached.items() if stage not in later} | {change.target: change.at}
    rows = [(_STATIONS[stage](), at) for stage, at in reached.items()]
    if ready_at is None and visit.stage == Stage.CLOSED:
        entered = StageChange.objects.filter(visit=visit, target=Stage.EXPLANATION).order_by("at").last()
        ready_at = entered.at if entered else None
    if ready_at:
        rows.append((_("Ready for pickup"), ready_at))
    handover = Handover.objects.filter(visit=visit).first()
    if handover:
        rows.append((_("Handed over"), handover.at))
    return [Passed(words, at, moment_of(at, visit.store, now)) for words, at in rows]
