"""What is done to the repair order: lines, answers, terms, consent; its sheets and its print."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dealership.access import guarded
from dealership.forms.cleaning import cleaned
from dealership.models import Role, Store, Visit
from dealership.queries.staff import people_with
from dealership.requests import StaffRequest
from dealership.stages import Stage
from dealership.views.forms import done, operation_id
from dealership.views.stage import address, top
from reception.actions import consents, dispatch, lines, orders
from reception.answers import AGAINST, DECLINED
from reception.forms.offers import AnswerForm as SeenForm
from reception.forms.order import (
    AddForm,
    AnswerForm,
    DiagnosisForm,
    InvoiceForm,
    KeyForm,
    LineForm,
    PhoneForm,
    TermsForm,
    WaitingForm,
)
from reception.models import OpenAdvice, OrderLine, RepairOrder
from reception.queries.agreements import agreements, time_changes
from reception.queries.concerns import concern_sentences
from reception.queries.discounts import usual_cuts
from reception.queries.orders import (
    claimed,
    consent_missing,
    lines_of,
    order_of,
    shown_amounts,
    totals,
    usual_pay_method,
    usual_payer,
)
from reception.queries.packages import fits
from reception.queries.planning import padding_of, prefilled, round_up
from reception.queries.pricelist import PriceList
from reception.queries.print import order_block, order_print_context
from reception.queries.rights import limit_of

DIAGNOSIS_LIMITS = (Decimal(208), Decimal(300), Decimal(500))
"""Chips of the most a diagnosis may cost: 0.8 h at the mechanical rate, then round sums."""
WHO_HEARS = (Role.ADVISOR, Role.SUPERVISOR, Role.MANAGER, Role.CONTROLLER, Role.TECHNICIAN, Role.CASHIER)


BY_CHIP = [payer for payer in OrderLine.Payer.values if payer != OrderLine.Payer.GOODWILL]
"""What the store bears itself is asked for with a reason, see `actions.approvals`."""


def to_card(request: StaffRequest, visit: Visit, card: str) -> HttpResponse:
    """Go back to the page of the stage with this card open."""
    url = reverse("negotiation-stage", kwargs={"store": visit.store.code, "visit": visit.pk})
    return done(request, f"{url}?card={card}")


def the_order(visit: Visit) -> RepairOrder:
    """Return the order of a visit, 404 before it is begun."""
    order = RepairOrder.objects.select_related("visit__store", "visit__vehicle").filter(visit=visit).first()
    if order is None:
        raise Http404
    order.visit = visit
    return order


def the_line(visit: Visit, line_id: UUID) -> OrderLine:
    """Return a line of this visit's order, 404 for any other."""
    line = OrderLine.objects.filter(pk=line_id, order__visit=visit).select_related("order").first()
    if line is None:
        raise Http404
    line.order.visit = visit
    return line


def seen_amounts_of(request: StaffRequest) -> dict[UUID, Decimal] | None:
    """Return line → what the page said that the customer pays (`seen-<id>`); None where it said nothing."""
    return SeenForm(request.POST).seen or None


