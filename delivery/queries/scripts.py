"""Script variables of stages 4 and 5: money with its unit, dates and kilometres as they are spoken."""

from datetime import date
from decimal import Decimal

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from dealership.models import Visit
from dealership.people import address
from delivery.models import Handover
from delivery.queries.settlement import Sheet, settlement_of, sheet_of
from delivery.queries.warranty import next_service as due_again
from delivery.queries.warranty import warranties
from delivery.sums import Sums
from reception.models import OrderLine

ENGLISH_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def money(amount: Decimal, language: str) -> str:
    """Return an amount as it is said: 994元, ¥994; fen only where there are some."""
    figure = f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"
    return f"{figure.replace(',', '')}元" if language.startswith("zh") else f"¥{figure}"


def _sheet(visit: Visit) -> Sheet | None:
    """Return the visit's sheet, read once per Visit object: a page fills in several of these variables."""
    if "_script_sheet" not in visit.__dict__:
        settlement = settlement_of(visit)
        visit.__dict__["_script_sheet"] = sheet_of(settlement) if settlement else None
    return visit.__dict__["_script_sheet"]


def _sums(visit: Visit) -> Sums | None:
    sheet = _sheet(visit)
    return sheet.sums if sheet else None


def settled_total(visit: Visit, language: str) -> str | None:
    """What the customer pays."""
    sums = _sums(visit)
    return money(sums.customer, language) if sums else None


def difference(visit: Visit, language: str) -> str | None:
    """The bill against the quote, as a whole phrase."""
    sums = _sums(visit)
    if sums is None:
        return None
    with translation.override(language):
        if not sums.difference:
            return _("the same as quoted")
        phrase = _("%(money)s less than quoted") if sums.less > 0 else _("%(money)s more than quoted")
        return phrase % {"money": money(abs(sums.difference), language)}


def labour(visit: Visit, language: str) -> str | None:
    """The labour in the sum that was told: of the order, once settled of the sheet."""
    return _share(visit, "labour", language)


def parts(visit: Visit, language: str) -> str | None:
    """The parts in the sum that was told; see `labour`."""
    return _share(visit, "parts", language)


def _share(visit: Visit, name: str, language: str) -> str | None:
    """Return labour or parts of the customer's lines.

    None where deductions or a discount stand between the lines and the sum: the two would not add up to it.
    """
    sums = _sums(visit)
    if sums is not None:
        return money(getattr(sums, name), language) if sums.customer == sums.settled else None
    lines = OrderLine.objects.filter(order__visit=visit, answer__in=OrderLine.CHARGED, payer=OrderLine.Payer.CUSTOMER)
    amounts = list(lines.values_list(name, flat=True))
    return money(sum(amounts, Decimal(0)), language) if amounts else None


def cashier_method(visit: Visit, language: str) -> str | None:
    """How the customer pays."""
    sheet = _sheet(visit)
    if sheet is None or not sheet.settlement.method:
        return None
    with translation.override(language):
        return str(sheet.settlement.get_method_display())


def next_service(visit: Visit, language: str) -> str | None:
    """2027年5月22日或68,620公里."""
    due = due_again(visit, timezone.now())
    if due is None or due.km is None:
        return None
    with translation.override(language):
        return _("%(day)s or %(distance)s km") % {"day": spoken(due.day, language), "distance": f"{due.km:,}"}


def spoken(day: date, language: str) -> str:
    """Return a date as it is said: 2027年5月22日, 22 May 2027."""
    if language.startswith("zh"):
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {ENGLISH_MONTHS[day.month - 1]} {day.year}"


def warranty(visit: Visit, language: str) -> str | None:
    """The warranty that all lines share; None where they differ (the sheet then shows each)."""
    sheet = _sheet(visit)
    rows = warranties(sheet.lines, visit, timezone.now()) if sheet else []
    if len(rows) != 1:
        return None
    with translation.override(language):
        return _("%(months)s months or %(km)s km") % {"months": rows[0].months, "km": _km(rows[0].km, language)}


def _km(km: int, language: str) -> str:
    tens, rest = divmod(km, 10_000)
    if language.startswith("zh") and tens and not rest:
        return f"{tens}{'萬' if language == 'zh-hant' else '万'}"
    return f"{km:,}"


def collector(visit: Visit, language: str) -> str | None:
    """Whoever drives away: the collector once handed over, else the contact."""
    handover = Handover.objects.filter(visit=visit).first()
    if handover:
        return address(handover.collector, handover.collector_sex, language) or None
    return (visit.customer.address(language) or None) if visit.customer else None
