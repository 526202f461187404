"""The advisor's checks before the customer is told, and the wash."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.actions import events, promises, visits
from dealership.actions.records import recompute
from dealership.actions.stages import advance
from dealership.actions.ticks import tick_by_record
from dealership.models import Bay, Duty, Promise, Situation, Staff, Visit
from dealership.refused import Refused
from dealership.stages import Stage
from dealership.uuids import uuid7
from inspection.models import MaterialCheck, MidCheck, Preparation, Wash
from inspection.queries.check import wash_of
from reception.actions.ownership import require_own

Result = MidCheck.Result
PAPERS = ("sheet", "order", "parts")
"""Pre-check sheet, repair order and parts issue, laid side by side."""
WASHABLE = (Stage.NEGOTIATION, Stage.WORKSHOP, Stage.SHOWCASE)


@transaction.atomic
def check_car(
    visit: Visit,
    *,
    by: Staff,
    result: str = Result.FINE,
    items: Mapping[str, str] | None = None,
    note: str = "",
    id: UUID | None = None,
    now: datetime | None = None,
) -> MidCheck:
    """Check the car before handover (中检). Fine ticks 3.2/midcheck; a finding sends the car back with its reason.

    `items` maps MidCheck.Item to "ok" or "fault". Raises Refused: "visit.not_yours", "check.stage", "check.items",
    "check.fault" (a fault cannot be fine), "check.reason".
    """
    first = MidCheck.objects.filter(pk=id, visit=visit).first() if id else None
    if first:
        return first
    now = now or timezone.now()
    _in_showcase(visit, by=by)
    found = {**{item.value: "ok" for item in MidCheck.Item}, **(items or {})}
    if result not in Result.values or set(found) != set(MidCheck.Item.values):
        raise Refused(_("Answer each item of the check."), "check.items")
    if result == Result.FINE and "fault" in found.values():
        raise Refused(_("An item is not right: send the car back with the reason."), "check.fault")
    if result == Result.BACK and not note.strip():
        raise Refused(_("Say in a few words what has to be done again."), "check.reason", field="note")
    check = MidCheck.objects.create(
        id=id or uuid7(now), store_id=visit.store_id, visit=visit, result=result, items=found,
        note=note.strip()[:200], at=now, by=by,
    )  # fmt: skip
    if result == Result.FINE:
        tick_by_record(visit, steps=["3.2/midcheck"], record=check, by=by, now=now)
    else:
        advance(visit, to=Stage.WORKSHOP, by=by, reason=check.note, now=now)
    return check


@transaction.atomic
def check_materials(
    visit: Visit,
    *,
    by: Staff,
    asked: Staff | None = None,
    papers: Collection[str] = PAPERS,
    note: str = "",
    id: UUID | None = None,
    now: datetime | None = None,
) -> MaterialCheck:
    """Compare the three papers and ask the technician by name (物料检查); ticks 3.2/materials.

    Raises Refused: "visit.not_yours", "check.stage", "materials.papers" while a paper is missing.
    """
    first = MaterialCheck.objects.filter(pk=id, visit=visit).first() if id else None
    if first:
        return first
    now = now or timezone.now()
    _in_showcase(visit, by=by)
    if set(papers) != set(PAPERS):
        raise Refused(
            _("Lay pre-check sheet, repair order and parts issue side by side first."),
            "materials.papers",
            field="papers",
        )
    check = MaterialCheck.objects.create(
        id=id or uuid7(now), store_id=visit.store_id, visit=visit, asked=asked,
        papers=[code for code in PAPERS if code in papers], note=note.strip()[:200], at=now, by=by,
    )  # fmt: skip
    tick_by_record(visit, steps=["3.2/materials"], record=check, by=by, now=now)
    return check


@transaction.atomic
def prepare(
    visit: Visit,
    *,
    by: Staff,
    place: Bay | None = None,
    papers: bool = True,
    old_parts: bool = True,
    id: UUID | None = None,
    now: datetime | None = None,
) -> Preparation:
    """Note that papers, old parts and car stand ready (交车准备); ticks 3.2/prepare and moves the car's place.

    Raises Refused: "visit.not_yours", "check.stage", "prepare.papers".
    """
    first = Preparation.objects.filter(pk=id, visit=visit).first() if id else None
    if first:
        return first
    now = now or timezone.now()
    _in_showcase(visit, by=by)
    if not papers:
        raise Refused(_("Get the papers ready first."), "prepare.papers", field="papers")
    if place:
        visits.place(visit, by=by, bay=place)
    row = Preparation.objects.create(
        id=id or uuid7(now), store_id=visit.store_id, visit=visit, place=visit.place, papers=papers,
        old_parts=old_parts, at=now, by=by,
    )  # fmt: skip
    tick_by_record(visit, steps=["3.2/prepare"], record=row, by=by, now=now)
    return row


@transaction.atomic
def check_all(
    visit: Visit,
    *,
    by: Staff,
    place: Bay | None = None,
    asked: Staff | None = None,
    id: UUID | None = None,
    now: datetime | None = None,
) -> list[MidCheck | MaterialCheck | Preparation]:
    """Say of an express car that all three checks are fine; each still leaves its own record. Returns the new ones.

    Raises Refused: "check.express" for a car of another lane, and what the three checks raise.
    """  # fmt: skip
    if not visit.express:
        raise Refused(_("Go through the three checks one by one: this is not an express car."), "check.express")
    rows: list[MidCheck | MaterialCheck | Preparation] = []
    if not MidCheck.objects.filter(visit=visit, result=Result.FINE).exists():
        rows.append(check_car(visit, by=by, id=id, now=now))
    if not MaterialCheck.objects.filter(visit=visit).exists():
        rows.append(check_materials(visit, by=by, asked=asked, now=now))
    if not Preparation.objects.filter(visit=visit).exists():
        rows.append(prepare(visit, by=by, place=place, now=now))
    return rows


@transaction.atomic
def washed(visit: Visit, *, by: Staff, id: UUID | None = None, now: datetime | None = None) -> Wash:
    """Note that the car is washed; settles the promise of a wash. A second time returns the first.

    Raises Refused: "visit.not_yours" (own car, or the wash duty), "wash.stage".
    """
    first = wash_of(visit)
    if first:
        return first
    require_own(visit, by=by, duty=Duty.WASH)
    if visit.stage not in WASHABLE:
        raise Refused(_("The car is not here to be washed. Reload the page and look again."), "wash.stage")
    now = now or timezone.now()
    row = Wash.objects.create(id=id or uuid7(now), store_id=visit.store_id, visit=visit, at=now, by=by)
    promises.settle(visit, kind=Promise.Kind.WASH, now=now)
    events.note(visit, kind="washed", by=by, now=now)
    return row


@transaction.atomic
def collected_by_other(visit: Visit, *, by: Staff, on: bool = True, now: datetime | None = None) -> bool:
    """State that an agent collects the car, or that it is explained by phone: then 3.4 does not apply.

    Returns whether it holds now. Raises Refused("visit.not_yours").
    """
    require_own(visit, by=by)
    kind = Situation.Kind.AGENT_OR_PHONE
    if on:
        events.begin_situation(visit, kind=kind, now=now)
    else:
        events.end_situation(visit, kind=kind, now=now)
    recompute([visit.pk], now=now)
    return on


def _in_showcase(visit: Visit, *, by: Staff) -> None:
    require_own(visit, by=by)
    if visit.stage != Stage.SHOWCASE:
        raise Refused(_("The car is not in this stage any more. Reload the page and look again."), "check.stage")
