"""The store's own table of lanes. Until it is touched the product's table holds; the first change copies it."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from dealership.models import Staff, Store
from dealership.refused import Refused
from reception.lanes import DEFAULTS, Rule, is_last
from reception.models import LaneRule

FIELDS = (
    "arrivals", "works", "only", "levels", "history", "opens", "closes", "lane", "sign", "first", "tell_manager",
)  # fmt: skip
"""What a rule says, besides its place and whether it is in use."""


def row_of(store: Store, rule: Rule, position: int) -> LaneRule:
    """Return an unsaved row that says what a rule of the product says."""
    said = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(rule).items()}
    return LaneRule(store=store, position=position, **said)


@transaction.atomic
def own_rules(store: Store, *, by: Staff | None) -> list[LaneRule]:
    """Return the store's rows in order, locked; copied from the product's table where there are none."""
    Store.objects.select_for_update(no_key=True).get(pk=store.pk)
    rows = list(LaneRule.objects.filter(store=store).select_for_update())
    if rows:
        return rows
    made = [row_of(store, rule, position) for position, rule in enumerate(DEFAULTS, start=1)]
    return LaneRule.objects.bulk_create(made)


@transaction.atomic
def add_rule(store: Store, *, by: Staff, said: Mapping[str, Any]) -> LaneRule:
    """Add a rule before the one that fits every car, else at the end. Raises Refused as `change_rule` does."""
    rows = own_rules(store, by=by)
    values = _checked(said)
    place = next((number for number, row in enumerate(rows) if is_last(row)), len(rows))
    row = LaneRule.objects.create(store=store, position=rows[-1].position + 1, **values)
    _number([*rows[:place], row, *rows[place:]])
    return row


@transaction.atomic
def change_rule(rule: LaneRule, *, by: Staff, said: Mapping[str, Any]) -> LaneRule:
    """Make a rule say what `said` (names of FIELDS) holds.

    Raises Refused("lane.hours") for hours without length, "lane.works" for "nothing else" without any work.
    """
    values = _checked(said)
    for name, value in values.items():
        setattr(rule, name, value)
    rule.save(update_fields=list(values))
    return rule


def _checked(said: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: said[name] for name in FIELDS if name in said}
    if values.get("opens") is not None and values.get("opens") == values.get("closes"):
        raise Refused(
            _("From and until are the same time. Leave both empty for the whole day."), "lane.hours", field="closes"
        )
    if values.get("only") and not values.get("works"):
        raise Refused(_("Say which work it is when there may be nothing else."), "lane.works", field="works")
    return values


@transaction.atomic
def move_rule(rule: LaneRule, *, by: Staff, earlier: bool) -> LaneRule:
    """Move a rule one place up or down. Raises Refused("lane.end") at the end of the table."""
    rows = own_rules(rule.store, by=by)
    at = [row.pk for row in rows].index(rule.pk)
    to = at - 1 if earlier else at + 1
    if not 0 <= to < len(rows):
        raise Refused(_("This rule stands at the end already."), "lane.end")
    rows[at], rows[to] = rows[to], rows[at]
    _number(rows)
    rule.position = rows[to].position
    return rule


def switch_rule(rule: LaneRule, *, by: Staff, on: bool) -> LaneRule:
    """Use a rule, or leave it out for now."""
    rule.active = on
    rule.save(update_fields=["active"])
    return rule


def remove_rule(rule: LaneRule, *, by: Staff) -> None:
    """Take a rule away. Raises Refused("lane.only_one") for the last of the table: reset it instead."""
    if not LaneRule.objects.filter(store=rule.store).exclude(pk=rule.pk).exists():
        raise Refused(_("This is the last rule. Go back to the product's rules instead."), "lane.only_one")
    rule.delete()


def reset_rules(store: Store, *, by: Staff) -> int:
    """Go back to the product's table; return how many rows of the store that takes away."""
    return LaneRule.objects.filter(store=store).delete()[0]


def _number(rows: list[LaneRule]) -> None:
    """Write the order down. Two steps: no position may be taken twice, not even for a moment."""
    beyond = max(row.position for row in rows) + len(rows)
    for shift in (beyond, 0):
        for number, row in enumerate(rows, start=1):
            if row.position != number or shift:
                row.position = number + shift
                row.save(update_fields=["position"])
