"""What follows a visit: planned in the transaction of the fact, done when it is due. The one door of
`FollowUp.state` but for what a person says of a call (`actions.calls`).

    waiting ─ message ─→ done (queued) or cancelled (nobody has to hear it)
       └───── call ────→ due ─→ done
"""

from datetime import datetime, timedelta
from time import monotonic
from uuid import UUID

from django.db import transaction
from django_scopes import scope, scopes_disabled

from dealership.actions import messages
from dealership.models import OptOut, Staff, StageChange, Store, Visit, Work
from delivery.follow_ups import CALL, RULES, Rule, Trigger
from delivery.models import FollowUp
from delivery.queries.follow_up_rules import StoreRule, rules_of
from delivery.queries.follow_up_subjects import advice_of, due_again, values_of

State = FollowUp.State
OPEN = (State.WAITING, State.DUE)
LEASE = timedelta(minutes=5)
"""A row whose worker died, or that cannot be done, comes again after that; the others go on."""
SWEEP_SECONDS = 20.0
UNTIL_RETURN = [rule.code for rule in RULES.values() if rule.until_return]


def plan(visit: Visit, *, trigger: str, now: datetime) -> int:
    """Write the rows that follow a fact by the store's rules; what is planned already stays. Return how many.

    Nothing follows a car of the house, nor a visit of which nobody knows whose car it is.
    """
    if visit.customer is None or Work.INTERNAL in visit.works:
        return 0
    rows = []
    for form in rules_of(visit.store, trigger=trigger).values():
        if not (form.live and form.rule.planned) or not _concerns(visit, form.rule):
            continue
        slot, due_at = _when(visit, form, now)
        if due_at:
            rows.append(FollowUp(store_id=visit.store_id, visit=visit, rule=form.rule.code, slot=slot, due_at=due_at))
    FollowUp.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _concerns(visit: Visit, rule: Rule) -> bool:
    """Tell whether this visit has what the rule is about."""
    if rule.kind == CALL:
        return not OptOut.objects.filter(customer=visit.customer, kind=CALL, until=None).exists()
    return not rule.colour or bool(advice_of(visit).filter(colour=rule.colour).exists())


def _when(visit: Visit, form: StoreRule, now: datetime) -> tuple[str, datetime | None]:
    """Return slot and moment; no moment where the rule has none for this visit."""
    if not form.rule.before:
        return "", form.timing.after(now, visit.store)
    due = due_again(visit)
    return (due.day.isoformat(), form.timing.ahead(due.day, visit.store)) if due else ("", None)


def arrived(visit: Visit, change: StageChange, *, by: Staff | None, now: datetime) -> None:
    """Stage entry: a car that is back needs no word about its last visit; then what follows an arrival."""
    if change.source:
        return
    earlier = FollowUp.objects.filter(visit__vehicle=visit.vehicle_id, rule__in=UNTIL_RETURN, state__in=OPEN)
    earlier.exclude(visit=visit).update(state=State.CANCELLED, done_at=now)
    plan(visit, trigger=Trigger.ARRIVED, now=now)


def to_pay(visit: Visit, change: StageChange, *, by: Staff | None, now: datetime) -> None:
    """Stage entry: the sheet is with the cashier."""
    plan(visit, trigger=Trigger.TO_PAY, now=now)


def left(visit: Visit, change: StageChange, *, by: Staff | None, now: datetime) -> None:
    """Stage entry: the car has left."""
    plan(visit, trigger=Trigger.LEFT, now=now)


def visit_cancelled(visit: Visit, change: StageChange, *, by: Staff | None, now: datetime) -> None:
    """Stage entry: nothing follows a visit without repair."""
    FollowUp.objects.filter(visit=visit, state__in=OPEN).update(state=State.CANCELLED, done_at=now)


def bring_home(visit: Visit, *, on: bool, now: datetime) -> None:
    """Plan the word that the car is on its way home; call it off where it is not brought after all."""
    if on:
        # A car that is brought home after all has its row from before.
        again = FollowUp.objects.filter(visit=visit, rule="on_its_way", state=State.CANCELLED, message=None)
        again.update(state=State.WAITING, due_at=now, done_at=None)
        plan(visit, trigger=Trigger.ON_ITS_WAY, now=now)
    else:
        waiting = FollowUp.objects.filter(visit=visit, rule="on_its_way", state=State.WAITING)
        waiting.update(state=State.CANCELLED, done_at=now)


def sweep(now: datetime) -> int:
    """Do what is due in every store: queue the messages, hand the calls to people. Safe to run twice at once."""
    started, done = monotonic(), 0
    for store in _stores_with_due(now):
        with scope(store=store):
            while monotonic() - started < SWEEP_SECONDS and (claimed := claim(now=now)):
                done += _bring_on(*claimed, now=now)
    return done


def claim(*, now: datetime) -> tuple[FollowUp, datetime] | None:
    """Take the row of the open store that is due first, and when it was due; None when nothing is.

    Nobody else gets it before the lease has ended.
    """
    with transaction.atomic():
        due = FollowUp.objects.filter(state=State.WAITING, due_at__lte=now).order_by("due_at", "id")
        first = due.select_for_update(skip_locked=True).values("pk", "due_at").first()
        if first is None:
            return None
        FollowUp.objects.filter(pk=first["pk"]).update(due_at=now + LEASE)
    rows = FollowUp.objects.select_related("visit__store", "visit__customer", "visit__vehicle", "visit__advisor")
    return rows.get(pk=first["pk"]), first["due_at"]


@transaction.atomic
def _bring_on(row: FollowUp, due_at: datetime, *, now: datetime) -> int:
    form = rules_of(row.visit.store, codes=[row.rule]).get(row.rule)
    if form is None or not form.on:
        return _settle(row, State.CANCELLED, due_at=due_at, done_at=now)
    if form.rule.kind == CALL:
        return _settle(row, State.DUE, due_at=due_at)
    values = values_of(row)
    if values is None:
        return _settle(row, State.CANCELLED, due_at=due_at, done_at=now)
    # First the mark, then the message: a row that was called off meanwhile writes none.
    if not _settle(row, State.DONE, due_at=due_at, done_at=now):
        return 0
    message = messages.queue(row.visit, kind=form.rule.kind, by=None, id=row.pk, now=now, **values)
    outcome = {"message": message} if message else {"state": State.CANCELLED}
    return FollowUp.objects.filter(pk=row.pk).update(**outcome)


def _settle(row: FollowUp, state: str, **values: datetime) -> int:
    """Move the row if it is still as it was claimed; 0 when somebody was faster."""
    mine = FollowUp.objects.filter(pk=row.pk, state=State.WAITING, due_at=row.due_at)
    return mine.update(state=state, **values)


def _stores_with_due(now: datetime) -> list[Store]:
    with scopes_disabled():
        due = FollowUp.objects.filter(state=State.WAITING, due_at__lte=now)
        ids: set[UUID] = set(due.values_list("store", flat=True).distinct())
    return list(Store.objects.filter(pk__in=ids).order_by("code")) if ids else []
