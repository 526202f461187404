"""The fault codes of a visit, explained in the reader's language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from dealership.models import Visit
from dealership.queries.whole import rows_of
from reception.concerns import reader
from reception.fault_codes import explain
from reception.models import Consent, Reading
from reception.queries.sheet import merged_readings

CHIPS = {
    "current": ("bad", "alert-triangle"),
    "pending": ("risk", "clock"),
    "history": ("neutral", "history"),
}


@dataclass(frozen=True)
class CodeRow:
    """A code as it is shown: `text` explains it, `said` is what the scan tool wrote."""

    code: str
    text: str
    said: str
    state: str
    state_label: str
    chip: tuple[str, str]


def may_read_codes(visit: Visit) -> bool:
    """Tell whether the customer agreed to a diagnosis of this car."""
    return Consent.objects.filter(visit=visit, kind=Consent.Kind.DIAGNOSIS).exists()


def codes_of(visit: Visit) -> tuple[list[dict[str, str]], list[UUID]]:
    """Return the codes noted, and the ids of the readings that the next one replaces."""
    merged = merged_readings(row for row in rows_of(visit, Reading) if row.item == Reading.Item.FAULT_CODES)
    return (list(merged.value), [entry.id for entry in merged.heads]) if merged else ([], [])


def code_rows(codes: Iterable[Mapping[str, str]]) -> list[CodeRow]:
    """Return codes with their words, in their order."""
    labels = {"current": _("Present now"), "pending": _("Now and then"), "history": _("From memory")}
    return [
        CodeRow(code["code"], code_words(code["code"]), code.get("text", ""), code["state"],
                labels.get(code["state"], ""), CHIPS.get(code["state"], ("neutral", "circle-dashed")))
        for code in codes
    ]  # fmt: skip


def code_words(code: str) -> str:
    """Return what a code says: the standard's words, its system, or that it is the maker's own."""
    explained = explain(code, reader())
    if explained.kind == "group":
        return _("%(system)s (standard code, see the maker's manual)") % {"system": explained.text}
    if explained.kind == "maker":
        return _("Maker's own code, see the maker's manual")
    if explained.kind == "unknown":
        return _("Not a standard code, kept as the scan tool wrote it")
    return explained.text
