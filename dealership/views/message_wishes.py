"""What a customer wants to hear of: their own page behind the link, and the same for a person of the store."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from dealership.access import guarded, require
from dealership.actions.message_settings import opt_in, opt_out
from dealership.models import Customer, CustomerLink, Staff, Store, Visit
from dealership.queries.message_rules import wishes_of
from dealership.queries.wechat import Binding, binding_of
from dealership.requests import StaffRequest
from dealership.views.forms import done
from dealership.views.links import from_link


@require_http_methods(["GET", "HEAD", "POST"])
@from_link(documents=True)
def customer_messages(request: HttpRequest, link: CustomerLink) -> HttpResponse:
    """Show the kinds of messages with a button each, and take the tap; no digits are asked for."""
    customer = link.visit.customer
    if customer is None:
        raise Http404
    public: UUID = request.resolver_match.kwargs["public"]  # type: ignore[union-attr]
    if request.method == "POST":
        change(customer, request, by=None)
        return HttpResponseRedirect(reverse("customer-messages", kwargs={"public": public}), status=303)
    binding = binding_of(link, now=timezone.now())
    context = {
        "link": link, "visit": link.visit, "wishes": wishes_of(link.store, customer), "public": public,
        "wechat_offered": binding == Binding.OFFERED, "wechat_bound": binding == Binding.BOUND,
    }  # fmt: skip
    return render(request, "dealership/link_messages.html", context)


@guarded(opt_out)
@require_POST
def visit_wish(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Note what the customer said they want, or do not want, to hear of."""
    if visit.customer is None:
        raise Http404
    require(request.user, store, opt_in)
    change(visit.customer, request, by=request.user)
    return done(request, "visit-messages", store=store.code, visit=visit.pk)


def change(customer: Customer, request: HttpRequest, *, by: Staff | None) -> None:
    """Take the tap of a switch: the kind, and on (1) or off."""
    action = opt_in if request.POST.get("on") == "1" else opt_out
    action(customer, kind=request.POST.get("kind", ""), by=by)
