"""All that the customer has agreed to: lines with their price, then every new time, with who, how and when."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from dealership.models import Promise, PromiseChange, Visit
from reception.models import Consent, ConsentLine, RepairOrder
from reception.queries.orders import consents_of


@dataclass(frozen=True)
class AgreedLine:
    """A line as it was agreed: `before` what had been agreed of it until then, None where it was new."""

    row: ConsentLine
    before: Decimal | None

    @property
    def changed(self) -> bool:
        """True where this consent brought something new: another price, or a line that was not agreed before."""
        return self.before is None or self.before != self.row.amount


@dataclass(frozen=True)
class Agreement:
    """One consent with what it brought."""

    consent: Consent
    lines: list[AgreedLine]


def agreements(order: RepairOrder) -> list[Agreement]:
    """Return the consents of an order, the first first, each with what it brought or changed (two queries)."""
    rows: dict[object, list[ConsentLine]] = defaultdict(list)
    found = ConsentLine.objects.filter(consent__order=order).select_related("line")
    for row in found.order_by("line__position", "line_id"):
        rows[row.consent_id].append(row)
    last: dict[object, Decimal] = {}
    result = []
    for consent in consents_of(order):
        lines = [AgreedLine(row, last.get(row.line_id)) for row in rows[consent.pk]]
        last |= {row.line_id: row.amount for row in rows[consent.pk]}
        result.append(Agreement(consent, [line for line in lines if line.changed]))
    return result


def time_changes(visit: Visit) -> list[PromiseChange]:
    """Return how the promised ready time was moved, the first move first."""
    rows = PromiseChange.objects.filter(visit=visit, promise__kind=Promise.Kind.READY).select_related("by")
    return [row for row in rows if row.due_before != row.due_after]
