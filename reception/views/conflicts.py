"""The answer to: which of several entries is right?"""

import json

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from dealership.access import guarded
from dealership.models import Store, Visit
from dealership.requests import StaffRequest
from dealership.views.forms import done, operation_id, operation_ids
from reception.actions.conflicts import settle_conflict
from reception.views.sheet import after_entry


@guarded(settle_conflict)
@require_POST
def conflict(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Keep the side that the advisor tapped; `value` is JSON, `seen` the ids of all sides."""
    try:
        value = json.loads(request.POST.get("value", ""))
    except ValueError:
        value = None
    settle_conflict(
        visit, by=request.user, kind=request.POST.get("kind", ""), name=request.POST.get("item", ""), value=value,
        seen=operation_ids(request, "seen"), id=operation_id(request),
    )  # fmt: skip
    return done(request, after_entry(store, visit))
