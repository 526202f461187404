"""The cashier's page: the cars at the counter, and the one in hand."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dealership.access import guarded
from dealership.forms.cleaning import cleaned
from dealership.models import Store, Visit
from dealership.queries.menu import menu_for
from dealership.requests import StaffRequest
from dealership.views.forms import done, operation_id
from delivery.actions import on_account, payment, reversal
from delivery.forms.payment import AskForm, PaymentForm, ReversalForm
from delivery.models import Method, OnAccount, Payment, Reversal, Settlement
from delivery.queries.cashier import Counter, at_counter, counter_of, paid_since, thanks_open, waiting_approvals
from delivery.queries.settlement import live_pass, settlement_of, sheet_of

RECENT = timedelta(hours=12)
"""How long a car that has left stays in reach of the counter."""


@guarded()
@require_GET
def cashier(request: StaffRequest, store: Store) -> HttpResponse:
    """Show the counter with the first car that is to pay in hand."""
    cars = at_counter(store)
    first = next((car for car in cars if not car.balance.covered), None)
    return _page(request, store, cars, first)


@guarded()
@require_GET
def cashier_car(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Show the counter with this car in hand."""
    car = counter_of(visit)
    if car is None:
        raise Http404
    return _page(request, store, at_counter(store), car)


@guarded()
@require_GET
def cashier_list(request: StaffRequest, store: Store) -> HttpResponse:
    """Answer the poll with the list."""
    return render(request, "delivery/parts/counter_list.html", _lists(store, at_counter(store)))


def _page(request: StaffRequest, store: Store, cars: list[Counter], car: Counter | None) -> HttpResponse:
    context = _lists(store, cars) | {"menu": menu_for(request.user, store, current="cashier"), "car": car}
    if car:
        sheet = sheet_of(car.settlement)
        context |= {
            "sheet": sheet, "sums": sheet.sums, "methods": Method.choices,
            "thanks": car.balance.covered and thanks_open(car.visit),
            "method": car.settlement.method or Method.WECHAT, "payer": car.visit.payer or car.visit.customer,
        }  # fmt: skip
    return render(request, "delivery/cashier.html", context)


def _lists(store: Store, cars: list[Counter]) -> dict[str, Any]:
    return {
        "cars": cars,
        "approvals": waiting_approvals(store),
        "gone": paid_since(store, timezone.now() - RECENT),
    }


def _settlement(visit: Visit) -> Settlement:
    row = settlement_of(visit)
    if row is None:
        raise Http404
    row.visit = visit
    return row


def _car_url(store: Store, visit: Visit) -> str:
    return reverse("cashier-car", kwargs={"store": store.code, "visit": visit.pk})


@guarded(payment.pay)
@require_POST
def pay(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Take money; the next car comes into hand when this one is paid."""
    data = cleaned(PaymentForm(request.POST))
    row = payment.pay(_settlement(visit), by=request.user, id=operation_id(request), **data)
    amount = f"¥{row.amount:,.2f}".removesuffix(".00")
    gate_pass = live_pass(visit)
    if gate_pass is None:
        messages.success(request, _("%(amount)s taken. The rest is still due.") % {"amount": amount})
        return done(request, _car_url(store, visit))
    words = _("%(amount)s taken, gate pass %(number)s issued.")
    messages.success(request, words % {"amount": amount, "number": gate_pass.number})
    return done(request, _car_url(store, visit))


@guarded(on_account.ask)
@require_POST
def account(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Ask to put the sum on account (申请挂账)."""
    data = cleaned(AskForm(request.POST))
    url = _car_url(store, visit)
    on_account.ask(_settlement(visit), by=request.user, id=operation_id(request), url=url, amount=data["amount"])
    messages.success(request, _("The manager has been asked."))
    return done(request, url)


@guarded(on_account.approve)
@require_POST
def account_approve(request: StaffRequest, store: Store, visit: Visit, account: UUID) -> HttpResponse:
    """Approve a sum on account."""
    row: OnAccount = get_object_or_404(
        OnAccount.objects.select_related("customer", "settlement"), pk=account, visit=visit
    )
    row.visit = row.settlement.visit = visit
    on_account.approve(row, by=request.user)
    return done(request, _car_url(store, visit))


@guarded(on_account.withdraw)
@require_POST
def account_withdraw(request: StaffRequest, store: Store, visit: Visit, account: UUID) -> HttpResponse:
    """Withdraw or turn down a sum on account."""
    row: OnAccount = get_object_or_404(OnAccount, pk=account, visit=visit)
    row.visit = visit
    on_account.withdraw(row, by=request.user)
    return done(request, _car_url(store, visit))


@guarded(reversal.ask)
@require_POST
def reverse_payment(request: StaffRequest, store: Store, visit: Visit, payment: UUID) -> HttpResponse:
    """Ask to give a payment back (反结算)."""
    row = get_object_or_404(Payment, pk=payment, visit=visit)
    row.visit = visit
    data = cleaned(ReversalForm(request.POST))
    url = _car_url(store, visit)
    reversal.ask(row, by=request.user, reason=data["reason"], id=operation_id(request), url=url)
    messages.success(request, _("The manager has been asked."))
    return done(request, url)


@guarded(reversal.approve)
@require_POST
def reversal_approve(request: StaffRequest, store: Store, visit: Visit, reversal_id: UUID) -> HttpResponse:
    """Approve that a payment goes back."""
    reversal.approve(_reversal(visit, reversal_id), by=request.user)
    return done(request, _car_url(store, visit))


@guarded(reversal.give_back)
@require_POST
def give_back(request: StaffRequest, store: Store, visit: Visit, reversal_id: UUID) -> HttpResponse:
    """Give the money back."""
    reversal.give_back(_reversal(visit, reversal_id), by=request.user)
    return done(request, _car_url(store, visit))


def _reversal(visit: Visit, reversal_id: UUID) -> Reversal:
    row: Reversal = get_object_or_404(
        Reversal.objects.select_related("payment__settlement"), pk=reversal_id, visit=visit
    )
    row.visit = visit
    return row


@guarded()
@require_GET
def gate_pass(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Show the gate pass to print (出门证)."""
    row = live_pass(visit)
    if row is None:
        raise Http404
    return render(request, "delivery/gate_pass.html", {"visit": visit, "gate_pass": row})
