"""Loaners that should be back, as lines of 我的下一步."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dealership.models import Role, Staff, Store, Visit
from dealership.plates import describe
from dealership.queries.next import DUE, NextStep
from dealership.queries.staff import roles_in
from reception.models import Loan
from reception.queries.loaners import overdue_loans


def loan_steps(store: Store, staff: Staff, now: datetime) -> list[NextStep]:
    """Overdue loans: of my customers and those I handed out; all of them for whoever leads."""
    roles = roles_in(staff, store)
    leads = bool(roles & {Role.SUPERVISOR, Role.MANAGER})
    if not leads and Role.ADVISOR not in roles:
        return []
    found = list(overdue_loans(store, now))
    visits = _visits(found)
    steps = []
    for loan in found:
        visit = visits.get(loan.pk)
        mine = visit and staff.pk in (loan.out_by_id, loan.made_by_id, visit.advisor_id)
        if visit and (leads or mine):
            steps.append(_step(store, loan, visit))
    return steps


def _visits(loans: Iterable[Loan]) -> dict[UUID, Visit]:
    """Return loan → the visit that it belongs to; for a loan of its own the customer's last one."""
    found = {loan.pk: visit for loan in loans if (visit := _own(loan))}
    alone = {loan.customer_id: loan.pk for loan in loans if loan.pk not in found}
    if alone:
        last = Visit.objects.filter(customer__in=alone).order_by("customer_id", "-arrived_at").distinct("customer_id")
        for visit in last.select_related("vehicle", "customer", "advisor", "place"):
            if visit.customer_id:
                found[alone[visit.customer_id]] = visit
    return found


def _own(loan: Loan) -> Visit | None:
    return loan.visit or (loan.appointment.visit if loan.appointment else None)


def _step(store: Store, loan: Loan, visit: Visit) -> NextStep:
    due = loan.period.upper.astimezone(store.zone)
    name = loan.customer.address(get_language() or "") or loan.customer.name
    what = _("Call %(name)s: loaner %(plate)s is not back") % {"name": name, "plate": describe(loan.car.plate).display}
    why = _("Due back %(time)s") % {"time": f"{date_format(due, 'MONTH_DAY_FORMAT')} {due:%H:%M}"}
    chip = {"kind": "bad", "icon": "alert-triangle", "text": str(_("Not back yet"))}
    url = reverse("loan", kwargs={"store": store.code, "loan": loan.pk})
    return NextStep(DUE, visit, what, why, _("Open"), url, loan.period.upper, False, "bad", chip)
