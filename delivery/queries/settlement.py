"""A settlement sheet as a whole, and what is still to pay on it."""

from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Sum

from dealership.models import Visit
from delivery.models import (
    CustomerConfirmation,
    Deduction,
    Discount,
    GatePass,
    OnAccount,
    Payment,
    Reversal,
    Settlement,
    SettlementLine,
)
from delivery.sums import ZERO, Sums, add_up


@dataclass(frozen=True)
class Sheet:
    """A settlement with all that stands on it."""

    settlement: Settlement
    lines: list[SettlementLine]
    deductions: list[Deduction]
    discounts: list[Discount]
    confirmation: CustomerConfirmation | None

    @property
    def sums(self) -> Sums:
        """The sums of the sheet as it stands."""
        return add_up(
            self.lines,
            deductions=sum((row.amount for row in self.deductions), ZERO),
            discount=sum((row.amount for row in self.discounts), ZERO),
        )

    @property
    def confirmed(self) -> bool:
        """True while the customer's tap still stands: no line amount changed since, and not more to pay."""
        row, sums = self.confirmation, self.sums
        return row is not None and row.lines_sum == sums.settled and sums.customer <= row.customer_sum

    @property
    def outdated(self) -> bool:
        """True where the customer confirmed an amount that has changed since."""
        return self.confirmation is not None and not self.confirmed


def settlement_of(visit: Visit) -> Settlement | None:
    """Return the visit's settlement, None before it is drawn up."""
    return Settlement.objects.filter(visit=visit).first()


def sheet_of(settlement: Settlement) -> Sheet:
    """Return the whole sheet in four queries."""
    return Sheet(
        settlement=settlement,
        lines=list(SettlementLine.objects.filter(settlement=settlement).select_related("line")),
        deductions=list(Deduction.objects.filter(settlement=settlement)),
        discounts=list(Discount.objects.filter(settlement=settlement)),
        confirmation=CustomerConfirmation.objects.filter(settlement=settlement).order_by("at", "id").last(),
    )


@dataclass
class Balance:
    """What came in for a visit: paid less given back, approved on account, asked on account, its gate pass."""

    due: Decimal = ZERO
    taken: Decimal = ZERO
    given_back: Decimal = ZERO
    approved: Decimal = ZERO
    asked: OnAccount | None = None
    gate_pass: GatePass | None = None
    payments: list[Payment] = field(default_factory=list)
    reversals: list[Reversal] = field(default_factory=list)

    @property
    def paid(self) -> Decimal:
        """Money in hand."""
        return self.taken - self.given_back

    @property
    def left(self) -> Decimal:
        """What is still to pay or to be approved."""
        return max(self.due - self.paid - self.approved, ZERO)

    @property
    def covered(self) -> bool:
        """True when the car may leave (gate 7)."""
        return self.left == ZERO

    @property
    def part_paid(self) -> bool:
        """True when something came in, but not all."""
        return not self.covered and self.paid + self.approved > ZERO


def balance_of(settlement: Settlement) -> Balance:
    """Return the balance of one settlement."""
    return balances([settlement])[settlement.visit_id]


def balances(settlements: Collection[Settlement]) -> dict[UUID, Balance]:
    """Return visit id → Balance of many settlements of a store, in four queries."""
    found = {s.visit_id: Balance(due=s.customer_sum + s.account_sum) for s in settlements}
    for payment in Payment.objects.filter(visit__in=found).select_related("by"):
        found[payment.visit_id].payments.append(payment)
        found[payment.visit_id].taken += payment.amount
    rows: Any = Reversal.objects.filter(visit__in=found).select_related("payment", "asked_by", "approved_by")
    for reversal in rows:
        found[reversal.visit_id].reversals.append(reversal)
        if reversal.done_at:
            found[reversal.visit_id].given_back += reversal.amount
    rows = OnAccount.objects.filter(visit__in=found, withdrawn_at=None).select_related("customer", "asked_by")
    for on_account in rows:
        found[on_account.visit_id].asked = on_account
        if on_account.approved_at:
            found[on_account.visit_id].approved += on_account.amount
    for gate_pass in GatePass.objects.filter(visit__in=found, revoked_at=None):
        found[gate_pass.visit_id].gate_pass = gate_pass
    return found


def money_in_hand(visit: Visit) -> Decimal:
    """Return what was paid for the visit less what was given back."""
    taken = Payment.objects.filter(visit=visit).aggregate(sum=Sum("amount"))["sum"] or ZERO
    back = Reversal.objects.filter(visit=visit).exclude(done_at=None).aggregate(sum=Sum("amount"))["sum"] or ZERO
    return taken - back


def live_pass(visit: Visit) -> GatePass | None:
    """Return the visit's gate pass that counts, None where there is none."""
    return GatePass.objects.filter(visit=visit, revoked_at=None).first()
