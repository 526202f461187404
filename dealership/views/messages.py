"""Messages of a visit: what went out, and what a person has still to tell."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_POST

from dealership.access import guarded
from dealership.actions import retries
from dealership.actions.links import revoke
from dealership.actions.messages import told_by_hand
from dealership.models import CustomerLink, Message, Store, Visit
from dealership.queries.message_rules import wishes_of
from dealership.queries.messages import messages_of
from dealership.requests import StaffRequest
from dealership.views.forms import done
from dealership.views.stage import top


@guarded()
@require_GET
def messages(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Show the messages of a visit: a panel where a page asks for it, else a page."""
    link = CustomerLink.objects.filter(visit=visit, revoked_at=None).first()
    panel = request.htmx and not request.htmx.boosted  # type: ignore[attr-defined]
    context = {"visit": visit, "messages_of_visit": messages_of(visit), "link": link, **top(visit)}
    if not panel and visit.customer:
        context["wishes"] = wishes_of(store, visit.customer)
    return render(request, "dealership/parts/messages.html" if panel else "dealership/messages.html", context)


@guarded(told_by_hand)
@require_POST
def told(request: StaffRequest, store: Store, visit: Visit, message: UUID) -> HttpResponse:
    """Record that a person has told it."""
    row: Message = get_object_or_404(Message.objects.select_related("visit"), visit=visit, pk=message)
    told_by_hand(row, by=request.user, how=request.POST.get("how", ""))  # type: ignore[arg-type]
    return done(request, "visit-messages", store=store.code, visit=visit.pk)


@guarded(retries.retry)
@require_POST
def retry(request: StaffRequest, store: Store, visit: Visit, message: UUID) -> HttpResponse:
    """Send a message that failed once more."""
    row: Message = get_object_or_404(Message.objects.select_related("visit", "store"), visit=visit, pk=message)
    retries.retry(row, by=request.user)  # type: ignore[arg-type]
    return done(request, "visit-messages", store=store.code, visit=visit.pk)


@guarded(revoke)
@require_POST
def revoke_link(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """End the customer's link of this visit."""
    link: CustomerLink = get_object_or_404(CustomerLink.objects.select_related("visit"), visit=visit, revoked_at=None)
    revoke(link, by=request.user)  # type: ignore[arg-type]
    return done(request, "visit-messages", store=store.code, visit=visit.pk)
