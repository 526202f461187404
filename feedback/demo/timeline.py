"""When things happen to a car: the moments of a visit, drawn from the curves."""

from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from dealership.demo.curves import draw_minutes

CLOSES = 18 * 60
LEAST_SHARE = 0.55
"""A visit that would have to run faster than this to end before closing stays overnight."""
MORNING = (8 * 60 + 25, 9 * 60)
LUNCH_AND_LATER = (9 * 60 + 30, 16 * 60)
EXPRESS_SHARE = {"walkaround": 0.8, "agreeing": 0.7, "to_bay": 0.4, "work": 0.55, "wash": 0.4}
"""The express lane against the usual way: 55 and 70 minutes in all (dealer facts, part 3, Minutes)."""
REPAIR_WORK = (1.2, 2.4)
LAST_SECOND = timedelta(hours=23, minutes=59, seconds=59)

Moments = dict[str, datetime]


def draw_moments(
    source: Random,
    day: date,
    zone: ZoneInfo,
    minute: float,
    *,
    express: bool,
    wash: bool,
    away: bool,
    repair: bool,
    days: int,
    longest: int,
) -> Moments:
    """Return every milestone of a visit that comes `minute` after midnight of `day`.

    `days` is how many days the car stays in the workshop; at most `longest` days after `day` it is gone.
    """
    gaps = _gaps(source, day, express=express, wash=wash, away=away, repair=repair)
    days = min(days, longest)
    end = CLOSES + source.uniform(3, 42)
    if days:
        return _moments(day, zone, minute, gaps, jump=("finished", days, source.uniform(*LUNCH_AND_LATER)), end=end)
    total = sum(gap for _name, gap in gaps)
    if minute + total > end and (end - minute) / total < LEAST_SHARE and longest:
        return _moments(day, zone, minute, gaps, jump=("started", 1, source.uniform(*MORNING)), end=end)
    return _moments(day, zone, minute, gaps, jump=None, end=end)


def _gaps(source: Random, day: date, *, express: bool, wash: bool, away: bool, repair: bool) -> list[tuple[str, float]]:
    """Return the milestones after the arrival, each with the minutes since the one before."""

    def draw(phase: str) -> float:
        return draw_minutes(source, phase, day) * (EXPRESS_SHARE.get(phase, 1) if express else 1)

    walk, agree, way, explain = draw("walkaround"), draw("agreeing"), draw("to_bay"), draw("explanation")
    work = draw("work") * (source.uniform(*REPAIR_WORK) if repair else 1)
    desk = draw("to_desk") + (source.uniform(15, 140) if away else 0)
    return [
        ("greeted", min(draw("greeting"), 25)),
        ("covers", walk * 0.1), ("mileage", walk * 0.2), ("controls", walk * 0.25), ("exterior", walk * 0.25),
        ("engine", walk * 0.12), ("negotiation", walk * 0.08),
        ("answered", agree * 0.35), ("terms", agree * 0.25), ("arranged", agree * 0.15), ("signed", agree * 0.25),
        ("workshop", 0.4), ("keyed", 0.5), ("dispatched", way * 0.35), ("started", way * 0.65),
        ("extra", work * 0.4), ("finished", work * 0.6), ("inspected", max(draw("final_inspection"), 2)),
        ("washed", draw("wash") if wash else 0.5), ("checked", 1.5), ("materials", 0.7), ("prepared", 0.8),
        ("told", 0.7), ("explanation", desk), ("confirmed", explain * 0.5), ("warranty", explain * 0.2),
        ("reviewed", explain * 0.2), ("delivery", explain * 0.1), ("method", 0.4), ("paid", draw("till")),
        ("handed", 1.6), ("left", 2.2),
    ]  # fmt: skip


def _moments(
    day: date,
    zone: ZoneInfo,
    minute: float,
    gaps: list[tuple[str, float]],
    *,
    jump: tuple[str, int, float] | None,
    end: float,
) -> Moments:
    """Lay the gaps one after the other; at `jump` (milestone, days, minute) a later day begins."""
    parts: list[tuple[int, float, list[tuple[str, float]]]] = [(0, minute, gaps)]
    if jump:
        at = [name for name, _gap in gaps].index(jump[0])
        parts = [(0, minute, gaps[:at]), (jump[1], jump[2], gaps[at:])]
    moments = {"arrived": _moment(day, zone, minute)}
    for later, start, listed in parts:
        total = sum(gap for _name, gap in listed)
        share = min((end - start) / total, 1) if total else 1
        clock = start
        for name, gap in listed:
            clock += gap * share
            moments[name] = _moment(day + timedelta(days=later), zone, clock)
    return moments


def _moment(day: date, zone: ZoneInfo, minute: float) -> datetime:
    return datetime.combine(day, datetime.min.time(), zone) + timedelta(seconds=round(minute * 60))


def end_of_day(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return the last second of the local day: when a car that nobody let out is closed."""
    return datetime.combine(moment.astimezone(zone).date(), datetime.min.time(), zone) + LAST_SECOND
