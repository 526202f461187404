"""One way in for everything that people do: online form, tablet queue and API alike."""

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django_scopes import scopes_disabled

from dealership import wiring
from dealership.actions.applying import accept, apply
from dealership.actions.records import lock, recompute
from dealership.models import Device, Operation, Staff, Store, Visit

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
State, Reason = Operation.State, Operation.Reason
DUPLICATE = "duplicate"
BATCH_LIMIT = 500
"""Most operations in one batch."""
SHA256 = re.compile("[0-9a-f]{64}", re.IGNORECASE)


@dataclass(frozen=True)
class Incoming:
    """An operation as its sender wrote it; `at` is the sender's clock (aware).

    `shift` is how far that clock was set between the act and the sending, as far as the sender noticed.
    """

    id: UUID
    visit: UUID
    kind: str
    at: datetime
    shift: timedelta = timedelta(0)
    seq: int = 0
    version: int = 1
    payload: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """What became of an operation: accepted, duplicate or parked (with reason and, for a refusal, its sentence).

    A duplicate with a reason is one whose first copy is parked for that.
    """

    id: UUID
    state: str
    reason: str = ""
    sentence: str = ""


@transaction.atomic
def submit(
    store: Store,
    *,
    by: Staff,
    operations: Sequence[Incoming],
    device: Device | None = None,
    sent_at: datetime | None = None,
    now: datetime | None = None,
) -> list[Result]:
    """Take a batch and answer each operation, in the order given. The number of queries does not grow with it.

    Effects, in order: corrects the moments; locks the visits named; keeps each new operation once (by id); writes
    the facts in bulk, kind by kind; runs requests one by one, parking those that a rule refuses; applies what was
    parked for a visit that has just arrived; recomputes the records of the visits touched.
    """
    now = now or timezone.now()
    operations = [_cleaned(op) for op in operations]
    batch = _Batch(store, by=by, device=device, offset=now - (sent_at or now), now=now)
    known = _known(operations)
    visits = _visits(store, operations)
    lock({visit for visit, _state in visits.values() if visit})

    answers: dict[UUID, Result] = {}
    fresh: dict[UUID, Operation] = {}
    for incoming, moment in batch.timed(operations):
        if incoming.id in known or incoming.id in fresh:
            answers[incoming.id] = _seen(incoming, known.get(incoming.id) or fresh[incoming.id])
            continue
        fresh[incoming.id] = batch.row(incoming, moment, visits)
    won = _insert(sorted(fresh.values(), key=lambda op: op.pk))
    kept = [op for op in fresh.values() if op.pk in won]
    answers |= {id_: Result(id_, DUPLICATE) for id_ in fresh if id_ not in won}

    apply([op for op in kept if op.state == State.ACCEPTED], store)
    opened = {op.visit for op in kept if op.kind == "visit.open" and op.state == State.ACCEPTED}
    kept += _release(store, opened) if opened else []
    answers |= {op.pk: result_of(op) for op in kept}
    touched = {op.visit for op in kept if op.state == State.ACCEPTED and op.kind not in wiring.NOT_OF_A_VISIT}
    recompute(touched, now=now)
    return [answers[incoming.id] for incoming in operations]


@dataclass(frozen=True)
class _Batch:
    """What the operations of one batch share."""

    store: Store
    by: Staff
    device: Device | None
    offset: timedelta
    now: datetime

    def timed(self, operations: Sequence[Incoming]) -> Iterable[tuple[Incoming, datetime]]:
        """Yield each operation with its corrected moment, by `seq`.

        Corrected = `at` + shift + (received - sent), never after now, never before the preceding `seq` of the person
        on this device (without a device: of this batch). Operations of one `seq` have no order among themselves.
        """
        last = self._moment_before(min((op.seq for op in operations), default=0)) if self.device else None
        for _seq, group in groupby(sorted(operations, key=lambda op: op.seq), key=lambda op: op.seq):
            moments = [(op, max(self._corrected(op), last or _LONG_AGO)) for op in group]
            yield from moments
            last = max(moment for _op, moment in moments)

    def _corrected(self, incoming: Incoming) -> datetime:
        try:
            return min(incoming.at + incoming.shift + self.offset, self.now)
        except OverflowError:
            return self.now  # a clock outside the years 1 to 9999 says nothing

    def _moment_before(self, seq: int) -> datetime | None:
        # Each person counts for themselves, also on a tablet that several share.
        rows = Operation.objects.filter(device=self.device, staff=self.by, seq__lt=seq).order_by("-seq")
        return rows.values_list("moment", flat=True).first()

    def row(self, incoming: Incoming, moment: datetime, visits: dict[UUID, tuple[UUID | None, str]]) -> Operation:
        """Return the operation to keep, judged as far as its envelope goes."""
        visit, problem = visits.get(incoming.visit, (None, Reason.UNKNOWN_VISIT))
        name = f"{incoming.kind}/{incoming.version}"
        if incoming.kind in wiring.NOT_OF_A_VISIT:
            problem = ""
        if name not in wiring.FACTS and name not in wiring.REQUESTS:
            problem = Reason.UNKNOWN_KIND
        elif incoming.kind == "visit.open" and problem == Reason.UNKNOWN_VISIT:
            problem = ""
        if not problem and waits_for_blob(incoming):
            problem = Reason.BLOB_MISSING
        return Operation(
            id=incoming.id, store=self.store, device=self.device, seq=incoming.seq, staff=self.by,
            visit=visit or incoming.visit, kind=incoming.kind, version=incoming.version, payload=incoming.payload,
            at=incoming.at, offset=incoming.shift + self.offset, received=self.now, moment=moment,
            state=State.PARKED if problem else State.ACCEPTED, reason=problem,
        )  # fmt: skip


