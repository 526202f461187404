"""How much of a customer's credit is used."""

from datetime import datetime
from decimal import Decimal

from django.db.models import Sum

from dealership.models import Customer, Store
from delivery.models import OnAccount


def used_credit(customer: Customer, store: Store, now: datetime) -> Decimal:
    """Return what was approved on account since the first of the store's month.

    Accounts are settled by the month (月结); what is still owed from before stands in the maker's DMS, not here.
    """
    first = now.astimezone(store.zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    live = OnAccount.objects.filter(customer=customer, approved_at__gte=first, withdrawn_at=None)
    return live.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
