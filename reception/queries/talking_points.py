"""What to say about the past year of a car: one fact and one sentence each, the most important first."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dealership.models import Promise
from reception.intervals import SERVICED_BY
from reception.models import Campaign, OpenAdvice, RepairOrder
from reception.queries.concerns import shortened
from reception.queries.facts import kilometres
from reception.queries.intervals import NextService, is_overdue, is_soon
from reception.queries.past_year import PastYear
from reception.queries.repeated import kind_name
from reception.three_guarantees import Counter

NAMED = 14
"""So many characters of a name fit into a sentence that is said in one breath."""
SHOWN = 5
"""Points in the panel; the rest is folded: five minutes are short."""
ADVICE_SHOWN = 3
Colour = OpenAdvice.Colour


@dataclass(frozen=True)
class Point:
    """One thing to talk about. `tone` and `icon` as of chips; `fact` in bold, `detail` beneath, `say` is spoken."""

    tone: str
    icon: str
    label: str
    fact: str
    say: str
    detail: str = ""
    campaign: Campaign | None = None
    asks: str = ""
    """Name of a form that the point shows: "sold_on"."""


def points(year: PastYear) -> list[Point]:
    """Return everything worth a word, the most important first."""
    urgent = [row for row in year.advice if row.colour == Colour.RED and row.kind != OpenAdvice.Kind.ADVISED_AGAINST]
    found = [
        *_guarantees(year),
        *(_campaign(row) for row in year.campaigns if row.kind == Campaign.Kind.RECALL),
        *_promises(year.promises),
        *(_again(year, kind, len(rows)) for kind, rows in year.repeated),
        *_advice(urgent),
        *_due(year),
        *(_campaign(row) for row in year.campaigns if row.kind != Campaign.Kind.RECALL),
        *_advice([row for row in year.advice if row not in urgent]),
        *_wishes(year),
        *_last(year),
    ]
    return found if not year.new else [*found, *new_car()]


def new_car() -> list[Point]:
    """Return what to ask the owner of a car that was never here."""
    return [
        Point("brand", "history", _("Ask"), _("Where it was serviced so far"),
              _("Where was the car looked after so far? May we look at the booklet?")),
        Point("brand", "message-2", _("Ask"), _("What has troubled the customer"),
              _("In the past year, what about the car has bothered you most?")),
        Point("brand", "steering-wheel", _("Ask"), _("How it is driven"),
              _("Mostly city or motorway? How far do you drive in a month?")),
        Point("brand", "heart", _("Ask"), _("Habits and wishes"),
              _("Do you like to wait here or leave? How may we best reach you?")),
    ]  # fmt: skip


def _guarantees(year: PastYear) -> Iterator[Point]:
    rules = year.guarantees
    label = _("Three guarantees")
    if rules.repair and rules.repair.warns:
        say = (
            _("The repair has passed five days: we offer a loaner or transport money.")
            if rules.repair.over
            else _("Today is day %(n)s of the repair; I will tell you the finish myself.") % {"n": rules.repair.value}
        )
        yield _counted(label, rules.repair, _("Day %(n)s of this repair") % {"n": rules.repair.value}, say,
                       _("From day 6: loaner or transport money"))  # fmt: skip
    if rules.total and rules.total.warns:
        fact = _("%(n)s days in repair in all") % {"n": rules.total.value}
        say = _("The car has been in repair for %(n)s days; our manager will see to it.") % {"n": rules.total.value}
        yield _counted(label, rules.total, fact, say, _("Above 30 days: exchange or refund"))
    if rules.defect and rules.defect.warns:
        told = {"n": rules.defect.value, "what": rules.defect.what}
        say = _("This is time %(n)s for the same thing; our best technician will look.") % told
        yield _counted(label, rules.defect, _("%(what)s: repair no. %(n)s") % told, say,
                       _("Above 4 repairs of one defect: exchange or refund"))  # fmt: skip
    if rules.unknown:
        yield Point("neutral", "calendar", label, _("Day of sale not known"),
                    _("May I see the invoice of the car? I would like to note its guarantee."),
                    asks="sold_on")  # fmt: skip


def _counted(label: str, counter: Counter, fact: str, say: str, limit: str) -> Point:
    tone, icon = ("bad", "alert-triangle") if counter.over else ("risk", "alarm")
    return Point(tone, icon, label, fact, say, limit)


def _campaign(row: Campaign) -> Point:
    recall = row.kind == Campaign.Kind.RECALL
    told = {"what": shortened(row.title, NAMED), "n": row.minutes}
    say = row.say or (
        _("There is a recall: %(what)s. Free, about %(n)s min. Shall we do it today?") % told
        if recall
        else _("The maker offers %(what)s free, about %(n)s min. Shall we do it today?") % told
    )
    detail = _("%(n)s min") % {"n": row.minutes}
    return Point("bad" if recall else "risk", "shield-check" if recall else "discount", row.get_kind_display(),
                 f"{row.code} {row.title}", say, detail, campaign=row)  # fmt: skip


def _promises(rows: list[Promise]) -> Iterator[Point]:
    for row in rows:
        told = {"what": row.get_kind_display()}
        day = date_format(row.given_at, "SHORT_DATE_FORMAT")
        if row.state == Promise.State.BROKEN:
            say = _("Last time we did not keep “%(what)s”. I am sorry; today I will watch it.") % told
            yield Point("bad", "circle-x", _("Promise not kept"), f"{told['what']} · {day}", say)
        else:
            yield Point("risk", "hourglass", _("Promise still open"), f"{told['what']} · {day}",
                        _("We still owe you “%(what)s” from last time. I will see to it today.") % told)  # fmt: skip


def _again(year: PastYear, kind: str, times: int) -> Point:
    told = {"what": kind_name(kind), "n": times}
    fact = ngettext("%(what)s, %(n)s time", "%(what)s, %(n)s times", times) % told
    days = sorted(row.arrived_at for row in dict(year.repeated)[kind] if row.pk != year.visit.pk)
    return Point("risk", "refresh", _("Again"), fact,
                 _("You told us of “%(what)s” before. This time we find the cause first.") % told,
                 " · ".join(date_format(day, "SHORT_DATE_FORMAT") for day in days))  # fmt: skip


def _advice(rows: list[OpenAdvice]) -> Iterator[Point]:
    for row in rows[:ADVICE_SHOWN]:
        told = {"what": shortened(row.text, NAMED)}
        day = date_format(row.created_at, "SHORT_DATE_FORMAT")
        if row.kind == OpenAdvice.Kind.ADVISED_AGAINST:
            yield Point("saved", "thumb-up", _("Advised against"), row.text,
                        _("Last time we advised against “%(what)s”. That still holds today.") % told, day)  # fmt: skip
        elif row.colour == Colour.RED:
            yield Point("bad", "alert-triangle", _("Urgent"), row.text,
                        _("“%(what)s” was urgent last time. May we look at it first today?") % told, day)  # fmt: skip
        else:
            yield Point("risk" if row.colour == Colour.YELLOW else "ok", "eye", row.get_kind_display(), row.text,
                        _("We will look at “%(what)s” again on the way, then you decide.") % told, day)  # fmt: skip


def _due(year: PastYear) -> Iterator[Point]:
    due, known = year.due, year.mileage
    if due is None or SERVICED_BY & set(year.visit.works):
        return
    told = {"when": due_words(due)}
    name = _("First service") if due.first else _("Next service")
    if is_overdue(due, year.today, known):
        past = kilometres(due.km) if due.day >= year.today else date_format(due.day, "DATE_FORMAT")
        yield Point("risk", "alarm", name, _("Overdue: %(when)s") % {"when": past},
                    _("The service is due already. Doing it today saves you a trip."))  # fmt: skip
    elif is_soon(due, year.today, known):
        yield Point("risk", "calendar-event", name, told["when"],
                    _("The service is due soon. Doing it today saves you a trip."))  # fmt: skip
    else:
        yield Point("neutral", "calendar", name, told["when"], _("The next service is due %(when)s.") % told)


def due_words(due: NextService) -> str:
    """Return 20 November 2027 or 68,620 km."""
    told = {"day": date_format(due.day, "DATE_FORMAT"), "km": kilometres(due.km)}
    return told["day"] if due.km is None else _("%(day)s or %(km)s") % told


def _wishes(year: PastYear) -> Iterator[Point]:
    waiting = dict[Any, Any](RepairOrder.Waiting.choices).get(year.waiting, "")
    if year.wishes:
        yield Point("brand", "heart", _("Wishes"), year.wishes,
                    _("We remember: %(what)s. The same today?") % {"what": shortened(year.wishes, 2 * NAMED)},
                    str(waiting))  # fmt: skip
    elif waiting:
        yield Point("brand", "armchair", _("Habit"), str(waiting),
                    _("Usually it is “%(what)s”. Shall we plan it so again?") % {"what": waiting})  # fmt: skip


def _last(year: PastYear) -> Iterator[Point]:
    last = next(iter(year.visits), None)
    if last is None:
        return
    works = last.titles or [str(each) for each in last.visit.works]
    yield Point("ok", "circle-check", _("Last visit"), " · ".join(works[:2]) if last.titles else _("Nothing done"),
                _("Since last time, has everything been in order with the car?"),
                date_format(last.day, "SHORT_DATE_FORMAT"))  # fmt: skip
