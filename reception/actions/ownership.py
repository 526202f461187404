"""Whose car it is: an advisor writes orders of own visits only, supervisor and manager of all."""

from django.utils.translation import gettext as _

from dealership.models import Duty, Role, Staff, Visit
from dealership.queries.staff import has_duty, roles_in
from dealership.refused import Refused


def require_own(visit: Visit, *, by: Staff | None, duty: Duty | None = None) -> None:
    """Raise Refused("visit.not_yours") unless the car is `by`'s own or `by` leads the desk (or has `duty`).

    None is the customer, who answers for the own car.
    """
    if by is None or visit.advisor_id == by.pk or roles_in(by, visit.store) & {Role.SUPERVISOR, Role.MANAGER}:
        return
    if duty and has_duty(by, visit.store, duty):
        return
    raise Refused(_("This car belongs to a colleague. Ask to have it handed to you first."), "visit.not_yours")
