"""Orders of the maker's system, one row a line, matched to a car in the house by VIN, then by plate."""

from datetime import datetime
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dealership import plates, vin
from dealership.models import Staff, Store, Visit
from dealership.stages import ENDED
from reception.actions.imported_lines import Imported, take_line
from reception.actions.lines import CLOSED_STAGES
from reception.imports.cells import Bad, Cells, Column, Row, Wanted
from reception.imports.reasons import Reason
from reception.imports.words import headings, known_words
from reception.models import LabourOperation, OrderLine, Package, Part

MOST = Decimal("999999.99")
HEADINGS = headings("orders")
KINDS = known_words("orders", "kinds")

COLUMNS = (
    Column("dms_no", _("DMS number"), HEADINGS["dms_no"], needed=True, example="R261120001"),
    Column("vin", _("VIN"), HEADINGS["vin"], example="LSVAA2180E2123456"),
    Column("plate", _("Plate"), HEADINGS["plate"], example="沪A·8K2D6"),
    Column("kind", _("Kind"), HEADINGS["kind"], example="工时 / 配件 / 套餐"),
    Column("code", _("Code"), HEADINGS["code"], needed=True, example="M01"),
    Column("name", _("Name of the item"), HEADINGS["name"], needed=True, example="更换机油机滤"),
    Column("quantity", _("Quantity"), HEADINGS["quantity"], example="1"),
    Column("hours", _("Hours"), HEADINGS["hours"], example="0.6"),
    Column("labour", _("Labour, ¥"), HEADINGS["labour"], example="156.00"),
    Column("parts", _("Parts, ¥"), HEADINGS["parts"], example="454.00"),
    Column("amount", _("Amount"), HEADINGS["amount"], example="610.00"),
)  # fmt: skip


def check(store: Store, row: Row) -> Wanted | list[Bad]:
    """Read a line and find its car: in the house, not settled yet, and not entered under another number."""
    cells = Cells(row)
    dms_no = cells.code("dms_no", most=40, needed=True)
    visit = _visit(cells)
    line = _line(cells)
    if visit and dms_no:
        _check_visit(cells, visit, dms_no)
    if cells.bad or visit is None or line is None:
        return cells.bad
    return Wanted((dms_no, visit.pk, line.kind, line.code), {"visit": visit.pk, "dms_no": dms_no, "line": line})


def take(store: Store, wanted: Wanted, *, by: Staff, now: datetime) -> str:
    """Write the line into the order of its car."""
    rows = Visit.objects.select_for_update(of=("self",), no_key=True).select_related("store", "vehicle", "customer")
    visit = rows.get(pk=wanted.values["visit"])
    return take_line(visit, by=by, dms_no=wanted.values["dms_no"], line=wanted.values["line"], now=now)


def _visit(cells: Cells) -> Visit | None:
    number = vin.normalise(cells.text("vin", most=60))
    plate = plates.normalise(cells.text("plate", most=40))
    if not number and not plate:
        cells.refuse("vin", Reason.MISSING)
        return None
    named = (Q(vehicle__vin=number) if number else Q()) | (Q(vehicle__plate=plate) if plate else Q())
    here = Visit.objects.filter(named, joined_to=None).exclude(stage__in=ENDED).select_related("vehicle")
    found = list(here)
    by_vin = [visit for visit in found if number and visit.vehicle.vin == number]
    by_plate = [visit for visit in found if plate and visit.vehicle.plate == plate]
    visit = next(iter(by_vin or by_plate), None)
    if visit is None:
        cells.refuse("vin" if number else "plate", Reason.NO_CAR)
    elif any(other.pk != visit.pk or (number and other.vehicle.vin not in ("", number)) for other in by_plate):
        cells.refuse("plate", Reason.OTHER_CAR)
    return visit


def _check_visit(cells: Cells, visit: Visit, dms_no: str) -> None:
    if visit.stage in CLOSED_STAGES:
        cells.refuse("dms_no", Reason.SETTLED)
    if visit.dms_no and visit.dms_no != dms_no:
        cells.refuse("dms_no", Reason.OTHER_NUMBER, number=visit.dms_no)
    others = Visit.objects.filter(dms_no=dms_no, joined_to=None).exclude(stage__in=ENDED).exclude(pk=visit.pk)
    other = others.select_related("vehicle").first()
    if other:
        cells.refuse("dms_no", Reason.NUMBER_USED, plate=other.vehicle.plate)


def _line(cells: Cells) -> Imported | None:
    code = cells.code("code", most=20, needed=True)
    name = cells.text("name", most=120, needed=True)
    kind = cells.choice("kind", KINDS)
    quantity = cells.whole("quantity", least=1, most=99)
    hours = cells.decimal("hours", most=Decimal("999.99"))
    labour, parts, amount = (cells.decimal(each, most=MOST) for each in ("labour", "parts", "amount"))
    if cells.bad:
        return None
    kind = kind or _kind_of(code, labour, parts)
    if labour is None and parts is None:
        if amount is None:
            cells.refuse("amount", Reason.MISSING)
            return None
        labour, parts = (amount, None) if kind == OrderLine.Kind.LABOUR else (None, amount)
    return Imported(
        kind=kind, code=code, name=name, quantity=quantity or 1, hours=hours, labour=labour or Decimal(0),
        parts=parts or Decimal(0),
    )  # fmt: skip


def _kind_of(code: str, labour: Decimal | None, parts: Decimal | None) -> str:
    """Return the kind of a line without one: what the price book says of its code, else by its amounts."""
    books = ((OrderLine.Kind.LABOUR, LabourOperation), (OrderLine.Kind.PART, Part), (OrderLine.Kind.PACKAGE, Package))
    found = next((kind for kind, model in books if model.objects.filter(code=code).exists()), None)
    return str(found or (OrderLine.Kind.LABOUR if labour and not parts else OrderLine.Kind.PART))
