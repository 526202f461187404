"""The nightly check that no row has strayed into another store."""

import logging
from collections.abc import Iterator
from datetime import datetime

from django.apps import apps
from django.db import connection, models

from dealership.models import RowKey, Store, StoreModel

logger = logging.getLogger(__name__)


def count_strays(now: datetime) -> int:
    """Return how many rows name a parent of another store: 0, or an alarm (each kind is named in the log)."""
    total = 0
    for child, field in _keys():
        found = _count(child, field)
        if found:
            logger.error("%d rows of %s name a %s of another store", found, child._meta.label, field.name)
        total += found
    return total


def _keys() -> Iterator[tuple[type[models.Model], RowKey]]:
    """Every key of a store table whose parent also belongs to a store."""
    for model in apps.get_models():
        if issubclass(model, StoreModel):
            for field in model._meta.fields:
                if isinstance(field, RowKey) and field.name != "store" and _has_store(field.related_model):
                    yield model, field


def _has_store(model: type[models.Model]) -> bool:
    return any(field.name == "store" and field.related_model is Store for field in model._meta.fields)


def _count(child: type[models.Model], field: RowKey) -> int:
    quote = connection.ops.quote_name
    parent = field.related_model._meta
    # Table and column names come from the models, never from outside.
    statement = (
        f"SELECT count(*) FROM {quote(child._meta.db_table)} c "  # noqa: S608
        f"JOIN {quote(parent.db_table)} p ON p.id = c.{quote(field.column)} WHERE p.store_id <> c.store_id"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])
