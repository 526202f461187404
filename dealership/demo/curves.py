"""How a day at a dealership goes, in figures: volumes, hours, mixes, minutes, execution.

Unless a line says otherwise every figure is from dealer facts, part 3 (estimates for a store of 12 of a
mainstream joint-venture brand). Pairs are (weekday, Saturday); Sunday, of which the facts know only the
volume, follows Saturday. Shares are per cent and used as weights.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import TypeVar

Choice = TypeVar("Choice")

# Volume: cars a day and store.
WEEKDAY_VOLUME = (14, 18)
SATURDAY_VOLUME = 28
SUNDAY_VOLUME = 24
SATURDAY, SUNDAY = 5, 6

# Arrivals and exits by hour.
ARRIVALS_FROM_HOUR = 8
ARRIVALS = ((14, 19, 15, 9, 4, 9, 12, 9, 6, 3), (18, 24, 18, 10, 4, 8, 8, 5, 3, 2))
EXITS_FROM_HOUR = 9
EXITS = (3, 9, 14, 9, 4, 9, 13, 15, 16, 8)

# Arrival: booked 55 (Saturday 62); on Saturdays the others share the rest as on weekdays.
ARRIVAL_MIX = (
    {"booked": 55.0, "walk_in": 35.0, "picked_up": 4.0, "fleet": 4.0, "towed": 2.0},
    {"booked": 62.0, "walk_in": 29.6, "picked_up": 3.4, "fleet": 3.4, "towed": 1.6},
)
BOOKING_OUTCOME = {"on_time": 72, "late": 17, "no_show": 9, "moved": 2}

# Main work; of "claim/recall 11" two in eleven are taken as recalls (own assumption).
MAIN_WORK = {
    "service": 52,
    "repair": 17,
    "claim": 9,
    "recall": 2,
    "accident": 10,
    "first_service": 4,
    "express": 4,
    "comeback": 2,
}
EXPRESS_LANE = 0.30
CLAIM_LINE = 0.16
NOTHING_TO_PAY = 0.17
WAITING = {"lounge": 68, "leaves": 26, "home": 4, "loaner": 2}
REPAIR_SAME_DAY = 0.62
ACCIDENT_DAYS = (3, 6, 15)
"""Least, median and most days of an accident repair."""


@dataclass(frozen=True, slots=True)
class Minutes:
    """Median minutes and the 90th percentile, each (weekday, Saturday)."""

    median: tuple[float, float]
    p90: tuple[float, float]


# Minutes. Where the facts give no 90th percentile it is taken as 1.6 medians (own assumption).
_USUAL_SPREAD = 1.6


def _minutes(weekday: float, saturday: float) -> Minutes:
    return Minutes((weekday, saturday), (weekday * _USUAL_SPREAD, saturday * _USUAL_SPREAD))


MINUTES = {
    "greeting": Minutes((1.5, 4), (4, 9)),
    "walkaround": _minutes(7, 6),
    "agreeing": _minutes(7, 6),
    "to_bay": _minutes(10, 35),
    "work": _minutes(42, 45),
    "final_inspection": _minutes(5, 4),
    "wash": _minutes(20, 40),
    "to_desk": _minutes(6, 6),
    "explanation": _minutes(6, 4),
    "till": Minutes((3, 5), (7, 12)),
    "whole_visit": _minutes(105, 155),
    "whole_express": _minutes(55, 70),
}
_P90_IN_SIGMAS = 1.2815515655446004

# Money, extra work, quality and promises.
DEDUCTIONS = {"package": 0.16, "coupon": 0.14, "member": 0.11, "stored_value": 0.06, "points": 0.04}
"""Share of visits with each deduction; independent draws overlap as "some two" says."""
PAYMENT_MIX = {"wechat": 52, "alipay": 24, "card": 8, "stored_value": 7, "on_account": 6, "cash": 3}
INVOICE_WANTED = 0.30
INVOICE_COMPANY = 0.60
EXTRA_WORK = 0.41
EXTRA_LINES = 1.6
EXTRA_ANSWER_MINUTES = {"link": 6, "phone": 11}
EXTRA_UNANSWERED = 0.09
EXTRA_AGREED = 0.52
DECLINED = {
    "pads": 0.26,
    "tyres": 0.45,
    "battery": 0.30,
    "wipers": 0.35,
    "air_filter": 0.20,
    "alignment": 0.50,
    "evaporator_clean": 0.68,
    "fuel_system": 0.72,
}
DECLINE_REASON = {"price": 34, "next_time": 31, "elsewhere": 12, "family": 11, "not_needed": 9, "no_time": 3}
ADVISED_AGAINST = 0.04
SENT_BACK = 0.05
SETTLED_AGAINST_QUOTED = {"equal": 71, "below": 19, "above": 10}
READY_PROMISE = (
    {"kept": 78, "late": 10, "moved": 7, "broken": 5},
    {"kept": 64, "late": 13, "moved": 10, "broken": 13},
)
LINK_OPENED = 0.38

# Execution (weekday, Saturday) and influence 1 to 5 of each touchpoint.
EXECUTION = {
    "1.1": ((8.6, 7.4), 2),
    "1.2": ((8.3, 7.2), 2),
    "1.3": ((8.1, 6.9), 2),
    "1.4": ((8.2, 6.1), 5),
    "1.5": ((7.9, 6.3), 4),
    "1.6": ((8.4, 7.9), 4),
    "1.7": ((7.6, 7.0), 4),
    "2.1": ((8.8, 8.1), 4),
    "2.2": ((8.1, 7.0), 5),
    "2.3": ((9.4, 9.2), 3),
    "2.4": ((7.3, 5.6), 3),
    "2.5": ((8.7, 8.0), 2),
    "3.1": ((7.8, 6.8), 2),
    "3.2": ((7.2, 5.4), 5),
    "3.3": ((8.3, 7.1), 5),
    "3.4": ((6.4, 4.2), 4),
    "4.1": ((8.0, 6.7), 5),
    "4.2": ((6.8, 5.1), 3),
    "4.3": ((8.2, 7.6), 4),
    "5.1": ((6.9, 5.0), 2),
    "5.2": ((8.8, 8.1), 3),
    "5.3": ((6.6, 4.6), 3),
}
INFLUENCE = {code: influence for code, (_, influence) in EXECUTION.items()}

LATE_ANSWERS = 0.06
BULK_ANSWERS = 0.02
"""Shares of steps recorded late and in bulk (own assumption); `answer_weights` keeps the mean."""


def weekend(day: date) -> int:
    """Return the index into every pair of this module: 0 from Monday to Friday, else 1."""
    return int(day.weekday() >= SATURDAY)


def draw(source: Random, weights: Mapping[Choice, float]) -> Choice:
    """Return one key by its weight."""
    return source.choices(tuple(weights), tuple(weights.values()))[0]


def draw_volume(source: Random, day: date) -> int:
    """Return how many cars come to one store on this day."""
    if day.weekday() == SATURDAY:
        return SATURDAY_VOLUME + source.randint(-2, 2)
    if day.weekday() == SUNDAY:
        return SUNDAY_VOLUME + source.randint(-2, 2)
    return source.randint(*WEEKDAY_VOLUME)


def draw_arrivals(source: Random, day: date, volume: int) -> list[float]:
    """Return the arrivals of a day in order, as minutes since local midnight."""
    curve = ARRIVALS[weekend(day)]
    hours = source.choices(range(ARRIVALS_FROM_HOUR, ARRIVALS_FROM_HOUR + len(curve)), curve, k=volume)
    return sorted(hour * 60 + source.uniform(0, 60) for hour in hours)


def share_arrived(day: date, minute: float) -> float:
    """Return the expected share (0 to 1) of the day's cars that came before `minute` of the local day."""
    curve = ARRIVALS[weekend(day)]
    hours = minute / 60 - ARRIVALS_FROM_HOUR
    return sum(part * min(max(hours - place, 0), 1) for place, part in enumerate(curve)) / sum(curve)


def draw_minutes(source: Random, phase: str, day: date) -> float:
    """Return the minutes of one phase of `MINUTES`: log-normal, cut at four times the 90th percentile."""
    minutes, column = MINUTES[phase], weekend(day)
    median, p90 = minutes.median[column], minutes.p90[column]
    drawn = source.lognormvariate(math.log(median), math.log(p90 / median) / _P90_IN_SIGMAS)
    return min(drawn, 4 * p90)


def answer_weights(touchpoint: str, day: date) -> dict[str, float]:
    """Return shares of the answers live, late, bulk and none of one step, summing to 1.

    Live counts 1, late a half, bulk and none 0, so that the mean meets the touchpoint's execution score.
    """
    target = EXECUTION[touchpoint][0][weekend(day)] / 10
    live = target - LATE_ANSWERS / 2
    return {
        "live": live,
        "late": LATE_ANSWERS,
        "bulk": BULK_ANSWERS,
        "none": 1 - live - LATE_ANSWERS - BULK_ANSWERS,
    }
