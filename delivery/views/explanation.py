"""The explanation: one screen that customer and advisor look at together, and its sheets."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dealership.access import guarded
from dealership.actions.stages import advance
from dealership.forms.cleaning import cleaned
from dealership.models import Staff, Store, Visit
from dealership.queries.cards import NextAction
from dealership.requests import StaffRequest
from dealership.stages import Stage
from dealership.views.forms import done, operation_id
from dealership.views.stage import address, stage_page
from delivery.actions import deductions, lines, review, settlement
from delivery.forms.settlement import DeductionForm, DiscountForm, LineForm, ReviewForm
from delivery.models import Deduction, Settlement, SettlementLine
from delivery.queries.explanation import open_advice, rows_of
from delivery.queries.settlement import Sheet, settlement_of, sheet_of
from delivery.queries.warranty import next_service, warranties
from reception.queries.rights import limit_of


@guarded()
@require_GET
def explanation(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Show the settlement for two people."""
    row = settlement_of(visit)
    sheet = sheet_of(row) if row else None
    return stage_page(
        request, store, visit, Stage.EXPLANATION, slim=True, template="delivery/explanation.html",
        onward=lambda _visit: _onward(store, visit, sheet), extra=_screen(store, visit, sheet),
    )  # fmt: skip


def _screen(store: Store, visit: Visit, sheet: Sheet | None) -> dict[str, Any]:
    if sheet is None:
        return {"sheet": None, "advice": open_advice(visit), "next_action": None}
    now = timezone.now()
    return {
        "sheet": sheet,
        "settlement": sheet.settlement,
        "sums": sheet.sums,
        "rows": rows_of(sheet.lines),
        "editable": visit.stage == Stage.EXPLANATION and not sheet.settlement.final,
        "warranties": warranties(sheet.lines, visit, sheet.settlement.final_at or now),
        "next_service": next_service(visit, now),
        "advice": open_advice(visit),
        "confirm_name": address(visit),
        "next_action": _onward(store, visit, sheet),
        "skip": None,
    }


def _onward(store: Store, visit: Visit, sheet: Sheet | None) -> NextAction | None:
    """The one button: the customer's tap, then the review, then the way to the cashier."""
    if visit.stage != Stage.EXPLANATION or sheet is None:
        return None
    name = address(visit) or _("the customer")
    if not sheet.confirmed:
        words = _("Have %(name)s confirm it") if sheet.confirmation is None else _("Have %(name)s confirm it once more")
        return NextAction(words % {"name": name}, icon="hand-finger", form="confirm-form")
    if not sheet.settlement.reviewed_at or not sheet.settlement.warranty_at:
        return NextAction(_("Warranty, deductions and invoice reviewed"), icon="check", form="review-form")
    url = _url("settlement-finalise", store, visit)
    if not sheet.sums.due:
        return NextAction(_("Nothing to pay: on to the handover"), url=url)
    return NextAction(_("Go to the cashier with %(name)s") % {"name": name}, url=url)


def _url(name: str, store: Store, visit: Visit, **more: Any) -> str:
    return reverse(name, kwargs={"store": store.code, "visit": visit.pk, **more})


def _settlement(visit: Visit) -> Settlement:
    """Return the visit's settlement, or 404."""
    row = settlement_of(visit)
    if row is None:
        raise Http404
    row.visit = visit
    return row


