"""The page on which a store sets its digests and reads today's."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dealership.access import guarded
from dealership.forms.cleaning import cleaned
from dealership.models import Store
from dealership.queries.menu import menu_for
from dealership.requests import StaffRequest
from dealership.views.forms import done, operation_id
from feedback.actions import digests as actions
from feedback.forms.digests import DigestForm
from feedback.queries.digest import rules_of, text_of


@guarded()
@require_GET
def digests(request: StaffRequest, store: Store) -> HttpResponse:
    """Show both digests: when they go out, to whom, and what today's says."""
    now = timezone.now()
    rows = [
        {
            "rule": rule,
            "form": DigestForm(rule=rule),
            "people": actions.readers(store, actions.TO[actions.Kind(rule.kind)]),
            "text": text_of(store, rule.kind, now=now).split("\n"),
        }
        for rule in rules_of(store)
    ]
    context = {"rows": rows, "menu": menu_for(request.user, store, current="store-settings")}
    return render(request, "feedback/digests.html", context)


@guarded(actions.set_rule)
@require_POST
def digest_rule(request: StaffRequest, store: Store, kind: str) -> HttpResponse:
    """Keep when a digest goes out."""
    data = cleaned(DigestForm(request.POST))
    rule = actions.set_rule(store, by=request.user, kind=kind, on=data["on"], at=data["at"])
    messages.success(request, _("Kept.") if rule.on else _("Off. Nobody is sent this digest any more."))
    return done(request, "digests", store=store.code)


@guarded(actions.send_now)
@require_POST
def digest_now(request: StaffRequest, store: Store, kind: str) -> HttpResponse:
    """Send today's digest to whoever asks."""
    actions.send_now(store, by=request.user, kind=kind, id=operation_id(request))
    messages.success(request, _("On its way to you."))
    return done(request, "digests", store=store.code)
