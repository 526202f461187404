"""A car of today while it is played."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from random import Random
from typing import Any

from dealership.models import Staff, Visit
from feedback.demo.people import Crew
from feedback.demo.plan import Plan
from reception.actions import sheet
from reception.models import RepairOrder

FINDING = 0.2
MOVING = (
    "stage", "stage_since", "advisor", "offered_to", "key_tag", "place", "ready_due", "mileage", "greeted_at", "words",
)  # fmt: skip
"""What others may have changed since the last step."""


@dataclass
class Played:
    """A plan and the visit it has become. `mine` turns False where the car goes its own way: a person took over."""

    plan: Plan
    crew: Crew
    until: datetime
    mine: bool = True
    source: Random = field(init=False)

    def __post_init__(self) -> None:
        """Draw from a source of its own: what is played does not change what is planned."""
        self.source = Random(f"played/{self.plan.id}")

    @cached_property
    def _visit(self) -> Visit:
        rows = Visit.objects.select_related("vehicle__owner", "customer", "payer", "advisor")
        visit = rows.get(pk=self.plan.id)
        visit.store = self.plan.store
        return visit

    @property
    def visit(self) -> Visit:
        """The visit as it is now."""
        self._visit.refresh_from_db(fields=MOVING)
        return self._visit

    @property
    def advisor(self) -> Staff:
        """Who has the car."""
        return self.plan.advisor

    @property
    def order(self) -> RepairOrder:
        """The repair order as it is now."""
        rows = RepairOrder.objects.select_related("visit__store", "visit__vehicle", "visit__customer", "visit__advisor")
        return rows.get(visit=self.plan.id)

    def read(self, always: Mapping[str, Any], lived: Mapping[str, tuple[str, Any]], now: datetime) -> None:
        """Write readings: item → value, and those of a step (item → step, value) where it is lived."""
        readings = dict(always) | {item: value for item, (step, value) in lived.items() if self.plan.lives(step)}
        if readings:
            sheet.record_readings(self.visit, by=self.advisor, readings=readings, lower_is_right=True, now=now)

    def found(self, codes: tuple[str, ...]) -> dict[str, Any]:
        """Return a check with or without a finding."""
        found = [self.source.choice(codes)] if self.source.random() < FINDING else []
        return {"ok": not found, "findings": found, "note": ""}
