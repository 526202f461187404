"""Self-check rounds: two a day, drawn by the app when the store opens. Nobody chooses what is looked at, or at whom."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import connection, transaction
from django_scopes import scope

from dealership.models import Store, business_day
from feedback.actions.check_items import ensure_items
from feedback.drawing import choose, draw, least_new
from feedback.models import CheckItem, CheckRound, CheckTask
from feedback.queries.drawable import Known, known_on, people_of, week_of

BEFORE_CLOSING = timedelta(hours=2)
"""So long before closing the second round is due (16:00 where the store closes at 18:00)."""
FIVE = timedelta(minutes=5)

# Open now by its own clock, a holiday before the weekday's hours, and today's last round neither drawn nor due. A store
# that has ended all its items is left alone.
UNDRAWN = """
SELECT s.id FROM dealership_store s
CROSS JOIN LATERAL (SELECT %s AT TIME ZONE s.timezone AS clock) t
LEFT JOIN dealership_holiday h ON h.store_id = s.id AND h.date = t.clock::date
LEFT JOIN dealership_openinghours o ON o.store_id = s.id AND o.weekday = extract(isodow FROM t.clock)::int - 1
CROSS JOIN LATERAL (SELECT CASE WHEN h.id IS NULL THEN o.opens ELSE h.opens END AS opens,
                           CASE WHEN h.id IS NULL THEN o.closes ELSE h.closes END AS until) w
CROSS JOIN LATERAL (SELECT CASE WHEN w.until > w.opens THEN w.until ELSE time '24:00' END AS closes) e
WHERE t.clock::time >= w.opens AND t.clock::time < w.opens + (e.closes - w.opens) * 0.75
  AND NOT EXISTS (SELECT 1 FROM feedback_checkround r
                  WHERE r.store_id = s.id AND r.day = t.clock::date AND r.number = 2)
  AND (EXISTS (SELECT 1 FROM feedback_checkitem i WHERE i.store_id = s.id AND i.ended_at IS NULL)
       OR NOT EXISTS (SELECT 1 FROM feedback_checkitem i WHERE i.store_id = s.id))
ORDER BY s.id
"""


def sweep(now: datetime) -> int:
    """Draw the rounds of every store that has opened; return how many stores. One query when there is nothing to do."""
    with connection.cursor() as cursor:
        cursor.execute(UNDRAWN, [now])
        ids = [row[0] for row in cursor.fetchall()]
    drawn = 0
    for store in Store.objects.filter(pk__in=ids):
        with scope(store=store):
            drawn += bool(draw_rounds(store, day=business_day(store, now), now=now))
    return drawn


@transaction.atomic
def draw_rounds(store: Store, *, day: date, now: datetime) -> list[CheckRound]:
    """Draw the rounds of a day that are not drawn and not yet due, and return them; none while the store is shut.

    Two sweeps at once draw once: the store's row is locked. What is drawn follows from store, day and number alone
    and from what was looked at before, so it can be repeated.
    """
    Store.objects.select_for_update(no_key=True).get(pk=store.pk)
    there = set(CheckRound.objects.filter(store=store, day=day).values_list("number", flat=True))
    week = week_of(store)
    hours = week.of(day)
    if hours is None:
        return []
    ensure_items(store, now=now)
    due = dict(enumerate(due_times(store, day, hours), start=1))
    made = []
    for number in (one for one, at in due.items() if at > now and one not in there):
        known = known_on(store, day, before=week.open_before(day), now=now)
        keep = least_new(len({item.touchpoint for item in known.items.values()}), len(week.hours))
        found = CheckRound(store=store, day=day, number=number, drawn_at=now, due_at=due[number])
        tasks = _tasks(found, known, keep)
        if tasks:
            found.save(force_insert=True)
            CheckTask.objects.bulk_create(tasks)
            made.append(found)
    return made


def due_times(store: Store, day: date, hours: tuple[time, time]) -> tuple[datetime, datetime]:
    """Return when the two rounds of a day are due: in the middle of the day, and two hours before closing.

    On a short day the second is due in the middle of what is left.
    """
    opens, closes = (datetime.combine(day, one, tzinfo=store.zone) for one in hours)
    if closes <= opens:
        closes += timedelta(days=1)
    middle = _at_five(opens + (closes - opens) / 2)
    return middle, max(closes - BEFORE_CLOSING, _at_five(middle + (closes - middle) / 2))


def _at_five(moment: datetime) -> datetime:
    return moment.replace(minute=moment.minute // 5 * 5, second=0, microsecond=0)


def _tasks(of: CheckRound, known: Known, keep: int) -> list[CheckTask]:
    seed = f"{of.store_id} {of.day} {of.number}"
    drawn = draw(known.candidates(of.day, of.number), seed=seed, keep=keep)
    chosen = [(known.items[one.key], one.again) for one in drawn]
    cars = _cars([item for item, _again in chosen], known, seed)
    people = people_of(of.store, {car for car in cars.values() if car})
    return [
        CheckTask(
            store_id=of.store_id, round=of, item=item, position=position, again=again, visit_id=cars[item.code],
            person_id=choose(people.fitting(item, cars[item.code]), seed=f"{seed} {item.code} person"),
        )
        for position, (item, again) in enumerate(chosen, start=1)
    ]  # fmt: skip


def _cars(items: Collection[CheckItem], known: Known, seed: str) -> dict[str, UUID | None]:
    """Return code → the car drawn, None where none is looked at; a round looks at different cars where it can."""
    found: dict[str, UUID | None] = {}
    for item in items:
        fitting = known.visits.get(item.touchpoint, []) if item.needs_visit else []
        others = [car for car in fitting if car not in found.values()]
        found[item.code] = choose(others or fitting, seed=f"{seed} {item.code} car")
    return found
