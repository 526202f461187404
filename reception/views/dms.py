"""Orders that are not entered in the maker's DMS yet (未回填), and the field order of what is copied there."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dealership.access import guarded, may
from dealership.models import Store
from dealership.queries.menu import menu_for
from dealership.requests import StaffRequest
from dealership.views.forms import done
from reception.actions.dms import set_field_order
from reception.queries.dms import FIELDS, field_order, not_entered


@guarded()
@require_GET
def dms(request: StaffRequest, store: Store) -> HttpResponse:
    """List the orders without a number, each with one tap to copy it and a field for the number."""
    may_order = may(request.user, store, set_field_order)
    context = {
        # The lead sees every order, an advisor the own ones.
        "waiting": not_entered(store, now=timezone.now(), advisor=None if may_order else request.user),
        "may_order": may_order,
        "menu": menu_for(request.user, store, current="dms"),
    }
    return render(request, "reception/dms.html", context)


@guarded(set_field_order)
def dms_fields(request: StaffRequest, store: Store) -> HttpResponse:
    """Choose the fields that are copied, each by its place."""
    if request.method == "POST":
        chosen = {part: _placed(request, part, list(fields)) for part, fields in FIELDS.items()}
        set_field_order(store, by=request.user, **chosen)
        messages.success(request, _("Kept. The next copy has this order."))
        return done(request, "dms", store=store.code)
    kept = field_order()
    parts = {
        part: [(name, label, kept[part].index(name) + 1 if name in kept[part] else "") for name, (label, _f) in each]
        for part, each in ((part, fields.items()) for part, fields in FIELDS.items())
    }
    context = {"head": parts["head"], "line": parts["line"], "menu": menu_for(request.user, store, current="dms")}
    return render(request, "reception/dms_fields.html", context)


def _placed(request: StaffRequest, part: str, names: list[str]) -> list[str]:
    """Return the names that have a place, in the order of these; the same place twice: as they stand on the page."""
    places = {name: request.POST.get(f"{part}-{name}", "") for name in names}
    given = [name for name in names if places[name].isdecimal() and len(places[name]) < 4]
    return sorted(given, key=lambda name: int(places[name]))
