"""The pre-check sheet as it stands: what the readings of each item come to, and the marks that are left."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from dealership.merging import Entry, Merged, merge
from dealership.models import Visit
from dealership.queries.whole import rows_of, was_read
from dealership.refused import Missing
from reception.concerns import reader, sentence
from reception.fault_codes import explain
from reception.findings import CONTROLS, LAMPS, SYMPTOMS, ZONES, bay_words
from reception.models import WHOLE_CAR, DamageMark, Reading, SheetConfirmation, View

Item = Reading.Item


@dataclass
class Sheet:
    """What is known of one car.

    `readings`: item → the Reading that is shown; `seen`: views with nothing (more) to note; `log`: all readings in
    order; `heads`: item → the ids that the next reading of it replaces; `conflicts`: item → the differing readings
    that stand beside each other, the shown one last; `disputed`: marks with such a field, also removed ones.
    """

    visit: Visit
    log: list[Reading] = field(default_factory=list)
    readings: dict[str, Reading] = field(default_factory=dict)
    heads: dict[str, list[UUID]] = field(default_factory=dict)
    conflicts: dict[str, list[Reading]] = field(default_factory=dict)
    disputed: list[DamageMark] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    marks: list[DamageMark] = field(default_factory=list)
    confirmation: SheetConfirmation | None = None

    def value(self, item: str) -> Any:
        """Return the value of an item, None where nobody has read it."""
        reading = self.readings.get(item)
        return reading.value if reading else None

    def marks_of(self, view: str) -> list[DamageMark]:
        """Return the marks of a view, in order."""
        return [mark for mark in self.marks if mark.view == view]

    def looked_at(self, view: str) -> bool:
        """True when this view was answered, by itself or with the whole car."""
        return bool({view, WHOLE_CAR} & self.seen)

    @property
    def exterior_done(self) -> bool:
        """True when every view was answered."""
        return all(self.looked_at(view) for view in View.values)

    @property
    def cabin_done(self) -> bool:
        """True when mileage and fuel or charge are read."""
        return Item.MILEAGE in self.readings and Item.ENERGY in self.readings


@dataclass(frozen=True)
class Finding:
    """Something that an order line may answer. `code` is stable, `words` shown.

    `source` is a step of 1.5 or 1.7, 1.4/concerns for what the customer was asked about, diagnosis/codes for codes.
    """

    source: str
    code: str
    words: str
    row: UUID


def sheet_of(visit: Visit) -> Sheet:
    """Return the sheet of a visit, in three queries; in none where the visit was read whole."""
    if not was_read(visit, (Reading, DamageMark, SheetConfirmation)):
        return sheets_of([visit])[visit.pk]
    found = {visit.pk: Sheet(visit)}
    _fill(found, rows_of(visit, Reading), rows_of(visit, DamageMark), rows_of(visit, SheetConfirmation))
    return found[visit.pk]


def sheets_of(visits: Collection[Visit]) -> dict[UUID, Sheet]:
    """Return visit id → sheet, in three queries however many."""
    found = {visit.pk: Sheet(visit) for visit in visits}
    _fill(
        found,
        Reading.objects.filter(visit__in=found).select_related("staff").order_by("moment", "id"),
        DamageMark.objects.filter(visit__in=found).order_by("moment", "id"),
        SheetConfirmation.objects.filter(visit__in=found).select_related("by"),
    )
    return found


def _fill(
    found: dict[UUID, Sheet],
    readings: Iterable[Reading],
    marks: Iterable[DamageMark],
    confirmations: Iterable[SheetConfirmation],
) -> None:
    """Put rows (in the order of their moments) on the sheets of their visits."""
    fields: dict[tuple[UUID, str], list[Reading]] = defaultdict(list)
    for reading in readings:
        found[reading.visit_id].log.append(reading)
        fields[reading.visit_id, reading.item].append(reading)
    for (visit_id, item), rows in fields.items():
        _read(found[visit_id], item, rows)
    for mark in marks:
        sheet = found[mark.visit_id]
        if mark.removed_at is None:
            sheet.marks.append(mark)
        if mark.disputed:
            sheet.disputed.append(mark)
    for confirmation in confirmations:
        found[confirmation.visit_id].confirmation = confirmation


def merged_readings(readings: Iterable[Reading]) -> Merged | None:
    """Return what readings of one item come to."""
    return merge(
        Entry(row.pk, row.moment, row.value, None if row.seen is None else frozenset(row.seen), row.staff_id)
        for row in readings
    )


def _read(sheet: Sheet, item: str, readings: list[Reading]) -> None:
    """Put the readings of one item on the sheet. The outside is a union: what anybody has looked at is looked at."""
    merged = merged_readings(readings)
    if merged is None:
        return
    rows = {reading.pk: reading for reading in readings}
    sheet.readings[item] = rows[merged.head.id]
    sheet.heads[item] = [entry.id for entry in merged.heads]
    if item == Item.EXTERIOR:
        sheet.seen = {str(reading.value) for reading in readings}
    elif merged.conflict:
        sheet.conflicts[item] = [rows[entry.id] for entry in merged.sides]


def sheet_missing(visit: Visit) -> list[Missing]:
    """Return what gate 1 waits for: the mileage and the customer's confirmation of the sheet."""
    missing = []
    if not Reading.objects.filter(visit=visit, item=Item.MILEAGE).exists():
        missing.append(Missing("sheet.mileage", _("Enter the mileage."), "sheet-mileage"))
    if not SheetConfirmation.objects.filter(visit=visit).exists():
        missing.append(
            Missing("sheet.confirmation", _("Let the customer confirm the pre-check sheet."), "sheet-confirmation")
        )
    return missing


