"""Weak items: what the app proposes, what was confirmed, and the PDCA board of the plans."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dealership.access import guarded, may
from dealership.forms.cleaning import cleaned
from dealership.models import Store, Visit, business_day
from dealership.queries.menu import menu_for
from dealership.requests import StaffRequest
from dealership.views.forms import done
from feedback.actions import weak_items as actions
from feedback.forms.weak_items import CloseForm, ConfirmForm
from feedback.models import Plan, RootCause, WeakItem
from feedback.queries.cause_words import cause_words
from feedback.queries.plans import board, closed
from feedback.queries.tabs import tabs_for
from feedback.queries.weak_items import Confirmed, WeakProposal, confirmed, examples_of, weak_touchpoints, with_examples

HERE = "weak-items"


@guarded()
@require_GET
def weak_items(request: StaffRequest, store: Store) -> HttpResponse:
    """Show proposals, confirmed weak items and the board."""
    day = business_day(store, timezone.now())
    found, items = weak_touchpoints(store, day), confirmed(store)
    proposals = with_examples(found, day)
    context = frame_of(request, store) | {
        "proposals": proposals,
        "put_off": [one for one in found if one.put_off_until],
        "items": items,
        "columns": board(store, day),
        "closed": closed(store, day),
        "hero": _hero(store, items, proposals),
        "day": day,
    }
    return render(request, "feedback/weak_items.html", context)


@guarded()
@require_GET
def weak_item(request: StaffRequest, store: Store, item: UUID) -> HttpResponse:
    """Show a confirmed weak item: its figures, its visits, its causes and plans."""
    row: WeakItem = get_object_or_404(WeakItem.objects.select_related("confirmed_by", "closed_by"), pk=item)
    ids = [one["visit"] for one in row.examples]
    visits = Visit.objects.select_related("vehicle", "customer").in_bulk(ids)
    causes = RootCause.objects.filter(weak_item=row).select_related("by").order_by("-at")
    context = frame_of(request, store) | {
        "one": next(iter(confirmed(store, only=row)), None),
        "item": row,
        "examples": examples_of(row.examples, visits),
        "causes": [cause_words(cause) for cause in causes],
        "plans": list(Plan.objects.filter(weak_item=row).select_related("owner").order_by("-made_at")),
    }
    return render(request, "feedback/weak_item.html", context)


@guarded(actions.confirm)
@require_POST
def weak_item_confirm(request: StaffRequest, store: Store) -> HttpResponse:
    """Confirm a proposal; the four questions follow."""
    data = cleaned(ConfirmForm(request.POST))
    item = actions.confirm(store, by=request.user, touchpoint=data["touchpoint"], words=data["words"])
    messages.success(request, _("Confirmed. Now find the cause."))
    return done(request, "cause", store=store.code, item=item.pk)


@guarded(actions.put_off)
@require_POST
def weak_item_put_off(request: StaffRequest, store: Store) -> HttpResponse:
    """Set a proposal aside for 14 days."""
    actions.put_off(store, touchpoint=request.POST.get("touchpoint", "")[:4], by=request.user)
    messages.success(request, _("Put off for 14 days. It stays under “Put off”."))
    return done(request, HERE, store=store.code)


@guarded(actions.close)
@require_POST
def weak_item_close(request: StaffRequest, store: Store, item: UUID) -> HttpResponse:
    """Close a weak item with a reason."""
    data = cleaned(CloseForm(request.POST))
    actions.close(get_object_or_404(WeakItem, pk=item), by=request.user, why=data["why"])
    return done(request, HERE, store=store.code)


def frame_of(request: StaffRequest, store: Store) -> dict[str, Any]:
    """Return what stands around the pages of weak items and plans."""
    return {
        "tabs": tabs_for(request.user, store, current=HERE),
        "menu": menu_for(request.user, store, current=HERE),
        "leads": may(request.user, store, actions.confirm),
    }


def _hero(store: Store, items: list[Confirmed], proposals: list[WeakProposal]) -> dict[str, str] | None:
    """Return what comes next on this page: a cause to find, else a plan to make; None where neither waits."""
    for one in items:
        where = {"store": store.code, "item": one.item.pk}
        code, name = one.item.touchpoint, one.words.name
        if one.cause is None:
            text = _("Find the cause of %(code)s") % {"code": code}
            return {"text": text, "under": name, "url": reverse("cause", kwargs=where)}
        if one.plan is None:
            url = f"{reverse('plan-new', kwargs={'store': store.code})}?cause={one.cause.pk}"
            return {"text": _("Make a plan for %(code)s") % {"code": code}, "under": name, "url": url}
    if proposals:
        code, name = proposals[0].code, proposals[0].words.name
        return {"text": _("Look at %(code)s") % {"code": code}, "under": name, "url": f"#proposal-{code}"}
    return None
