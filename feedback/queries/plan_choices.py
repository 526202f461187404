"""What a plan can be made of: touchpoints, people, figures to start from, and a proposal for all of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import get_language

from dealership.models import Membership, Role, Staff, Store
from dealership.queries.standards import current_id, touchpoints
from feedback.intervals import Sample
from feedback.models import Plan, RootCause, WeakItem
from feedback.queries.cause_words import MEASURES
from feedback.queries.plan_page import next_dates
from feedback.queries.samples import recent

FEW = 5
GAIN, TOP = Decimal(1), Decimal("9.5")
"""The target that is offered: one point more, rounded up to half a point."""
HALF = Decimal("0.5")
DEPARTMENTS = {
    Role.ADVISOR: Plan.Department.FRONT_DESK,
    Role.TECHNICIAN: Plan.Department.WORKSHOP,
    Role.CONTROLLER: Plan.Department.WORKSHOP,
    Role.CASHIER: Plan.Department.CASHIER,
    Role.GUARD: Plan.Department.GATE,
    Role.CARE: Plan.Department.CARE,
}


@dataclass(frozen=True)
class Figure:
    """A reading as it stands today, offered as the measure of a plan."""

    reading: str
    label: str
    sample: Sample

    @property
    def few(self) -> bool:
        """True where it holds too few values to start from."""
        return self.sample.n < FEW


def touchpoint_choices(store: Store) -> list[tuple[str, str]]:
    """Return the 22 touchpoints as choices."""
    return [(one.code, f"{one.code} {one.name}") for one in touchpoints(current_id(store), _language())]


def people_of(store: Store) -> list[Staff]:
    """Return everybody who works in the store but the chain, by name; in one query."""
    rows = Membership.objects.filter(store=store, staff__is_active=True).exclude(role=Role.CHAIN)
    found = {row.staff_id: row.staff for row in rows.select_related("staff").order_by("staff__name")}
    return list(found.values())


def figures_today(store: Store, touchpoint: str, day: date) -> list[Figure]:
    """Return the three readings of a touchpoint over the 28 days that end with `day`, in three queries."""
    return [
        Figure(str(reading), str(reading.label), recent(store, touchpoint, reading=reading, day=day))
        for reading in Plan.Reading
    ]


def first_values(
    store: Store, *, touchpoint: str, item: WeakItem | None, cause: RootCause | None, figures: list[Figure], by: Staff,
    day: date,
) -> dict[str, Any]:  # fmt: skip
    """Return what the form of a new plan is filled with."""
    start_on, review_on = next_dates(day)
    best = next((one for one in figures if not one.few), figures[0])
    measure = MEASURES.get(cause.measure) if cause else None
    return {
        "touchpoint": touchpoint, "title": str(measure.name) if measure else "",
        "why": item.words[:200] if item else "",
        "reading": best.reading, "target": target_for(best.sample), "start_on": start_on, "review_on": review_on,
        "owner": str(by.pk), "department": _department(store, touchpoint),
    }  # fmt: skip


def target_for(sample: Sample) -> Decimal | None:
    """Return one point above a figure, to half a point; None without a figure."""
    if sample.mean is None:
        return None
    wanted = Decimal(str(sample.mean)) + GAIN
    halves = (wanted / HALF).quantize(Decimal(1), ROUND_HALF_UP) * HALF
    return min(max(halves, HALF), max(TOP, (Decimal(str(sample.mean)) + HALF).quantize(Decimal("0.1")))).min(
        Decimal(10)
    )


def values_of(plan: Plan) -> Mapping[str, Any]:
    """Return a plan as the form shows it."""
    names = ("touchpoint", "title", "why", "reading", "target", "start_on", "review_on", "department")
    return {name: getattr(plan, name) for name in names} | {"owner": str(plan.owner_id)}


def _department(store: Store, touchpoint: str) -> str:
    """Return the department whose role does the first step of the touchpoint."""
    for one in touchpoints(current_id(store), _language()):
        if one.code == touchpoint and one.steps:
            return DEPARTMENTS.get(Role(one.steps[0].role), Plan.Department.FRONT_DESK)
    return Plan.Department.FRONT_DESK


def _language() -> str:
    return get_language() or "zh-hans"
