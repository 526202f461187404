"""The advisor's checks that hold now: of the present stay in the showcase only."""

from typing import TypeVar

from dealership.models import Situation, StoreModel, Visit
from inspection.models import MaterialCheck, MidCheck, Preparation, Wash
from inspection.queries.final import entered_showcase

Row = TypeVar("Row", bound=StoreModel)


def latest(model: type[Row], visit: Visit) -> Row | None:
    """Return the last row of a check since the car entered the showcase last; after rework all are made anew."""
    entry = entered_showcase(visit)
    if entry is None:
        return None
    return model.objects.filter(visit=visit, at__gte=entry.at).order_by("at", "id").last()


def mid_check(visit: Visit) -> MidCheck | None:
    """Return the check before handover that holds: all fine."""
    last = latest(MidCheck, visit)
    return last if last and last.result == MidCheck.Result.FINE else None


def material_check(visit: Visit) -> MaterialCheck | None:
    """Return the material check that holds."""
    return latest(MaterialCheck, visit)


def preparation(visit: Visit) -> Preparation | None:
    """Return the preparation that holds."""
    return latest(Preparation, visit)


def wash_of(visit: Visit) -> Wash | None:
    """Return the wash of this visit."""
    return Wash.objects.filter(visit=visit).select_related("by").last()


def diagnosis_only(visit: Visit) -> bool:
    """Tell whether nothing was repaired: then the material check is not asked."""
    kind = Situation.Kind.DIAGNOSIS_ONLY
    return Situation.objects.filter(visit=visit, kind=kind, until=None).exists()
