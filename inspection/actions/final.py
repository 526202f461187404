"""The final inspection and the car handed to the advisor."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.actions import events, visits
from dealership.actions.stages import advance
from dealership.actions.ticks import tick_by_record
from dealership.models import Bay, Role, Staff, Visit
from dealership.queries.staff import roles_in
from dealership.refused import Missing, Refused
from dealership.stages import Stage
from dealership.uuids import uuid7
from inspection.actions.jobs import reopen
from inspection.models import FinalInspection, WorkshopHandover
from inspection.queries.jobs import builders, row_of

Result = FinalInspection.Result
OK, FAULT = "ok", "fault"


@transaction.atomic
def inspect(
    visit: Visit,
    *,
    by: Staff,
    result: str,
    items: Mapping[str, str] | None = None,
    note: str = "",
    road_test: bool = False,
    key_tag: str | None = None,
    place: Bay | None = None,
    old_parts: str = WorkshopHandover.OldParts.NONE,
    id: UUID | None = None,
    now: datetime | None = None,
) -> FinalInspection:
    """Inspect a finished car (终检); passed, it goes to its advisor at once.

    Effects, in order: asks the rules; writes the inspection. Passed: ticks 3.1/inspection, writes the handover of
    key, old parts and place, which ticks 3.1/transfer, and moves the car into the showcase. Sent back: the job that
    was finished last is open again, with `note` as its reason. `items` maps FinalInspection.Item to "ok" or "fault".
    Raises Refused: "final.stage", "final.role" (a technician inspects others' express jobs only), "final.builder",
    "final.open", "final.items", "final.fault" (a fault cannot pass), "final.reason", and what `visits.place` raises.
    """
    first = FinalInspection.objects.filter(pk=id, visit=visit).first() if id else None
    if first:
        return first
    now = now or timezone.now()
    found = {**{item.value: OK for item in FinalInspection.Item}, **(items or {})}
    _may_inspect(visit, by=by)
    _consistent(result, found, note)
    inspection = FinalInspection.objects.create(
        id=id or uuid7(now), store_id=visit.store_id, visit=visit, result=result, items=found, note=note.strip()[:200],
        road_test=road_test, inspector=by, at=now,
    )  # fmt: skip
    events.note(visit, kind=f"final.{result}", by=by, now=now)
    if result == Result.BACK:
        reopen(visit, by=by, reason=note, now=now)
        return inspection
    tick_by_record(visit, steps=["3.1/inspection"], record=inspection, by=by, now=now)
    _hand_over(visit, by=by, key_tag=key_tag, place=place, old_parts=old_parts, now=now)
    advance(visit, to=Stage.SHOWCASE, by=by, now=now)
    return inspection


def _hand_over(
    visit: Visit, *, by: Staff, key_tag: str | None, place: Bay | None, old_parts: str, now: datetime
) -> WorkshopHandover:
    if old_parts not in WorkshopHandover.OldParts.values:
        raise Refused(_("Choose what becomes of the old parts."), "handover.old_parts", field="old_parts")
    visits.place(visit, by=by, key_tag=key_tag, bay=place)
    handover = WorkshopHandover.objects.create(
        id=uuid7(now), store_id=visit.store_id, visit=visit, key_tag=visit.key_tag, place=visit.place,
        old_parts=old_parts, at=now, by=by,
    )  # fmt: skip
    tick_by_record(visit, steps=["3.1/transfer"], record=handover, by=by, now=now)
    return handover


def _may_inspect(visit: Visit, *, by: Staff) -> None:
    if visit.stage != Stage.WORKSHOP:
        raise Refused(_("The car is not in the workshop. Reload the page and look again."), "final.stage")
    if not roles_in(by, visit.store) & {Role.CONTROLLER, Role.MANAGER} and not visit.express:
        raise Refused(_("Only the controller inspects this car. Express cars you may inspect."), "final.role")
    if by.pk in builders(visit):
        raise Refused(_("You worked on this car yourself. Ask a colleague to inspect it."), "final.builder")
    row = row_of(visit)
    if row:
        missing = Missing(
            "jobs", _("The work is not finished yet: %(name)s") % {"name": row.technician.name}, "workshop-progress"
        )
        raise Refused(_("One thing is still missing before the inspection."), "final.open", missing=[missing])


def _consistent(result: str, items: Mapping[str, str], note: str) -> None:
    known = set(FinalInspection.Item.values)
    if result not in Result.values or not set(items) <= known or not set(items.values()) <= {OK, FAULT}:
        raise Refused(_("Answer each item of the inspection."), "final.items")
    if result == Result.PASSED and FAULT in items.values():
        raise Refused(_("An item is at fault: send the car back for rework."), "final.fault")
    if result == Result.BACK and not note.strip():
        raise Refused(_("Say in a few words what has to be done again."), "final.reason", field="note")
