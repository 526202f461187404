"""The price book as the manager reads it: what is offered and what not, with what it comes to."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, Q, QuerySet, TextField
from django.db.models.functions import Cast

from reception.models import LabourOperation, LabourRate, Package, PackageLine, Part
from reception.models.pricelist import FEN, Priced
from reception.queries.pricelist import minutes_of

PAGE = 60
Rates = dict[str, Decimal]


@dataclass(frozen=True)
class Content:
    """A line of a package: what it is, how many, what it would cost alone."""

    thing: Priced
    kind: str
    quantity: int
    amount: Decimal


@dataclass(frozen=True)
class BookRow:
    """A thing with its amount; a package also with the sum of what is in it."""

    thing: Any
    amount: Decimal
    rate: Decimal | None = None
    full: Decimal | None = None
    minutes: int = 0

    @property
    def saved(self) -> Decimal:
        """What a package costs less than its lines; below zero it costs more."""
        return (self.full or Decimal(0)) - self.amount


def rates() -> Rates:
    """Return kind of labour → price of an hour, 0 where the store has none."""
    known = dict(LabourRate.objects.values_list("kind", "rate"))
    return {kind: known.get(kind, Decimal(0)) for kind in LabourRate.Kind.values}


def rate_rows() -> list[tuple[str, str, Decimal]]:
    """Return (kind, its name, price of an hour)."""
    return [(kind, str(LabourRate.Kind(kind).label), rate) for kind, rate in rates().items()]


def book_page(kind: str, *, text: str = "", page: int = 1) -> tuple[list[BookRow], int]:
    """Return one page of the things whose code or name (in any language) holds every word of `text`, and how many."""
    found = _searched(_rows(kind), text)
    count = found.count()
    start = PAGE * (max(page, 1) - 1)
    hourly = rates()
    return [row_of(kind, thing, hourly) for thing in found[start : start + PAGE]], count


def row_of(kind: str, thing: Any, hourly: Rates) -> BookRow:
    """Return a thing with its figures. A package needs its lines prefetched."""
    if kind == "operation":
        rate = hourly[thing.rate_kind]
        return BookRow(thing, (thing.hours * rate).quantize(FEN), rate=rate, minutes=minutes_of(thing))
    if kind == "part":
        return BookRow(thing, thing.price)
    return BookRow(thing, thing.price, full=sum((each.amount for each in contents(thing, hourly)), Decimal(0)))


def contents(package: Package, hourly: Rates) -> list[Content]:
    """Return what is in a package, operations first, each by code."""
    found: list[Content] = []
    for line in package.lines.all():
        if line.operation:
            price = (line.operation.hours * hourly[line.operation.rate_kind]).quantize(FEN)
            found.append(Content(line.operation, "operation", line.quantity, price * line.quantity))
        elif line.part:
            found.append(Content(line.part, "part", line.quantity, line.part.price * line.quantity))
    return sorted(found, key=lambda each: (each.kind, each.thing.code))


def thing_of(kind: str, pk: Any) -> Any:
    """Return one thing, None where this store has none."""
    return _rows(kind).filter(pk=pk).first()


def _rows(kind: str) -> QuerySet[Any]:
    if kind == "package":
        return Package.objects.prefetch_related(
            Prefetch("lines", PackageLine.objects.select_related("operation", "part"))
        ).order_by("-active", "code")
    model: Any = LabourOperation if kind == "operation" else Part
    return model.objects.order_by("-active", "code")


def _searched(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    rows = rows.annotate(words=Cast("names", TextField()))
    for word in text.split():
        rows = rows.filter(Q(code__icontains=word) | Q(words__icontains=word))
    return rows
