"""Dated changes: written down and taken back on the pages of a period."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dealership.access import guarded
from dealership.forms.cleaning import cleaned
from dealership.models import Store
from dealership.requests import StaffRequest
from dealership.views.forms import done, operation_id
from feedback.actions import dated_changes
from feedback.forms.dated_changes import DatedChangeForm
from feedback.models import DatedChange


@guarded(dated_changes.add)
@require_POST
def change_added(request: StaffRequest, store: Store) -> HttpResponse:
    """Write down what changed."""
    said = cleaned(DatedChangeForm(request.POST))
    dated_changes.add(store, by=request.user, id=operation_id(request), **said)
    messages.success(request, _("Written down. The figures before and after are compared below."))
    return done(request, "scores-period-today", store=store.code)


@guarded(dated_changes.remove)
@require_POST
def change_removed(request: StaffRequest, store: Store, change: UUID) -> HttpResponse:
    """Take a dated change back."""
    dated_changes.remove(get_object_or_404(DatedChange, pk=change), by=request.user)
    messages.success(request, _("Taken back."))
    return done(request, "scores-period-today", store=store.code)
