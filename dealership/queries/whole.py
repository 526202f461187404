"""A visit read whole: the rows of many tables in one query, so that a page costs the same however much happened."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

from dealership.models import Staff, StoreModel, Visit

Row = TypeVar("Row", bound=StoreModel)
Table = type[StoreModel]
ORDER = ("moment", "at", "given_at", "created_at", "id")
"""Rows come in the order of the first of these that their table has, then by id."""


def read_whole(visit: Visit, tables: Sequence[Table]) -> None:
    """Read the visit's rows of `tables` (each with a foreign key `visit`) and the people in them, in two queries.

    From then on `rows_of` answers for this Visit object without a query: a page that writes must not use it.
    """
    found: dict[Table, list[Any]] = {table: [] for table in tables}
    for label, text in _read(visit, tables):
        table = tables[label]
        found[table].append(_made(table, json.loads(text)))
    for table, rows in found.items():
        rows.sort(key=_place(table))
    _know_people(row for rows in found.values() for row in rows)
    visit.__dict__.setdefault("_whole", {}).update(found)


def rows_of(visit: Visit, table: type[Row]) -> list[Row]:
    """Return the visit's rows of a table in their order: what was read whole, else asked now."""
    whole: dict[Any, list[Row]] = visit.__dict__.get("_whole", {})
    if table in whole:
        return whole[table]
    return sorted(table.objects.filter(visit=visit), key=_place(table))


def was_read(visit: Visit, tables: Iterable[Table]) -> bool:
    """Tell whether all these tables were read whole for this Visit object."""
    return set(tables) <= visit.__dict__.get("_whole", {}).keys()


def _read(visit: Visit, tables: Sequence[Table]) -> list[tuple[int, str]]:
    parts = [
        f'SELECT {number}, to_jsonb(t)::text FROM "{table._meta.db_table}" t'  # noqa: S608 (names of our own models)
        " WHERE t.store_id = %s AND t.visit_id = %s"
        for number, table in enumerate(tables)
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), [visit.store_id, visit.pk] * len(tables))
        return cursor.fetchall()


def _made(table: Table, row: dict[str, Any]) -> StoreModel:
    fields = table._meta.concrete_fields
    return table.from_db("default", [f.attname for f in fields], [_value(f, row[str(f.column)]) for f in fields])


def _value(field: "models.Field[Any, Any]", value: Any) -> Any:
    if value is None or isinstance(field, models.JSONField):
        return value
    if isinstance(field, ArrayField):
        return [_value(field.base_field, each) for each in value]
    if isinstance(field, models.DecimalField):
        # JSON has lost the places behind the point: 1642.00 came as 1642.0.
        return Decimal(str(value)).quantize(Decimal(1).scaleb(-field.decimal_places))
    return field.to_python(value)


def _place(table: Table) -> Any:
    names = {field.name for field in table._meta.concrete_fields}
    first = next(name for name in ORDER if name in names)
    return lambda row: (getattr(row, first), row.pk)


def _know_people(rows: Iterable[StoreModel]) -> None:
    """Give every row the Staff that it names: id and name only."""
    wanted: dict[UUID, list[tuple[StoreModel, str]]] = defaultdict(list)
    for row in rows:
        for field in row._meta.concrete_fields:
            if field.remote_field and field.remote_field.model is Staff and getattr(row, field.attname):
                wanted[getattr(row, field.attname)].append((row, field.name))
    for person in Staff.objects.filter(pk__in=wanted).only("id", "name", "username") if wanted else ():
        for row, name in wanted[person.pk]:
            setattr(row, name, person)
