"""The price list read: what can be picked, and what a pick costs."""

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from itertools import islice

from django.db.models import Prefetch

from reception.models import LabourOperation, LabourRate, OperationPart, OrderLine, Package, PackageLine, Part
from reception.models.pricelist import FEN, Priced

PAINT_MINUTES = 480
"""A panel of paint takes a working day (dealer facts, part 3: B01)."""
MOST_PICKS = 120
"""So many are offered at once: a price book that was read in has thousands of parts."""

Kind = OrderLine.Kind
RateKind = LabourRate.Kind


@dataclass(frozen=True)
class Pick:
    """One thing of the price list with what it costs once; `labour` and `parts` add up to its price exactly."""

    kind: str
    code: str
    names: dict[str, str]
    name: str
    hours: Decimal
    minutes: int
    hv: bool
    labour: Decimal
    parts: Decimal
    contents: str
    in_stock: bool
    # Of a package: for which cars (words of the model, energies; empty = all), and at which mileage.
    models: str = ""
    energies: tuple[str, ...] = ()
    at_km: int | None = None

    @property
    def amount(self) -> Decimal:
        """What the customer is told, tax included."""
        return self.labour + self.parts

    @property
    def key(self) -> str:
        """`package:P10`, the value of its button."""
        return f"{self.kind}:{self.code}"


class PriceList:
    """The price list of the open scope, read once in five queries."""

    @cached_property
    def rates(self) -> dict[str, Decimal]:
        """Kind of labour → price of an hour."""
        return dict(LabourRate.objects.values_list("kind", "rate"))

    @cached_property
    def picks(self) -> dict[str, Pick]:
        """Every pick by its key: packages, then labour, then parts, each by code."""
        packages = Package.objects.filter(active=True).prefetch_related(
            Prefetch("lines", PackageLine.objects.select_related("operation", "part"))
        )
        operations = LabourOperation.objects.filter(active=True).prefetch_related(
            Prefetch("usual_parts", OperationPart.objects.select_related("part"))
        )
        found = [self._package(row) for row in sorted(packages, key=_code)]
        found += [self._operation(row) for row in sorted(operations, key=_code)]
        found += [self._part(row) for row in Part.objects.filter(active=True).order_by("code")]
        return {pick.key: pick for pick in found}

    def pick(self, kind: str, code: str) -> Pick | None:
        """Return the pick with this code, None where the store does not offer it."""
        return self.picks.get(f"{kind}:{code}")

    def search(self, text: str) -> list[Pick]:
        """Return the first picks (at most MOST_PICKS) whose name or code holds every word of `text`."""
        words = text.casefold().split()
        found = (
            pick
            for pick in self.picks.values()
            if all(any(word in name.casefold() for name in (*pick.names.values(), pick.code)) for word in words)
        )
        return list(islice(found, MOST_PICKS))

    def _package(self, row: Package) -> Pick:
        operations = [(line.operation, line.quantity) for line in row.lines.all() if line.operation]
        parts = [(line.part, line.quantity) for line in row.lines.all() if line.part]
        full_labour = sum((self._labour(op) * n for op, n in operations), Decimal(0))
        full_parts = sum((part.price * n for part, n in parts), Decimal(0))
        labour = split(row.price, full_labour, full_parts)
        pick = self._pick(
            Kind.PACKAGE, row, operations, parts, labour=labour, parts_amount=row.price - labour,
            contents=[op.name for op, _n in operations],
        )  # fmt: skip
        return replace(pick, models=row.fits, energies=tuple(row.energies), at_km=row.mileage)

    def _operation(self, row: LabourOperation) -> Pick:
        parts = [(usual.part, usual.quantity) for usual in row.usual_parts.all()]
        amount = sum((part.price * n for part, n in parts), Decimal(0))
        return self._pick(
            Kind.LABOUR, row, [(row, 1)], parts, labour=self._labour(row), parts_amount=amount,
            contents=[f"{part.name} ×{n}" if n > 1 else part.name for part, n in parts],
        )  # fmt: skip

    def _part(self, row: Part) -> Pick:
        return self._pick(Kind.PART, row, [], [(row, 1)], labour=Decimal(0), parts_amount=row.price, contents=[])

    def _pick(
        self, kind: str, row: Priced, operations: list, parts: list, *, labour: Decimal, parts_amount: Decimal,
        contents: list[str],
    ) -> Pick:  # fmt: skip
        return Pick(
            kind=kind, code=row.code, names=row.names, name=row.name, labour=labour, parts=parts_amount,
            hours=sum((op.hours * n for op, n in operations), Decimal(0)),
            minutes=sum(minutes_of(op) * n for op, n in operations),
            hv=any(op.rate_kind == RateKind.HV for op, _n in operations),
            contents=" · ".join(contents), in_stock=all(part.stock >= n for part, n in parts),
        )  # fmt: skip

    def _labour(self, operation: LabourOperation) -> Decimal:
        return (operation.hours * self.rates.get(operation.rate_kind, Decimal(0))).quantize(FEN)


def split(price: Decimal, labour: Decimal, parts: Decimal) -> Decimal:
    """Return the labour in a package price: its share of the full price, so that labour and the rest add up exactly.

    A price in whole yuan is split into whole yuan: both figures are said aloud.
    """
    full = labour + parts
    unit = Decimal(1) if price == price.to_integral_value() else FEN
    return (price * labour / full).quantize(unit).quantize(FEN) if full else price


def minutes_of(operation: LabourOperation) -> int:
    """Return how long an operation keeps a technician."""
    if operation.rate_kind == RateKind.PAINT:
        return int(operation.hours * PAINT_MINUTES)
    return int(operation.hours * 60)


def _code(row: Priced) -> str:
    return row.code
