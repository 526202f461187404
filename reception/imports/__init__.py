"""What is read in from files. One module a kind, and nothing else knows the kinds.

Such a module has:

    COLUMNS: tuple[Column, ...]                          our fields, with the headings that are known for them
    check(store, row: Row) -> Wanted | list[Bad]         reads one row, writes nothing
    take(store, wanted: Wanted, *, by, now) -> str       writes it in the caller's savepoint: "new", "changed", "same"

`check` is asked twice, at the dry run and when the row is taken in: what was true then may be over now. `take` may
raise Refused; the row is named with that sentence and the others go on.
"""

KINDS: dict[str, str] = {
    # ImportRun.Kind → module.
    "prices": "reception.imports.prices",
    "orders": "reception.imports.orders",
    "appointments": "reception.imports.appointments",
}
