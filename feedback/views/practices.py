"""The log of trainings and role plays."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from dealership.access import guarded
from dealership.forms.cleaning import cleaned
from dealership.models import Store, business_day
from dealership.requests import StaffRequest
from dealership.views.forms import done
from feedback.actions import practices as actions
from feedback.forms.practices import PracticeForm
from feedback.models import Practice
from feedback.queries.plan_choices import people_of, touchpoint_choices
from feedback.queries.practices import latest, practised
from feedback.views.weak_items import frame_of


@guarded()
@require_GET
def practices(request: StaffRequest, store: Store) -> HttpResponse:
    """Show when each touchpoint was last practised, the latest entries, and the form."""
    day = business_day(store, timezone.now())
    first = {"touchpoint": request.GET.get("touchpoint", ""), "kind": Practice.Kind.ROLE_PLAY, "day": day}
    context = frame_of(request, store) | {
        "rows": practised(store, day),
        "latest": latest(),
        "form": _form(store, initial=first),
        "day": day,
    }
    return render(request, "feedback/practices.html", context)


@guarded(actions.log_practice)
@require_POST
def practice_new(request: StaffRequest, store: Store) -> HttpResponse:
    """Note who practised."""
    rows = actions.log_practice(store, by=request.user, **cleaned(_form(store, request.POST)))
    said = ngettext("Noted for %(n)s person.", "Noted for %(n)s people.", len(rows)) % {"n": len(rows)}
    messages.success(request, said)
    return done(request, "practices", store=store.code)


@guarded(actions.take_back)
@require_POST
def practice_back(request: StaffRequest, store: Store, practice: UUID) -> HttpResponse:
    """Take an entry back; a second press finds nothing left to take."""
    row = Practice.objects.filter(pk=practice).first()
    if row:
        actions.take_back(row, by=request.user)
    return done(request, "practices", store=store.code)


def _form(store: Store, *args: Any, **kwargs: Any) -> PracticeForm:
    return PracticeForm(*args, touchpoints=touchpoint_choices(store), people=people_of(store), **kwargs)
