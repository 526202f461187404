"""Ticks: by hand, by a record, and taken back."""

import random
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.actions.operations import Incoming, Result, submit
from dealership.actions.records import recompute
from dealership.models import Operation, Staff, StepTick, Store, TickUndo, Visit
from dealership.queries.course import specs_of
from dealership.refused import Refused
from dealership.scoring import UNDO_AFTER_EXIT
from dealership.uuids import seeded_uuid7, uuid7

REASONS = ("no_time", "customer_declined", "not_needed")
"""The three chips of 未做 and 不适用."""


def tick(
    visit: Visit,
    *,
    by: Staff,
    steps: Collection[str],
    answer: str = StepTick.Answer.DONE,
    reason: str = "",
    ids: Sequence[UUID] = (),
    now: datetime | None = None,
) -> list[Result]:
    """Answer one or several steps of a visit by hand ("1.5/controls"); a card's one tap names all its hand steps.

    `ids` are the operations' ids made when the page was drawn (a second press changes nothing).
    Raises Refused("tick.step") for a step that the visit's standard does not have.
    """
    known = {spec.code for spec in specs_of(visit.standard_id)}
    if not steps or not set(steps) <= known:
        raise Refused(_("This step is not part of the standard of this visit. Reload the page."), "tick.step")
    now = now or timezone.now()
    listed = list(ids) or [uuid7(now) for _step in steps]
    incoming = [
        Incoming(id=id_, visit=visit.pk, kind="tick", at=now, payload=_payload(code, answer, reason))
        for id_, code in zip(listed, steps, strict=True)
    ]
    return submit(visit.store, by=by, operations=incoming, now=now)


def undo(
    visit: Visit, *, by: Staff, ticks: Collection[UUID], ids: Sequence[UUID] = (), now: datetime | None = None
) -> list[Result]:
    """Take ticks back, until ten minutes after the car left. Raises Refused("undo.too_late") after that.

    Where a record ticked the step, the ticks of other records on it go too: the step is open again.
    """
    now = now or timezone.now()
    if visit.left_at and now > visit.left_at + UNDO_AFTER_EXIT:
        raise Refused(
            _("The car has left more than 10 minutes ago. Ask the supervisor to correct it."), "undo.too_late"
        )
    listed = list(ids) or [uuid7(now) for _tick in ticks]
    others = _other_proofs(visit, ticks)
    incoming = [
        Incoming(id=id_, visit=visit.pk, kind="undo", at=now, payload={"tick": str(tick_id)})
        for id_, tick_id in zip([*listed, *(uuid7(now) for _tick in others)], [*ticks, *others], strict=True)
    ]
    return submit(visit.store, by=by, operations=incoming, now=now)


@transaction.atomic
def tick_by_record(
    visit: Visit,
    *,
    steps: Collection[str],
    record: models.Model,
    by: Staff | None,
    now: datetime | None = None,
    answer: str = StepTick.Answer.DONE,
) -> None:
    """Let a saved record tick its steps: an operation of kind `tick` that names the record, live.

    A step that this record (or one of an earlier moment) has ticked is left alone, so saving twice changes nothing,
    and records that arrive in any order leave the same earliest tick.
    `by` is None where the customer acted; the operation is then written for the visit's advisor, the tick for nobody.
    """
    now = now or timezone.now()
    evidence = f"{record._meta.label}:{record.pk}"
    ticked = set(
        StepTick.objects.filter(visit=visit, moment__lte=now)
        .exclude(evidence="")
        .exclude(pk__in=TickUndo.objects.filter(visit=visit).values("tick"))
        .values_list("touchpoint", "step")
    )
    fresh = [code for code in steps if tuple(code.split("/")) not in ticked]
    author = by or visit.advisor
    if not fresh or author is None:
        return
    operations = [
        Operation(
            id=uuid7(now), store_id=visit.store_id, visit=visit.pk, staff=author, kind="tick", seq=0,
            payload=_payload(code, answer, "") | {"evidence": evidence},
            at=now, offset=now - now, received=now, moment=now, state=Operation.State.ACCEPTED,
        )
        for code in fresh
    ]  # fmt: skip
    Operation.objects.bulk_create(operations)
    _write(operations, trusted=True)
    recompute([visit.pk], now=now)


