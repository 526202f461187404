"""Who drives where: the store's table of lanes, and a line to try it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dealership.access import guarded
from dealership.forms.cleaning import cleaned
from dealership.models import Lane, Store
from dealership.queries.menu import menu_for
from dealership.requests import StaffRequest
from dealership.views.forms import done
from reception.actions import lane_rules
from reception.forms.lanes import LaneRuleForm, TryForm
from reception.models import LaneRule
from reception.queries.lanes import LANE_NUMBERS, rule_lines, rules_of, tried


@guarded()
@require_GET
def lanes(request: StaffRequest, store: Store) -> HttpResponse:
    """Show the table; the query string holds a car to try it with."""
    form = TryForm(request.GET or None)
    facts = TryForm(request.GET).facts(store)
    if not form.is_bound:
        form = TryForm(initial={"clock": facts.clock})
    lines = rule_lines(store)
    context = {
        "lines": lines, "own": bool(lines) and isinstance(lines[0].rule, LaneRule), "form": form,
        "tried": tried(store, facts), "menu": menu_for(request.user, store, current="store-settings"),
    }  # fmt: skip
    return render(request, "reception/lanes.html", context)


@guarded(lane_rules.change_rule)
def lane_rule(request: StaffRequest, store: Store, rule: str) -> HttpResponse:
    """Show one rule for a change, take the change."""
    if request.method != "POST":
        shown = _shown(store, rule)
        return _editor(request, store, {name: getattr(shown, name) for name in lane_rules.FIELDS}, rule)
    lane_rules.change_rule(_own(request, store, rule), by=request.user, said=cleaned(LaneRuleForm(request.POST)))
    messages.success(request, _("Kept. It holds for every car from now on."))
    return done(request, "lanes", store=store.code)


@guarded(lane_rules.add_rule)
def lane_rule_new(request: StaffRequest, store: Store) -> HttpResponse:
    """Show an empty rule, add what it says."""
    if request.method != "POST":
        return _editor(request, store, {"lane": Lane.GENERAL}, "")
    lane_rules.add_rule(store, by=request.user, said=cleaned(LaneRuleForm(request.POST)))
    messages.success(request, _("Added. It holds for every car from now on."))
    return done(request, "lanes", store=store.code)


def _editor(request: StaffRequest, store: Store, initial: dict[str, Any], key: str) -> HttpResponse:
    context = {
        "form": LaneRuleForm(initial=initial), "key": key, "numbers": LANE_NUMBERS,
        "menu": menu_for(request.user, store, current="store-settings"),
    }  # fmt: skip
    return render(request, "reception/lane_rule.html", context)


@guarded(lane_rules.move_rule)
@require_POST
def lane_rule_place(request: StaffRequest, store: Store, rule: str) -> HttpResponse:
    """Move a rule one place up or down."""
    lane_rules.move_rule(_own(request, store, rule), by=request.user, earlier=request.POST.get("to") == "up")
    return done(request, "lanes", store=store.code)


@guarded(lane_rules.switch_rule)
@require_POST
def lane_rule_use(request: StaffRequest, store: Store, rule: str) -> HttpResponse:
    """Use a rule or leave it out."""
    lane_rules.switch_rule(_own(request, store, rule), by=request.user, on=request.POST.get("on") == "1")
    return done(request, "lanes", store=store.code)


@guarded(lane_rules.remove_rule)
@require_POST
def lane_rule_removed(request: StaffRequest, store: Store, rule: str) -> HttpResponse:
    """Take a rule away."""
    lane_rules.remove_rule(_own(request, store, rule), by=request.user)
    messages.success(request, _("The rule is gone."))
    return done(request, "lanes", store=store.code)


@guarded(lane_rules.reset_rules)
@require_POST
def lanes_reset(request: StaffRequest, store: Store) -> HttpResponse:
    """Go back to the product's table."""
    lane_rules.reset_rules(store, by=request.user)
    messages.success(request, _("The product's rules hold again."))
    return done(request, "lanes", store=store.code)


def _shown(store: Store, key: str) -> Any:
    """Return the rule of a key: a row by its id, or the product's by its place while the store has none."""
    if key.isdecimal():
        rules = rules_of(store)
        if 0 < int(key) <= len(rules):
            return rules[int(key) - 1]
        raise Http404
    return _row(key)


def _own(request: StaffRequest, store: Store, key: str) -> LaneRule:
    """Return the store's row of a key; where it has none yet, the product's table becomes its own."""
    if not key.isdecimal():
        return _row(key)
    rows = lane_rules.own_rules(store, by=request.user)
    if not 0 < int(key) <= len(rows):
        raise Http404
    return rows[int(key) - 1]


def _row(key: str) -> LaneRule:
    try:
        return LaneRule.objects.select_related("store").get(pk=UUID(key))
    except (ValueError, LaneRule.DoesNotExist) as missing:
        raise Http404 from missing
