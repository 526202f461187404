"""Whose car it is, where the chain manager may step in (discount and goodwill above the manager's limit)."""

from dealership.models import Role, Staff, Visit
from dealership.queries.staff import roles_in
from reception.actions.ownership import require_own


def require_own_or_chain(visit: Visit, *, by: Staff) -> None:
    """Raise Refused("visit.not_yours") unless `by` may write this visit's order or leads the chain."""
    if Role.CHAIN not in roles_in(by, visit.store):
        require_own(visit, by=by)
