"""Recalls and campaigns of the maker: which fit a car and are not done on it."""

from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from dealership.models import Vehicle
from reception.models import Campaign, CampaignDone, OrderLine
from reception.queries.intervals import fits_model
from reception.queries.pricelist import Pick, PriceList


def open_campaigns(vehicle: Vehicle, today: date) -> list[Campaign]:
    """Return the campaigns in force that fit the car and are not done on it, recalls first (one query).

    Each has `by_vin`: True where the car's VIN is on its list.
    """
    done = CampaignDone.objects.filter(campaign=OuterRef("pk"), vehicle=vehicle)
    # A car without a VIN is on no list: no list holds an empty one.
    by_vin = Q(vins__contains=[vehicle.vin])
    rows = in_force(today).exclude(Exists(done)).filter(by_vin | ~Q(fits="") | _years()).annotate(by_vin=by_vin)
    found = [row for row in rows.defer("vins") if row.by_vin or fits(row, vehicle)]
    return sorted(found, key=lambda row: (row.kind != Campaign.Kind.RECALL, row.since, row.code))


def in_force(today: date) -> "QuerySet[Campaign]":
    """Return the campaigns that run on this day."""
    return Campaign.objects.filter(Q(until=None) | Q(until__gte=today), active=True, since__lte=today)


def fits(campaign: Campaign, vehicle: Vehicle) -> bool:
    """Tell whether the words and years of a campaign name this car; one that names neither fits by VIN only."""
    first, last = campaign.year_from, campaign.year_to
    if not campaign.fits.strip() and first is None and last is None:
        return False
    if first is not None and (vehicle.year is None or vehicle.year < first):
        return False
    if last is not None and (vehicle.year is None or vehicle.year > last):
        return False
    return fits_model(campaign.fits, vehicle)


def pick_of(campaign: Campaign, prices: PriceList) -> Pick | None:
    """Return the thing of the price book that a campaign names, None where the store does not offer it."""
    for kind in OrderLine.Kind.values:
        pick = prices.pick(kind, campaign.operation) if campaign.operation else None
        if pick:
            return pick
    return None


def listed(today: date) -> list[Campaign]:
    """Return all campaigns of the store: those in force first; `done` is how many cars had it, `on` tells it runs."""
    on = Exists(in_force(today).filter(pk=OuterRef("pk")))
    done = CampaignDone.objects.filter(campaign=OuterRef("pk")).order_by().values("campaign").annotate(n=Count("pk"))
    rows = Campaign.objects.annotate(on=on, done=Coalesce(Subquery(done.values("n")), 0))
    found = sorted(rows, key=lambda row: (not row.on, row.kind != Campaign.Kind.RECALL))
    return [*found]


def _years() -> Q:
    return Q(year_from__isnull=False) | Q(year_to__isnull=False)
