"""The arithmetic of a settlement: Decimals of two places (CNY, tax included), nothing rounded but a percentage."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol

FEN = Decimal("0.01")
ZERO = Decimal("0.00")
CUSTOMER, ACCOUNT = "customer", "account"
"""Payers of a line that the sums tell apart (reception's OrderLine.Payer); all others pay by themselves."""


class Charge(Protocol):
    """A line as the sums see it."""

    payer: str
    quoted: Decimal
    labour: Decimal
    parts: Decimal


@dataclass(frozen=True)
class Sums:
    """What a settlement comes to. `labour`, `parts` and `quoted` are of the customer's own lines."""

    quoted: Decimal = ZERO
    labour: Decimal = ZERO
    parts: Decimal = ZERO
    account: Decimal = ZERO
    others: Decimal = ZERO
    deductions: Decimal = ZERO
    discount: Decimal = ZERO

    @property
    def settled(self) -> Decimal:
        """The customer's own lines."""
        return self.labour + self.parts

    @property
    def difference(self) -> Decimal:
        """Settled less quoted: below zero where the bill is lower than the quote."""
        return self.settled - self.quoted

    @property
    def less(self) -> Decimal:
        """How much less is charged than was quoted."""
        return -self.difference

    @property
    def customer(self) -> Decimal:
        """What the customer pays at the till, never below zero."""
        return max(self.settled - self.deductions - self.discount, ZERO)

    @property
    def too_much(self) -> Decimal:
        """By how much deductions and discount exceed the customer's own lines."""
        return max(self.deductions + self.discount - self.settled, ZERO)

    @property
    def all_payers(self) -> Decimal:
        """Every line, whoever pays it."""
        return self.settled + self.account + self.others

    @property
    def due(self) -> Decimal:
        """What must be paid or put on account before the car leaves."""
        return self.customer + self.account


def add_up(charges: Iterable[Charge], *, deductions: Decimal = ZERO, discount: Decimal = ZERO) -> Sums:
    """Return the sums of the lines."""
    quoted = labour = parts = account = others = ZERO
    for charge in charges:
        if charge.payer == CUSTOMER:
            quoted, labour, parts = quoted + charge.quoted, labour + charge.labour, parts + charge.parts
        elif charge.payer == ACCOUNT:
            account += charge.labour + charge.parts
        else:
            others += charge.labour + charge.parts
    return Sums(quoted, labour, parts, account, others, deductions, discount)


def share(amount: Decimal, percent: Decimal) -> Decimal:
    """Return `percent` of `amount` to the fen, half a fen upwards."""
    return (amount * percent / 100).quantize(FEN, ROUND_HALF_UP)


def capped(labour: Decimal, parts: Decimal, limit: Decimal) -> tuple[Decimal, Decimal]:
    """Return labour and parts cut to `limit` in all; the parts give way first."""
    kept = min(labour, limit)
    return kept, min(parts, limit - kept)
