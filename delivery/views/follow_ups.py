"""Follow-up calls that are due, and the store's rules of what follows a visit."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dealership.access import guarded, may
from dealership.forms.cleaning import cleaned
from dealership.models import Store
from dealership.queries.menu import menu_for
from dealership.requests import StaffRequest
from dealership.views.forms import done
from delivery.actions.calls import look_at_phone, record_call
from delivery.actions.follow_up_rules import keep_rules
from delivery.forms.follow_ups import LATER, CallForm, RulesForm
from delivery.models import FollowUp
from delivery.queries.calls import calls_due, done_today
from delivery.queries.follow_up_rules import preview, rules_of


@guarded()
@require_GET
def follow_ups(request: StaffRequest, store: Store) -> HttpResponse:
    """List the calls that are due."""
    return _calls(request, store)


def _calls(request: StaffRequest, store: Store, seen: dict[UUID, str] | None = None) -> HttpResponse:
    now = timezone.now()
    context = {
        "calls": calls_due(store, now=now),
        "done": done_today(store, now=now),
        "seen": seen or {},
        "later": LATER,
        "menu": menu_for(request.user, store, current="follow-ups"),
    }
    return render(request, "delivery/follow_ups.html", context)


@guarded(record_call)
@require_POST
def follow_up_result(request: StaffRequest, store: Store, follow_up: UUID) -> HttpResponse:
    """Record what came of a call."""
    form = CallForm(request.POST)
    data = cleaned(form)
    row = _row(follow_up)
    record_call(row, by=request.user, result=data["result"], note=data["note"], later_at=form.later_at())
    messages.success(request, _("Noted: %(result)s.") % {"result": row.get_result_display()})
    return done(request, "follow-ups", store=store.code)


@guarded(look_at_phone)
@require_POST
def follow_up_number(request: StaffRequest, store: Store, follow_up: UUID) -> HttpResponse:
    """Show the full number of one customer; the look is written down."""
    row = _row(follow_up)
    return _calls(request, store, {row.pk: look_at_phone(row, by=request.user)})


def _row(follow_up: UUID) -> FollowUp:
    rows = FollowUp.objects.select_related("store", "visit__customer", "visit__vehicle")
    row: FollowUp = get_object_or_404(rows, pk=follow_up)
    return row


@guarded()
@require_GET
def follow_up_rules(request: StaffRequest, store: Store) -> HttpResponse:
    """Show the rules with what they mean for a car that leaves now."""
    context = {
        "rules": preview(store, now=timezone.now()),
        "may_edit": may(request.user, store, keep_rules),
        "menu": menu_for(request.user, store, current="store-settings"),
    }
    return render(request, "delivery/follow_up_rules.html", context)


@guarded(keep_rules)
@require_POST
def follow_up_rules_kept(request: StaffRequest, store: Store) -> HttpResponse:
    """Keep the store's own form of the rules."""
    form = RulesForm(request.POST, rules=rules_of(store))
    cleaned(form)
    changed = keep_rules(store, by=request.user, rules=form.given())
    if changed:
        messages.success(request, _("Kept. It holds for every car from now on."))
    return done(request, "follow-up-rules", store=store.code)
