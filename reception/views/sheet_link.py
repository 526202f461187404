"""The pre-check sheet on the customer's own phone: read it, confirm it, or call."""

from typing import Any
from uuid import UUID

from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dealership.models import CustomerLink
from dealership.queries.photos import sheet_photos
from dealership.refused import Refused
from dealership.views.links import from_link, page_of, phone_checked, phone_known
from reception.actions.confirmation import confirm_sheet
from reception.models import SheetConfirmation
from reception.queries.confirmation import Confirmed, confirmed, shown_entries
from reception.queries.sheet import Sheet, sheet_of
from reception.queries.walk import discs, from_above

PHOTOS = 9
How = SheetConfirmation.How


@require_http_methods(["GET", "HEAD", "POST"])
@from_link
@phone_checked
def link_sheet(request: HttpRequest, link: CustomerLink) -> HttpResponse:
    """Show the sheet (a section of the customer's page, or a page of its own) and take the confirmation."""
    public = request.resolver_match.kwargs["public"]  # type: ignore[union-attr]
    sheet = sheet_of(link.visit)
    alone = request.path == reverse("link-sheet", kwargs={"public": public})
    if not _concerns(sheet):
        return HttpResponseRedirect(page_of(public), status=303) if alone else HttpResponse(status=204)
    refused = None
    if request.method == "POST":
        try:
            return _confirm(request, link, sheet, public)
        except Refused as said:
            refused = said
    context = _context(request, link, sheet, public) | {"refused": refused, "alone": alone}
    template = "reception/sheet_link_page.html" if alone else "reception/sheet_link.html"
    return render(request, template, context, status=422 if refused else 200)


def _concerns(sheet: Sheet) -> bool:
    """Tell whether the customer has something to do or to read here."""
    if sheet.confirmation:
        return sheet.confirmation.how == How.LINK
    return bool(shown_entries(sheet)) and not sheet.visit.ended


def _confirm(request: HttpRequest, link: CustomerLink, sheet: Sheet, public: UUID) -> HttpResponse:
    if sheet.confirmation is None:
        confirm_sheet(link.visit, by=None, how=How.LINK, entries=_entries(request, link))
    return HttpResponseRedirect(page_of(public) + "#sheet", status=303)


def _entries(request: HttpRequest, link: CustomerLink) -> list[UUID]:
    """Return what the page showed, as this server wrote it. Raises Refused("sheet.stale")."""
    try:
        texts = signing.loads(request.POST.get("entries", ""), salt=str(link.pk))
    except signing.BadSignature as bad:
        raise Refused(_("The sheet has changed meanwhile. Look through it once more."), "sheet.stale") from bad
    return [UUID(text) for text in texts]


def _context(request: HttpRequest, link: CustomerLink, sheet: Sheet, public: UUID) -> dict[str, Any]:
    visit = link.visit
    shown: Confirmed = confirmed(sheet)
    photos = sheet_photos(visit)
    numbered = discs(shown.sheet)
    return {
        "visit": visit, "public": public, "confirmation": sheet.confirmation, "lines": shown.lines,
        "corrections": shown.corrections, "discs": numbered, "above": from_above(numbered),
        "body": visit.vehicle.body, "photos": photos[:PHOTOS], "known": phone_known(request, link),
        "entries": signing.dumps([str(pk) for pk in shown_entries(sheet)], salt=str(link.pk), compress=True),
        "call": (visit.advisor.phone if visit.advisor else "") or visit.store.phone,
    }  # fmt: skip
