"""What the customer has confirmed, word for word, and what was corrected afterwards."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from dealership.models import Operation, Staff
from dealership.queries.whole import rows_of
from reception.models import DamageMark, Reading, SheetConfirmation
from reception.queries.facts import sheet_lines
from reception.queries.sheet import Sheet, mark_words
from reception.reasons import reason_words

Item = Reading.Item
MARK = "mark"
FROZEN = frozenset(
    {MARK, Item.COVERS, Item.MILEAGE, Item.ENERGY, Item.CHARGING, Item.LAMPS, Item.BELONGINGS, Item.VALUABLES,
     Item.CONTROLS, Item.EXTERIOR, Item.ENGINE_BAY, Item.EXAM}
)  # fmt: skip
"""What stands on the sheet. The other readings belong to the express lane, the claim and the diagnosis."""


@dataclass(frozen=True)
class Correction:
    """An entry beside the confirmed sheet: what it says, why, by whom, when. `late`: made before, arrived after."""

    label: str
    text: str
    reason: str
    by: Staff | None
    at: datetime
    late: bool = False


@dataclass
class Confirmed:
    """The sheet as the customer reads it, frozen once it is confirmed, and the corrections beside it, in order."""

    sheet: Sheet
    corrections: list[Correction] = field(default_factory=list)

    @property
    def lines(self) -> list[tuple[str, str]]:
        """Return label and text of each line."""
        return sheet_lines(self.sheet)


def shown_entries(sheet: Sheet) -> list[UUID]:
    """Return the ids of the readings and marks that stand on the sheet now."""
    rows = [row.pk for item, row in sheet.readings.items() if item in FROZEN]
    return [*rows, *(mark.pk for mark in sheet.marks)]


def confirmed(sheet: Sheet) -> Confirmed:
    """Return what was confirmed and what came after, in one query; the sheet as it stands while it is open."""
    row = sheet.confirmation
    if row is None:
        return Confirmed(sheet)
    frozen = Sheet(sheet.visit, confirmation=row)
    found = _split_readings(frozen, row, sheet.log) + _split_marks(frozen, row)
    return Confirmed(frozen, sorted(found, key=lambda one: one.at))


def _shown(row: SheetConfirmation, entry: Reading | DamageMark) -> bool:
    """Tell whether an entry was confirmed; a confirmation of older times names none, there the moment decides."""
    return entry.pk in row.entries if row.entries else entry.moment <= row.at


def _split_readings(frozen: Sheet, row: SheetConfirmation, log: list[Reading]) -> list[Correction]:
    after = []
    for reading in log:
        if reading.item == Item.EXTERIOR and reading.moment <= row.at:
            # The sides are one line: a tablet names the last of them.
            frozen.seen.add(str(reading.value))
        elif reading.item in FROZEN and not _shown(row, reading):
            after.append(reading)
        else:
            frozen.readings[reading.item] = reading
    return [
        Correction(label, text, reason_words(one.reason), one.staff, one.moment, one.moment <= row.at)
        for one in after
        for label, text in _said(frozen, one)
    ]


def _said(frozen: Sheet, reading: Reading) -> list[tuple[str, str]]:
    """Return the lines that this reading alone writes on an empty sheet."""
    seen = {str(reading.value)} if reading.item == Item.EXTERIOR else set()
    empty = sheet_lines(Sheet(frozen.visit))
    alone = sheet_lines(Sheet(frozen.visit, readings={reading.item: reading}, seen=seen))
    lines = [line for line in alone if line not in empty]
    return lines or [(str(reading.get_item_display()), _("Noted"))]


def _split_marks(frozen: Sheet, row: SheetConfirmation) -> list[Correction]:
    found: list[Correction] = []
    log = _log(frozen)
    for mark in rows_of(frozen.visit, DamageMark):
        later = [op for op in log[mark.pk] if op.moment > row.at]
        if not _shown(row, mark):
            if not mark.removed_at:
                why = reason_words(mark.reason)
                found.append(
                    Correction(_("Damage added"), mark_words(mark), why, mark.staff, mark.moment, mark.moment <= row.at)
                )
            continue
        if not later and mark.removed_at:
            continue
        found += [_change(mark, op) for op in later]
        then = _as_it_was(mark, [op for op in log[mark.pk] if op.moment <= row.at]) if later else mark
        frozen.marks.append(then)
    return found


def _log(frozen: Sheet) -> dict[UUID, list[Operation]]:
    """Return mark → the operations that changed it, in order."""
    changes: dict[UUID, list[Operation]] = defaultdict(list)
    rows = Operation.objects.filter(visit=frozen.visit.pk, kind=MARK, state=Operation.State.ACCEPTED)
    for op in rows.select_related("staff").order_by("moment", "id"):
        named = str(op.payload.get("mark") or op.pk)
        try:
            changes[UUID(named)].append(op)
        except ValueError:
            continue
    return changes


def _as_it_was(mark: DamageMark, log: list[Operation]) -> DamageMark:
    """Return the mark with the values that it had after these operations."""
    past = DamageMark(
        id=mark.pk, store_id=mark.store_id, visit_id=mark.visit_id, view=mark.view, zone=mark.zone, x=mark.x, y=mark.y,
        staff=mark.staff, moment=mark.moment,
    )  # fmt: skip
    for op in log:
        _write(past, op)
    return past


def _write(mark: DamageMark, op: Operation) -> None:
    if op.payload.get("kind") in DamageMark.Kind.values:
        mark.kind = op.payload["kind"]
    if isinstance(op.payload.get("size_cm"), int):
        mark.size_cm = op.payload["size_cm"]
    if "note" in op.payload:
        mark.note = str(op.payload["note"]).strip()[:120]


def _change(mark: DamageMark, op: Operation) -> Correction:
    """Say what an operation after the confirmation made of a mark."""
    why = reason_words(str(op.payload.get("reason") or ""))
    if "removed" in op.payload:
        label = _("Damage taken off") if op.payload["removed"] else _("Damage put back")
        return Correction(label, mark_words(mark), why, op.staff, op.moment)
    now = _as_it_was(mark, [op])
    now.kind = op.payload.get("kind") if op.payload.get("kind") in DamageMark.Kind.values else mark.kind
    return Correction(_("Damage changed"), mark_words(now), why, op.staff, op.moment)
