"""Entries that the server could not apply, and what to do with one."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dealership.access import guarded
from dealership.actions import parked as actions
from dealership.models import Operation, Store
from dealership.queries.menu import menu_for
from dealership.queries.parked import parked_for, why
from dealership.requests import StaffRequest
from dealership.views.forms import done


@guarded()
@require_GET
def parked_list(request: StaffRequest, store: Store) -> HttpResponse:
    """Show what could not be applied: a part of the list of unsent entries, or a page of its own."""
    context = {"parked": parked_for(request.user, store)}
    if request.htmx:
        return render(request, "dealership/parts/parked.html", context)
    return render(request, "dealership/parked.html", context | {"menu": menu_for(request.user, store)})


@guarded(actions.retry)
@require_POST
def retry(request: StaffRequest, store: Store, operation: UUID) -> HttpResponse:
    """Try again, and say how it went."""
    op = actions.retry(_parked(store, operation), by=request.user)
    if op.state == Operation.State.ACCEPTED:
        messages.success(request, _("The entry is applied."))
    else:
        messages.warning(request, _("Still not possible: %(why)s") % {"why": why(op)})
    return done(request, "parked", store=store.code)


@guarded(actions.settle)
@require_POST
def settle(request: StaffRequest, store: Store, operation: UUID) -> HttpResponse:
    """Take it off the list: a person has dealt with it."""
    actions.settle(_parked(store, operation), by=request.user)
    messages.success(request, _("Noted as dealt with. It stays in the log."))
    return done(request, "parked", store=store.code)


def _parked(store: Store, operation: UUID) -> Operation:
    return get_object_or_404(Operation, pk=operation, store=store)
