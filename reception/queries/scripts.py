"""What an order fills into the scripts; None while it is unknown. Money and times come with their unit."""

from datetime import datetime
from decimal import Decimal

from django.utils import translation
from django.utils.translation import gettext as _

from dealership.models import Promise, Visit
from dealership.queries import scripts as kernel
from dealership.queries.whole import rows_of
from reception.concerns import sentence
from reception.models import OrderLine, RepairOrder
from reception.queries.concerns import concerns_of
from reception.queries.orders import lines_of, order_of


def total(visit: Visit, language: str) -> str | None:
    """What the customer pays: 994元."""
    lines = _paid_by_customer(visit)
    return money(sum((line.amount for line in lines), Decimal(0)), language) if lines else None


def labour(visit: Visit, language: str) -> str | None:
    """The labour in that sum."""
    lines = _paid_by_customer(visit)
    return money(sum((line.labour for line in lines), Decimal(0)), language) if lines else None


def parts(visit: Visit, language: str) -> str | None:
    """The parts in that sum."""
    lines = _paid_by_customer(visit)
    return money(sum((line.parts for line in lines), Decimal(0)), language) if lines else None


def work(visit: Visit, language: str) -> str | None:
    """The lines of the order by name; before there is one, the kinds of work."""
    lines = [line for line in _lines(visit) if line.charged]
    if not lines:
        return kernel.work(visit, language)
    with translation.override(language):
        return (", " if language == "en" else "、").join(line.title for line in lines)


def start_time(visit: Visit, language: str) -> str | None:
    """When work begins: 9:15."""
    order = _order(visit)
    return _clock(visit, order.expected_start) if order else None


def ready_time(visit: Visit, language: str) -> str | None:
    """The promised ready time, before that the one to be agreed."""
    order = _order(visit)
    return _clock(visit, visit.ready_due or (order.ready_at if order else None))


def duration(visit: Visit, language: str) -> str | None:
    """How long the work takes: 1小时20分钟."""
    order = _order(visit)
    return spoken_minutes(order.work_minutes, language) if order and order.work_minutes else None


def wash_duration(visit: Visit, language: str) -> str | None:
    """How long the wash takes; None where none is wished."""
    order = _order(visit)
    return spoken_minutes(order.wash_minutes, language) if order and order.wash_minutes else None


def waiting_place(visit: Visit, language: str) -> str | None:
    """Where the customer waits; None where they leave."""
    order = _order(visit)
    if order is None or order.waiting != RepairOrder.Waiting.LOUNGE:
        return None
    with translation.override(language):
        return _("the lounge")


def next_update(visit: Visit, language: str) -> str | None:
    """When the customer hears from us next."""
    order = _order(visit)
    return _clock(visit, order.next_update_at) if order else None


def open_call_back(visit: Visit) -> Promise | None:
    """Return the promise to call back that is still to be kept."""
    wanted = (Promise.Kind.CALL_BACK, Promise.State.OPEN)
    return next((row for row in rows_of(visit, Promise) if (row.kind, row.state) == wanted), None)


def call_back_time(visit: Visit, language: str) -> str | None:
    """By when we promised to call back."""
    promise = open_call_back(visit)
    return _clock(visit, promise.due_at) if promise else None


def concern(visit: Visit, language: str) -> str | None:
    """What was asked about the first concern; before that the customer's own words, the first sentence of them."""
    asked = [concern | {"often": "", "since": ""} for concern in concerns_of(visit)[:1]]
    if asked:
        text = sentence(asked[0], language).rstrip("。.")
        return text[:1].lower() + text[1:] if asked[0]["when"] or asked[0]["how"] else text
    words = visit.words.strip()
    for stop in ("。", ";", ";", "\n"):
        words = words.split(stop)[0]
    return words.strip() or None


def money(amount: Decimal, language: str) -> str:
    """Say an amount with its unit."""
    whole = amount == amount.to_integral_value()
    with translation.override(language):
        return _("¥%(amount)s") % {"amount": f"{amount:.0f}" if whole else f"{amount:.2f}"}


def spoken_minutes(minutes: int, language: str) -> str:
    """Say a duration: 1小时20分钟, 45分钟, 2小时."""
    hours, rest = divmod(minutes, 60)
    with translation.override(language):
        if not hours:
            return _("%(count)s min") % {"count": rest}
        if not rest:
            return _("%(hours)s h") % {"hours": hours}
        return _("%(hours)s h %(count)s min") % {"hours": hours, "count": rest}


def _clock(visit: Visit, moment: datetime | None) -> str | None:
    return moment.astimezone(visit.store.zone).strftime("%-H:%M") if moment else None


def _order(visit: Visit) -> RepairOrder | None:
    return _known(visit)[0]


def _lines(visit: Visit) -> list[OrderLine]:
    return _known(visit)[1]


def _paid_by_customer(visit: Visit) -> list[OrderLine]:
    return [line for line in _lines(visit) if line.charged and line.of_customer]


def _known(visit: Visit) -> tuple[RepairOrder | None, list[OrderLine]]:
    # A page fills in a dozen variables of one Visit object: its order is read once.
    cache = visit.__dict__
    if "_order_said" not in cache:
        order = order_of(visit)
        cache["_order_said"] = (order, lines_of(order) if order else [])
    return cache["_order_said"]
