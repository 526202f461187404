"""How far an order lies below the price list, and whether somebody's limit reaches that far."""

from collections.abc import Iterable
from decimal import Decimal

from reception.models import OrderLine
from reception.queries.rights import Limit

ZERO = Decimal(0)


def below(line: OrderLine) -> Decimal:
    """Return how far a line lies below the price list."""
    return max(line.list_amount - line.amount, ZERO)


def list_labour(line: OrderLine) -> Decimal:
    """Return the labour of a line before any discount: the list price without the parts as they stand."""
    return max(line.list_amount - line.parts, ZERO)


def counted(line: OrderLine, percent: Decimal) -> Decimal:
    """Return what counts against the sum of the order: nothing where the cut is within `percent` of the labour."""
    cut = below(line)
    return ZERO if cut * 100 <= percent * list_labour(line) else cut


def discount_allowed(line: OrderLine, others: Iterable[OrderLine], limit: Limit) -> bool:
    """Tell whether `limit` covers the line as it stands, together with the other lines of the order.

    Within the per cent of its labour a line is free; what lies further below the list adds up over the order.
    """
    mine = counted(line, limit.percent)
    return not mine or mine + sum((counted(other, limit.percent) for other in others), ZERO) <= limit.order


def reduced(line: OrderLine, amount: Decimal) -> tuple[Decimal, Decimal]:
    """Return labour and parts of a line that is to cost `amount`: labour gives way first."""
    cut = line.amount - amount
    labour = max(line.labour - cut, ZERO)
    return labour, amount - labour


def usual_cuts(line: OrderLine) -> list[tuple[int, Decimal]]:
    """Return (per cent of the labour, price of the line then) for the chips; none where no labour is charged."""
    labour = list_labour(line)
    cuts = [(percent, line.list_amount - (labour * percent / 100).quantize(Decimal(1))) for percent in (5, 10, 20)]
    return [(percent, price) for percent, price in cuts if labour and price < line.amount]
