"""A file is read in: kept, its columns matched, taken in when told to. The work: `reception.actions.import_sweep`.

The one door of `ImportRun.state`, together with the sweep:

    read → checked → taking → done
      └──────┴─→ failed
"""

from collections.abc import Mapping
from datetime import datetime
from typing import IO
from uuid import UUID

from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.models import Role, Staff, Store
from dealership.queries.staff import roles_in
from dealership.refused import Refused
from dealership.uuids import uuid7
from reception.imports import KINDS
from reception.imports.cells import squeezed
from reception.imports.headings import Columns, known_headings, matched, missing, module_of
from reception.imports.reader import Table, examine, read
from reception.imports.reasons import Failure, refusal
from reception.models import ImportColumns, ImportRun

State = ImportRun.State
MANAGERS = frozenset({ImportRun.Kind.PRICES})
"""Kinds that only a manager takes in (dealer facts, part 1: price book)."""


@transaction.atomic
def upload(
    store: Store, *, kind: str, file: IO[bytes], name: str, by: Staff, id: UUID | None = None,
    now: datetime | None = None,
) -> ImportRun:  # fmt: skip
    """Keep a file and match its columns; with all that are needed it is checked at once. The same id: the first run.

    Raises Refused: "import.kind", "import.role", and those of `reception.imports.reasons.Failure`.
    """
    known = ImportRun.objects.filter(pk=id).first() if id else None
    if known:
        return known
    if kind not in KINDS:
        raise Refused(_("Choose what the file holds."), "import.kind", field="kind")
    _require_role(store, kind, by)
    ending = examine(file, name)
    pk = id or uuid7(now)
    run = ImportRun(id=pk, store=store, kind=kind, name=name[-120:], made_at=now or timezone.now(), by=by)
    table = _table(run, file, f"{pk}.{ending}")
    if next(table.rows, None) is None:
        raise refusal(Failure.NO_ROWS)
    columns = module_of(kind).COLUMNS
    found = matched(columns, table.headings, remembered(kind))
    # Without columns a run waits for somebody to match them.
    run.columns = {} if missing(columns, found) else found
    file.seek(0)
    run.file.save(f"{store.code}/imports/{pk}.{ending}", File(file), save=False)
    run.save(force_insert=True)
    return run


@transaction.atomic
def match_columns(run: ImportRun, *, by: Staff, columns: Mapping[str, str]) -> ImportRun:
    """Match our fields with headings of the file, remember it for the store's next file, and check anew.

    Raises Refused: "import.heading" (not in the file), "import.twice", "import.needed", "import.taken", "import.role".
    """
    _require_role(run.store, run.kind, by)
    known = module_of(run.kind).COLUMNS
    with run.file.open("rb") as file:
        headings = table_of(run, file).headings
    chosen: Columns = {column.name: columns[column.name] for column in known if columns.get(column.name)}
    for name, heading in chosen.items():
        if heading not in headings:
            raise Refused(_("This heading is not in the file. Choose another one."), "import.heading", field=name)
        if list(chosen.values()).count(heading) > 1:
            sentence = _("“%(heading)s” is chosen twice. Each heading goes to one field.") % {"heading": heading}
            raise Refused(sentence, "import.twice", field=name)
    for column in missing(known, chosen):
        sentence = _("“%(field)s” is needed. Choose its heading.") % {"field": column.label}
        raise Refused(sentence, "import.needed", field=column.name)
    values = {"columns": chosen, "state": State.READ, "done": 0, "bad": [], "failure": "", "leased_until": None}
    waiting = ImportRun.objects.filter(pk=run.pk, state__in=[State.READ, State.CHECKED, State.FAILED])
    if not waiting.update(**values):
        raise _taken()
    ImportColumns.objects.update_or_create(store=run.store, kind=run.kind, defaults={"columns": chosen})
    run.refresh_from_db()
    return run


@transaction.atomic
def take_in(run: ImportRun, *, by: Staff) -> ImportRun:
    """Have the good rows taken in by the sweep; told twice it happens once.

    Raises Refused: "import.not_checked", "import.nothing" (no row is good), "import.role".
    """
    _require_role(run.store, run.kind, by)
    if run.state in (State.TAKING, State.DONE):
        return run
    if run.state == State.CHECKED and run.rows <= len(bad_rows(run)):
        raise Refused(_("No row of this file is good. Correct the file and read it in again."), "import.nothing")
    checked = ImportRun.objects.filter(pk=run.pk, state=State.CHECKED)
    if not checked.update(state=State.TAKING, done=0, leased_until=None, by=by):
        raise Refused(_("This file is still being checked. Wait a moment."), "import.not_checked")
    run.refresh_from_db()
    return run


@transaction.atomic
def throw_away(run: ImportRun, *, by: Staff) -> None:
    """Forget a file that has not been taken in. Raises Refused: "import.taken", "import.role"."""
    _require_role(run.store, run.kind, by)
    deleted, _rows = ImportRun.objects.filter(pk=run.pk).exclude(state__in=[State.TAKING, State.DONE]).delete()
    if not deleted:
        raise _taken()
    storage, name = run.file.storage, run.file.name
    if name:
        transaction.on_commit(lambda: storage.delete(name))


def remembered(kind: str) -> Columns:
    """Return the columns of the store's last file of a kind."""
    return ImportColumns.objects.filter(kind=kind).values_list("columns", flat=True).first() or {}


def bad_rows(run: ImportRun) -> set[int]:
    """Return the numbers of the bad rows."""
    return {each["row"] for each in run.bad}


def table_of(run: ImportRun, file: IO[bytes]) -> Table:
    """Read the file of a run. Raises Refused(Failure)."""
    return _table(run, file, run.file.name or "")


def _table(run: ImportRun, file: IO[bytes], name: str) -> Table:
    if run.columns:
        known = {squeezed(heading) for heading in run.columns.values()}
    else:
        known = known_headings(module_of(run.kind).COLUMNS, remembered(run.kind))
    return read(file, name=name, language=run.store.language, known=known)


def _require_role(store: Store, kind: str, by: Staff) -> None:
    if kind in MANAGERS and Role.MANAGER not in roles_in(by, store):
        raise Refused(_("Prices are taken in by the service manager. Ask for it."), "import.role")


def _taken() -> Refused:
    return Refused(_("This file is being taken in already. Read it in again to change it."), "import.taken")
