"""The rules of a store: the product's, in the store's own form where it has one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dealership import wiring
from dealership.models import Staff, Store, business_day
from dealership.queries.message_rules import kinds_on
from delivery.follow_ups import CALL, RULES, Rule, Timing, Trigger
from delivery.models import FollowUpRule
from reception.intervals import DEFAULT
from reception.queries.intervals import add_months, service_day


@dataclass(frozen=True)
class StoreRule:
    """A rule as a store keeps it: `on`, when, and who changed it last. `sends`: the store sends this kind at all."""

    rule: Rule
    on: bool
    timing: Timing
    sends: bool = True
    changed_at: datetime | None = None
    by: Staff | None = None

    @property
    def live(self) -> bool:
        """True where it is planned: on, its kind is sent, and what it is about exists."""
        return self.on and self.sends and self.known

    @property
    def known(self) -> bool:
        """True unless the rule waits for an app that names what it is about."""
        return not self.rule.subject or self.rule.code in wiring.FOLLOW_UP_SUBJECTS


def rules_of(store: Store, *, trigger: str = "", codes: Collection[str] = ()) -> dict[str, StoreRule]:
    """Return code → rule of the store, all or those of a trigger or with these codes, in the order of a visit."""
    wanted = [
        rule
        for rule in RULES.values()
        if (not trigger or rule.trigger == trigger) and (not codes or rule.code in codes)
    ]
    rows: Any = FollowUpRule.objects.filter(store=store, code__in=[rule.code for rule in wanted]).select_related("by")
    own = {row.code: row for row in rows}
    sent = kinds_on(store)
    return {rule.code: _form(rule, own.get(rule.code), sends=rule.kind == CALL or sent[rule.kind]) for rule in wanted}


def _form(rule: Rule, own: FollowUpRule | None, *, sends: bool) -> StoreRule:
    if own is None:
        return StoreRule(rule, True, Timing(rule.days, rule.minutes, rule.at), sends)
    return StoreRule(rule, own.on, Timing(own.days, own.minutes, own.at), sends, own.changed_at, own.by)


@dataclass(frozen=True)
class PreviewLine:
    """A rule with the moment it would have for a car that leaves now (or arrives, books)."""

    form: StoreRule
    due_at: datetime | None

    @property
    def trigger(self) -> str:
        """The fact that it follows, in words."""
        return str(Trigger(self.form.rule.trigger).label)


def preview(store: Store, *, now: datetime) -> list[PreviewLine]:
    """Return every rule with its moment for something that happens now: a fuel car serviced, a booking for a week on.

    None for what is told at once, by the action itself.
    """
    return [PreviewLine(form, _moment(store, form, now)) for form in rules_of(store).values()]


def _moment(store: Store, form: StoreRule, now: datetime) -> datetime | None:
    rule = form.rule
    if not rule.planned or (rule.before and rule.trigger == Trigger.BOOKED):
        return None
    if rule.before:
        today = business_day(store, now)
        return form.timing.ahead(service_day(today, add_months(today, DEFAULT.months), DEFAULT.km), store)
    return form.timing.after(now, store)
