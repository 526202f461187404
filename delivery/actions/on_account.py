"""Sums on account (挂账): asked for at the counter, approved by the manager within the customer's credit limit."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.actions import events
from dealership.actions.records import lock
from dealership.models import Role, Staff
from dealership.queries.staff import roles_in
from dealership.refused import Refused
from dealership.uuids import uuid7
from delivery.actions.gate_pass import issue_when_covered
from delivery.actions.settlement import set_nothing_to_pay
from delivery.models import OnAccount, Settlement
from delivery.queries.credit import used_credit
from delivery.queries.settlement import balance_of

ASKED = "account_asked"
"""The mark on the board that waits for the manager."""


@transaction.atomic
def ask(
    settlement: Settlement,
    *,
    by: Staff,
    amount: Decimal | None = None,
    id: UUID | None = None,
    url: str = "",
    now: datetime | None = None,
) -> OnAccount:
    """Ask to put what is due (or `amount` of it) on the payer's account; an open request is returned as it is.

    Effects, in order: the request, the timeline, the mark for the manager (leading to `url`).
    Raises Refused: "account.not_final", "account.nobody" (no payer is known), "account.amount".
    """
    now = now or timezone.now()
    visit = settlement.visit
    lock([visit.pk])
    settlement.refresh_from_db()
    balance = balance_of(settlement)
    if balance.asked:
        return balance.asked
    if not settlement.final:
        raise Refused(_("The advisor has not sent this sheet to the cashier yet."), "account.not_final")
    payer = visit.payer or visit.customer
    if payer is None:
        raise Refused(_("Nobody is known who could owe it. Enter the customer first."), "account.nobody")
    amount = balance.left if amount is None else amount
    if not 0 < amount <= balance.left:
        sentence = _("¥%(left)s is due. Type that or less.") % {"left": f"{balance.left:,.2f}"}
        raise Refused(sentence, "account.amount", field="amount")
    row = OnAccount.objects.create(
        id=id or uuid7(now), store_id=visit.store_id, visit=visit, settlement=settlement, customer=payer,
        amount=amount, asked_at=now, asked_by=by,
    )  # fmt: skip
    events.note(visit, kind="account.asked", by=by, now=now, amount=str(amount))
    events.call_attention(visit, kind=ASKED, url=url, now=now)
    return row


@transaction.atomic
def approve(on_account: OnAccount, *, by: Staff, now: datetime | None = None) -> OnAccount:
    """Approve a sum on account: the manager within the customer's credit limit, the chain manager above it.

    Effects, in order: the approval; "nothing to pay at the till" where no money was taken; the timeline; the mark
    taken off; the gate pass when all is covered. Approved twice it stays as it is.
    Raises Refused: "account.withdrawn", "account.changed" (less is due by now), "account.limit".
    """
    now = now or timezone.now()
    visit, settlement = on_account.visit, on_account.settlement
    lock([visit.pk])
    on_account.refresh_from_db()
    if on_account.withdrawn_at:
        raise Refused(_("This request was withdrawn. Ask again at the counter."), "account.withdrawn")
    if on_account.approved_at:
        return on_account
    balance = balance_of(settlement)
    if on_account.amount > balance.left:
        raise Refused(_("Part of it was paid meanwhile. Ask again for the rest."), "account.changed")
    _require_credit(on_account, by, now)
    on_account.approved_at, on_account.approved_by = now, by
    on_account.save(update_fields=["approved_at", "approved_by"])
    if on_account.amount == balance.left and not balance.paid:
        set_nothing_to_pay(visit, on=True, now=now)
    events.note(visit, kind="account.approved", by=by, now=now, amount=str(on_account.amount))
    events.clear_attention(visit, kind=ASKED, now=now)
    issue_when_covered(settlement, by=by, now=now)
    return on_account


def _require_credit(on_account: OnAccount, by: Staff, now: datetime) -> None:
    limit = on_account.customer.credit_limit
    used = used_credit(on_account.customer, on_account.visit.store, now)
    if used + on_account.amount <= limit or Role.CHAIN in roles_in(by, on_account.visit.store):
        return
    sentence = _("Above the credit limit: ¥%(limit)s a month, ¥%(used)s used. The chain manager may approve it.")
    raise Refused(sentence % {"limit": f"{limit:,.2f}", "used": f"{used:,.2f}"}, "account.limit")


@transaction.atomic
def withdraw(on_account: OnAccount, *, by: Staff, now: datetime | None = None) -> OnAccount:
    """Withdraw or turn down a request that is not approved. Raises Refused("account.approved")."""
    now = now or timezone.now()
    lock([on_account.visit_id])
    on_account.refresh_from_db()
    if on_account.approved_at:
        raise Refused(_("It is approved already. Re-open the sheet to undo it."), "account.approved")
    if not on_account.withdrawn_at:
        on_account.withdrawn_at = now
        on_account.save(update_fields=["withdrawn_at"])
        events.clear_attention(on_account.visit, kind=ASKED, now=now)
        events.note(on_account.visit, kind="account.withdrawn", by=by, now=now)
    return on_account
