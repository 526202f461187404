"""The last stage: the way to the cashier, the state of the payment, the handover."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dealership.access import guarded
from dealership.forms.cleaning import cleaned
from dealership.models import Situation, Store, Visit
from dealership.queries.cards import Card, NextAction
from dealership.requests import StaffRequest
from dealership.stages import Stage
from dealership.views.forms import done, operation_id
from dealership.views.stage import address, stage_page
from delivery.actions import handover, review
from delivery.forms.handover import HandoverForm
from delivery.forms.settlement import MethodForm
from delivery.models import Method
from delivery.queries.handover import handover_of
from delivery.queries.settlement import balance_of, settlement_of


@guarded()
@require_GET
def delivery(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Show the last stage."""
    panels = {"5.1": methods_panel, "5.2": payment_panel, "5.3": farewell_panel}
    return stage_page(
        request,
        store,
        visit,
        Stage.DELIVERY,
        panels=panels,
        onward=_onward,
        template="delivery/delivery.html",
        # Paid: the farewell is what comes next, whatever was left open on the way.
        opens="5.3" if _may_go(visit) else "",
    )


def _may_go(visit: Visit) -> bool:
    settlement = settlement_of(visit)
    return bool(settlement and balance_of(settlement).gate_pass)


def _state(visit: Visit) -> dict[str, Any]:
    """Return settlement, balance, handover: what each panel of this stage shows."""
    settlement = settlement_of(visit)
    return {
        "settlement": settlement,
        "balance": balance_of(settlement) if settlement else None,
        "handover": handover_of(visit),
        "always": True,
    }


def _onward(visit: Visit) -> NextAction | None:
    """To the next car once this one is handed over."""
    if handover_of(visit):
        return NextAction(_("On to the next car"), href=reverse("home"))
    return None


def _go_on(visit: Visit, state: dict[str, Any]) -> NextAction | None:
    """Once the pass is issued the car is handed over; before that, nobody can hurry the cashier."""
    if state["handover"]:
        return _onward(visit)
    if state["balance"] and state["balance"].gate_pass:
        return NextAction(_("Paid: see %(name)s off") % {"name": _name(visit)}, href="?card=5.3")
    return None


def _name(visit: Visit) -> str:
    return address(visit) or _("the customer")


def methods_panel(request: StaffRequest, visit: Visit, card: Card) -> dict[str, Any]:
    """Tell the cashier how the customer pays."""
    state = _state(visit)
    settlement = state["settlement"]
    told = any(step.words.slug == "methods" and step.state == "done" for step in card.steps)
    known = Method(settlement.method) if settlement and settlement.method else Method.WECHAT
    tell = NextAction(_("Tell the cashier: %(method)s") % {"method": known.label}, icon="wallet", form="panel-form")
    action = _go_on(visit, state) if told else tell
    return state | {"methods": Method.choices, "known": known, "told": told, "next_action": action}


def payment_panel(request: StaffRequest, visit: Visit, card: Card) -> dict[str, Any]:
    """Watch the payment come in."""
    state = _state(visit)
    return state | {"next_action": _go_on(visit, state)}


def farewell_panel(request: StaffRequest, visit: Visit, card: Card) -> dict[str, Any]:
    """Check who collects the car, hand it over."""
    state = _state(visit)
    ready = state["balance"] and state["balance"].gate_pass
    hand = NextAction(_("Hand the car to %(name)s") % {"name": _name(visit)}, icon="key", form="panel-form")
    home = Situation.objects.filter(visit=visit, kind=Situation.Kind.HOME_DELIVERY, until=None).exists()
    action = _onward(visit) if state["handover"] else (hand if ready else None)
    return state | {"home_delivery": home, "next_action": action, "contact": address(visit), "ready": ready}


@guarded()
@require_GET
def payment_state(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Show what is paid and what is due (polled, and the panel of a refusal)."""
    return render(request, "delivery/parts/payment_state.html", {"visit": visit} | _state(visit))


@guarded(review.tell_method)
@require_POST
def method(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Tell the cashier how the customer pays."""
    settlement = settlement_of(visit)
    data = cleaned(MethodForm(request.POST))
    if settlement:
        review.tell_method(settlement, by=request.user, method=data["method"])
    return done(request, "delivery-stage", store=store.code, visit=visit.pk)


@guarded(handover.hand_over)
def hand_over(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Hand the car over; GET is the form as the panel of a refusal."""
    if request.method == "GET":
        context = {"visit": visit, "contact": address(visit), "ready": True, "store": store}
        return render(request, "delivery/handover_panel.html", context)
    data = cleaned(HandoverForm(request.POST))
    handover.hand_over(visit, by=request.user, id=operation_id(request), **data)
    url = reverse("delivery-stage", kwargs={"store": store.code, "visit": visit.pk})
    return done(request, url + "?card=5.3")


@guarded(handover.bring_home)
@require_POST
def home_delivery(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Say whether the car is brought home."""
    handover.bring_home(visit, by=request.user, on=request.POST.get("on") == "1")
    url = reverse("delivery-stage", kwargs={"store": store.code, "visit": visit.pk})
    return done(request, url + "?card=5.3")
