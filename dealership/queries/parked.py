"""What the server could not apply, in words that a person understands: who, when, which car, what, and why."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.utils.module_loading import import_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as words

from dealership import wiring
from dealership.merging import as_uuid
from dealership.models import Operation, Role, Staff, StepTick, Store, Visit
from dealership.plates import describe
from dealership.queries.staff import roles_in
from dealership.queries.standards import current_id, stage_names, touchpoints

Reason = Operation.Reason
WHY = {
    Reason.UNKNOWN_VISIT: words("Its visit has not arrived yet. It is applied by itself when the visit comes."),
    Reason.OTHER_STORE: words("The visit belongs to another store. Tell them what it says."),
    Reason.UNKNOWN_KIND: words("This version of the app does not know the entry. Enter it again by hand."),
    Reason.ID_REUSED: words("The same entry came before with other content. Compare them, and enter what is right."),
    Reason.BLOB_MISSING: words("The picture is still on the tablet. It comes by itself when the tablet has network."),
}
FIELD_WORDS = {
    "key_tag": words("Key tag"),
    "dms_no": words("DMS number"),
    "words": words("The customer's words"),
}
MOST = 200
"""Lines of the list; a store that has more has another problem."""


@dataclass(frozen=True)
class Parked:
    """One parked operation. `what` it is (Tick), `text` what it says; `why` a sentence; `plate` empty if unknown."""

    operation: Operation
    what: str
    text: str
    plate: str
    why: str
    mine: bool

    @property
    def can_retry(self) -> bool:
        """False where only the tablet itself can help."""
        return self.operation.reason not in (Reason.BLOB_MISSING, Reason.OTHER_STORE, Reason.ID_REUSED)


def sees_all(staff: Staff, store: Store) -> bool:
    """True for whoever looks after the parked operations of all people of a store."""
    return bool(roles_in(staff, store) & {Role.SUPERVISOR, Role.MANAGER})


def parked_for(staff: Staff, store: Store) -> list[Parked]:
    """Return what waits for a person: one's own, the whole store's for supervisor and manager; the newest first."""
    rows = Operation.objects.filter(store=store, state=Operation.State.PARKED, settled_at=None)
    if not sees_all(staff, store):
        rows = rows.filter(staff=staff)
    operations = list(rows.select_related("staff").order_by("-moment", "-id")[:MOST])
    visits = Visit.objects.select_related("vehicle").in_bulk({op.visit for op in operations})
    names = _Names(store, operations)
    return [
        Parked(op, *names.say(op), _plate(op, visits.get(op.visit)), why(op), op.staff_id == staff.pk)
        for op in operations
    ]


def why(operation: Operation) -> str:
    """Return the sentence that says why an operation is parked and what happens or helps."""
    return operation.sentence or str(WHY.get(Reason(operation.reason), ""))


def _plate(operation: Operation, visit: Visit | None) -> str:
    plate = visit.vehicle.plate if visit else operation.payload.get("plate")
    return describe(plate).display if isinstance(plate, str) and plate else ""


class _Names:
    """The names that payloads only give codes and ids of, read once."""

    def __init__(self, store: Store, operations: Collection[Operation]) -> None:
        language = get_language() or "zh-hans"
        standard = current_id(store)
        self.steps = {step.code: step.name for point in touchpoints(standard, language) for step in point.steps}
        self.stages = stage_names(standard, language)
        undone = [op.payload.get("tick") for op in operations if op.kind == "undo"]
        ticks = StepTick.objects.filter(pk__in=filter(None, map(as_uuid, undone)))
        self.ticks = {str(tick.pk): tick.code for tick in ticks} if undone else {}

    def say(self, operation: Operation) -> tuple[str, str]:
        """Return what an operation is and what it says, as far as it can be read."""
        given, kind = operation.payload, operation.kind
        if kind in wiring.OPERATION_WORDS:
            what, text = import_string(wiring.OPERATION_WORDS[kind])(given)
            return str(what), str(text)
        known = {
            "tick": (_("Tick"), self._step(given.get("step"))),
            "undo": (_("Tick taken back"), self._step(self.ticks.get(str(given.get("tick")), ""))),
            "note": (_("Note"), _text(given.get("text"))),
            "visit.open": (_("New arrival"), _arrival(given)),
            "visit.take": (_("Car taken over"), ""),
            "visit.greet": (_("Customer greeted"), ""),
            "stage.advance": (_("On to the next stage"), self.stages.get(_text(given.get("to")), "")),
            "field.set": (_field(given.get("field")), _text(given.get("value"))),
            "photo": (_("Photo"), _text(given.get("label"))),
        }
        return known.get(kind, (_("Entry"), _text(given.get("text") or given.get("value"))))

    def _step(self, code: Any) -> str:
        return self.steps.get(_text(code), _text(code))


def _arrival(given: dict[str, Any]) -> str:
    customer = given.get("customer")
    name = customer.get("name") if isinstance(customer, dict) else ""
    return " · ".join(part for part in (_text(given.get("plate")), _text(name), _text(given.get("words"))) if part)


def _field(name: Any) -> str:
    return str(FIELD_WORDS.get(_text(name), _("Entry")))


def _text(value: Any) -> str:
    return str(value)[:200] if isinstance(value, str | int) else ""
