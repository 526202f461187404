"""Booking by the customer: work, time, car and person, the code. What is chosen stands in the URL, never who chose."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dealership.models import CustomerLink, Store
from dealership.phones import domestic
from dealership.queries.message_centre import masked
from dealership.refused import Refused
from dealership.requests import LinkRequest
from dealership.views.links import from_link
from reception.actions.booking import book_confirmed
from reception.actions.phone_codes import RESEND_AFTER, check_code, retype, send_again, send_code
from reception.forms.booking import BookingForm
from reception.models import PhoneCode
from reception.queries.booking import (
    KNOWN_FOR,
    WORKS,
    advisor_in,
    advisors_of,
    bookable,
    choice_of,
    confirmed,
    days_of,
    free_at,
    moment_in,
    near_times,
)
from reception.views.booking_store import of_store, remember, remembered

PAGES = ("GET", "HEAD", "POST")


@of_store
@require_http_methods(PAGES)
def booking(request: HttpRequest, store: Store) -> HttpResponse:
    """Show the step that the URL has come to; take the last one and send the code."""
    if not bookable(store):
        return render(request, "reception/booking_none.html", {"store": store})
    if request.method == "POST":
        return _take(request, store)
    return steps(request, store)


@from_link
@require_safe
def link_booking(request: LinkRequest, link: CustomerLink) -> HttpResponse:
    """Begin from the customer's page: the next service, and the plate is there already."""
    store = link.visit.store
    if not bookable(store):
        return render(request, "reception/booking_none.html", {"store": store})
    return steps(request, store, plate=link.visit.vehicle.plate, work="service")


def steps(request: HttpRequest, store: Store, *, plate: str = "", work: str = "") -> HttpResponse:
    """Show the first step that the URL has not answered: work, then time, then who comes."""
    choice = choice_of(request.GET.get("work", work))
    if choice is None:
        return render(request, "reception/booking_work.html", {"store": store, "works": WORKS})
    advisors = advisors_of(store)
    advisor = advisor_in(advisors, request.GET.get("advisor", ""))
    at = moment_in(store, request.GET.get("at", ""))
    if at is None:
        days = days_of(store, work=choice.work, advisor=advisor, wanted=request.GET.get("day", ""), now=timezone.now())
        kept = urlencode({"work": choice.work} | ({"advisor": str(advisor.pk)} if advisor else {})) + "&"
        context = {
            "store": store, "choice": choice, "advisors": advisors, "advisor": advisor, "days": days, "kept": kept,
            "kept_day": f"{kept}day={days.day}&" if days.day else kept,
        }  # fmt: skip
        return render(request, "reception/booking_time.html", context)
    initial = {"plate": plate or store.province} | _begun(request, store)
    initial |= {"work": choice.work, "at": f"{at:%Y-%m-%dT%H:%M}", "advisor": str(advisor.pk) if advisor else ""}
    return _details(request, store, BookingForm(initial=initial))


@of_store
@require_http_methods(PAGES)
def booking_code(request: HttpRequest, store: Store) -> HttpResponse:
    """Ask for the code; the right one books. Where the place is gone meanwhile, offer the next free ones."""
    row, now = remembered(request, store), timezone.now()
    if row is None:
        return _to("booking", store)
    known = confirmed(row, now=now)
    if row.appointment or (known and not row.booking):
        return _to("booking-done", store)
    if request.method == "POST":
        return _confirm(request, store, row, known=known)
    return _other_times(request, row) if known else _ask(request, row)


@of_store
@require_POST
def booking_again(request: HttpRequest, store: Store) -> HttpResponse:
    """Send another code."""
    row = remembered(request, store)
    if row is None:
        return _to("booking", store)
    try:
        newer = send_again(row, language=get_language() or store.language)
    except Refused as refused:
        return _ask(request, row, refused=refused)
    return remember(_to("booking-code", store), newer)


