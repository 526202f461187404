"""What is done to a car, for how much, who pays and what the customer says to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from dealership.demo import curves
from dealership.demo.pricebook import service_package
from dealership.models import Work
from reception.answers import AGAINST
from reception.models import OrderLine
from reception.queries.pricelist import Pick
from reception.queries.proposals import OF_WORK, answers_to

Payer, Answer, Why = OrderLine.Payer, OrderLine.Answer, OrderLine.Why
Picks = Mapping[str, Pick]

EXTRAS = {
    "pads": "package:PADS", "tyres": "labour:M13", "battery": "labour:M14", "wipers": "part:WIPERS",
    "air_filter": "labour:M02", "alignment": "package:WHEELS", "evaporator_clean": "package:AC",
}  # fmt: skip
"""Extra work of the facts → what it is in the price list (fuel-system care is not sold here)."""
NOT_ELECTRIC = {"air_filter"}
OWN_ACCIDENTS = 0.5
"""Accidents that the customer pays first and claims later (own assumption, so that 17 % pay nothing at the till)."""
BESIDES_CLAIM = 0.5
"""Claims with a service that the customer pays."""
CLAIM_BESIDES = 0.09
"""Other visits with a claim line, so that 16 % have one."""
FOUND_IN_WORKSHOP = 0.5
COUPONS = (50, 80, 100)
MEMBER_SHARE, PACKAGE_SHARE = Decimal("0.05"), Decimal("0.60")
POINTS = (20, 35, 60)


@dataclass(slots=True)
class Line:
    """A line of the order; `extra` where the workshop found it."""

    pick: Pick
    payer: str
    why: str
    reason: str = ""
    must: bool = True
    answer: str = Answer.AGREED
    answer_reason: str = ""
    extra: bool = False
    colour: str = "yellow"

    @property
    def agreed(self) -> bool:
        """True where the customer said yes."""
        return self.answer == Answer.AGREED


def draw_lines(
    source: Random, picks: Picks, *, works: list[str], words: str, energy: str, mileage: int, fleet: bool
) -> list[Line]:
    """Return the lines of a visit: what it came for, then what was found."""
    main = [
        Line(picks[key], payer, Why.DUE if works[0] == Work.SERVICE else Why.WORDS, words)
        for key, payer in _main(source, works[0], words, energy, mileage)
        if key in picks
    ]
    if works[0] == Work.CLAIM and source.random() < BESIDES_CLAIM:
        main.append(Line(picks[f"package:{service_package(energy, mileage).code}"], Payer.CUSTOMER, Why.DUE))
    elif works[0] in (Work.SERVICE, Work.REPAIR) and source.random() < CLAIM_BESIDES:
        main.append(Line(picks["labour:E04"], Payer.WARRANTY, Why.CAMPAIGN))
    lines = main + _extras(source, picks, energy, {line.pick.key for line in main})
    if fleet:
        for line in lines:
            line.payer = Payer.ACCOUNT if line.payer == Payer.CUSTOMER else line.payer
    return lines


def _main(source: Random, work: str, words: str, energy: str, mileage: int) -> list[tuple[str, str]]:
    said = [(key, str(Payer.CUSTOMER)) for key in answers_to(words)]
    if work == Work.SERVICE:
        return [(f"package:{service_package(energy, mileage).code}", str(Payer.CUSTOMER)), *said]
    if work == Work.EXPRESS:
        return said or [("package:P10" if energy != "bev" else "labour:M03", str(Payer.CUSTOMER))]
    key, payer = OF_WORK[work]
    if work == Work.ACCIDENT:
        payer = Payer.CUSTOMER if source.random() < OWN_ACCIDENTS else payer
        keys = [key, source.choice(["labour:B02S", "labour:B02M", "labour:B03"])]
        return [(one, str(payer)) for one in dict.fromkeys(keys)]
    if work == Work.REPAIR:
        fix = source.choice(["labour:R06", "labour:R07", "labour:R03", "labour:R08", "labour:R04", "labour:M14"])
        return [*said, (key, str(payer)), *([(fix, str(payer))] if source.random() < 0.6 else [])]
    return [(key, str(payer))]


def _extras(source: Random, picks: Picks, energy: str, there: set[str]) -> list[Line]:
    if source.random() >= curves.EXTRA_WORK:
        return []
    count = 1 + (source.random() < curves.EXTRA_LINES - 1)
    names = [name for name in EXTRAS if energy != "bev" or name not in NOT_ELECTRIC]
    lines = []
    for name in source.sample(names, count):
        pick = picks[EXTRAS[name]]
        if pick.key in there:
            continue
        line = Line(pick, Payer.CUSTOMER, Why.FOUND, must=False, extra=source.random() < FOUND_IN_WORKSHOP)
        line.why = Why.EXTRA if line.extra else Why.FOUND
        line.colour = "red" if name in ("pads", "tyres") and source.random() < 0.2 else "yellow"
        if source.random() < curves.ADVISED_AGAINST:
            line.answer, line.answer_reason = Answer.ADVISED_AGAINST, source.choice(tuple(AGAINST))
        elif source.random() < curves.DECLINED[name]:
            line.answer, line.answer_reason = Answer.DECLINED, curves.draw(source, curves.DECLINE_REASON)
        lines.append(line)
    return lines


def draw_deductions(source: Random, lines: list[Line]) -> list[tuple[str, Decimal]]:
    """Return deductions (kind, amount) that never exceed what the customer pays."""
    own = [line for line in lines if line.agreed and line.payer == Payer.CUSTOMER]
    left = sum((line.pick.amount for line in own), Decimal(0))
    packages = [line for line in own if line.pick.kind == OrderLine.Kind.PACKAGE]
    labour = sum((line.pick.labour for line in own), Decimal(0))
    found = []
    for kind, share in curves.DEDUCTIONS.items():
        if source.random() >= share:
            continue
        amount = {
            "package": (packages[0].pick.amount * PACKAGE_SHARE) if packages else Decimal(0),
            "coupon": Decimal(source.choice(COUPONS)),
            "member": labour * MEMBER_SHARE,
            "stored_value": left / 2,
            "points": Decimal(source.choice(POINTS)),
        }[kind].quantize(Decimal(1))
        if 0 < amount < left:
            left -= amount
            found.append((kind, amount.quantize(Decimal("0.01"))))
    return found
