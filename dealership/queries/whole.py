"""A visit read whole: the rows of many tables in one query, so that a page costs the same however much happened."""

import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

from dealership.models import Staff, StoreModel, Visit

Row = TypeVar("Row", bound=StoreModel)
Table = type[StoreModel]
ORDER = ("moment", "at", "given_at", "created_at", "id")
"""Rows come in the order of the first of these that their table has, then by id."""


def read_whole(visit: Visit, tables: Sequence[Table]) -> None:
    """Read the visit's rows of `tables` (each with a foreign key `visit`) and the people in them, in one query.

    From then on `rows_of` answers for this Visit object without a query: a page that writes must not use it. The
    people are known by id and name.
    """
    found: dict[Table, list[Any]] = {table: [] for table in tables}
    for number, text, names in _read(visit, tables):
        row = _made(tables[number], json.loads(text))
        _know_people(row, json.loads(names) if names else {})
        found[tables[number]].append(row)
    for table, rows in found.items():
        rows.sort(key=_place(table))
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


def _read(visit: Visit, tables: Sequence[Table]) -> list[tuple[int, str, str | None]]:
    parts = [
        f'SELECT {number}, to_jsonb(t)::text, ({_names(table)})::text FROM "{table._meta.db_table}" t'  # noqa: S608 (names of our own models)
        " WHERE t.store_id = %s AND t.visit_id = %s"
        for number, table in enumerate(tables)
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), [visit.store_id, visit.pk] * len(tables))
        return cursor.fetchall()


def _names(table: Table) -> str:
    """Return the SQL of id → name of the people in a row `t`; NULL where the table names nobody."""
    columns = ", ".join(f't."{field.column}"' for field in _people(table))
    if not columns:
        return "NULL"
    staff = Staff._meta.db_table
    return f'SELECT jsonb_object_agg(s.id, s.name) FROM "{staff}" s WHERE s.id IN ({columns})'  # noqa: S608 (the same)


def _people(table: Table) -> list[Any]:
    fields = table._meta.concrete_fields
    return [field for field in fields if field.remote_field and field.remote_field.model is Staff]


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


def _know_people(row: StoreModel, names: dict[str, str]) -> None:
    for field in _people(type(row)):
        person = getattr(row, field.attname)
        if person:
            setattr(row, field.name, Staff.from_db("default", ["id", "name"], [person, names[str(person)]]))
