"""The database's own catalogue against the list of tables: store tables are led by the store."""

import pytest
from django.apps import apps
from django.db import connection

from dealership.tables import LIBRARY_PREFIXES, SHARED_TABLES

pytestmark = pytest.mark.django_db

INDEXES = """
    SELECT t.relname, i.relname, x.indisprimary, x.indisunique,
           array_agg(a.attname ORDER BY k.n) FILTER (WHERE k.n <= x.indnkeyatts)
    FROM pg_index x
    JOIN pg_class t ON t.oid = x.indrelid
    JOIN pg_class i ON i.oid = x.indexrelid
    JOIN pg_namespace s ON s.oid = t.relnamespace AND s.nspname = 'public'
    CROSS JOIN LATERAL unnest(x.indkey) WITH ORDINALITY AS k(attnum, n)
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum
    GROUP BY 1, 2, 3, 4, x.indnkeyatts
"""


def rows(sql: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def tables() -> set[str]:
    found = {name for (name,) in rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
    return {name for name in found if not name.startswith(LIBRARY_PREFIXES)}


def store_tables() -> set[str]:
    return tables() - SHARED_TABLES


def test_every_shared_table_exists():
    assert SHARED_TABLES - tables() == set()


def test_every_other_table_has_a_store_that_is_not_null():
    columns = rows(
        "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public'"
        " AND column_name = 'store_id' AND is_nullable = 'NO'"
    )
    assert store_tables() - {name for (name,) in columns} == set()


def test_every_index_of_a_store_table_begins_with_the_store():
    wrong = {
        index: columns
        for table, index, primary, _unique, columns in rows(INDEXES)
        if table in store_tables() and not primary and columns[0] != "store_id"
    }
    assert wrong == {}


def test_the_primary_key_is_id_alone():
    keys = {t: columns for t, _i, primary, _u, columns in rows(INDEXES) if primary and t in store_tables()}
    assert {table: columns for table, columns in keys.items() if columns != ["id"]} == {}


def test_no_one_to_one_in_store_tables():
    found = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        if model._meta.db_table in store_tables()
        for field in model._meta.get_fields()
        if field.one_to_one and not field.auto_created
    ]
    assert found == []


def test_no_trigger_of_our_own():
    assert rows("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal") == []