@dataclass(frozen=True)
class Proof:
    """A saved record (`staff_id` and `moment` of its author) that proves a step ("1.5/cabin") of a visit."""

    step: str
    record: Any
    visit_id: UUID


def tick_by_records(store: Store, *, proofs: Iterable[Proof]) -> None:
    """Let each record tick its step, at its own moment: what is written does not depend on which came first.

    Writing again changes nothing. The caller recomputes the records of the visits.
    """
    operations = []
    for proof in proofs:
        row = proof.record
        evidence = f"{row._meta.label}:{row.pk}"
        id_ = seeded_uuid7(row.moment, random.Random(f"{evidence} {proof.step}"))  # noqa: S311 (a name, not a secret)
        operations.append(
            Operation(
                id=id_, store=store, visit=proof.visit_id, staff_id=row.staff_id, kind="tick", seq=0,
                payload=_payload(proof.step, StepTick.Answer.DONE, "") | {"evidence": evidence},
                at=row.moment, offset=timedelta(0), received=row.moment, moment=row.moment,
                state=Operation.State.ACCEPTED,
            )
        )  # fmt: skip
    Operation.objects.bulk_create(operations, ignore_conflicts=True)
    _write(operations, trusted=True)


def apply_ticks(store: Store, operations: list[Operation]) -> None:
    """Write the ticks of accepted operations. Evidence that a sender claims is dropped: only the server knows it."""
    _write(operations, trusted=False)


def apply_undos(store: Store, operations: list[Operation]) -> None:
    """Write the undos of accepted operations; the tick that one names may not have arrived yet."""
    rows = [
        TickUndo(id=op.pk, store=store, visit_id=op.visit, tick=UUID(op.payload["tick"]), staff_id=op.staff_id,
                 moment=op.moment)
        for op in operations
        if _is_uuid(op.payload.get("tick"))
    ]  # fmt: skip
    TickUndo.objects.bulk_create(rows, ignore_conflicts=True)


def _other_proofs(visit: Visit, ticks: Collection[UUID]) -> list[UUID]:
    """Return the other standing ticks by records on the steps of those that are taken back, if these stand."""
    undone = TickUndo.objects.filter(visit=visit).values("tick")
    standing = StepTick.objects.filter(visit=visit).exclude(evidence="").exclude(pk__in=undone)
    rows = list(standing.values_list("pk", "touchpoint", "step"))
    steps = [step for pk, *step in rows if pk in ticks]
    return [pk for pk, *step in rows if step in steps and pk not in ticks]


def _write(operations: list[Operation], *, trusted: bool) -> None:
    rows = []
    for op in operations:
        touchpoint, _slash, step = str(op.payload.get("step", "")).partition("/")
        answer = op.payload.get("answer", StepTick.Answer.DONE)
        if answer in StepTick.Answer.values and len(touchpoint) <= 4 and step and len(step) <= 32:
            rows.append(
                StepTick(
                    id=op.pk, store_id=op.store_id, visit_id=op.visit, touchpoint=touchpoint, step=step,
                    answer=answer, reason=str(op.payload.get("reason", ""))[:60], staff_id=op.staff_id,
                    evidence=op.payload.get("evidence", "") if trusted else "", moment=op.moment,
                )
            )  # fmt: skip
    StepTick.objects.bulk_create(rows, ignore_conflicts=True)


def _payload(code: str, answer: str, reason: str) -> dict[str, Any]:
    payload = {"step": code, "answer": str(answer)}
    return payload | {"reason": reason} if reason else payload


def _is_uuid(text: Any) -> bool:
    try:
        UUID(str(text))
    except ValueError:
        return False
    return True
