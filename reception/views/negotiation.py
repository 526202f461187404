"""The page of stage 2: the order with its answers, terms and signature; settling in; key and place."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dealership.access import guarded
from dealership.models import Store, Visit
from dealership.queries.cards import Card, NextAction
from dealership.requests import StaffRequest
from dealership.stages import Stage
from dealership.views.stage import address, advance_action, onward_label, stage_page
from reception.models import Approval, OrderLine, RepairOrder
from reception.queries.accident import accident_of, call_due, is_accident
from reception.queries.approvals import account_allowed, asked_of, credit_of, on_account
from reception.queries.exits import order_missing
from reception.queries.keys import free_key_tags, places
from reception.queries.offers import offer_state
from reception.queries.order_state import state_tag
from reception.queries.orders import (
    claimed,
    consents_of,
    covered,
    diagnosis_agreed,
    lines_of,
    order_of,
    seen_amounts,
    shown_amounts,
    totals,
    usual_pay_method,
)
from reception.queries.planning import WASH_MINUTES, Suggestion, padding_of, prefilled, round_up
from reception.queries.scripts import spoken_minutes

ORDER_CARDS = ("2.1", "2.2", "2.3")


@guarded()
@require_GET
def negotiation_stage(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Show stage 2 of a visit."""
    panels = dict.fromkeys(ORDER_CARDS, order_panel) | {"2.4": waiting_panel, "2.5": key_panel}
    return stage_page(
        request, store, visit, Stage.NEGOTIATION, panels=panels, onward=onward, template="reception/negotiation.html"
    )


def onward(visit: Visit) -> NextAction | None:
    """Return the way out of the stage: the workshop, or the showcase where only a diagnosis was agreed.

    While the customer has not agreed yet there is none: the page asks for the consent first.
    """
    order = order_of(visit)
    if order and diagnosis_agreed(order):
        return advance_action(visit, Stage.SHOWCASE, _("Show the findings, nothing is repaired"), "eye")
    if order_missing(visit):
        return None
    return advance_action(visit, Stage.WORKSHOP, onward_label(visit, Stage.WORKSHOP), "tool")


def order_panel(request: StaffRequest, visit: Visit, card: Card) -> dict[str, Any]:
    """Return the order: rows, sums, terms, consent, and what comes next."""
    order = order_of(visit)
    if order is None:
        begin = NextAction(_("Begin the repair order"), "file-text", url=_url("order", visit))
        return {"next_action": begin, "always": True, "order": None}
    lines = lines_of(order)
    seen = seen_amounts(lines)
    state = offer_state(visit, now=timezone.now())
    waiting = {row.line_id for row in state.rows} if state and state.offer.answered_at is None else set()
    rows = [OrderRow(line, covered(line, seen.get(line.pk)), line.pk in waiting) for line in lines]
    missing = [row for row in rows if row.line.charged and not (row.line.agreed and row.covered)]
    consents = consents_of(order)
    now = timezone.now()
    plan = prefilled(order, lines, now)
    asked = asked_of(visit, now=now)
    waits = any(row.answer == "" for row in asked) or bool(state and state.offer.answered_at is None)
    return {
        "asked": asked, "state_tag": state_tag(visit) if waits else "", "seen": shown_amounts(lines),
        "accident": accident_of(visit, lines) if is_accident(visit) else None,
        **_account(order, lines, asked, now),
        "order": order, "rows": rows, "totals": totals(lines), "plan": plan, "bar": time_bar(plan),
        "pay_methods": _pay_tiles(usual_pay_method(order)), "pay_method": usual_pay_method(order),
        "old_parts": RepairOrder.OldParts.choices, "contacts": RepairOrder.Contact.choices,
        "claimed": claimed(lines), **padding_of(order),
        "consent": consents[-1] if consents else None, "unsigned": missing, "who": address(visit),
        "chip_icon": "file-text", "chip_text": _("Order %(number)s") % {"number": order.number},
        "offer_state": state, "next_action": _order_action(visit, order, rows, missing), "always": True,
    }  # fmt: skip


def _account(order: RepairOrder, lines: list[OrderLine], asked: list[Approval], now: datetime) -> dict[str, Any]:
    """Return what the account of an order on account bears, and whether more was asked or allowed."""
    if not on_account(order, lines):
        return {}
    credit = credit_of(order, now=now, lines=lines)
    return {
        "credit": credit, "credit_allowed": credit.over and account_allowed(order, credit.wanted),
        "account_open": any(row.kind == Approval.Kind.ACCOUNT and row.answer == "" for row in asked),
    }  # fmt: skip