def waits_for_blob(operation: Operation | Incoming) -> bool:
    """Tell whether an operation names a picture that comes by itself, by its SHA-256."""
    named = operation.payload.get("sha256")
    return operation.kind in wiring.BLOBS and isinstance(named, str) and bool(SHA256.fullmatch(named))


def result_of(operation: Operation) -> Result:
    """Return what became of a kept operation."""
    return Result(operation.pk, operation.state, operation.reason, operation.sentence)


def _cleaned(incoming: Incoming) -> Incoming:
    """Drop what the log cannot hold, and evidence that a sender claims: it would be passed on to whoever recomputes."""
    payload = {name: value for name, value in incoming.payload.items() if name != "evidence"}
    return replace(incoming, payload=_storable(payload))


def _storable(value: Any) -> Any:
    """Return JSON without the two things in text that PostgreSQL refuses: NUL and half a surrogate pair."""
    if isinstance(value, str):
        return value.replace("\0", "").encode(errors="replace").decode()
    if isinstance(value, dict):
        return {_storable(name): _storable(each) for name, each in value.items()}
    return [_storable(each) for each in value] if isinstance(value, list) else value


def _known(operations: Sequence[Incoming]) -> dict[UUID, Operation]:
    """Return the operations that are kept already, by id (an id is one thing in all stores)."""
    with scopes_disabled():
        rows = Operation.objects.filter(pk__in=[op.id for op in operations])
        return rows.only("kind", "version", "payload", "state", "reason", "sentence").in_bulk()


def _content_of(operation: Operation | Incoming) -> str:
    content = [operation.kind, operation.version, operation.payload]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _seen(incoming: Incoming, kept: Operation) -> Result:
    if _content_of(kept) == _content_of(incoming):
        return Result(incoming.id, DUPLICATE, kept.reason, kept.sentence)
    return Result(incoming.id, State.PARKED, Reason.ID_REUSED)


def _visits(store: Store, operations: Sequence[Incoming]) -> dict[UUID, tuple[UUID | None, str]]:
    """Return the visit id that a sender named → (the visit that it means, what is wrong with it)."""
    with scopes_disabled():
        rows = Visit.objects.filter(pk__in={op.visit for op in operations}).values_list("pk", "store_id", "joined_to")
        return {
            pk: (joined or pk, "") if store_id == store.pk else (None, str(Reason.OTHER_STORE))
            for pk, store_id, joined in rows
        }


def _insert(operations: Sequence[Operation]) -> set[UUID]:
    """Insert, sorted by id, what is not there yet; return the ids that this transaction won."""
    if not operations:
        return set()
    fields = Operation._meta.concrete_fields
    columns = ", ".join(f'"{f.column}"' for f in fields)
    values = [f.get_db_prep_save(getattr(op, f.attname), connection) for op in operations for f in fields]
    places = ", ".join(["(" + ", ".join(["%s"] * len(fields)) + ")"] * len(operations))
    table = Operation._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{table}" ({columns}) VALUES {places} ON CONFLICT (id) DO NOTHING RETURNING id',  # noqa: S608 (names of our own model)
            values,
        )
        return {id_ for (id_,) in cursor.fetchall()}


def _release(store: Store, opened: Collection[UUID]) -> list[Operation]:
    """Apply what waited for visits that have just arrived; an alias sends it to the first visit of the car."""
    waiting = Operation.objects.filter(store=store, visit__in=opened, reason=Reason.UNKNOWN_VISIT)
    operations = list(waiting.filter(state=State.PARKED).select_related("staff").order_by("moment", "id"))
    joined = dict(Visit.objects.filter(pk__in=opened).exclude(joined_to=None).values_list("pk", "joined_to"))
    for op in operations:
        op.visit = joined.get(op.visit) or op.visit
        op.reason = Reason.BLOB_MISSING if waits_for_blob(op) else ""
    accept(operations, store=store)
    return operations
