"""What the guard sees at the exit: 可放行 or 未放行, never a sum."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from dealership.models import Store, Visit
from dealership.stages import Stage
from delivery.models import GatePass, Handover


@dataclass(frozen=True)
class Leaving:
    """A car on its way out."""

    visit: Visit
    free: bool
    """可放行: the pass is issued and the car handed over."""


def leaving_cars(store: Store) -> list[Leaving]:
    """Return the cars in their last stage, those that may leave first; one query."""
    last = Visit.objects.filter(store=store, stage=Stage.DELIVERY, joined_to=None).select_related("vehicle", "advisor")
    rows = last.annotate(passed=_passed(), handed=_handed()).order_by("stage_since")
    cars = [Leaving(visit, visit.passed and visit.handed) for visit in rows]
    return sorted(cars, key=lambda car: not car.free)


def may_leave(visit: Visit) -> bool:
    """Tell whether the pass is issued and the car handed over (wired for the cameras at the exit)."""
    return Visit.objects.filter(_passed(), _handed(), pk=visit.pk).exists()


def _passed() -> Exists:
    return Exists(GatePass.objects.filter(visit=OuterRef("pk"), revoked_at=None))


def _handed() -> Exists:
    return Exists(Handover.objects.filter(visit=OuterRef("pk"), at__gte=OuterRef("stage_since")))
