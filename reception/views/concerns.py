"""What troubles the customer: asked in the panel of 1.4 and 1.7, kept as a reading of the sheet."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from dealership.access import guarded
from dealership.forms.cleaning import cleaned
from dealership.models import Store, Visit
from dealership.requests import StaffRequest
from dealership.views.forms import done, operation_id, operation_ids
from reception.actions.sheet import record_readings
from reception.forms.concerns import ConcernsForm, as_json
from reception.models import Reading
from reception.queries.concerns import panel
from reception.views.sheet import stage_url


def concerns_context(visit: Visit, *, at: str = "", card: str = "1.4") -> dict[str, Any]:
    """Return what reception/parts/concerns.html shows; `at` names the concern that is being changed."""
    shown = panel(visit, at=at)
    return {
        "concerns": shown, "concerns_json": as_json(shown.value),
        "concerns_next": stage_url(visit.store, visit, f"?card={card}"),
    }  # fmt: skip


@guarded(record_readings)
@require_POST
def concerns(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Keep the concerns as they are after this change."""
    data = cleaned(ConcernsForm(request.POST))
    record_readings(
        visit, by=request.user, readings={Reading.Item.CONCERNS: data["result"]}, seen=operation_ids(request, "seen"),
        reason=data["reason"], id=operation_id(request),
    )  # fmt: skip
    return done(request, stage_url(store, visit, "?card=1.4"))
