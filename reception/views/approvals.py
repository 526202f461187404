"""Asking the manager from the order page, the answer on the manager's screen, and how the asking page learns of it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dealership.access import guarded
from dealership.forms.cleaning import cleaned
from dealership.models import Store, Visit
from dealership.queries.menu import menu_for
from dealership.requests import StaffRequest
from dealership.views.forms import done, operation_id
from reception.actions import approvals as actions
from reception.forms.approvals import AccountForm, LowerForm, VerdictForm
from reception.models import Approval
from reception.queries.approvals import answered_lately, open_questions
from reception.queries.order_state import state_tag
from reception.views.order import the_line, the_order, to_card


@guarded(actions.ask)
@require_POST
def lowered(request: StaffRequest, store: Store, visit: Visit, line: UUID) -> HttpResponse:
    """Lower the price of a line, or let the store bear it; above the limit the manager is asked."""
    form = LowerForm(request.POST)
    data = cleaned(form)
    given: dict[str, Any] = {"by": request.user, "reason": data["reason"], "id": operation_id(request)}
    row = the_line(visit, line)
    if data["do"] == "goodwill":
        asked = actions.bear_line(row, **given)
    else:
        asked = actions.lower_price(row, amount=form.wanted, **given)
    messages.success(request, _("Asked. The answer comes to this page.") if asked else _("Done, within your limit."))
    return to_card(request, visit, "2.1")


@guarded(actions.ask)
@require_POST
def account(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Ask whether the order may go on account above the limit."""
    data = cleaned(AccountForm(request.POST))
    actions.ask(
        the_order(visit), kind=Approval.Kind.ACCOUNT, by=request.user, reason=data["reason"], id=operation_id(request)
    )
    messages.success(request, _("Asked. The answer comes to this page."))
    return to_card(request, visit, "2.2")


@guarded(actions.withdraw)
@require_POST
def withdrawn(request: StaffRequest, store: Store, visit: Visit, approval: UUID) -> HttpResponse:
    """Take a question back."""
    row = Approval.objects.select_related("line").filter(pk=approval, visit=visit).first()
    if row is None:
        raise Http404
    row.visit = visit
    actions.withdraw(row, by=request.user)
    return to_card(request, visit, "2.1")


@guarded()
@require_GET
def state(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Say whether the order page is still right: nothing (204) while it is, else that it is to be loaded again."""
    response = HttpResponse(status=204)
    if request.GET.get("tag") != state_tag(visit):
        # Only a response that is swapped may carry it.
        response = HttpResponse("", headers={"HX-Refresh": "true"})
    response["Cache-Control"] = "no-store"
    return response


@guarded()
@require_GET
def approvals(request: StaffRequest, store: Store) -> HttpResponse:
    """Show what waits for this person's word, and what was said lately."""
    context = _questions(request, store) | {"menu": menu_for(request.user, store, current="approvals")}
    return render(request, "reception/approvals.html", context)


@guarded()
@require_GET
def waiting(request: StaffRequest, store: Store) -> HttpResponse:
    """Answer the poll: nothing (204) while the same questions are open, else that the page is to be loaded again."""
    shown = request.GET.get("tag", "")
    now = _tag(_questions(request, store)["questions"])
    response = HttpResponse(status=204) if shown == now else HttpResponse("", headers={"HX-Refresh": "true"})
    response["Cache-Control"] = "no-store"
    return response


@guarded(actions.answer)
@require_POST
def verdict(request: StaffRequest, store: Store, approval: UUID) -> HttpResponse:
    """Answer a question."""
    data = cleaned(VerdictForm(request.POST))
    rows = Approval.objects.select_related("order", "line", "visit__store", "visit__vehicle")
    row = rows.filter(pk=approval, store=store).first()
    if row is None:
        raise Http404
    actions.answer(row, by=request.user, yes=data["verdict"] == "yes", words=data["words"])
    messages.success(request, _("Answered. It stands on the page that asked."))
    return done(request, "approvals", store=store.code)


def _questions(request: StaffRequest, store: Store) -> dict[str, Any]:
    now = timezone.now()
    questions = open_questions(store, request.user, now=now)
    return {"questions": questions, "lately": answered_lately(store, now=now), "tag": _tag(questions)}


def _tag(questions: list[Any]) -> str:
    return "-".join(str(asked.row.pk)[-8:] for asked in questions) or "none"
