"""One loan: handed out with a contract, taken back, its papers and pictures."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dealership.access import guarded
from dealership.forms.cleaning import cleaned
from dealership.models import Store
from dealership.plates import describe
from dealership.queries.menu import menu_for
from dealership.refused import Refused
from dealership.requests import StaffRequest
from dealership.views.attachments import picture_response
from dealership.views.forms import done
from reception.actions import loans as actions
from reception.actions.loan_files import KEEP_LICENCE, keep_licence
from reception.forms.loaners import DEPOSIT_WORDS, BackForm, ChangeForm, DetailsForm, EnergyForm, SignForm
from reception.models import Loan
from reception.queries.loaners import cars_of, difference, last_damage, late
from reception.views.loaners import the_loan

LANGUAGES = frozenset(code for code, _name in settings.LANGUAGES)
FILES = {
    "licence": ("licence_photo", "image/jpeg"), "out": ("out_signature", "image/png"),
    "back": ("back_signature", "image/png"),
}  # fmt: skip
"""What a loan keeps: name in the address → field, type."""


@guarded()
@require_GET
def loan(request: StaffRequest, store: Store, loan: UUID) -> HttpResponse:
    """Show a loan: what to write down before it goes out, what to compare when it is back."""
    row = the_loan(loan)
    context = _facts(row) | {
        "menu": menu_for(request.user, store, current="loaners"), "fuels": range(9), "deposits": DEPOSIT_WORDS.items(),
        "change": ChangeForm(initial={"since": row.period.lower, "until": row.period.upper}),
        "cars": cars_of(store) if row.state == Loan.State.BOOKED else [],
    }  # fmt: skip
    if row.state == Loan.State.BOOKED:
        context["form"] = DetailsForm(initial=_details(row))
    if row.state == Loan.State.OUT:
        context["form"] = BackForm(initial={"damage": row.out_damage})
    if row.state == Loan.State.BACK and row.back_mileage is not None:
        context["difference"] = difference(row, mileage=row.back_mileage, energy=row.back_energy)
    return render(request, "reception/loan.html", context)


@guarded(actions.note_details)
@require_POST
def loan_details(request: StaffRequest, store: Store, loan: UUID) -> HttpResponse:
    """Keep what the contract says, and go on to the contract."""
    row = the_loan(loan)
    form = DetailsForm(request.POST)
    data = cleaned(form)
    actions.note_details(
        row, by=request.user, driver=data["driver"], licence_no=data["licence_no"], mileage=data["mileage"],
        energy=form.energy(), damage=data["damage"], deposit=data["deposit"] or Decimal(0),
        deposit_note=data["deposit_note"],
    )  # fmt: skip
    if not row.licence_photo:
        messages.success(request, _("Kept. Now the photo of the licence."))
        return done(request, "loan", store=store.code, loan=row.pk)
    return done(request, "loan-contract", store=store.code, loan=row.pk)


@guarded(keep_licence)
@require_POST
def loan_licence(request: StaffRequest, store: Store, loan: UUID) -> HttpResponse:
    """Keep the photo of the licence."""
    row, file = the_loan(loan), request.FILES.get("photo")
    if file is None:
        raise Refused(_("Take a photo of the driver's licence first."), "loan.licence_photo", field="photo")
    keep_licence(row, file=file, by=request.user)
    return done(request, "loan", store=store.code, loan=row.pk)


@guarded(actions.hand_out)
def loan_contract(request: StaffRequest, store: Store, loan: UUID) -> HttpResponse:
    """Show the contract to the customer, in the customer's language; the signature lends the car."""
    row = the_loan(loan)
    if request.method == "POST":
        data = cleaned(SignForm(request.POST))
        actions.hand_out(row, signature=data["signature"], seen=data["seen"], by=request.user)
        messages.success(request, _("%(plate)s is out. Safe journey!") % {"plate": describe(row.car.plate).display})
        return done(request, "loan", store=store.code, loan=row.pk)
    wanted = request.GET.get("language") or row.customer.language
    language = wanted if wanted in LANGUAGES else store.language
    with translation.override(language):
        context = _facts(row) | {"seen": actions.terms_tag(row), "language": language}
    return render(request, "reception/loan_contract.html", context)


