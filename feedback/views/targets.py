"""Targets and baselines of a store."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dealership.access import guarded
from dealership.forms.cleaning import cleaned
from dealership.models import Store, business_day
from dealership.queries.menu import menu_for
from dealership.requests import StaffRequest
from dealership.views.forms import done
from feedback.actions import targets as actions
from feedback.forms.targets import TargetForm, TargetValueForm
from feedback.models import Target
from feedback.queries.tabs import tabs_for
from feedback.queries.targets import target_rows


@guarded()
@require_GET
def targets(request: StaffRequest, store: Store) -> HttpResponse:
    """Show every target beside the figure of the last 28 days; `?change=` opens one to correct it."""
    now = timezone.now()
    start = {"kind": Target.Kind.TARGET, "since": business_day(store, now), "figure": request.GET.get("figure", "")}
    start["touchpoint"] = request.GET.get("touchpoint", "")
    rows = target_rows(store, now=now)
    chosen = _chosen(request.GET.get("change", ""))
    context = {
        "rows": rows, "new": TargetForm(store=store, initial=start), "chosen": chosen,
        "change": TargetValueForm(initial=vars(chosen)) if chosen else None,
        "menu": menu_for(request.user, store, current="scores-today"), "tabs": tabs_for(request.user, store),
    }  # fmt: skip
    return render(request, "feedback/targets.html", context)


@guarded(actions.set_target)
@require_POST
def target_new(request: StaffRequest, store: Store) -> HttpResponse:
    """Set a target or baseline."""
    actions.set_target(store, by=request.user, **cleaned(TargetForm(request.POST, store=store)))
    messages.success(request, _("Set. It stands beside the figure from that day on."))
    return done(request, "targets", store=store.code)


@guarded(actions.change_target)
@require_POST
def target_change(request: StaffRequest, store: Store, target: UUID) -> HttpResponse:
    """Correct value and source."""
    row = get_object_or_404(Target, pk=target)
    actions.change_target(row, by=request.user, **cleaned(TargetValueForm(request.POST)))
    messages.success(request, _("Corrected."))
    return done(request, "targets", store=store.code)


@guarded(actions.remove_target)
@require_POST
def target_removed(request: StaffRequest, store: Store, target: UUID) -> HttpResponse:
    """Take a target away."""
    actions.remove_target(get_object_or_404(Target, pk=target), by=request.user)
    messages.success(request, _("Taken away. What was set before holds again."))
    return done(request, "targets", store=store.code)


def _chosen(text: str) -> Target | None:
    try:
        return Target.objects.filter(pk=UUID(text)).first()
    except ValueError:
        return None
