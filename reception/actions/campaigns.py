"""Recalls and campaigns: entered by the store, put on an order, done on a car."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dealership.actions import events
from dealership.models import Staff, StageChange, Store, Vehicle, Visit, business_day
from dealership.refused import Refused
from dealership.stages import Stage
from reception.actions.lines import add_line
from reception.actions.orders import begin_order
from reception.models import Campaign, CampaignDone, OrderLine
from reception.queries.campaigns import in_force, open_campaigns, pick_of
from reception.queries.orders import order_of
from reception.queries.pricelist import PriceList

FIELDS = (
    "kind", "code", "title", "say", "since", "until", "vins", "fits", "year_from", "year_to", "operation", "minutes",
)  # fmt: skip


@transaction.atomic
def keep_campaign(store: Store, *, by: Staff, campaign: Campaign | None = None, **values: object) -> Campaign:
    """Enter a campaign, or change `campaign`. `values`: FIELDS, all of them for a new one.

    Raises Refused: "campaign.code" (the number is taken), "campaign.cars" (it names no car), "campaign.days" (ends
    before it begins), "campaign.years".
    """
    row = campaign or Campaign(store=store)
    for name in FIELDS:
        setattr(row, name, values.get(name, getattr(row, name)))
    if not row.vins and not row.fits.strip() and row.year_from is None and row.year_to is None:
        raise Refused(_("Say which cars it is for: VINs, models or years."), "campaign.cars", field="vins")
    if row.until is not None and row.until < row.since:
        raise Refused(_("It ends before it begins. Check the two days."), "campaign.days", field="until")
    if row.year_from is not None and row.year_to is not None and row.year_to < row.year_from:
        raise Refused(_("The years are the wrong way round. Check them."), "campaign.years", field="year_to")
    if Campaign.objects.filter(code=row.code).exclude(pk=row.pk).exists():
        raise _taken(row)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as taken:
        # Two people entered the same number at once.
        raise _taken(row) from taken
    return row


def _taken(row: Campaign) -> Refused:
    sentence = _("%(code)s has been entered already. Open it in the list to change it.") % {"code": row.code}
    return Refused(sentence, "campaign.code", field="code")


@transaction.atomic
def end_campaign(campaign: Campaign, *, by: Staff, now: datetime | None = None) -> Campaign:
    """End a campaign as of today: no car is told of it any more."""
    campaign.active = False
    campaign.save(update_fields=["active"])
    return campaign


@transaction.atomic
def resume_campaign(campaign: Campaign, *, by: Staff, now: datetime | None = None) -> Campaign:
    """Bring an ended campaign back; Refused("campaign.over") where its last day is past."""
    today = business_day(campaign.store, now or timezone.now())
    if campaign.until is not None and campaign.until < today:
        raise Refused(_("Its last day is past. Give it a later one first."), "campaign.over", field="until")
    campaign.active = True
    campaign.save(update_fields=["active"])
    return campaign


@transaction.atomic
def add_campaign_line(
    visit: Visit, *, by: Staff, campaign: Campaign, id: object = None, now: datetime | None = None
) -> OrderLine:
    """Put a campaign's work on the order of a visit, paid by the maker; again returns the first line.

    Begins the order where there is none. Raises Refused: "campaign.not_for_car" (does not fit, ended or done),
    "campaign.too_early" (in the reception: a new order proposes it by itself), "campaign.operation" (the price book
    has no such work), and what `lines.add_line` refuses.
    """
    now = now or timezone.now()
    if campaign.pk not in {row.pk for row in open_campaigns(visit.vehicle, business_day(visit.store, now))}:
        raise Refused(_("This campaign is not for this car, or is done already."), "campaign.not_for_car")
    order = order_of(visit)
    if order is None and visit.stage == Stage.RECEPTION:
        sentence = _("It goes onto the order by itself when you sit down with the customer.")
        raise Refused(sentence, "campaign.too_early")
    pick = pick_of(campaign, PriceList())
    if pick is None:
        sentence = _("The price book has no work “%(code)s”. Ask the manager to correct the campaign.")
        raise Refused(sentence % {"code": campaign.operation or "—"}, "campaign.operation")
    order = order or begin_order(visit, by=by, now=now)
    lines = OrderLine.objects.filter(order=order, kind=pick.kind, code=pick.code, why=OrderLine.Why.CAMPAIGN)
    return lines.first() or add_line(
        order, by=by, kind=pick.kind, code=pick.code, why=OrderLine.Why.CAMPAIGN, payer=OrderLine.Payer.CAMPAIGN,
        reason=f"{campaign.code} {campaign.title}", must=campaign.kind == Campaign.Kind.RECALL, now=now,
    )  # fmt: skip


@transaction.atomic
def note_done(
    campaign: Campaign, *, vehicle: Vehicle, by: Staff | None, visit: Visit | None = None, now: datetime | None = None
) -> CampaignDone:
    """Note that a campaign is done on a car: at `visit`, or elsewhere (None); again returns the first note."""
    now = now or timezone.now()
    row, new = CampaignDone.objects.get_or_create(
        store_id=vehicle.store_id, campaign=campaign, vehicle=vehicle, defaults={"visit": visit, "at": now, "by": by}
    )
    if new and visit is not None:
        events.note(visit, kind="campaign.done", by=by, now=now, code=campaign.code)
    return row


@transaction.atomic
def undo_done(campaign: Campaign, *, vehicle: Vehicle, by: Staff, now: datetime | None = None) -> bool:
    """Take such a note back; False where there was none."""
    rows, _by_table = CampaignDone.objects.filter(campaign=campaign, vehicle=vehicle).delete()
    return bool(rows)


def done_on_leave(visit: Visit, change: StageChange, by: Staff | None, now: datetime) -> None:
    """Note the campaigns whose work was agreed at a visit that ends: they are not offered again."""
    lines = OrderLine.objects.filter(
        order__visit=visit, why=OrderLine.Why.CAMPAIGN, answer=OrderLine.Answer.AGREED
    ).values_list("code", "reason")
    for campaign in _of_lines(list(lines), business_day(visit.store, now)):
        note_done(campaign, vehicle=visit.vehicle, visit=visit, by=by, now=now)


def _of_lines(lines: Sequence[tuple[str, str]], today: date) -> list[Campaign]:
    if not lines:
        return []
    rows = in_force(today).filter(operation__in=[code for code, _reason in lines])
    said = {(code, reason.split(" ", 1)[0]) for code, reason in lines}
    return [row for row in rows.defer("vins") if (row.operation, row.code) in said]
