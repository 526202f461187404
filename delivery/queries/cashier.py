"""The cashier's list: who waits at the counter, how much is due, what waits for an approval."""

from dataclasses import dataclass
from datetime import datetime

from dealership.models import StepTick, Store, TickUndo, Visit
from dealership.queries.course import specs_of
from dealership.stages import ENDED, Stage
from delivery.models import OnAccount, Reversal, Settlement
from delivery.queries.settlement import Balance, balances

THANKS = "5.2/thanks"


@dataclass(frozen=True)
class Counter:
    """A car at the counter."""

    settlement: Settlement
    balance: Balance

    @property
    def visit(self) -> Visit:
        """The visit."""
        return self.settlement.visit

    @property
    def state(self) -> str:
        """paid, account (owed by the month), nothing (to pay), asked (on account, to be approved), part or due."""
        if self.balance.covered:
            return "paid" if self.balance.paid else "account" if self.balance.approved else "nothing"
        if self.balance.asked and not self.balance.asked.approved_at:
            return "asked"
        return "part" if self.balance.part_paid else "due"


def at_counter(store: Store) -> list[Counter]:
    """Return the cars with a final sheet that are still here: to pay first (the longest waiting first), paid last."""
    rows = Settlement.objects.filter(store=store, state=Settlement.State.FINAL).exclude(visit__stage__in=ENDED)
    rows = rows.select_related("visit__vehicle", "visit__customer", "visit__advisor", "visit__payer", "visit__place")
    settlements = list(rows.order_by("final_at"))
    found = balances(settlements)
    cars = [Counter(settlement, found[settlement.visit_id]) for settlement in settlements]
    return sorted(cars, key=lambda car: car.balance.covered)


def counter_of(visit: Visit) -> Counter | None:
    """Return the visit at the counter, None before its sheet is final."""
    rows = Settlement.objects.filter(visit=visit)
    settlement = rows.select_related("visit__store", "visit__vehicle", "visit__customer", "visit__payer").first()
    if settlement is None or not settlement.final:
        return None
    return Counter(settlement, balances([settlement])[visit.pk])


@dataclass(frozen=True)
class Approvals:
    """What waits for the manager."""

    accounts: list[OnAccount]
    reversals: list[Reversal]

    def __bool__(self) -> bool:
        return bool(self.accounts or self.reversals)


def waiting_approvals(store: Store) -> Approvals:
    """Return what waits for the manager, the oldest first."""
    accounts = OnAccount.objects.filter(store=store, approved_at=None, withdrawn_at=None)
    reversals = Reversal.objects.filter(store=store, approved_at=None)
    people = ("visit__vehicle", "visit__customer", "asked_by")
    return Approvals(
        list(accounts.select_related(*people, "customer")), list(reversals.select_related(*people, "payment"))
    )


def paid_since(store: Store, since: datetime) -> list[Settlement]:
    """Return the sheets of cars that left since, the last first (a payment may still have to go back)."""
    rows = Settlement.objects.filter(store=store, state=Settlement.State.FINAL, visit__stage=Stage.CLOSED)
    rows = rows.filter(visit__left_at__gte=since).select_related("visit__vehicle", "visit__customer")
    return list(rows.order_by("-visit__left_at"))


def thanks_open(visit: Visit) -> bool:
    """Tell whether the cashier has still to say that papers were handed over with thanks (5.2/thanks)."""
    if not any(spec.code == THANKS for spec in specs_of(visit.standard_id)):
        return False  # a store may do without this step
    ticks = StepTick.objects.filter(visit=visit, touchpoint="5.2", step="thanks")
    return not ticks.exclude(pk__in=TickUndo.objects.filter(visit=visit).values("tick")).exists()
