"""What scoring needs of visits, read for many at once in a constant number of queries."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache, partial
from typing import Any
from uuid import UUID

from dealership.applicability import Facts
from dealership.models import Situation, StageChange, StandardStep, StepTick, TickUndo, Visit, business_day
from dealership.queries.whole import rows_of
from dealership.scoring import UNDO_AFTER_EXIT, Course, StepSpec, Tick
from dealership.stages import OPEN, Stage


@lru_cache(maxsize=256)
def specs_of(standard_id: int) -> tuple[StepSpec, ...]:
    """Return the steps of a version of the standard in order (versions never change)."""
    rows = StandardStep.objects.filter(touchpoint__standard_id=standard_id)
    rows = rows.order_by("touchpoint__position", "position")
    return tuple(StepSpec(*row) for row in rows.values_list("touchpoint__code", "slug", "evidence"))


@dataclass
class Lived:
    """One visit as scoring sees it."""

    visit: Visit
    ticks: list[Tick] = field(default_factory=list)
    undone: set[UUID] = field(default_factory=set)
    changes: list[tuple[str, str, datetime]] = field(default_factory=list)
    situations: set[str] = field(default_factory=set)

    @property
    def course(self) -> Course:
        """Facts, leavings and exit of the visit."""
        return Course(
            facts=Facts(
                arrival=self.visit.arrival,
                works=tuple(self.visit.works),
                lane=self.visit.lane,
                situations=frozenset(self.situations),
                cancelled=self.visit.stage == Stage.CANCELLED,
                entered=frozenset(target for _source, target, _at in self.changes),
                cancelled_in=next((s for s, target, _at in self.changes if target == Stage.CANCELLED), ""),
            ),
            left=leavings(self.visit.stage, self.changes),
            exit=self.visit.left_at,
            day=partial(business_day, self.visit.store),
        )


def leavings(stage_now: str, changes: list[tuple[str, str, datetime]]) -> dict[str, datetime]:
    """Return stage → the moment it was last left; while the car is here, stages from the present one on are not left.

    A stage that was gone back before and then passed over, or never reached again, keeps its last leaving.
    """
    left = {source: at for source, _target, at in changes if source}
    if stage_now in OPEN:
        for stage in OPEN[OPEN.index(stage_now) :]:
            left.pop(stage, None)
    return left


LIVED = (StepTick, TickUndo, StageChange, Situation)
"""Tables that scoring reads of a visit."""


def lived_whole(visit: Visit) -> Lived:
    """Return the Lived of one visit that was read whole (`queries.whole`), without a query."""
    one = Lived(visit)
    for tick in rows_of(visit, StepTick):
        one.ticks.append(
            Tick(tick.pk, tick.touchpoint, tick.step, tick.answer, tick.evidence, tick.staff_id, tick.moment)
        )
    for undo in rows_of(visit, TickUndo):
        _take_back(one, undo.tick, undo.moment)
    one.changes = [(change.source, change.target, change.at) for change in rows_of(visit, StageChange)]
    one.situations = {row.kind for row in rows_of(visit, Situation) if row.until is None}
    return one


def _take_back(one: Lived, tick: UUID, moment: datetime) -> None:
    """Ten minutes after the car left nothing is taken back any more, however the undo arrives."""
    if one.visit.left_at is None or moment <= one.visit.left_at + UNDO_AFTER_EXIT:
        one.undone.add(tick)


def lived(visits: Collection[Visit]) -> dict[UUID, Lived]:
    """Return the Lived of each visit (their stores read already), in four queries."""
    found = {visit.pk: Lived(visit) for visit in visits}
    rows: Any = StepTick.objects.filter(visit__in=found).values_list(
        "visit_id", "id", "touchpoint", "step", "answer", "evidence", "staff_id", "moment"
    )
    for visit_id, *tick in rows:
        found[visit_id].ticks.append(Tick(*tick))
    for visit_id, tick_id, moment in TickUndo.objects.filter(visit__in=found).values_list("visit_id", "tick", "moment"):
        _take_back(found[visit_id], tick_id, moment)
    changes: dict[UUID, list[tuple[str, str, datetime]]] = defaultdict(list)
    rows = StageChange.objects.filter(visit__in=found).order_by("at", "id")
    for visit_id, *change in rows.values_list("visit_id", "source", "target", "at"):
        changes[visit_id].append(tuple(change))
    for visit_id, listed in changes.items():
        found[visit_id].changes = listed
    open_now = Situation.objects.filter(visit__in=found, until=None)
    for visit_id, kind in open_now.values_list("visit_id", "kind"):
        found[visit_id].situations.add(kind)
    return found