def _pay_tiles(chosen: str) -> list[tuple[str, Any]]:
    """Return four ways of paying, the chosen one among them; the sheet has them all."""
    tiles = list(RepairOrder.PayMethod.choices)
    rare = [tile for tile in tiles[4:] if tile[0] == chosen]
    return [*tiles[: 4 - len(rare)], *rare]


class OrderRow:
    """A line as the table shows it."""

    def __init__(self, line: OrderLine, is_covered: bool, sent: bool = False) -> None:
        self.line = line
        self.covered = is_covered
        self.sent = sent

    @property
    def css(self) -> str:
        """The class of the row."""
        kinds = {OrderLine.Answer.DECLINED: "is-declined", OrderLine.Answer.ADVISED_AGAINST: "is-against"}
        return kinds.get(OrderLine.Answer(self.line.answer), "")


def _order_action(visit: Visit, order: RepairOrder, rows: list[OrderRow], missing: list[OrderRow]) -> NextAction | None:
    name = address(visit) or _("the customer")
    if not any(row.line.charged for row in rows):
        return None
    if any(row.line.answer == OrderLine.Answer.OPEN for row in rows):
        return NextAction(_("%(name)s agrees to all of it") % {"name": name}, "check", url=_url("order-agreed", visit))
    if missing or (not order.has_terms and not order.diagnosis):
        return NextAction(_("Ask %(name)s to sign") % {"name": name}, "signature", form="panel-form")
    return None


def time_bar(plan: Suggestion) -> dict[str, Any]:
    """Return the words and the lengths (of 100) of the bar between start and ready."""
    language = get_language() or "zh-hans"
    whole = max(plan.work_minutes + plan.wash_minutes, 1)
    work = round(100 * plan.work_minutes / whole)
    return {
        "whole": spoken_minutes(plan.work_minutes + plan.wash_minutes, language),
        "work": f"{plan.work_minutes // 60}:{plan.work_minutes % 60:02}",
        "wash": f"{plan.wash_minutes // 60}:{plan.wash_minutes % 60:02}" if plan.wash_minutes else "",
        "work_length": work if plan.wash_minutes else 100,
        "day": plan.start if plan.start.date() != timezone.localtime().date() else None,
        "wash_from": work + 1, "wash_length": 100 - work - 1, "wash_minutes": WASH_MINUTES,
    }  # fmt: skip


def waiting_panel(request: StaffRequest, visit: Visit, card: Card) -> dict[str, Any]:
    """Return where the customer may wait and when they may hear from us."""
    order = order_of(visit)
    now = timezone.now()
    times = [call_due(visit, now)] if is_accident(visit) else update_times(visit, order, now)
    save = NextAction(_("Arrange it so"), "armchair", form="panel-form")
    return {
        "order": order, "choices": RepairOrder.Waiting.choices,
        "waiting": (order.waiting if order else "") or RepairOrder.Waiting.LOUNGE,
        "times": times, "chosen": _chosen(order, times), "next_action": save if order else None,
        "always": bool(order and not order.waiting),
    }  # fmt: skip


def update_times(visit: Visit, order: RepairOrder | None, now: datetime) -> list[datetime]:
    """Return up to four moments for the next update: half hours from now on, none after the ready time."""
    zone = visit.store.zone
    times = [round_up(now + timedelta(minutes=minutes), zone) for minutes in (30, 60, 90, 120)]
    if order and order.ready_at and order.ready_at > now:
        before = [time for time in times if time < order.ready_at]
        return [*before[:3], order.ready_at.astimezone(zone)]
    return times


def _chosen(order: RepairOrder | None, times: list[datetime]) -> datetime:
    if order and order.next_update_at in times:
        return order.next_update_at
    return times[min(1, len(times) - 1)]


def key_panel(request: StaffRequest, visit: Visit, card: Card) -> dict[str, Any]:
    """Return free key tags and places; what is noted already comes first."""
    tags = free_key_tags()
    if visit.key_tag:
        tags = [visit.key_tag, *tags[:4]]
    done = any(step.code == "2.5/key" and step.state == "done" for step in card.steps)
    save = NextAction(_("Hang up key %(tag)s") % {"tag": tags[0] if tags else ""}, "key", form="panel-form")
    shown = places()
    return {
        "tags": tags, "places": shown, "place": visit.place_id or (shown[0].pk if shown else None),
        "next_action": None if done else save,
    }  # fmt: skip


def _url(name: str, visit: Visit) -> str:
    return reverse(name, kwargs={"store": visit.store.code, "visit": visit.pk})
