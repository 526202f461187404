"""What every store table has: a store, a UUIDv7 and keys that index nothing by themselves."""

from typing import Any

from django.db import models
from django_scopes import ScopedManager

from dealership.uuids import uuid7


class RowKey(models.ForeignKey):
    """A foreign key inside one store.

    It protects the row it names and makes no index of its own: every index of a store table is led by the store,
    so the table names the composite index that it needs.
    """

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, **kwargs: Any) -> None:
        kwargs.setdefault("db_index", False)
        kwargs.setdefault("related_name", "+")
        super().__init__(to, on_delete=on_delete, **kwargs)


class StoreModel(models.Model):
    """A row of one store. Read it inside `scope(store=…)`; outside, a query raises ScopeError."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    store = RowKey("dealership.Store")

    objects = ScopedManager(store="store")

    class Meta:
        abstract = True
