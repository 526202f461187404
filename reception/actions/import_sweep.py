"""Checks files that were read in, and takes in the good rows of those that somebody has said yes to.

A claim is a lease: a worker that dies leaves the run to the next one. Rows go in in lots, and how far it has come is
written in the transaction of the lot: nothing is taken in twice and no lot is half done.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from time import monotonic
from types import ModuleType
from typing import Any

from django.conf import settings
from django.db import DataError, IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone, translation
from django_scopes import scope, scopes_disabled

from dealership.models import Store
from dealership.refused import Refused
from reception.actions.imports import bad_rows, table_of
from reception.imports.cells import Bad, Row, Wanted, shown
from reception.imports.headings import module_of, places, row_of
from reception.imports.reasons import Failure, Reason, refusal
from reception.models import ImportRun

State = ImportRun.State
LOT = 200
"""Rows of one transaction: long enough to be quick, short enough that nobody waits for its locks."""
LEASE = timedelta(minutes=2)
SWEEP_SECONDS = 20.0
"""A sweep that has worked so long leaves the rest to the next one."""
KEPT = timedelta(days=30)
LANGUAGES = frozenset(code for code, _name in settings.LANGUAGES)


def sweep(now: datetime) -> int:
    """Bring every file that waits one step on and delete old ones; return how many rows. Safe to run twice at once."""
    started = monotonic()

    def clock() -> datetime:
        return now + timedelta(seconds=monotonic() - started)

    done = 0
    for store in _stores(now):
        with scope(store=store), timezone.override(store.zone):
            _drop_old(now)
            while monotonic() - started < SWEEP_SECONDS and (run := claim(now=clock())):
                with translation.override(run.by.language if run.by and run.by.language in LANGUAGES else "zh-hans"):
                    done += _Work(run, clock, started + SWEEP_SECONDS).go()
    return done


def claim(*, now: datetime) -> ImportRun | None:
    """Lease the file that has waited longest; None when none does."""
    with transaction.atomic():
        row = _due(now).select_for_update(skip_locked=True).order_by("made_at", "id").values_list("pk").first()
        if row is None:
            return None
        ImportRun.objects.filter(pk=row[0]).update(leased_until=now + LEASE)
    run: ImportRun = ImportRun.objects.select_related("store", "by").get(pk=row[0])
    return run


def _due(now: datetime) -> Any:
    waiting = ImportRun.objects.filter(state__in=[State.READ, State.TAKING]).exclude(columns={})
    return waiting.filter(Q(leased_until=None) | Q(leased_until__lt=now))


def _stores(now: datetime) -> list[Store]:
    with scopes_disabled():
        old = ImportRun.objects.filter(made_at__lt=now - KEPT).exclude(file="")
        ids = set(_due(now).values_list("store_id", flat=True)) | set(old.values_list("store_id", flat=True))
    return list(Store.objects.filter(pk__in=ids)) if ids else []


def _drop_old(now: datetime) -> None:
    """Delete files after 30 days, and with them what stands in bad cells: it may name customers."""
    for run in ImportRun.objects.filter(made_at__lt=now - KEPT).exclude(file=""):
        run.file.delete(save=False)
        run.bad = [each | {"value": ""} for each in run.bad]
        run.save(update_fields=["file", "bad"])


class _Work:
    """One claimed run until it is finished, or the sweep has worked long enough."""

    def __init__(self, run: ImportRun, clock: Any, until: float) -> None:
        self.run, self.clock, self.until = run, clock, until
        self.kind: ModuleType = module_of(run.kind)

    def go(self) -> int:
        """Do it and return how many rows were looked at. A file that cannot be read fails the run."""
        try:
            with _rows(self.run) as rows:
                return self._check(rows) if self.run.state == State.READ else self._take(rows)
        except Refused as refused:
            self._set(State.FAILED, failure=refused.code, finished_at=self.clock())
            return 0

    def _check(self, rows: Iterator[Row]) -> int:
        """Dry run: every row from the first, whole or not at all."""
        bad: list[dict[str, Any]] = []
        said: dict[Any, int] = {}
        count = 0
        for count, plain in enumerate(rows, start=1):
            row = replace(plain, before=said.keys())
            found = self.kind.check(self.run.store, row)
            bad += [line_of(row, each) for each in (_once(row, found, said) if isinstance(found, Wanted) else found)]
            if count % LOT == 0 and not self._set(State.READ, done=count, leased_until=self.clock() + LEASE):
                return count
        self._set(State.CHECKED, rows=count, done=count, bad=bad, leased_until=None)
        return count

    def _take(self, rows: Iterator[Row]) -> int:
        """Take in lot after lot, from where the last one ended."""
        begun = self.run.done
        for _row in zip(range(begun), rows, strict=False):
            pass
        lot = list(_lot(rows))
        while lot and monotonic() < self.until:
            if not self._take_lot(lot):
                return self.run.done - begun
            lot = list(_lot(rows))
        if lot:
            self._set(State.TAKING, leased_until=None)
        else:
            self._set(State.DONE, leased_until=None, finished_at=self.clock())
        return self.run.done - begun

    @transaction.atomic
    def _take_lot(self, lot: list[Row]) -> bool:
        """Take one lot in; False when somebody else has gone on with this run."""
        run = ImportRun.objects.select_for_update(of=("self",)).select_related("store", "by").get(pk=self.run.pk)
        if run.state != State.TAKING or run.done != self.run.done:
            return False
        known, now = bad_rows(run), self.clock()
        for row in lot:
            if row.number in known:
                continue
            found = self._take_row(run, row, now)
            if isinstance(found, str):
                run.result[found] = run.result.get(found, 0) + 1
            else:
                run.bad += [line_of(row, each) for each in found]
        run.done += len(lot)
        run.leased_until = now + LEASE
        run.save(update_fields=["result", "bad", "done", "leased_until"])
        self.run = run
        return True

    def _take_row(self, run: ImportRun, row: Row, now: datetime) -> str | list[Bad]:
        found = self.kind.check(run.store, row)
        if not isinstance(found, Wanted):
            return list(found)
        try:
            with transaction.atomic():
                return str(self.kind.take(run.store, found, by=run.by, now=now))
        except Refused as refused:
            return [Bad(refused.field, shown(row.cells.get(refused.field)), refused.message)]
        except (IntegrityError, DataError):
            return [Bad("", "", Reason.NOT_KEPT)]

    def _set(self, state: str, **values: Any) -> bool:
        """Write the state; False when the run is no longer as it was claimed: somebody matched its columns anew."""
        mine = ImportRun.objects.filter(pk=self.run.pk, state=self.run.state, columns=self.run.columns)
        return bool(mine.update(state=state, **values))


@contextmanager
def _rows(run: ImportRun) -> Iterator[Iterator[Row]]:
    """Open the file of a run; raise Refused(Failure) where it is gone or has changed its headings."""
    if not run.file.name or not run.file.storage.exists(run.file.name):
        raise refusal(Failure.GONE)
    with run.file.open("rb") as file:
        table = table_of(run, file)
        at = places(table.headings, run.columns)
        if at is None:
            raise refusal(Failure.COLUMNS)
        yield (row_of(number, cells, at) for number, cells in table.rows)


def _lot(rows: Iterator[Row]) -> Iterator[Row]:
    for _place in range(LOT):
        row = next(rows, None)
        if row is None:
            return
        yield row


def _once(row: Row, wanted: Wanted, said: dict[Any, int]) -> list[Bad]:
    """Name a row that says again what another one says."""
    if wanted.key and wanted.key in said:
        return [Bad("", str(wanted.key[-1]), Reason.TWICE, {"row": said[wanted.key]})]
    said.setdefault(wanted.key, row.number)
    return []


def line_of(row: Row, bad: Bad) -> dict[str, Any]:
    """Return a bad row as it is kept."""
    args = {name: value if isinstance(value, int) else str(value) for name, value in bad.args.items()}
    return {"row": row.number, "field": bad.field, "value": bad.value, "reason": str(bad.reason), "args": args}