@guarded(actions.take_back)
@require_POST
def loan_back(request: StaffRequest, store: Store, loan: UUID) -> HttpResponse:
    """Take the car back."""
    row = the_loan(loan)
    form = BackForm(request.POST)
    data = cleaned(form)
    actions.take_back(
        row, by=request.user, mileage=data["mileage"], energy=form.energy(), damage=data["damage"],
        signature=data["signature"], deposit_back=data["deposit_back"], mileage_right=data["mileage_right"],
    )  # fmt: skip
    messages.success(request, _("%(plate)s is back and free again.") % {"plate": describe(row.car.plate).display})
    return done(request, "loan", store=store.code, loan=row.pk)


@guarded()
@require_GET
def loan_difference(request: StaffRequest, store: Store, loan: UUID) -> HttpResponse:
    """Answer the fields of the return: what was driven, what is missing."""
    row = the_loan(loan)
    form = EnergyForm(request.GET)
    if not form.is_valid() or row.out_mileage is None:
        return HttpResponse(status=204)
    found = difference(row, mileage=form.cleaned_data["mileage"], energy=form.energy())
    context = {"difference": found, "loan": row, "late": late(row, timezone.now())}
    return render(request, "reception/parts/loan_difference.html", context)


@guarded(actions.give_deposit_back)
@require_POST
def loan_deposit(request: StaffRequest, store: Store, loan: UUID) -> HttpResponse:
    """Note that the deposit was given back."""
    row = the_loan(loan)
    actions.give_deposit_back(row, by=request.user)
    return done(request, "loan", store=store.code, loan=row.pk)


@guarded()
@require_GET
def loan_print(request: StaffRequest, store: Store, loan: UUID) -> HttpResponse:
    """Show the contract for A4."""
    return render(request, "reception/loan_print.html", _facts(the_loan(loan)))


@guarded()
@require_GET
def loan_file(request: StaffRequest, store: Store, loan: UUID, what: str) -> HttpResponse:
    """Serve the licence photo or a signature of a loan; no cache keeps them, for one of them is deleted."""
    if what not in FILES:
        raise Http404
    field, content_type = FILES[what]
    file = getattr(the_loan(loan), field)
    if not file:
        raise Http404
    try:
        return picture_response(file.open(), content_type, cache="private, no-store")
    except FileNotFoundError as missing:
        raise Http404 from missing


def _facts(row: Loan) -> dict[str, Any]:
    """Return what every page of a loan says."""
    now = timezone.now()
    info = describe(row.car.plate)
    own = row.visit.vehicle if row.visit else row.appointment.vehicle if row.appointment else None
    name = row.customer.address(translation.get_language() or "") or row.customer.name
    return {
        "loan": row, "plate_info": info, "electric": info.kind == "green", "name": name, "late": late(row, now),
        "deposit_how": DEPOSIT_WORDS.get(row.deposit_note, row.deposit_note), "own_car": own,
        "ready": actions.ready_to_sign(row), "now": now,
        "licence_until": row.back_at + KEEP_LICENCE if row.back_at and row.licence_photo else None,
    }  # fmt: skip


def _details(row: Loan) -> dict[str, Any]:
    """Return what is known before the car goes out."""
    return {
        "driver": row.driver, "licence_no": row.licence_no, "mileage": row.out_mileage or row.car.mileage,
        "fuel": row.out_energy.get("fuel"), "charge": row.out_energy.get("charge"),
        "damage": row.out_damage or last_damage(row.car), "deposit": row.deposit, "deposit_note": row.deposit_note,
    }  # fmt: skip
