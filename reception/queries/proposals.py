"""What an order begins with: booked work, the customer's words and what the walk around the car found."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from dealership.models import Visit, Work, business_day
from reception.concerns import LANGUAGES, reader
from reception.models import OpenAdvice, OrderLine
from reception.queries.appointments import booked_words, of_visit
from reception.queries.campaigns import open_campaigns, pick_of
from reception.queries.concerns import lines_for, said
from reception.queries.orders import usual_payer
from reception.queries.packages import due_service, fits
from reception.queries.pricelist import Pick, PriceList
from reception.queries.sheet import findings

Payer, Why = OrderLine.Payer, OrderLine.Why

OF_WORK: dict[str, tuple[str, str]] = {
    Work.FIRST_SERVICE: ("package:P10", Payer.CAMPAIGN),
    Work.REPAIR: ("labour:R01", Payer.CUSTOMER),
    Work.CLAIM: ("labour:R01", Payer.WARRANTY),
    Work.RECALL: ("labour:E04", Payer.CAMPAIGN),
    Work.ACCIDENT: ("labour:B01", Payer.INSURER),
    Work.COMEBACK: ("labour:R01", Payer.GOODWILL),
    Work.INTERNAL: ("labour:R01", Payer.GOODWILL),
}
"""Kind of work → what is usually written first, and who usually pays it."""

OF_WORDS = (
    ("雨刮", "part:WIPERS"), ("雨刷", "part:WIPERS"), ("wiper", "part:WIPERS"),
    ("电瓶", "labour:M14"), ("蓄电池", "labour:M14"), ("電瓶", "labour:M14"), ("battery", "labour:M14"),
    ("刹车片", "package:PADS"), ("制动片", "package:PADS"), ("來令", "package:PADS"), ("brake pad", "package:PADS"),
    ("刹车油", "labour:M05"), ("制动液", "labour:M05"), ("煞車油", "labour:M05"),
    ("四轮定位", "package:WHEELS"), ("跑偏", "package:WHEELS"), ("定位", "package:WHEELS"),
    ("四条轮胎", "package:TYRES"), ("轮胎", "labour:M13"), ("輪胎", "labour:M13"), ("tyre", "labour:M13"),
    ("空调异味", "package:AC"), ("空调清洗", "package:AC"), ("空调有味", "package:AC"),
    ("空调滤", "labour:M03"), ("冷氣濾", "labour:M03"), ("车窗", "labour:R08"), ("車窗", "labour:R08"),
    ("异响", "labour:R02"), ("異音", "labour:R02"), ("noise", "labour:R02"),
    ("机油", "package:P10"), ("小保养", "package:P10"),
)  # fmt: skip
"""Word of the customer → what it usually comes to; the first of a line of equals counts."""

OF_FINDING = {
    "window_noise": "labour:R08", "window_slow": "labour:R08", "ac_weak": "package:AC", "ac_smell": "package:AC",
    "wiper": "part:WIPERS", "steering": "package:WHEELS", "battery": "labour:M14", "brake_fluid": "labour:M05",
    "coolant_low": "labour:M06", "coolant_leak": "labour:M06", "oil_low": "package:P10", "noise": "labour:R02",
    "engine": "labour:R01", "scratch": "labour:B01", "dent": "labour:B02S",
}  # fmt: skip
"""Code of a finding → what usually answers it. What is not here the advisor picks."""


@dataclass(frozen=True)
class Proposal:
    """A line to begin with; `quote` is what was told for it at booking."""

    pick: Pick
    payer: str
    why: str
    reason: str
    must: bool
    quote: Decimal | None = None


def proposals(visit: Visit, prices: PriceList) -> list[Proposal]:
    """Return the lines that an order of this visit begins with, each pick once, the booked work first."""
    found: dict[str, Proposal] = {}
    parts = (_booked, _asked, _worded, _seen, _campaigns, _advised)
    for proposal in (proposal for part in parts for proposal in part(visit, prices)):
        found.setdefault(proposal.pick.key, proposal)
    lines = [_paid(proposal, visit) for proposal in found.values()]
    appointment = of_visit(visit)
    if lines and appointment and appointment.quote_amount is not None:
        lines[0] = replace(lines[0], quote=appointment.quote_amount)
    return lines


def _paid(proposal: Proposal, visit: Visit) -> Proposal:
    """Return the line with the company of a fleet car as its payer where it would be the customer."""
    return replace(proposal, payer=usual_payer(visit)) if proposal.payer == Payer.CUSTOMER else proposal


def _booked(visit: Visit, prices: PriceList) -> Iterator[Proposal]:
    words = _words(visit)
    for work in visit.works:
        if work == Work.EXPRESS:
            keys = answers_to(words) or ["package:P10"]
            payer: str = Payer.CUSTOMER
        elif work == Work.SERVICE:
            keys, payer = [_service(visit, prices)], Payer.CUSTOMER
        else:
            key, payer = OF_WORK[work]
            keys = [key]
        for key in keys:
            if key in prices.picks:
                why = Why.DUE if work == Work.SERVICE else Why.BOOKED
                reason = "" if work == Work.SERVICE else said(visit, _language(visit)) or words
                yield Proposal(prices.picks[key], payer, why, reason, must=True)


def _asked(visit: Visit, prices: PriceList) -> Iterator[Proposal]:
    for key, reason in lines_for(visit, _language(visit)).items():
        if key in prices.picks:
            yield Proposal(prices.picks[key], Payer.CUSTOMER, Why.WORDS, reason, must=True)


def _worded(visit: Visit, prices: PriceList) -> Iterator[Proposal]:
    words = _words(visit)
    for key in answers_to(words):
        if key in prices.picks:
            yield Proposal(prices.picks[key], Payer.CUSTOMER, Why.WORDS, words, must=True)


def _seen(visit: Visit, prices: PriceList) -> Iterator[Proposal]:
    for finding in findings(visit):
        key = OF_FINDING.get(finding.code, "")
        if key in prices.picks:
            yield Proposal(prices.picks[key], Payer.CUSTOMER, Why.FOUND, finding.words, must=False)


def _campaigns(visit: Visit, prices: PriceList) -> Iterator[Proposal]:
    for campaign in open_campaigns(visit.vehicle, business_day(visit.store, visit.arrived_at)):
        pick = pick_of(campaign, prices)
        if pick:
            reason = f"{campaign.code} {campaign.title}"
            yield Proposal(pick, Payer.CAMPAIGN, Why.CAMPAIGN, reason, must=campaign.kind == campaign.Kind.RECALL)


def _advised(visit: Visit, prices: PriceList) -> Iterator[Proposal]:
    for advice in still_open(visit):
        pick = prices.picks.get(f"{advice.line.kind}:{advice.line.code}") if advice.line else None
        if pick and fits(pick, visit.vehicle):
            red = advice.colour == OpenAdvice.Colour.RED
            yield Proposal(pick, Payer.CUSTOMER, Why.ADVICE, _since(advice, visit), must=red)


def still_open(visit: Visit) -> QuerySet[OpenAdvice]:
    """Return what was found or declined at earlier visits of the car and not done since."""
    rows = OpenAdvice.objects.filter(vehicle=visit.vehicle_id, closed_at=None).exclude(visit=visit)
    return rows.exclude(kind=OpenAdvice.Kind.ADVISED_AGAINST).exclude(line=None).select_related("line")


def _since(advice: OpenAdvice, visit: Visit) -> str:
    day = advice.created_at.astimezone(visit.store.zone)
    with override(_language(visit)):
        return _("Advised on %(day)s, not done then") % {"day": date_format(day, "SHORT_DATE_FORMAT")}


def answers_to(words: str) -> list[str]:
    """Return the keys of the picks that the customer's words come to, each part of the sentence once."""
    left, keys = words.casefold(), []
    for word, key in OF_WORDS:
        if word in left:
            left = left.replace(word, " ")
            keys.append(key)
    return list(dict.fromkeys(keys))


def _words(visit: Visit) -> str:
    appointment = of_visit(visit)
    return visit.words or (booked_words(appointment) if appointment else "")


def _language(visit: Visit) -> str:
    """Return the language of an order's reasons: they are read to the customer and signed."""
    customer = visit.customer.language if visit.customer else ""
    return customer if customer in LANGUAGES else reader()


def _service(visit: Visit, prices: PriceList) -> str:
    return due_service(prices.picks.values(), visit.vehicle, visit.mileage or visit.vehicle.mileage or 0)
