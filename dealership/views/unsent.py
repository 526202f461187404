"""What is not yet sent from this tablet, and what the server could not apply."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from dealership.access import guarded
from dealership.models import Store
from dealership.queries.menu import menu_for
from dealership.queries.parked import MOST, parked_for
from dealership.queries.standards import current_id, touchpoints
from dealership.requests import StaffRequest


@guarded()
@require_GET
def unsent(request: StaffRequest, store: Store) -> HttpResponse:
    """Show the frame of the list; the tablet fills in its own entries, also without network."""
    context = {
        "back_url": reverse("home"),
        "menu": menu_for(request.user, store),
        "parked": parked_for(request.user, store),
        "most": MOST,
        "parked_next": request.path,
        "step_names": step_names(store),
    }
    return render(request, "dealership/unsent.html", context)


def step_names(store: Store) -> dict[str, Any]:
    """Return code of a step → its name in the reader's language, by the standard in force."""
    language = get_language() or "zh-hans"
    listed = touchpoints(current_id(store), language)
    return {step.code: step.name for touchpoint in listed for step in touchpoint.steps}
