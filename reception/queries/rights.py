"""Limits inside a role: how far a discount and goodwill may go."""

from decimal import Decimal
from typing import NamedTuple

from dealership.models import Role, Staff, Store
from dealership.queries.staff import roles_in


class Limit(NamedTuple):
    """How far a role may go: per cent of labour, amount off the order, goodwill in one visit."""

    percent: Decimal
    order: Decimal
    goodwill: Decimal


NO_LIMIT = Decimal(10_000_000)
LIMITS: dict[str, Limit] = {
    Role.ADVISOR: Limit(Decimal(5), Decimal(100), Decimal(0)),
    Role.SUPERVISOR: Limit(Decimal(10), Decimal(300), Decimal(300)),
    Role.MANAGER: Limit(Decimal(20), Decimal(2000), Decimal(2000)),
    Role.CHAIN: Limit(Decimal(100), NO_LIMIT, NO_LIMIT),
}
"""Source: roles and duties of a typical store (discount on labour / on the order, goodwill)."""


def limit_of(by: Staff, store: Store) -> Limit:
    """Return the widest limit among the roles of `by`."""
    mine = [LIMITS[role] for role in roles_in(by, store) if role in LIMITS]
    return Limit(*(max(values) for values in zip(*mine, strict=True))) if mine else Limit(*[Decimal(0)] * 3)


def who_may(field: str, value: Decimal) -> str:
    """Return in words the first role whose limit `field` reaches `value`."""
    for role, limit in LIMITS.items():
        if value <= getattr(limit, field):
            return str(Role(role).label)
    return str(Role.CHAIN.label)