@guarded(orders.begin_order)
@require_POST
def begin(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Begin the order of a visit that has none."""
    orders.begin_order(visit, by=request.user, id=operation_id(request))
    return to_card(request, visit, "2.1")


@guarded(lines.add_line)
def add(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Pick from the price list (sheet), add the line."""
    if request.method != "POST":
        text = request.GET.get("q", "")
        advice = OpenAdvice.objects.filter(vehicle=visit.vehicle_id, closed_at=None).exclude(visit=visit)
        context = {
            "visit": visit, "q": text,
            "picks": [pick for pick in PriceList().search(text) if fits(pick, visit.vehicle)],
            "whys": OrderLine.Why.choices,
            "advice": advice.select_related("line"), "extra": visit.stage != Stage.NEGOTIATION,
            "words": concern_sentences(visit) if text == "" else [],
            "why": OrderLine.Why.WORDS if visit.stage == Stage.NEGOTIATION else OrderLine.Why.EXTRA,
        }  # fmt: skip
        part = "picks" if request.htmx and request.htmx.target == "picks" else "order_add"
        return render(request, f"reception/sheets/{part}.html", context)
    data = cleaned(AddForm(request.POST))
    order = order_of(visit) or orders.begin_order(visit, by=request.user)
    line = lines.add_line(
        order, by=request.user, kind=data["pick"].kind, code=data["pick"].code, quantity=data["quantity"] or 1,
        why=data["why"] or OrderLine.Why.WORDS, must=data["must"], reason=request.POST.get("reason", ""),
        payer=usual_payer(visit),
        id=operation_id(request),
    )  # fmt: skip
    messages.success(request, _("Added: %(line)s") % {"line": line.title})
    return to_card(request, visit, "2.1")


@guarded(lines.change_line)
def line(request: StaffRequest, store: Store, visit: Visit, line: UUID) -> HttpResponse:
    """Show a line with all that can be done to it (sheet); change payer or amounts."""
    row = the_line(visit, line)
    if request.method != "POST":
        context = {
            "visit": visit, "line": row,
            "payers": [each for each in OrderLine.Payer.choices if each[0] in (row.payer, *BY_CHIP)],
            "limit": limit_of(request.user, store), "cuts": usual_cuts(row),
            "reasons": DECLINED.items(), "against": AGAINST.items(),
        }  # fmt: skip
        return render(request, "reception/sheets/order_line.html", context)
    data = cleaned(LineForm(request.POST))
    lines.change_line(row, by=request.user, labour=data["labour"], parts=data["parts"], payer=data["payer"] or None)
    return to_card(request, visit, "2.1")


@guarded(lines.answer_line)
@require_POST
def answer(request: StaffRequest, store: Store, visit: Visit, line: UUID) -> HttpResponse:
    """Write down the customer's answer to one line."""
    data = cleaned(AnswerForm(request.POST))
    row = lines.answer_line(
        the_line(visit, line), by=request.user, answer=data["answer"].answer, reason=data["answer"].reason,
        colour=data["colour"] or OpenAdvice.Colour.YELLOW,
    )  # fmt: skip
    rest = [each for each in consent_missing(row.order) if each.answer == OrderLine.Answer.OPEN]
    return to_card(request, visit, "2.1" if rest else "2.2")


@guarded(lines.remove_line)
@require_POST
def remove(request: StaffRequest, store: Store, visit: Visit, line: UUID) -> HttpResponse:
    """Take an unanswered line off the order."""
    lines.remove_line(the_line(visit, line), by=request.user)
    return to_card(request, visit, "2.1")


@guarded(lines.agree_all)
def agreed(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Show the lines without an answer (gate); agree to all of them (全部同意)."""
    order = the_order(visit)
    if request.method != "POST":
        rows = [each for each in lines_of(order) if each.answer == OrderLine.Answer.OPEN]
        return render(request, "reception/sheets/order_answers.html", {"visit": visit, "lines": rows})
    lines.agree_all(order, by=request.user)
    return to_card(request, visit, "2.2")


@guarded(consents.conclude)
def terms(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Show time, payment and wishes (sheet and gate); save them, with the signature when it is drawn."""
    order = the_order(visit)
    if request.method != "POST":
        plan = prefilled(order, lines_of(order), timezone.now())
        context = {
            "visit": visit, "order": order, "plan": plan, "pay_methods": RepairOrder.PayMethod.choices,
            "pay_method": usual_pay_method(order), "old_parts": RepairOrder.OldParts.choices,
            "contacts": RepairOrder.Contact.choices, "claimed": claimed(lines_of(order)), **padding_of(order),
        }  # fmt: skip
        return render(request, "reception/sheets/order_terms.html", context)
    data: dict[str, Any] = {} if order.diagnosis else cleaned(TermsForm(request.POST))
    if request.POST.get("with_invoice"):
        data["invoice"] = cleaned(InvoiceForm(request.POST))
    seen = seen_amounts_of(request)
    signature = request.POST.get("signature", "")
    if order.diagnosis:
        consents.sign_order(order, by=request.user, signature=signature, seen=seen, id=operation_id(request))
        return to_card(request, visit, "2.4")
    consent = consents.conclude(
        order, by=request.user, terms=data, signature=signature, seen=seen, id=operation_id(request)
    )
    if consent is None:
        signed = not consent_missing(order)
        words = (
            _("Saved. What was promised has moved along.") if signed else _("Saved. The signature is still missing.")
        )
        messages.info(request, words)
        return to_card(request, visit, "2.2" if signed else "2.3")
    return to_card(request, visit, "2.4")


@guarded(consents.agree_by_phone)
def phone(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Record a consent by phone (sheet and gate)."""
    order = the_order(visit)
    people = people_with(store, WHO_HEARS, on_duty=True)
    colleagues = list({one.staff_id: one.staff for one in people if one.staff_id != request.user.pk}.values())
    if request.method != "POST":
        context = {
            "visit": visit, "order": order, "lines": consent_missing(order), "seen": shown_amounts(lines_of(order)),
            "colleagues": colleagues,
            "totals": totals(lines_of(order)), "now": timezone.now(),
        }  # fmt: skip
        return render(request, "reception/sheets/order_consent.html", context)
    data = cleaned(PhoneForm(request.POST, colleagues=colleagues))
    consents.agree_by_phone(order, by=request.user, seen=seen_amounts_of(request), id=operation_id(request), **data)
    return to_card(request, visit, "2.4")


@guarded(orders.plan_diagnosis)
def diagnosis(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Agree to examine first and quote afterwards (sheet and gate)."""
    order = the_order(visit)
    now = timezone.now()
    if request.method != "POST":
        times = [round_up(now + timedelta(hours=hours), store.zone) for hours in (1, 2, 3, 5)]
        context = {"visit": visit, "order": order, "limits": DIAGNOSIS_LIMITS, "times": times}
        return render(request, "reception/sheets/order_diagnosis.html", context)
    data = cleaned(DiagnosisForm(request.POST))
    orders.plan_diagnosis(order, by=request.user, limit=data["limit"], call_back_at=data["call_back_at"])
    return to_card(request, visit, "2.1")


@guarded(orders.plan_repair)
def repair(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Offer the repair after a diagnosis (gate, then action)."""
    order = the_order(visit)
    if request.method != "POST":
        return render(request, "reception/sheets/order_repair.html", {"visit": visit, "order": order})
    orders.plan_repair(order, by=request.user)
    return to_card(request, visit, "2.1")


@guarded(orders.arrange_waiting)
@require_POST
def waiting(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Arrange where the customer waits and when they hear from us."""
    data = cleaned(WaitingForm(request.POST))
    orders.arrange_waiting(the_order(visit), by=request.user, **data)
    return to_card(request, visit, "2.5")


@guarded(dispatch.hand_key)
@require_POST
def key(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Hand over key and place of the car."""
    data = cleaned(KeyForm(request.POST))
    dispatch.hand_key(visit, by=request.user, key_tag=data["key_tag"], bay=data["bay"])
    return to_card(request, visit, "2.5")


@guarded()
@require_GET
def agreed_so_far(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Show every consent with its lines, and every new ready time (sheet)."""
    context = {"visit": visit, "agreements": agreements(the_order(visit)), "time_changes": time_changes(visit)}
    return render(request, "reception/sheets/agreements.html", context)


@guarded()
@require_GET
def order_print(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Show the repair order (任务委托书) as a page to print."""
    order = the_order(visit)
    context = order_print_context(order) | {"visit": visit, "dms_block": order_block(order), "who": address(visit)}
    return render(request, "reception/order_print.html", context | top(visit))
