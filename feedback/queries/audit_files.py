"""A file of an audit: the store's items with a score each, as CSV or XLSX."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO, Any
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dealership.refused import Refused
from feedback.models import CheckItem
from feedback.queries.check_items import words_of
from reception.imports.cells import as_decimal, as_text, squeezed
from reception.imports.reader import examine, neutral, read

HEADINGS = {
    "code": ("item code", "code", "编号", "編號", "项目编号", "項目編號"),
    "score": ("score", "分数", "分數", "得分"),
    "note": ("note", "备注", "備註", "说明", "說明"),
}


@dataclass(frozen=True)
class Given:
    """What somebody from outside gave an item."""

    score: int
    note: str = ""


def template_rows(items: Iterable[CheckItem]) -> bytes:
    """Return a CSV (UTF-8 with mark, for Excel) of the items, its score column empty."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_("Item code"), _("touchpoint"), _("item"), _("Standard of the item"), _("score"), _("note")])
    for item in items:
        words = words_of(item)
        writer.writerow([neutral(cell) for cell in (item.code, item.touchpoint, words.item, words.standard, "", "")])
    return out.getvalue().encode("utf-8-sig")


def read_scores(file: IO[bytes], items: Iterable[CheckItem]) -> dict[UUID, Given]:
    """Return what a file gives, by the item's id; rows without a score were not looked at.

    Raises Refused: "audit.columns" without code and score, "audit.row" naming the first row that cannot be read, and
    whatever the reader of files refuses.
    """
    ending = examine(file, getattr(file, "name", "") or "")
    known = [squeezed(name) for names in HEADINGS.values() for name in names]
    table = read(file, name=f"audit.{ending}", language=get_language() or "zh-hans", known=known)
    places = _places(table.headings)
    if "code" not in places or "score" not in places:
        raise Refused(
            _("The file needs the columns “code” and “score”. Take the template."), "audit.columns", field="file"
        )
    by_code = {item.code: item.pk for item in items}
    found: dict[UUID, Given] = {}
    for number, cells in table.rows:
        given = _given(number, cells, places)
        if given is None:
            continue
        code = as_text(_cell(cells, places["code"]))
        if code not in by_code:
            raise _bad(number, _("no item has the code “%(code)s”") % {"code": code[:40]})
        found[by_code[code]] = given
    return found


def _places(headings: Sequence[str]) -> dict[str, int]:
    wanted = {squeezed(name): field for field, names in HEADINGS.items() for name in names}
    return {wanted[squeezed(name)]: at for at, name in enumerate(headings) if squeezed(name) in wanted}


def _given(number: int, cells: Sequence[Any], places: dict[str, int]) -> Given | None:
    cell = _cell(cells, places["score"])
    if not as_text(cell):
        return None
    score = as_decimal(cell)
    if score is None or score != int(score) or not 0 <= score <= 10:
        raise _bad(number, _("a score is a whole number from 0 to 10"))
    note = as_text(_cell(cells, places["note"])) if "note" in places else ""
    return Given(int(score), note)


def _cell(cells: Sequence[Any], place: int) -> Any:
    return cells[place] if place < len(cells) else ""


def _bad(number: int, why: str) -> Refused:
    return Refused(_("Row %(number)s: %(why)s.") % {"number": number, "why": why}, "audit.row", field="file")
