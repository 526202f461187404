"""Keys and car to the collector, the guard's exit, and the end of the day for cars that nobody let out."""

from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_scopes import scope

from dealership.actions import events, promises
from dealership.actions.records import lock, recompute
from dealership.actions.stages import advance
from dealership.actions.ticks import tick_by_record
from dealership.models import CustomerLink, Promise, Situation, Staff, Store, Visit, business_day
from dealership.refused import Missing, Refused
from dealership.stages import Stage
from dealership.uuids import uuid7
from delivery.actions import follow_ups
from delivery.actions.gate_pass import PAID
from delivery.models import GatePass, Handover
from delivery.queries.handover import handover_of
from delivery.queries.settlement import live_pass
from reception.actions.ownership import require_own

Check = Handover.Check


@transaction.atomic
def hand_over(
    visit: Visit,
    *,
    by: Staff,
    check: str = Check.KNOWN,
    code: str = "",
    collector: str = "",
    sex: str = "",
    called: str = "",
    id: UUID | None = None,
    now: datetime | None = None,
) -> Handover:
    """Give keys and car to the collector, who is the contact, shows the pickup code, or was confirmed by a call.

    Effects, in order: the handover; the promise of home delivery; the situation "collected by an agent" for another
    person than the contact; the mark "paid" taken off; the timeline. A second press returns the first, as long as the
    car has not gone back meanwhile: then gates 7 and 8 are asked again.
    Raises Refused: "visit.not_yours", "handover.stage", "handover.pass" (gate 7), "handover.code",
    "handover.collector" (gate 8).
    """
    now = now or timezone.now()
    require_own(visit, by=by)
    lock([visit.pk])
    known = Handover.objects.filter(pk=id, visit=visit).first() if id else None
    known = known or handover_of(visit)
    if known:
        return known
    _require_may_leave(visit)
    name, form = _checked(visit, check=check, code=code, collector=collector, sex=sex, called=called)
    values = {
        "at": now, "by": by, "check_kind": check, "collector": name[:80], "collector_sex": form,
        "called": called.strip()[:20] if check == Check.CALL else "",
    }  # fmt: skip
    # A car that went back to the explanation is handed over anew, on the row that it has.
    row, _new = Handover.objects.update_or_create(
        store_id=visit.store_id, visit=visit, defaults=values, create_defaults=values | {"id": id or uuid7(now)}
    )
    promises.settle(visit, kind=Promise.Kind.HOME_DELIVERY, now=now)
    promises.settle(visit, kind=Promise.Kind.OLD_PARTS, now=now)
    if check != Check.KNOWN:
        events.begin_situation(visit, kind=Situation.Kind.AGENT_OR_PHONE, now=now)
        recompute([visit.pk], now=now)
    events.clear_attention(visit, kind=PAID, now=now)
    events.note(visit, kind="handover", by=by, now=now, check=check)
    return row


def _require_may_leave(visit: Visit) -> None:
    if visit.stage != Stage.DELIVERY:
        raise Refused(_("Send the sheet to the cashier first; then the car is handed over."), "handover.stage")
    if live_pass(visit) is None:
        sentence = _("The cashier has not issued the gate pass yet. See that the sum is paid first.")
        missing = [Missing("handover.pass", sentence, "payment-state")]
        raise Refused(sentence, "handover.pass", missing=missing)


def _checked(visit: Visit, *, check: str, code: str, collector: str, sex: str, called: str) -> tuple[str, str]:
    """Return name and form of address of the collector, once checked (gate 8)."""
    if check == Check.KNOWN:
        contact = visit.customer
        return (contact.name, contact.sex) if contact else ("", "")
    if check == Check.CODE:
        codes = CustomerLink.objects.filter(visit=visit, revoked_at=None).values_list("pickup_code", flat=True)
        if not code.strip() or code.strip() not in codes:
            sentence = _("This is not the pickup code of this car. Look again, or call the contact.")
            raise Refused(sentence, "handover.code", field="code")
    elif not (collector.strip() and called.strip()):
        sentence = _("Write down who collects the car and the number you called.")
        raise Refused(sentence, "handover.collector", field="called" if collector.strip() else "collector")
    return collector.strip(), sex


@transaction.atomic
def bring_home(visit: Visit, *, by: Staff, on: bool, now: datetime | None = None) -> Visit:
    """Say that the car is driven to the customer's home, or that it is not. Raises Refused("visit.not_yours")."""
    require_own(visit, by=by)
    now = now or timezone.now()
    if on:
        events.begin_situation(visit, kind=Situation.Kind.HOME_DELIVERY, now=now)
    else:
        events.end_situation(visit, kind=Situation.Kind.HOME_DELIVERY, now=now)
    follow_ups.bring_home(visit, on=on, now=now)
    recompute([visit.pk], now=now)
    return visit


@transaction.atomic
def let_out(visit: Visit, *, by: Staff, id: UUID | None = None, now: datetime | None = None) -> GatePass:
    """Take back the pass at the exit and let the car out (放行). A second press returns the first.

    Effects, in order: the pass is returned, step 5.3/guard, the visit is closed.
    Raises Refused: "exit.no_pass" (not released), "exit.no_handover" (the advisor has not said goodbye).
    """
    now = now or timezone.now()
    lock([visit.pk])
    gate_pass = live_pass(visit)
    if gate_pass is None:
        raise Refused(_("This car is not released. Ask the driver to wait and call the advisor."), "exit.no_pass")
    if gate_pass.returned_at:
        return gate_pass
    if handover_of(visit) is None:
        sentence = _("The handover is not recorded yet. Call %(name)s, then let the car out.")
        raise Refused(sentence % {"name": visit.advisor or _("the advisor")}, "exit.no_handover")
    gate_pass.returned_at, gate_pass.returned_to = now, by
    gate_pass.save(update_fields=["returned_at", "returned_to"])
    tick_by_record(visit, steps=["5.3/guard"], record=gate_pass, by=by, now=now)
    visit.refresh_from_db(fields=["stage"])
    advance(visit, to=Stage.CLOSED, by=by, id=id, now=now)
    return gate_pass


def close_left(now: datetime) -> int:
    """Close the visits that were handed over on an earlier business day and that no guard let out.

    They are closed as of the end of that day. Returns how many.
    """
    closed = 0
    for store in Store.objects.all():
        with scope(store=store):
            today = business_day(store, now)
            # In UTC: the day changes with the store's clock, the column does not.
            begins = datetime.combine(today, time(), tzinfo=store.zone).astimezone(UTC)
            rows = Handover.objects.filter(visit__stage=Stage.DELIVERY, at__lt=begins)
            for row in rows.select_related("visit__store", "visit__vehicle", "visit__advisor"):
                day = business_day(store, row.at) + timedelta(days=1)
                ends = datetime.combine(day, time(), tzinfo=store.zone) - timedelta(seconds=1)
                closed += _close(row.visit, now=ends)
    return closed


def _close(visit: Visit, *, now: datetime) -> bool:
    try:
        advance(visit, to=Stage.CLOSED, by=None, now=now)
    except Refused:
        # Another worker or the guard was faster.
        return False
    return True
