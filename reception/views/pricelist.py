"""The price book: labour, parts, packages and rates; one thing of it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dealership.access import guarded, may
from dealership.forms.cleaning import cleaned
from dealership.models import Store
from dealership.queries.menu import menu_for
from dealership.requests import StaffRequest
from dealership.views.forms import done
from reception.actions.pricelist import add_thing, change_thing, offer_thing, set_contents, set_rate
from reception.forms.pricelist import FORMS, LANGUAGES, RateForm
from reception.queries.price_book import PAGE, book_page, contents, rate_rows, rates, row_of, thing_of

KINDS = ("operation", "part", "package")


@guarded()
@require_GET
def pricelist(request: StaffRequest, store: Store) -> HttpResponse:
    """Show one tab of the price book, searched."""
    kind, text = request.GET.get("tab", ""), request.GET.get("q", "")[:60]
    kind = kind if kind in (*KINDS, "rate") else KINDS[0]
    number = request.GET.get("page", "")
    page = int(number) if number.isdecimal() and len(number) < 6 else 1
    rows, count = ([], 0) if kind == "rate" else book_page(kind, text=text, page=page)
    context = {
        "tab": kind, "q": text, "rows": rows, "count": count, "rates": rate_rows() if kind == "rate" else [],
        "before": page - 1, "after": page + 1 if count > PAGE * page else 0,
        "may_edit": may(request.user, store, change_thing),
        "menu": menu_for(request.user, store, current="store-settings"),
    }  # fmt: skip
    return render(request, "reception/pricelist.html", context)


@guarded(add_thing)
def price_new(request: StaffRequest, store: Store, kind: str) -> HttpResponse:
    """Write a new thing."""
    if kind not in KINDS:
        raise Http404
    if request.method != "POST":
        return _page(request, store, kind, FORMS[kind](), None)
    form = FORMS[kind](request.POST)
    code = cleaned(form)["code"]
    row = add_thing(store, kind=kind, by=request.user, code=code, **form.given())
    messages.success(request, _("%(name)s is in the price book.") % {"name": row.name})
    return done(request, "price-thing", store=store.code, kind=kind, thing=row.pk)


@guarded(change_thing)
def price_thing(request: StaffRequest, store: Store, kind: str, thing: UUID) -> HttpResponse:
    """Change a thing; for a package also say what is in it."""
    row = _thing(kind, thing)
    if request.method != "POST":
        names = {field: row.names.get(language, "") for field, language in LANGUAGES.items()}
        own = {name: getattr(row, name) for name in FORMS[kind].OWN}
        return _page(request, store, kind, FORMS[kind](initial=names | own), row)
    form = FORMS[kind](request.POST)
    cleaned(form)
    change_thing(row, by=request.user, **form.given())
    messages.success(request, _("Kept. Orders written already keep their prices."))
    return done(request, _tab(store, kind))


@guarded(set_contents)
@require_POST
def price_contents(request: StaffRequest, store: Store, thing: UUID) -> HttpResponse:
    """Keep what is in a package."""
    row = _thing("package", thing)
    wanted = {name[9:]: request.POST.get(name, "") for name in request.POST if name.startswith("quantity-")}
    if code := "".join(request.POST.get("code", "").upper().split()):
        wanted[code] = request.POST.get("quantity", "") or "1"
    given = {code: int(text) if text.isdecimal() and len(text) < 4 else -1 for code, text in wanted.items()}
    set_contents(row, by=request.user, contents=given)
    return done(request, "price-thing", store=store.code, kind="package", thing=row.pk)


@guarded(offer_thing)
@require_POST
def price_offered(request: StaffRequest, store: Store, kind: str, thing: UUID) -> HttpResponse:
    """Offer a thing, or no longer."""
    row = offer_thing(_thing(kind, thing), by=request.user, on=request.POST.get("on") == "1")
    words = _("%(name)s is offered again.") if row.active else _("%(name)s is not offered any more.")
    messages.success(request, words % {"name": row.name})
    return done(request, _tab(store, kind))


@guarded(set_rate)
@require_POST
def price_rate(request: StaffRequest, store: Store) -> HttpResponse:
    """Set the price of an hour."""
    set_rate(store, by=request.user, **cleaned(RateForm(request.POST)))
    messages.success(request, _("Kept. Orders written already keep their prices."))
    return done(request, _tab(store, "rate"))


def _page(request: StaffRequest, store: Store, kind: str, form: Any, row: Any) -> HttpResponse:
    hourly = rates()
    context = {
        "kind": kind, "form": form, "thing": row, "back": _tab(store, kind), "rates": rate_rows(),
        "row": row_of(kind, row, hourly) if row else None,
        "contents": contents(row, hourly) if row and kind == "package" else [],
        "menu": menu_for(request.user, store, current="store-settings"),
    }  # fmt: skip
    return render(request, "reception/price_thing.html", context)


def _thing(kind: str, thing: UUID) -> Any:
    row = thing_of(kind, thing) if kind in KINDS else None
    if row is None:
        raise Http404
    return row


def _tab(store: Store, kind: str) -> str:
    return f"{reverse('pricelist', kwargs={'store': store.code})}?tab={kind}"
