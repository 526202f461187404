"""The price book: hourly rates, labour operations, parts, packages and what is in them."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from dealership.models import Staff, Store, Vehicle
from reception.imports.cells import Bad, Cells, Column, Row, Wanted, squeezed
from reception.imports.reasons import Reason
from reception.imports.words import headings, known_words
from reception.models import LabourOperation, LabourRate, Package, PackageLine, Part
from reception.models.pricelist import Priced

MOST = Decimal("999999.99")
CODE, NAME = 20, 120
PRICED: dict[str, type[Priced]] = {"operation": LabourOperation, "part": Part, "package": Package}


HEADINGS = headings("prices")
KINDS, RATES, UNITS, ACTIVE, ENERGIES = (
    known_words("prices", name) for name in ("kinds", "rates", "units", "active", "energies")
)

COLUMNS = (
    Column("kind", _("Kind"), HEADINGS["kind"], example="工时 / 配件 / 套餐 / 套餐明细 / 工时单价"),
    Column("code", _("Code"), HEADINGS["code"], needed=True, example="M01"),
    Column("name", _("Name of the item"), HEADINGS["name"], needed=True, example="更换机油机滤"),
    Column("name_hans", _("Name, simplified Chinese"), HEADINGS["name_hans"]),
    Column("name_hant", _("Name, traditional Chinese"), HEADINGS["name_hant"]),
    Column("name_en", _("Name, English"), HEADINGS["name_en"]),
    Column("hours", _("Hours"), HEADINGS["hours"], example="0.6"),
    Column("rate", _("Rate"), HEADINGS["rate"], example="机修 / 高压 / 喷漆"),
    Column("price", _("Price"), HEADINGS["price"], example="388.00"),
    Column("unit", _("Unit"), HEADINGS["unit"], example="个 / 套 / 对 / 瓶"),
    Column("stock", _("In stock"), HEADINGS["stock"], example="12"),
    Column("package", _("Package (code)"), HEADINGS["package"], example="P10"),
    Column("quantity", _("Quantity"), HEADINGS["quantity"], example="1"),
    Column("models", _("Models"), HEADINGS["models"], example="途观L、迈腾"),
    Column("energies", _("Energy"), HEADINGS["energies"], example="燃油、插混"),
    Column("mileage", _("At km"), HEADINGS["mileage"], example="10000"),
    Column("active", _("Offered"), HEADINGS["active"], example="是 / 否"),
)  # fmt: skip


def check(store: Store, row: Row) -> Wanted | list[Bad]:
    """Read a row of one of the five kinds; an empty kind is an operation with hours, or a part with a price."""
    cells = Cells(row)
    kind = cells.choice("kind", KINDS)
    if not kind and not cells.bad:
        kind = _guess(cells)
    readers = {"line": _line, "rate": _rate}
    wanted = readers.get(kind, _priced)(store, cells, kind) if kind else None
    return cells.bad if cells.bad or wanted is None else wanted


def _guess(cells: Cells) -> str:
    hours, price = (cells.row.cells.get(name) not in (None, "") for name in ("hours", "price"))
    if hours == price:
        cells.refuse("kind", Reason.MISSING)
        return ""
    return "operation" if hours else "part"


def _rate(store: Store, cells: Cells, kind: str) -> Wanted:
    rate = cells.choice("rate", RATES, needed=True)
    price = cells.decimal("price", most=MOST, needed=True)
    return Wanted(("rate", rate), {"rate": price})


def _priced(store: Store, cells: Cells, kind: str) -> Wanted:
    code = cells.code("code", most=CODE, needed=True)
    names = {
        "zh-hans": cells.text("name_hans", most=NAME),
        "zh-hant": cells.text("name_hant", most=NAME),
        "en": cells.text("name_en", most=NAME),
    }
    names = {language: name for language, name in names.items() if name}
    names[store.language] = cells.text("name", most=NAME, needed=True) or names.get(store.language, "")
    values: dict[str, Any] = {"names": names}
    active = cells.choice("active", ACTIVE)
    values["active"] = active == "yes" if active else None
    if kind == "operation":
        values["hours"] = cells.decimal("hours", most=Decimal("999.99"), needed=True)
        values["rate_kind"] = cells.choice("rate", RATES) or None
    else:
        values["price"] = cells.decimal("price", most=MOST, needed=True)
    if kind == "part":
        unit = cells.text("unit", most=10)
        values["unit"] = UNITS.get(squeezed(unit), unit) or None
        values["stock"] = cells.whole("stock", most=1_000_000)
    if kind == "package":
        values |= _fits(cells)
    return Wanted((kind, code), values)


def _fits(cells: Cells) -> dict[str, Any]:
    models = [word for word in _split(cells.text("models", most=500)) if word]
    said = [word for word in _split(cells.text("energies", most=100)) if word]
    energies = [ENERGIES.get(squeezed(word), "") for word in said]
    if "" in energies:
        cells.refuse("energies", Reason.UNKNOWN_WORD, words="、".join(str(label) for label in Vehicle.Energy.labels))
    return {
        "fits": "\n".join(models) or None, "energies": list(dict.fromkeys(energies)) or None,
        "mileage": cells.whole("mileage", most=2_000_000),
    }  # fmt: skip


def _split(text: str) -> list[str]:
    for mark in "，,;；/|":
        text = text.replace(mark, "、")
    return [word.strip() for word in text.split("、")]


def _line(store: Store, cells: Cells, kind: str) -> Wanted:
    """A line may name what stands further up in the same file."""
    package = cells.code("package", most=CODE, needed=True)
    code = cells.code("code", most=CODE, needed=True)
    quantity = cells.whole("quantity", least=1, most=99)
    if package and not _known("package", package, cells.row):
        cells.refuse("package", Reason.NO_PACKAGE)
    if code and not any(_known(each, code, cells.row) for each in ("operation", "part")):
        cells.refuse("code", Reason.NO_THING)
    return Wanted(("line", package, code), {"quantity": quantity or 1})


def _known(kind: str, code: str, row: Row) -> bool:
    return (kind, code) in row.before or PRICED[kind].objects.filter(code=code).exists()


def take(store: Store, wanted: Wanted, *, by: Staff, now: datetime) -> str:
    """Write one row; what its file leaves empty stays as it is. Orders written already keep their prices."""
    kind, *key = wanted.key
    if kind == "rate":
        known_rate = LabourRate.objects.filter(kind=key[0]).first()
        return _keep(known_rate, LabourRate(store=store, kind=key[0]), wanted.values)
    if kind == "line":
        return _keep_line(store, *key, quantity=wanted.values["quantity"])
    model = PRICED[kind]
    known = model.objects.filter(code=key[0]).first()
    values = dict(wanted.values)
    if known:
        values["names"] = known.names | values["names"]
    new = model(store=store, code=key[0])
    if isinstance(new, LabourOperation):
        new.rate_kind = LabourRate.Kind.MECHANICAL
    if isinstance(new, Part):
        new.unit = "each"
    return _keep(known, new, values)


def _keep(known: Any, new: Any, values: Mapping[str, Any]) -> str:
    given = {name: value for name, value in values.items() if value is not None}
    row = known or new
    changed = [name for name, value in given.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, given[name])
    if known is None:
        row.save(force_insert=True)
        return "new"
    if changed:
        row.save(update_fields=changed)
    return "changed" if changed else "same"


def _keep_line(store: Store, package_code: str, code: str, *, quantity: int) -> str:
    package = Package.objects.get(code=package_code)
    operation = LabourOperation.objects.filter(code=code).first()
    part = None if operation else Part.objects.get(code=code)
    known = PackageLine.objects.filter(package=package, operation=operation, part=part).first()
    new = PackageLine(store=store, package=package, operation=operation, part=part)
    return _keep(known, new, {"quantity": quantity})
