"""The papers of a visit for the customer: to read and to print, behind the phone check, for three years."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dealership.models import CustomerLink
from dealership.requests import LinkRequest
from dealership.views.links import from_link, phone_checked
from delivery.queries.agreed import order_of
from delivery.queries.customer_after import papers_of
from delivery.queries.settlement import settlement_of, sheet_of
from reception.queries.print import order_print_context


@from_link(documents=True)
@require_safe
@phone_checked(reading=True)
def document(request: LinkRequest, link: CustomerLink, kind: str) -> HttpResponse:
    """Show a paper on A4."""
    visit = link.visit
    if kind not in {paper.kind for paper in papers_of(visit)}:
        raise Http404
    context = {"visit": visit, "store": visit.store, "kind": kind, "public": request.link_address.public_id}
    settlement, order = settlement_of(visit), order_of(visit)
    if kind == "settlement" and settlement:
        sheet = sheet_of(settlement)
        context |= {"settlement": settlement, "sheet": sheet, "sums": sheet.sums}
    elif order:
        order.visit = visit
        context |= order_print_context(order)
    return render(request, "delivery/customer_document.html", context)


@phone_checked(reading=True)
def documents(request: LinkRequest, link: CustomerLink) -> HttpResponse:
    """Show the list of papers: what is left of the page after 14 days."""
    context = {
        "visit": link.visit, "store": link.visit.store, "papers": papers_of(link.visit),
        "public": request.link_address.public_id,
    }  # fmt: skip
    return render(request, "delivery/customer_documents.html", context)
