"""The price list of a store, written whole."""

from decimal import Decimal

from django.db import transaction

from dealership.demo import pricebook
from dealership.models import Store
from reception.models import LabourOperation, LabourRate, OperationPart, Package, PackageLine, Part

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
        (Package(store=store, code=code, names=row.names, price=row.price) for code, row in pricebook.PACKAGES.items()),
        ignore_conflicts=True,
    )
    _load_contents(store)
    tables = (LabourRate, LabourOperation, Part, Package)
    return {model._meta.model_name or "": model.objects.count() for model in tables}


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


def set_rate(store: Store, *, kind: str, rate: Decimal) -> LabourRate:
    """Set the price of an hour (of a panel for paint); orders written already keep theirs."""
    row, _created = LabourRate.objects.update_or_create(store=store, kind=kind, defaults={"rate": rate})
    return row
