"""Questions to the manager read: what is asked, what was said, who may answer."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Q
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from dealership import wiring
from dealership.models import Customer, Role, Staff, Store, Visit
from dealership.queries.board import minutes
from dealership.queries.next import ANSWERED, NextStep
from dealership.queries.staff import roles_in
from reception.models import Approval, OrderLine, RepairOrder
from reception.queries.discounts import below, discount_allowed, reduced
from reception.queries.orders import lines_of, totals
from reception.queries.rights import Limit, limit_of, who_may

Kind, Answer = Approval.Kind, Approval.Answer
LEADERS = {Role.SUPERVISOR, Role.MANAGER, Role.CHAIN}
SHOWN = timedelta(hours=2)
"""So long an answer stays on the page that asked."""
RELATED = ("visit__vehicle", "visit__customer", "visit__place", "line", "asked_by", "answered_by")


@dataclass(frozen=True)
class Asked:
    """A question as the manager sees it; `who` may answer it when the reader may not ("": the reader may)."""

    row: Approval
    waited: int
    who: str = ""

    @property
    def less(self) -> Decimal:
        """What the customer pays less."""
        return self.row.before - self.row.amount

    @property
    def percent(self) -> int:
        """The same of a hundred."""
        return round(self.less * 100 / self.row.before) if self.row.before else 0


def asked_of(visit: Visit, *, now: datetime) -> list[Approval]:
    """Return the open questions of a visit and those answered lately, the latest first."""
    rows = Approval.objects.filter(visit=visit).filter(Q(answer=Answer.OPEN) | Q(answered_at__gte=now - SHOWN))
    return list(rows.select_related("line", "asked_by", "answered_by").order_by("-asked_at", "-id"))


def open_questions(store: Store, staff: Staff, *, now: datetime) -> list[Asked]:
    """Return what waits for an answer in the store, the longest waiting first."""
    rows = list(Approval.objects.filter(store=store, answer=Answer.OPEN).select_related(*RELATED))
    lines: dict[object, list[OrderLine]] = defaultdict(list)
    charged = OrderLine.objects.filter(order__in=[row.order_id for row in rows], answer__in=OrderLine.CHARGED)
    for line in charged if rows else ():
        lines[line.order_id].append(line)
    limit, chain = limit_of(staff, store), Role.CHAIN in roles_in(staff, store)
    return [
        Asked(row, minutes(now - row.asked_at), _not_for(row, lines[row.order_id], limit, chain=chain)) for row in rows
    ]


def answered_lately(store: Store, *, now: datetime) -> list[Approval]:
    """Return the last ten answers of a week."""
    rows = Approval.objects.filter(store=store, asked_at__gte=now - timedelta(days=7)).exclude(answer=Answer.OPEN)
    return list(rows.select_related(*RELATED).order_by("-asked_at")[:10])


def not_for(approval: Approval, by: Staff, store: Store) -> str:
    """Return who may answer where `by` may not; empty where `by` may."""
    lines = OrderLine.objects.filter(order=approval.order_id, answer__in=OrderLine.CHARGED)
    return _not_for(approval, lines, limit_of(by, store), chain=Role.CHAIN in roles_in(by, store))


def _not_for(approval: Approval, lines: Iterable[OrderLine], limit: Limit, *, chain: bool) -> str:
    others = [line for line in lines if line.pk != approval.line_id]
    if approval.kind == Kind.ACCOUNT:
        return "" if chain else str(Role.CHAIN.label)
    if approval.kind == Kind.GOODWILL:
        borne = [line.amount for line in others if line.payer == OrderLine.Payer.GOODWILL]
        total = sum(borne, approval.amount)
        return "" if total <= limit.goodwill else who_may("goodwill", total)
    line = approval.line
    if line is None:
        return str(Role.CHAIN.label)
    labour, parts = reduced(line, approval.amount)
    wanted = OrderLine(list_amount=line.list_amount, labour=labour, parts=parts)
    if discount_allowed(wanted, others, limit):
        return ""
    return who_may("order", below(wanted) + sum((below(other) for other in others), Decimal(0)))


def approval_steps(store: Store, staff: Staff, now: datetime) -> list[NextStep]:
    """Questions that this person may answer, a line each (`wiring.NEXT_STEPS`)."""
    if not roles_in(staff, store) & LEADERS:
        return []
    url = reverse("approvals", kwargs={"store": store.code})
    steps = []
    for asked in open_questions(store, staff, now=now):
        if asked.who:
            continue
        row = asked.row
        chip = {"kind": "risk", "icon": "clock", "text": _("%(n)s min ago") % {"n": asked.waited}}
        what = _("%(name)s asks: %(what)s") % {"name": row.asked_by.name, "what": row.get_kind_display()}
        why = " · ".join(part for part in (row.line.title if row.line else "", row.reason) if part)
        target = f"{url}#a-{row.pk}"
        steps.append(NextStep(ANSWERED, row.visit, what, why, _("Answer"), target, row.asked_at, False, "risk", chip))
    return steps


@dataclass(frozen=True)
class Credit:
    """What a customer may owe by the month, what is used of it, and what this order would add."""

    limit: Decimal
    used: Decimal
    wanted: Decimal

    @property
    def over(self) -> Decimal:
        """How far the order goes above what is left."""
        return max(self.wanted - max(self.limit - self.used, Decimal(0)), Decimal(0))


def on_account(order: RepairOrder, lines: Sequence[OrderLine]) -> Decimal:
    """Return what goes on account: lines of the company account, and the customer's own where they are paid so."""
    charged = [line for line in lines if line.charged]
    company = sum((line.amount for line in charged if line.payer == OrderLine.Payer.ACCOUNT), Decimal(0))
    own = order.pay_method == RepairOrder.PayMethod.ACCOUNT
    return company + (totals(charged).customer if own else Decimal(0))


def credit_of(order: RepairOrder, *, now: datetime, lines: Sequence[OrderLine] | None = None) -> Credit:
    """Return the credit of the one who pays this order; a limit of nothing where nobody is known."""
    visit = order.visit
    payer: Customer | None = visit.payer or visit.customer
    wanted = on_account(order, lines_of(order) if lines is None else lines)
    if payer is None:
        return Credit(Decimal(0), Decimal(0), wanted)
    used = import_string(wiring.CREDIT_USED)(payer, visit.store, now)
    return Credit(payer.credit_limit, used, wanted)


def account_allowed(order: RepairOrder, amount: Decimal) -> bool:
    """Tell whether so much of this order was allowed on account above the limit."""
    allowed = Approval.objects.filter(order=order, kind=Kind.ACCOUNT, answer=Answer.YES)
    return allowed.filter(amount__gte=amount).exists()