def _take(request: HttpRequest, store: Store) -> HttpResponse:
    typed = {name: value for name, value in request.POST.items() if name in BookingForm.base_fields}
    if "show" in request.POST:
        # Another language or another time: everything typed comes along, nothing is judged yet.
        return _details(request, store, BookingForm(initial=typed), other=request.POST["show"] == "times")
    form = BookingForm(request.POST)
    if not form.is_valid():
        return _details(request, store, form, status=422)
    if not _free(store, form.cleaned_data):
        return _details(request, store, BookingForm(initial=typed), other=True, gone=True, status=422)
    kept = form.typed(get_language() or store.language)
    try:
        row = _asked(request, store, phone=form.cleaned_data["phone"], kept=kept)
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        return _details(request, store, form, status=422)
    return remember(_to("booking-code", store), row)


def _asked(request: HttpRequest, store: Store, *, phone: str, kept: dict[str, Any]) -> PhoneCode:
    """Send a code, or go on with the one that is on its way to this phone already."""
    try:
        return send_code(store, phone=phone, booking=kept, language=kept["language"])
    except Refused as refused:
        row = remembered(request, store)
        if refused.code == "code.soon" and row and row.phone == phone and not row.appointment:
            return retype(row, booking=kept)
        raise


def _free(store: Store, data: dict[str, Any]) -> bool:
    at, advisor = moment_in(store, data["at"]), advisor_in(advisors_of(store), data["advisor"])
    if at is None or choice_of(data["work"]) is None:
        return False
    return free_at(store, at, work=data["work"], advisor=advisor, now=timezone.now())


def _confirm(request: HttpRequest, store: Store, row: PhoneCode, *, known: bool) -> HttpResponse:
    at = moment_in(store, request.POST.get("at", "")) if known else None
    if not known:
        try:
            check_code(row, code=request.POST.get("code", ""))
        except Refused as refused:
            return _ask(request, row, refused=refused)
    if row.booking:
        try:
            book_confirmed(row, at=at)
        except Refused as refused:
            if refused.code != "appointment.full":
                raise
            return _other_times(request, row, status=422)
    return _to("booking-done", store)


def _details(
    request: HttpRequest, store: Store, form: BookingForm, *, other: bool = False, gone: bool = False, status: int = 200
) -> HttpResponse:
    chosen = {name: str(form[name].value() or "") for name in ("work", "at", "advisor")}
    at, advisor = moment_in(store, chosen["at"]), advisor_in(advisors_of(store), chosen["advisor"])
    shown = other and choice_of(chosen["work"])
    slots = near_times(store, at, work=chosen["work"], advisor=advisor, now=timezone.now()) if shown else []
    context = {
        "store": store, "form": form, "choice": choice_of(chosen["work"]), "at": at, "advisor": advisor,
        "slots": slots, "other": other, "gone": gone,
    }  # fmt: skip
    return render(request, "reception/booking_details.html", context, status=status)


def _ask(request: HttpRequest, row: PhoneCode, *, refused: Refused | None = None) -> HttpResponse:
    left = (row.sent_at + RESEND_AFTER - timezone.now()).total_seconds()
    context = {
        "store": row.store, "row": row, "phone": masked(domestic(row.phone)), "refused": refused,
        "wait": max(int(left), 0), "at": moment_in(row.store, row.booking.get("at", "")),
        "choice": choice_of(row.booking.get("work", "")),
    }  # fmt: skip
    return render(request, "reception/booking_code.html", context, status=422 if refused else 200)


def _other_times(request: HttpRequest, row: PhoneCode, *, status: int = 200) -> HttpResponse:
    store, typed = row.store, row.booking
    advisor = advisor_in(advisors_of(store), typed.get("advisor", ""))
    at = moment_in(store, typed.get("at", ""))
    context = {
        "store": store, "at": at, "advisor": advisor, "choice": choice_of(typed.get("work", "")),
        "slots": near_times(store, at, work=typed["work"], advisor=advisor, now=timezone.now()),
    }  # fmt: skip
    return render(request, "reception/booking_times.html", context, status=status)


def _begun(request: HttpRequest, store: Store) -> dict[str, Any]:
    """Return what this phone typed a moment ago and has not booked yet."""
    row = remembered(request, store)
    if row is None or row.appointment or timezone.now() - row.sent_at > KNOWN_FOR or not row.booking:
        return {}
    return row.booking | {"phone": domestic(row.phone)}


def _to(name: str, store: Store) -> HttpResponse:
    return HttpResponseRedirect(resolve_url(name, code=store.code), status=303)
