"""What checkers saw in a round. A fact: it comes by form or by tablet, whenever there is network, and is judged then.

A checker has one score for a task: of several the latest (moment, then id) stands, whatever the order of arrival; the
others stay in the log. Another checker's score is a row of its own: two show how far they agree.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.access import refuse_unless
from dealership.actions.operations import Incoming, submit
from dealership.merging import as_uuid
from dealership.models import Operation, Role, Staff, Store, business_day
from dealership.queries.staff import roles_in
from dealership.refused import Refused
from dealership.uuids import uuid7
from feedback.actions.scores import mark_reading
from feedback.models import CheckItem, CheckRound, CheckScore, CheckTask

ACTION = "feedback.actions.check_scores.check"
HIGHEST = 10
WHYS = ("no_moment", "car_gone", "own_work", "other")
"""Why something could not be seen; stored as such, said by `queries.checks`."""
BY_PHONE = CheckItem.Way.PHONE


@dataclass(frozen=True)
class Said:
    """An operation and what it says of which task."""

    operation: Operation
    task: UUID
    score: int | None
    why: str
    note: str

    @property
    def order(self) -> tuple[datetime, UUID]:
        """Of one checker's entries on one task the greatest stands."""
        return self.operation.moment, self.operation.pk


@transaction.atomic
def check(
    task: CheckTask,
    *,
    by: Staff,
    score: int | None,
    why: str = "",
    note: str = "",
    id: UUID | None = None,
    now: datetime | None = None,
) -> CheckScore:
    """Write down what a checker saw, as the tablet's operation does; return the row that stands for this checker.

    Raises Refused("check.refused") with the sentence of `apply_checks`: no such score, no reason for what was not
    seen, the day is over, one's own work, nothing for customer care. A refused form is not kept.
    """
    now = now or timezone.now()
    payload: dict[str, Any] = {"task": str(task.pk), "score": score, "why": why, "note": note}
    incoming = Incoming(id=id or uuid7(now), visit=task.round_id, kind="check", at=now, payload=payload)
    (result,) = submit(task.store, by=by, operations=[incoming], now=now)
    if result.sentence or result.reason:
        raise Refused(result.sentence or _("This entry cannot be read. Enter it again by hand."), "check.refused")
    return CheckScore.objects.get(task=task, by=by)


def apply_checks(store: Store, operations: Sequence[Operation]) -> None:
    """Write what checkers saw, in a constant number of queries; applying again changes nothing.

    Effects, in order: locks the rounds, keeps of each checker and task the latest entry, closes the rounds whose tasks
    are all answered, marks the days whose self-check changed.
    """
    said = list(map(_read, operations))
    _lock(op.visit for op in operations)
    tasks = CheckTask.objects.filter(store=store, pk__in={each.task for each in said})
    known = tasks.select_related("round", "item").in_bulk()
    for each in said:
        _require(store, each, known.get(each.task))
    rows = CheckScore.objects.filter(store=store, task__in=known, by__in={each.operation.staff_id for each in said})
    before = {(row.task_id, row.by_id): row for row in rows}
    latest: dict[tuple[Any, Any], Said] = {}
    for each in sorted(said, key=lambda one: one.order):
        old = before.get((each.task, each.operation.staff_id))
        if old is None or (old.at, old.pk) < each.order:
            latest[each.task, each.operation.staff_id] = each
    CheckScore.objects.filter(pk__in=[before[key].pk for key in latest if key in before]).delete()
    CheckScore.objects.bulk_create([_row(store, each, known[each.task]) for each in latest.values()])
    _close({task.round_id for task in known.values()})
    for day in {task.round.day for task in known.values()}:
        mark_reading(store, day, now=max(op.received for op in operations))


def _read(operation: Operation) -> Said:
    """Read the payload. Raises Refused for what no card can send."""
    given = operation.payload
    task, score, why, note = (given.get(name) for name in ("task", "score", "why", "note"))
    if isinstance(score, bool) or not (score is None or (isinstance(score, int) and 0 <= score <= HIGHEST)):
        raise Refused(_("A score is a whole number from 0 to 10."), "check.score", field="score")
    if score is None and why not in WHYS:
        raise Refused(_("Say why it could not be seen."), "check.why", field="why")
    found = as_uuid(task)
    if found is None:
        raise _unknown()
    return Said(operation, found, score, str(why) if score is None else "", str(note or "").strip()[:300])


def _require(store: Store, said: Said, task: CheckTask | None) -> None:
    """Refuse what this checker may not say now: another round's task, another day, own work, the wrong role."""
    op = said.operation
    refuse_unless(op.staff, store, ACTION)
    if task is None or task.round_id != op.visit:
        raise _unknown()
    if business_day(store, op.moment) != task.round.day:
        raise Refused(_("The day of this round is over; a new one is drawn every day."), "check.day")
    if said.score is not None and task.person_id == op.staff_id:
        sentence = _("This is your own work. Let a colleague look, or say that it could not be seen.")
        raise Refused(sentence, "check.own")
    leads = roles_in(op.staff, store) & {Role.SUPERVISOR, Role.MANAGER}
    if not leads and task.item.way != BY_PHONE:
        raise Refused(
            _("Customer care looks at what is asked by telephone; the supervisor does the rest."), "check.phone"
        )


def _unknown() -> Refused:
    return Refused(_("This round is not known in this store. Open today's round anew."), "check.unknown")


def _row(store: Store, said: Said, task: CheckTask) -> CheckScore:
    op = said.operation
    return CheckScore(
        id=op.pk, store=store, task=task, item_id=task.item_id, touchpoint=task.item.touchpoint,
        visit_id=task.visit_id, person_id=task.person_id, score=said.score, why=said.why, note=said.note,
        at=op.moment, day=task.round.day, by_id=op.staff_id,
    )  # fmt: skip


def _lock(rounds: Iterable[UUID]) -> None:
    """Let two checkers of one round write one after the other (in one order: no two wait for each other)."""
    list(CheckRound.objects.select_for_update(no_key=True).filter(pk__in=set(rounds)).order_by("pk"))


def _close(rounds: Iterable[UUID]) -> None:
    """Close the rounds in which every task has an answer, at the moment of the last one; once closed it stays so."""
    open_rounds = list(CheckRound.objects.filter(pk__in=set(rounds), done_at=None))
    answers: dict[Any, dict[Any, list[CheckScore]]] = {one.pk: {} for one in open_rounds}
    tasks: dict[Any, UUID] = dict(CheckTask.objects.filter(round__in=open_rounds).values_list("pk", "round_id"))
    for row in CheckScore.objects.filter(task__in=tasks):
        answers[tasks[row.task_id]].setdefault(row.task_id, []).append(row)
    for one in open_rounds:
        wanted = sum(of == one.pk for of in tasks.values())
        if wanted and len(answers[one.pk]) == wanted:
            last = max((min(rows, key=lambda row: row.at) for rows in answers[one.pk].values()), key=lambda row: row.at)
            one.done_at, one.by_id = last.at, last.by_id
            one.save(update_fields=["done_at", "by"])
