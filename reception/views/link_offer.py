"""An offer on the customer's own phone: each line with its reason and price, a yes or a no, one press."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dealership.actions.links import opened
from dealership.models import CustomerLink
from dealership.refused import Refused
from dealership.views.links import from_link, page_of, phone_checked, phone_known
from reception.actions.lines import CLOSED_STAGES
from reception.actions.offers import answer_offer, note_opened
from reception.forms.offers import AnswerForm
from reception.models import Offer
from reception.queries.offers import last_offer, offered


@require_http_methods(["GET", "HEAD", "POST"])
@from_link
@phone_checked
def link_offer(request: HttpRequest, link: CustomerLink) -> HttpResponse:
    """Show the offer (a short section of the customer's page, or a page of its own) and take the answers."""
    public = request.resolver_match.kwargs["public"]  # type: ignore[union-attr]
    offer = _current(link)
    if request.path != reverse("link-offer", kwargs={"public": public}):
        return _section(request, offer, public)
    if request.method == "POST":
        return _answer(request, link, public)
    if offer is None:
        return HttpResponseRedirect(page_of(public), status=303)
    return render(request, "reception/link_offer.html", _context(request, link, offer, public))


@require_POST
@from_link
def link_offer_opened(request: HttpRequest, link: CustomerLink) -> HttpResponse:
    """Note that the customer has really looked at the offer."""
    opened(link)
    offer = _current(link)
    if offer and offer.answered_at is None:
        note_opened(offer)
    return HttpResponse(status=204)


def _current(link: CustomerLink) -> Offer | None:
    """Return the offer to show: the open one, or the one answered last; none once it was withdrawn."""
    offer = last_offer(link.visit)
    if offer is None or offer.withdrawn_at:
        return None
    offer.visit = link.visit
    return offer


def _section(request: HttpRequest, offer: Offer | None, public: UUID) -> HttpResponse:
    if offer is None or offer.answered_at or offer.visit.stage in CLOSED_STAGES:
        return HttpResponse(status=204)
    return render(request, "reception/link_offer_section.html", {"view": offered(offer), "public": public})


def _answer(request: HttpRequest, link: CustomerLink, public: UUID) -> HttpResponse:
    form = AnswerForm(request.POST.dict())
    offer = Offer.objects.filter(visit=link.visit, pk__in=_ids(request.POST.get("offer", ""))).first()
    try:
        if offer is None:
            raise Refused(
                _("Your advisor has taken this offer back. Please look at the page again."), "offer.withdrawn"
            )
        offer.visit = link.visit
        answer_offer(offer, answers=form.answers, seen=form.seen)
    except Refused as refused:
        shown = _current(link)
        if shown is None:
            raise
        context = _context(request, link, shown, public) | {"refused": refused, "chosen": form.answers}
        return render(request, "reception/link_offer.html", context, status=422)
    return HttpResponseRedirect(request.path, status=303)


def _moment(moment: datetime | None) -> str:
    """Write a clock time, with the date where it is another day."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    clock = f"{local:%-H:%M}"
    return clock if local.date() == timezone.localdate() else f"{local.month}/{local.day} {clock}"


def _ids(text: str) -> list[UUID]:
    try:
        return [UUID(text)]
    except ValueError:
        return []


def _context(request: HttpRequest, link: CustomerLink, offer: Offer, public: UUID) -> dict[str, Any]:
    visit, now = link.visit, timezone.now()
    view = offered(offer)
    return {
        "visit": visit, "public": public, "view": view, "offer": offer, "known": phone_known(request, link),
        "addressed": visit.customer.address(get_language() or "") if visit.customer else "",
        "open": offer.answered_at is None and not view.changed and not view.past(now),
        "past": offer.answered_at is None and view.past(now), "chosen": {},
        "ready_before": _moment(view.ready_before), "ready_after": _moment(view.ready_after),
        "call": (visit.advisor.phone if visit.advisor else "") or visit.store.phone,
    }  # fmt: skip
