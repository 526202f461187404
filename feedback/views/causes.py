"""The four questions with their evidence on one page."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from dealership.access import guarded
from dealership.models import Store, business_day
from dealership.refused import Refused
from dealership.requests import StaffRequest
from dealership.views.forms import done, operation_id
from feedback.actions import causes as actions
from feedback.causes import CAUSES
from feedback.forms.causes import CauseForm
from feedback.models import WeakItem
from feedback.queries.causes import evidence_of
from feedback.queries.weak_items import confirmed
from feedback.views.weak_items import frame_of


@guarded()
@require_GET
def cause(request: StaffRequest, store: Store, item: UUID) -> HttpResponse:
    """Show the questions of a weak item, each with what the figures say."""
    context = _page(request, store, get_object_or_404(WeakItem, pk=item), CauseForm())
    return render(request, "feedback/cause.html", context)


@guarded(actions.find_cause)
@require_POST
def cause_found(request: StaffRequest, store: Store, item: UUID) -> HttpResponse:
    """Keep the answers and go on to the plan; what does not fit comes back with what was answered."""
    row: WeakItem = get_object_or_404(WeakItem.objects.select_related("store"), pk=item)
    form = CauseForm(request.POST)
    if form.is_valid():
        try:
            found = actions.find_cause(
                row, by=request.user, answers=form.answers(), notes=form.notes(), id=operation_id(request),
                measure=form.cleaned_data["measure"], least=form.cleaned_data["least"],
            )  # fmt: skip
        except Refused as refused:
            form.add_error(refused.field or None, refused.message)
        else:
            url = reverse("plan-new", kwargs={"store": store.code})
            return done(request, f"{url}?cause={found.pk}")
    return render(request, "feedback/cause.html", _page(request, store, row, form), status=422)


def _page(request: StaffRequest, store: Store, item: WeakItem, form: CauseForm) -> dict[str, Any]:
    day = business_day(store, timezone.now())
    evidence = evidence_of(store, item.touchpoint, day)
    questions = [
        {
            "cause": one,
            "field": form[one.code],
            "note": form[f"note_{one.code}"],
            "answer": form[one.code].value() or "",
            "leans": evidence.leans[one.code],
        }
        for one in CAUSES
    ]
    return frame_of(request, store) | {
        "one": next(iter(confirmed(store, only=item)), None),
        "item": item,
        "form": form,
        "evidence": evidence,
        "questions": questions,
        "measure": form["measure"].value() or "",
        "least": form["least"].value() or "",
    }
