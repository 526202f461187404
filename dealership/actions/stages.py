"""The one door through which a visit changes its stage."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from dealership import wiring
from dealership.access import refuse_unless
from dealership.actions import events
from dealership.actions.records import recompute
from dealership.models import Operation, Staff, StageChange, Store, Visit
from dealership.refused import Missing, Refused
from dealership.stages import BACK, ENDED, MOVES, Stage
from dealership.uuids import uuid7


@transaction.atomic
def advance(
    visit: Visit,
    *,
    to: str,
    by: Staff | None,
    id: UUID | None = None,
    reason: str = "",
    now: datetime | None = None,
) -> StageChange:
    """Move a visit to another stage.

    Effects, in order: asks the table of moves, asks the stage's owner (`wiring.STAGE_EXITS`) what is missing,
    moves by compare-and-set, writes the StageChange (its id is the operation's: a second press returns the first),
    the timeline, what the entered stage wants done (`wiring.STAGE_ENTRIES`), and recomputes the records.
    Raises Refused: "stage.move" (no such move), "stage.reason" (going back needs one), "stage.gate" (with
    `missing`), "stage.faster" (somebody else moved it meanwhile).
    """
    now = now or timezone.now()
    done = StageChange.objects.filter(pk=id, visit=visit).first() if id else None
    if done:
        return done
    source = visit.stage
    if to not in MOVES.get(source, frozenset()):
        raise Refused(_("The car is already in another stage. Reload the page and look again."), "stage.move")
    if to == Stage.CANCELLED and not reason.strip():
        raise Refused(_("Say in a few words why the car leaves without repair."), "stage.reason", field="reason")
    if (source, to) in BACK and not reason.strip():
        raise Refused(_("Say in a few words why it goes back."), "stage.reason", field="reason")
    missing = exit_conditions(visit, to)
    if missing:
        raise Refused(_("One thing is still missing before the car can go on."), "stage.gate", missing=missing)
    return _move(visit, source=source, to=to, by=by, id=id, reason=reason, now=now)


def exit_conditions(visit: Visit, to: str) -> list[Missing]:
    """Return what the owner of the present stage still wants before the visit goes `to`; empty = free to go."""
    path = wiring.STAGE_EXITS.get(visit.stage)
    return import_string(path)(visit, to) if path else []


def cancel(visit: Visit, *, by: Staff, reason: str, id: UUID | None = None, now: datetime | None = None) -> StageChange:
    """Let a car leave without repair (未修离店), with the reason. Open promises are released.

    Raises Refused("stage.reason") without a reason, and what `advance` raises.
    """
    return advance(visit, to=Stage.CANCELLED, by=by, reason=reason, id=id, now=now)


def _move(
    visit: Visit, *, source: str, to: str, by: Staff | None, id: UUID | None, reason: str, now: datetime
) -> StageChange:
    values: dict[str, object] = {"stage": to, "stage_since": now}
    if to in ENDED:
        values["left_at"] = now
    moved = Visit.objects.filter(pk=visit.pk, stage=source).update(**values)
    if not moved:
        raise Refused(_("A colleague was faster: the car has moved on. Reload the page."), "stage.faster")
    for name, value in values.items():
        setattr(visit, name, value)
    change = StageChange.objects.create(
        id=id or uuid7(now),
        store_id=visit.store_id,
        visit=visit,
        source=source,
        target=to,
        at=now,
        by=by,
        reason=reason,
    )
    events.note(visit, kind="stage", by=by, now=now, source=source, target=to, reason=reason)
    for path in wiring.STAGE_ENTRIES.get(to, []):
        import_string(path)(visit, change, by=by, now=now)
    recompute([visit.pk], now=now)
    return change


def apply_advance(store: Store, operation: Operation) -> None:
    """Run a `stage.advance` of the tablet: payload {"to", "reason"}; a visit is never ended by it."""
    refuse_unless(operation.staff, store, "dealership.actions.stages.advance")
    if operation.payload.get("to") in ENDED:
        raise Refused(_("A visit is ended by the exit or by “leaves without repair”, not here."), "stage.ended")
    visit = Visit.objects.select_related("store").get(pk=operation.visit)
    payload = operation.payload
    advance(
        visit, to=str(payload.get("to", "")), by=operation.staff, id=operation.pk,
        reason=str(payload.get("reason", "")), now=operation.moment,
    )  # fmt: skip