def findings(visit: Visit) -> list[Finding]:
    """Return what the walk around the car and the customer's own words found, in the order of the walk."""
    sheet = sheet_of(visit)
    found = [
        Finding("1.4/concerns", f"concern.{concern['kind']}", sentence(concern, reader()), reading.pk)
        for reading, concerns in _listed(sheet, Item.CONCERNS)
        for concern in concerns
    ]
    found += [
        Finding("1.5/cabin", code, str(LAMPS.get(code, code)), reading.pk)
        for reading, codes in _listed(sheet, Item.LAMPS)
        for code in codes
    ]
    found += _checked(sheet, Item.CONTROLS, "1.5/controls", CONTROLS)
    found += [Finding("1.5/exterior", mark.kind, mark_words(mark), mark.pk) for mark in sheet.marks]
    found += _checked(sheet, Item.ENGINE_BAY, "1.5/engine", bay_words(visit.vehicle.electric))
    found += [
        Finding("diagnosis/codes", f"code.{row['code']}", _code_words(row["code"]), reading.pk)
        for reading, rows in _listed(sheet, Item.FAULT_CODES)
        for row in rows
    ]
    symptom = sheet.readings.get(Item.SYMPTOM)
    if symptom:
        words = joined([str(SYMPTOMS.get(code, code)) for code in symptom.value["codes"]], symptom.value["words"])
        found.append(Finding("1.7/symptom", "symptom", words, symptom.pk))
    return found


def _code_words(code: str) -> str:
    return f"{code} {explain(code, reader()).text}".strip()


def mark_words(mark: DamageMark) -> str:
    """Return a mark in words: Scratch, right rear door, 12 cm."""
    parts = [str(mark.get_kind_display()), zone_words(mark)]
    if mark.size_cm:
        parts.append(_("%(size)s cm") % {"size": mark.size_cm})
    return joined(parts, mark.note)


def zone_words(mark: DamageMark) -> str:
    """Return where a mark is: its zone, else its view."""
    return str(ZONES.get(mark.zone) or mark.get_view_display())


def joined(parts: Collection[str], note: str = "") -> str:
    """Return parts and note as one line in the reader's punctuation."""
    return _(", ").join([part for part in [*parts, note] if part])


def _listed(sheet: Sheet, item: str) -> list[tuple[Reading, list[Any]]]:
    reading = sheet.readings.get(item)
    return [(reading, reading.value)] if reading else []


def _checked(sheet: Sheet, item: str, source: str, words: dict[str, Any]) -> list[Finding]:
    reading = sheet.readings.get(item)
    if reading is None or reading.value["ok"]:
        return []
    found = [Finding(source, code, str(words.get(code, code)), reading.pk) for code in reading.value["findings"]]
    note = reading.value.get("note", "")
    return [*found, *([Finding(source, "note", note, reading.pk)] if note else [])]
