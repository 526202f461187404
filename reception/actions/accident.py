"""An accident car: its case, its way through the states, the loss assessment, and the call every second working day.

The one door of `AccidentCase.state`.
"""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.actions import events, promises
from dealership.models import Duty, Promise, Staff, StageChange, Visit
from dealership.refused import Refused
from reception.actions.ownership import require_own
from reception.models import AccidentCase, AccidentChange
from reception.queries.accident import is_accident, next_call

State = AccidentCase.State
MARK = "accident_"
"""Marks of the board: `accident_<state>`."""
FIELDS = ("insurer", "claim_no", "adjuster", "adjuster_phone", "direct")


@transaction.atomic
def open_case(visit: Visit, *, by: Staff | None, now: datetime | None = None) -> AccidentCase:
    """Open the case of an accident car, once; again returns it.

    Effects, in order: the case in its first state, the mark on the board, the first progress call as a promise.
    """
    now = now or timezone.now()
    case, made = AccidentCase.objects.get_or_create(
        store_id=visit.store_id, visit=visit, defaults={"state": State.SURVEY, "state_since": now}
    )
    if made:
        _changed(case, visit, by=by, now=now)
        if not Promise.objects.filter(visit=visit, kind=Promise.Kind.UPDATE, state=Promise.State.OPEN).exists():
            _promise_call(visit, by=by, now=now)
    return case


def open_on_order(visit: Visit, *, by: Staff | None, now: datetime) -> None:
    """Open the case with the order of an accident car."""
    if is_accident(visit):
        open_case(visit, by=by, now=now)


@transaction.atomic
def note_case(visit: Visit, *, by: Staff, now: datetime | None = None, **given: str | bool) -> AccidentCase:
    """Write down insurer, claim number, adjuster with phone, and whether the insurer pays directly (FIELDS)."""
    require_own(visit, by=by, duty=Duty.ESTIMATOR)
    case = open_case(visit, by=by, now=now)
    for name in FIELDS:
        if name in given:
            setattr(case, name, given[name])
    case.save(update_fields=list(FIELDS))
    return case


@transaction.atomic
def assess(visit: Visit, *, by: Staff, amount: Decimal, now: datetime | None = None) -> AccidentCase:
    """Write down the assessed loss (CNY, tax included); a car that waited for it waits for parts now.

    Raises Refused: "accident.amount", "visit.not_yours".
    """
    now = now or timezone.now()
    require_own(visit, by=by, duty=Duty.ESTIMATOR)
    if amount <= 0:
        raise Refused(_("Type the assessed loss, above zero."), "accident.amount", field="assessed")
    case = open_case(visit, by=by, now=now)
    case.assessed, case.assessed_at, case.assessed_by = amount, now, by
    case.save(update_fields=["assessed", "assessed_at", "assessed_by"])
    events.note(visit, kind="accident.assessed", by=by, now=now, amount=str(amount))
    if case.state in (State.SURVEY, State.ASSESSMENT):
        move(case, by=by, to=State.PARTS, source=case.state, now=now)
    return case


@transaction.atomic
def move(
    case: AccidentCase, *, by: Staff, to: str, source: str, note: str = "", now: datetime | None = None
) -> AccidentCase:
    """Take the case from the state `source` that was seen to another one (compare-and-set); again changes nothing.

    Effects, in order: the state, its change, the mark of the board; done ends the progress calls.
    Raises Refused: "accident.moved" (somebody was faster), "accident.state" (no such state).
    """
    now = now or timezone.now()
    if to not in State.values:
        raise Refused(_("Choose one of the states."), "accident.state")
    moved = AccidentCase.objects.filter(pk=case.pk, state=source).update(state=to, state_since=now)
    case.refresh_from_db(fields=["state", "state_since"])
    if not moved:
        if case.state == to:
            return case
        raise Refused(_("A colleague has moved this car on already. Look at where it stands."), "accident.moved")
    _changed(case, case.visit, by=by, now=now, note=note)
    if to == State.DONE:
        promises.settle(case.visit, kind=Promise.Kind.UPDATE, now=now)
    return case


@transaction.atomic
def undo(case: AccidentCase, *, by: Staff, source: str, now: datetime | None = None) -> AccidentCase:
    """Take the last move back: a move of its own to the state before. Raises Refused: "accident.first", as `move`."""
    before = list(AccidentChange.objects.filter(case=case).order_by("-at", "-id").values_list("state", flat=True)[:2])
    if len(before) < 2:
        raise Refused(_("There is nothing to take back."), "accident.first")
    return move(case, by=by, to=before[1], source=source, note="undo", now=now)


@transaction.atomic
def called(case: AccidentCase, *, by: Staff, words: str = "", now: datetime | None = None) -> Promise:
    """Note a progress call: the promise is kept (or not, by its time), and the next one is given.

    Raises Refused: "accident.done", "visit.not_yours".
    """
    now = now or timezone.now()
    visit = case.visit
    require_own(visit, by=by, duty=Duty.ESTIMATOR)
    if case.state == State.DONE:
        raise Refused(_("The repair is done; no more progress calls are due."), "accident.done")
    promises.settle(visit, kind=Promise.Kind.UPDATE, now=now)
    events.note(visit, kind="accident.called", by=by, now=now, words=words[:200])
    return _promise_call(visit, by=by, now=now)


def close_on_leave(visit: Visit, change: StageChange, *, by: Staff | None, now: datetime) -> None:
    """Take the state off the board when the car leaves (entry of a last stage)."""
    for state in State.values if is_accident(visit) else ():
        events.clear_attention(visit, kind=f"{MARK}{state}", now=now)


def _promise_call(visit: Visit, *, by: Staff | None, now: datetime) -> Promise:
    due = next_call(visit.store, now)
    return promises.give(visit, kind=Promise.Kind.UPDATE, by=by, due_at=due, consent="told", now=now)


def _changed(case: AccidentCase, visit: Visit, *, by: Staff | None, now: datetime, note: str = "") -> None:
    AccidentChange.objects.create(store_id=case.store_id, case=case, state=case.state, at=now, by=by, note=note[:200])
    for state in State.values:
        events.clear_attention(visit, kind=f"{MARK}{state}", now=now)
    events.call_attention(visit, kind=f"{MARK}{case.state}", now=now)
    events.note(visit, kind="accident.state", by=by, now=now, state=case.state)
