"""The advisor's side of an offer: choose lines and time, read the text, send it; take it back."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dealership.access import guarded
from dealership.forms.cleaning import cleaned
from dealership.models import Store, Visit
from dealership.requests import StaffRequest
from dealership.views.forms import operation_id
from dealership.views.stage import address
from reception.actions import offers
from reception.forms.offers import SendForm
from reception.forms.order import TermsForm
from reception.models import OrderLine, RepairOrder
from reception.queries.offers import (
    is_estimate,
    last_offer,
    new_ready_times,
    offer_state,
    offerable,
    preview,
    promised_ready,
)
from reception.queries.orders import lines_of, usual_pay_method
from reception.queries.planning import prefilled
from reception.views.order import the_order, to_card


@guarded(offers.send_offer)
def offer(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Show what may be sent, with the text (sheet); send it."""
    order = the_order(visit)
    asked, against = offerable(order)
    form = SendForm(request.POST or request.GET, lines=[*asked, *against])
    if request.method != "POST":
        wanted = request.htmx and request.htmx.target == "offer-preview"
        return _preview(request, order, form) if wanted else _sheet(request, order, asked, against)
    cleaned(form)
    terms = cleaned(TermsForm(request.POST)) if is_estimate(order) else None
    offers.send_offer(
        order, lines=form.lines, by=request.user, reason=form.cleaned_data["reason"], ready_at=form.ready, terms=terms,
        id=operation_id(request),
    )  # fmt: skip
    messages.success(request, _("Sent to %(name)s") % {"name": address(visit) or _("the customer")})
    return to_card(request, visit, "2.1")


@guarded(offers.withdraw_offer)
@require_POST
def withdrawn(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Take the open offer back."""
    row = last_offer(visit)
    if row is None:
        raise Http404
    row.visit = visit
    offers.withdraw_offer(row, by=request.user)
    messages.info(request, _("Taken back. The customer's page does not ask any more."))
    return to_card(request, visit, "2.1")


@guarded(offers.see_answer)
@require_POST
def seen(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Take the customer's answer off the board."""
    offers.see_answer(visit, by=request.user)
    return to_card(request, visit, "2.1")


def _sheet(request: StaffRequest, order: RepairOrder, asked: list[OrderLine], against: list[OrderLine]) -> HttpResponse:
    visit, now = order.visit, timezone.now()
    estimate = is_estimate(order)
    plan = prefilled(order, lines_of(order), now) if estimate else None
    times = [] if estimate else new_ready_times(visit, asked, now=now)
    ready = plan.ready if plan else (times[0] if any(line.minutes for line in asked) else None)
    context = {
        "visit": visit, "order": order, "asked": asked, "against": against, "estimate": estimate, "plan": plan,
        "times": times, "ready": ready, "promised": promised_ready(visit),
        "reason": "" if estimate else _reason(asked), "today": timezone.localdate(),
        "text": preview(visit, asked, ready_at=ready, now=now), "who": address(visit),
        "pay_methods": RepairOrder.PayMethod.choices, "pay_method": usual_pay_method(order),
        "state": offer_state(visit, now=now),
    }  # fmt: skip
    return render(request, "reception/sheets/offer.html", context)


def _preview(request: StaffRequest, order: RepairOrder, form: SendForm) -> HttpResponse:
    """Return the text for what is chosen so far; what is not yet right is left out."""
    form.is_valid()
    lines = form.lines if "lines" in form.cleaned_data else []
    times: dict[str, Any] = form.cleaned_data
    ready = times.get("other_ready") or times.get("ready_at")
    text = preview(order.visit, lines, ready_at=ready, now=timezone.now())
    return render(request, "reception/parts/offer_text.html", {"text": text, "visit": order.visit})


def _reason(asked: list[OrderLine]) -> str:
    """Return what to begin with as the reason: nothing where every line says its own."""
    return "" if all(line.reason for line in asked) else _("Found while we worked on your car")
