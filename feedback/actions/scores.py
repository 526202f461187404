"""The roll-up of scores: whoever writes a reading marks its day, a sweep computes marked days whole.

Never increments (they drift), one order of rows (unsorted upserts deadlock). Whoever computes a day holds its mark's
row lock until the rows are written: nobody else computes that day meanwhile, and who marks it waits for these few
milliseconds and marks it anew. A worker that dies takes its transaction with it, and the mark stands again.
"""

import time
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django_scopes import scopes_disabled

from dealership.actions.records import dirty
from dealership.models import DirtyDay, Store, business_day
from feedback.models import DailyScore
from feedback.queries.daily import FIGURES, ROWS, WHO, parameters
from feedback.scores import WINDOW_DAYS

SWEEP_SECONDS = 1.5
"""So long one sweep works; beat calls the next after 2 s, and that one begins with the newest days again."""
BUSY_SECONDS = 0.05
"""Pause before days are tried again whose marks were locked."""
ATTEMPTS = 6
LATE = timedelta(minutes=10)
"""A mark that old is an alarm: nobody sweeps."""

_ID = """encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) PLACING
    substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6), 52, 1), 53, 1),
    'hex')::uuid"""
"""A UUIDv7 made by the database: the time in milliseconds, the rest random."""

_WRITE = f"""
WITH computed AS ({ROWS}), gone AS (
    DELETE FROM feedback_dailyscore AS old
    WHERE old.store_id = ANY(%(stores)s::uuid[]) AND old.day = %(day)s AND NOT EXISTS (
        SELECT FROM computed WHERE computed.store_id = old.store_id AND computed.touchpoint = old.touchpoint
            AND computed.advisor_id IS NOT DISTINCT FROM old.advisor_id)
)
INSERT INTO feedback_dailyscore AS old (id, day, {", ".join(WHO + FIGURES)})
SELECT {_ID}, %(day)s, {", ".join(WHO + FIGURES)} FROM computed ORDER BY advisor_id, touchpoint
ON CONFLICT (store_id, advisor_id, day, touchpoint) DO UPDATE
    SET ({", ".join(FIGURES)}) = ({", ".join(f"excluded.{name}" for name in FIGURES)})
    WHERE ({", ".join(f"old.{name}" for name in FIGURES)}) IS DISTINCT FROM
        ({", ".join(f"excluded.{name}" for name in FIGURES)})
"""  # noqa: S608 (names of this module)

_CLAIM = """
DELETE FROM dealership_dirtyday
WHERE id = (SELECT id FROM dealership_dirtyday WHERE id = %s FOR UPDATE SKIP LOCKED) RETURNING store_id, day
"""


@transaction.atomic
def recompute(store: Store, day: date) -> None:
    """Compute the rows of a store-day whole and write those that changed; its mark goes."""
    dirty(store, [day])
    DirtyDay.objects.filter(store=store, day=day).delete()
    _write(store.pk, day)


def sweep(now: datetime) -> int:
    """Compute marked store-days, the newest first; return how many.

    Stops after 1.5 s and leaves the rest to the next call. Safe to run twice at once: a mark is claimed by one.
    """
    until = time.monotonic() + SWEEP_SECONDS
    done = 0
    with scopes_disabled():
        marks = DirtyDay.objects.order_by("-day", "marked_at").values_list("pk", flat=True)
        waiting = list(marks)
        for _attempt in range(ATTEMPTS):
            for mark in waiting:
                done += _compute(mark)
                if time.monotonic() > until:
                    return done
            # What is left was locked by somebody just writing it.
            waiting = list(marks.filter(pk__in=waiting))
            if not waiting:
                break
            time.sleep(BUSY_SECONDS)
    return done


def nightly(now: datetime) -> int:
    """Mark the last 28 days of every store; return how many marks are older than 10 minutes (an alarm: 0 is well).

    So a day without cars has its rows too, and what nothing marks (a touchpoint that stopped to apply after the
    customer had spoken of its stage) is set right overnight.
    """
    with scopes_disabled():
        late = DirtyDay.objects.filter(marked_at__lt=now - LATE).count()
        for store in Store.objects.order_by("pk"):
            last = business_day(store, now) - timedelta(days=1)
            dirty(store, days_until(last - timedelta(days=WINDOW_DAYS - 1), last), now=now)
    return late


def mark_reading(store: Store, day: date, *, now: datetime | None = None) -> list[date]:
    """Mark the days whose self-check and customer readings hold what was written for `day`: it and the 27 after it.

    Not beyond today; returns the days. Called in the transaction of the reading, which may be noted for a moment long
    past: today is the clock's.
    """
    clock = timezone.now()
    today = business_day(store, max(now or clock, clock))
    days = days_until(day, min(day + timedelta(days=WINDOW_DAYS - 1), today))
    dirty(store, days, now=now)
    return days


def mark_all(store: Store, *, now: datetime | None = None) -> int:
    """Mark every day that has rows (the weights have changed); return how many."""
    days = DailyScore.objects.filter(store=store, advisor=None, touchpoint="").values_list("day", flat=True)
    dirty(store, list(days), now=now)
    return len(days)


def days_until(first: date, last: date) -> list[date]:
    """Return the days from `first` to `last`, both included; none where `last` lies before."""
    return [date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1)]


@transaction.atomic
def _compute(mark: UUID) -> bool:
    """Claim a mark and compute its day; False where it is gone, or locked by somebody just writing."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [mark])
        claimed = cursor.fetchone()
    if claimed is None:
        return False
    # A statement of its own: it sees all that was committed before the mark was taken away.
    _write(*claimed)
    return True


def _write(store_id: UUID, day: date) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, parameters([store_id], day))


def rebuild(store: Store, days: Iterable[date]) -> int:
    """Compute these days of a store now, each in a transaction of its own; return how many."""
    listed = list(days)
    for day in listed:
        recompute(store, day)
    return len(listed)
