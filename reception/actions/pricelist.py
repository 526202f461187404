"""The price list of a store: written whole, and changed thing by thing."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dealership.demo import pricebook
from dealership.models import Staff, Store
from dealership.refused import Refused
from reception.models import LabourOperation, LabourRate, OperationPart, Package, PackageLine, Part
from reception.models.pricelist import Priced

PRICED: dict[str, type[Priced]] = {"operation": LabourOperation, "part": Part, "package": Package}
CODE, NAME = 20, 120
AMOUNTS = ("price", "hours")

FIRST_STOCK = 8
"""How many of each part a new store has; every twelfth is out of stock (in stock 92 %, dealer facts part 3)."""


@transaction.atomic
def load_price_list(store: Store) -> dict[str, int]:
    """Write the sample price list into a store and return how many rows of each kind it has; again changes nothing.

    31 operations, 28 parts, 9 packages in three languages (`dealership.demo.pricebook`). Runs inside the store's scope.
    """
    LabourRate.objects.bulk_create(
        (LabourRate(store=store, kind=kind, rate=rate) for kind, rate in pricebook.RATES.items()),
        ignore_conflicts=True,
    )
    LabourOperation.objects.bulk_create(
        (
            LabourOperation(store=store, code=code, names=row.names, hours=row.hours, rate_kind=row.rate)
            for code, row in pricebook.OPERATIONS.items()
        ),
        ignore_conflicts=True,
    )
    Part.objects.bulk_create(
        (
            Part(
                store=store, code=code, names=row.names, price=row.price, unit=row.unit,
                stock=FIRST_STOCK if number % 12 else 0,
            )
            for number, (code, row) in enumerate(pricebook.PARTS.items(), start=1)
        ),
        ignore_conflicts=True,
    )  # fmt: skip
    Package.objects.bulk_create(
        (_package(store, code, row) for code, row in pricebook.PACKAGES.items()),
        ignore_conflicts=True,
    )
    _load_contents(store)
    tables = (LabourRate, LabourOperation, Part, Package)
    return {model._meta.model_name or "": model.objects.count() for model in tables}


def _package(store: Store, code: str, row: pricebook.Package) -> Package:
    km, energies = pricebook.SERVICES_AT.get(code, (None, ()))
    return Package(store=store, code=code, names=row.names, price=row.price, mileage=km, energies=list(energies))


def _load_contents(store: Store) -> None:
    """Write what belongs to each operation and package."""
    operations = {row.code: row for row in LabourOperation.objects.all()}
    parts = {row.code: row for row in Part.objects.all()}
    packages = {row.code: row for row in Package.objects.all()}
    OperationPart.objects.bulk_create(
        (
            OperationPart(store=store, operation=operations[code], part=parts[part], quantity=quantity)
            for code, usual in pricebook.USUAL_PARTS.items()
            for part, quantity in usual
        ),
        ignore_conflicts=True,
    )
    lines = []
    for code, row in pricebook.PACKAGES.items():
        package = packages[code]
        lines += [
            PackageLine(store=store, package=package, operation=operations[op], quantity=n) for op, n in row.operations
        ]
        lines += [PackageLine(store=store, package=package, part=parts[part], quantity=n) for part, n in row.parts]
    PackageLine.objects.bulk_create(lines, ignore_conflicts=True)


def set_rate(store: Store, *, kind: str, rate: Decimal, by: Staff | None = None) -> LabourRate:
    """Set the price of an hour (of a panel for paint); orders written already keep theirs.

    Raises Refused: "price.rate" (no such kind), "price.negative".
    """
    if kind not in LabourRate.Kind.values:
        raise Refused(_("There is no such rate. Reload the page."), "price.rate", field="kind")
    if rate < 0:
        raise Refused(_("An amount cannot be below zero. Correct it."), "price.negative", field="rate")
    row, _created = LabourRate.objects.update_or_create(store=store, kind=kind, defaults={"rate": rate})
    return row


@transaction.atomic
def add_thing(store: Store, *, kind: str, by: Staff, code: str, names: Mapping[str, str], **values: Any) -> Priced:
    """Write a new operation, part or package; `values` are the fields of its kind (`reception.models.pricelist`).

    Raises Refused: "price.code" (empty), "price.code_used", "price.name" (not one name), "price.negative".
    """
    code = "".join(code.upper().split())[:CODE]
    if not code:
        raise Refused(_("Give it a code."), "price.code", field="code")
    row = PRICED[kind](store=store, code=code)
    _fill(row, names, values)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as used:
        sentence = _("The code %(code)s is used already. Change that one, or take another code.") % {"code": code}
        raise Refused(sentence, "price.code_used", field="code") from used
    return row


@transaction.atomic
def change_thing(row: Priced, *, by: Staff, names: Mapping[str, str], **values: Any) -> Priced:
    """Change names and fields of a thing of the price list; its code stays, orders written already keep theirs.

    Raises Refused: "price.name", "price.negative".
    """
    _fill(row, names, values)
    row.save(update_fields=["names", *values])
    return row


@transaction.atomic
def offer_thing(row: Priced, *, by: Staff, on: bool) -> Priced:
    """Offer a thing, or offer it no longer: nothing of the price list is ever deleted."""
    row.active = on
    row.save(update_fields=["active"])
    return row


@transaction.atomic
def set_contents(package: Package, *, by: Staff, contents: Mapping[str, int]) -> Package:
    """Say what is in a package: code of an operation or part → quantity; 0 takes it out. Others stay.

    Raises Refused: "price.no_thing" (no such code), "price.quantity".
    """
    for code, quantity in contents.items():
        if not 0 <= quantity <= 99:
            raise Refused(_("The quantity must be between 0 and 99."), "price.quantity", field=f"quantity-{code}")
        operation = LabourOperation.objects.filter(code=code).first()
        part = None if operation else Part.objects.filter(code=code).first()
        if operation is None and part is None:
            sentence = _("No operation or part has the code %(code)s.") % {"code": code}
            raise Refused(sentence, "price.no_thing", field="code")
        lines = PackageLine.objects.filter(package=package, operation=operation, part=part)
        if quantity == 0:
            lines.delete()
        elif not lines.update(quantity=quantity):
            PackageLine.objects.create(
                store_id=package.store_id, package=package, operation=operation, part=part, quantity=quantity
            )
    return package


def _fill(row: Priced, names: Mapping[str, str], values: Mapping[str, Any]) -> None:
    given = {language: " ".join(name.split())[:NAME] for language, name in names.items()}
    row.names = {language: name for language, name in given.items() if name}
    if not row.names:
        raise Refused(_("Give it a name in at least one language."), "price.name", field="name_hans")
    for name, value in values.items():
        if name in AMOUNTS and (value is None or value < 0):
            raise Refused(_("An amount cannot be below zero. Correct it."), "price.negative", field=name)
        setattr(row, name, value)