@guarded(settlement.confirm)
def confirm(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Take the customer's tap; GET shows the sheet once more (panel of a refusal)."""
    row = _settlement(visit)
    if request.method == "GET":
        return render(request, "delivery/confirm_again.html", {"visit": visit, "sums": sheet_of(row).sums})
    settlement.confirm(row, by=request.user, id=operation_id(request))
    return done(request, "explanation-stage", store=store.code, visit=visit.pk)


@guarded(review.review)
def review_sheet(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Show deductions, discount and invoice (sheet); POST saves the review, warranty with it."""
    row = _settlement(visit)
    if request.method == "GET":
        limit = limit_of(request.user, store)
        context = {
            "visit": visit, "sheet": sheet_of(row), "settlement": row, "limit": limit,
            "deduction": DeductionForm(), "discount": DiscountForm(), "invoices": Settlement.Invoice.choices,
        }  # fmt: skip
        return render(request, "delivery/review_sheet.html", context)
    data = cleaned(ReviewForm(request.POST))
    with transaction.atomic():
        review.go_through_warranty(row, by=request.user)
        review.review(row, by=request.user, **data)
    return done(request, "explanation-stage", store=store.code, visit=visit.pk)


@guarded(settlement.finalise)
def finalise(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Send the sheet to the cashier and the car on (转收银); GET is the panel of a refusal."""
    if request.method == "GET":
        return render(request, "delivery/finalise_panel.html", {"visit": visit})
    with transaction.atomic():
        settlement.finalise(_settlement(visit), by=request.user)
        if visit.stage == Stage.EXPLANATION:
            advance(visit, to=Stage.DELIVERY, by=request.user, id=operation_id(request))
    return done(request, "delivery-stage", store=store.code, visit=visit.pk)


@guarded(lines.settle_line)
def line_sheet(request: StaffRequest, store: Store, visit: Visit, line: UUID) -> HttpResponse:
    """Show one line (sheet); POST saves amounts, payer and warranty."""
    row: SettlementLine = get_object_or_404(
        SettlementLine.objects.select_related("line"), pk=line, settlement__visit=visit
    )
    row.settlement = _settlement(visit)
    if request.method == "GET":
        given = {"labour": row.labour, "parts": row.parts, "note": row.note, "payer": row.payer}
        form = LineForm(initial=given | {"months": row.warranty_months, "km": row.warranty_km})
        return render(request, "delivery/line_sheet.html", {"visit": visit, "line": row, "form": form})
    _save_line(row, cleaned(LineForm(request.POST)), by=request.user)
    return done(request, "explanation-stage", store=store.code, visit=visit.pk)


@transaction.atomic
def _save_line(row: SettlementLine, data: dict[str, Any], *, by: Staff) -> None:
    lines.settle_line(row, by=by, labour=data["labour"], parts=data["parts"], note=data["note"])
    if data["payer"] != row.payer:
        lines.set_payer(row, by=by, payer=data["payer"])
    if (data["months"], data["km"]) != (row.warranty_months, row.warranty_km):
        lines.set_warranty(row, by=by, months=data["months"], km=data["km"])


@guarded(deductions.deduct)
@require_POST
def deduct(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Take a deduction off the sum."""
    data = cleaned(DeductionForm(request.POST))
    deductions.deduct(_settlement(visit), by=request.user, id=operation_id(request), **data)
    return done(request, "explanation-stage", store=store.code, visit=visit.pk)


@guarded(deductions.withdraw_deduction)
@require_POST
def deduction_off(request: StaffRequest, store: Store, visit: Visit, deduction: UUID) -> HttpResponse:
    """Take a deduction off the sheet."""
    row = get_object_or_404(Deduction, pk=deduction, settlement__visit=visit)
    row.settlement = _settlement(visit)
    deductions.withdraw_deduction(row, by=request.user)
    return done(request, "explanation-stage", store=store.code, visit=visit.pk)


@guarded(deductions.give_discount)
@require_POST
def discount(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Give a discount, or with 0 take it back."""
    data = cleaned(DiscountForm(request.POST))
    deductions.give_discount(_settlement(visit), by=request.user, **data)
    return done(request, "explanation-stage", store=store.code, visit=visit.pk)


@guarded()
@require_GET
def script_sheet(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Show what to do and say, card by card (the script folded to a button while the customer reads along)."""
    return stage_page(request, store, visit, Stage.EXPLANATION, template="delivery/script_sheet.html")


@guarded()
@require_GET
def settlement_sheet(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Show the settlement sheet for A4 (机动车维修费用结算清单, JT/T 1133-2017)."""
    row = _settlement(visit)
    sheet = sheet_of(row)
    context = {
        "visit": visit, "sheet": sheet, "settlement": row, "sums": sheet.sums,
        "back_url": request.META.get("HTTP_REFERER") or _url("visit", store, visit),
    }  # fmt: skip
    return render(request, "delivery/settlement_sheet.html", context)
