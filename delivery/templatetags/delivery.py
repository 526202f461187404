"""How the settlement writes amounts, times and distances."""

from decimal import Decimal

from django import template
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from dealership.models import Customer
from dealership.templatetags.rx import yuan
from delivery.models import Payment, Reversal
from delivery.queries.settlement import Balance

register = template.Library()


@register.filter
def charged(amount: Decimal) -> str:
    """Write what a line costs: ¥666, or free."""
    return yuan(amount) if amount else _("free")


@register.filter
def plain(amount: Decimal) -> str:
    """Write an amount as it is typed: 1642 or 98.50."""
    return f"{amount:.2f}".removesuffix(".00")


@register.filter
def duration(months: int) -> str:
    """Write months as they are told: 1 year, 3 months."""
    years, rest = divmod(months, 12)
    if years and not rest:
        return ngettext("%(n)s year", "%(n)s years", years) % {"n": years}
    return ngettext("%(n)s month", "%(n)s months", months) % {"n": months}


@register.filter
def distance(km: int) -> str:
    """Write kilometres as they are told: 68,620 km; round ten thousands in Chinese as 2 万公里."""
    return _("%(distance)s km") % {"distance": ten_thousands(km)}


def ten_thousands(km: int) -> str:
    """Return 2 万 for 20,000 in Chinese, where other figures keep a space before their unit; else the figure."""
    language = get_language() or ""
    if not language.startswith("zh"):
        return f"{km:,}"
    tens, rest = divmod(km, 10_000)
    return f"{tens} {'萬' if language == 'zh-hant' else '万'}" if tens and not rest else f"{km:,} "


@register.filter
def shortly(titles: list[str]) -> str:
    """Write the first title, and how many stand behind it."""
    if len(titles) < 2:
        return "".join(titles)
    return _("%(title)s and %(n)s more") % {"title": titles[0], "n": len(titles) - 1, "all": len(titles)}


@register.filter
def addressed(customer: Customer | None) -> str:
    """Write how a customer is addressed, the bare name where that is unknown."""
    if customer is None:
        return _("Customer")
    return customer.address(get_language() or "zh-hans") or customer.name


@register.filter
def reversal_of(balance: Balance, payment: Payment) -> Reversal | None:
    """Return the reversal of a payment, None where there is none."""
    return next((row for row in balance.reversals if row.payment_id == payment.pk), None)
