"""Template tags of the house."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dealership.access import may
from dealership.models import Event
from dealership.plates import describe
from dealership.queries.events import words_of
from dealership.uuids import uuid7

register = template.Library()


@register.simple_tag
def operation_id(name: str = "operation") -> SafeString:
    """Write the hidden field that makes a second press of a form change nothing."""
    return format_html('<input type="hidden" name="{}" value="{}">', name, uuid7())


@register.simple_tag
def fresh_id() -> UUID:
    """Return a new id."""
    return uuid7()


@register.filter
def yuan(amount: Decimal | int | float | None) -> str:
    """Write an amount of CNY: ¥1,642 or ¥98.50; a dash for none."""
    if amount is None:
        return "—"
    exact = Decimal(amount).quantize(Decimal("0.01"))
    sign = "-" if exact < 0 else ""
    whole = exact == exact.to_integral_value()
    return f"{sign}¥{abs(exact):,.0f}" if whole else f"{sign}¥{abs(exact):,.2f}"


@register.filter
def clock(moment: datetime | None) -> str:
    """Write a moment as HH:MM of the current time zone (the store's inside its pages)."""
    return timezone.localtime(moment).strftime("%H:%M") if moment else "—"


@register.filter
def plate_display(plate: str) -> str:
    """Write a plate with its dot."""
    return describe(plate).display


@register.filter
def item(mapping: Any, key: Any) -> Any:
    """Return `mapping[key]`, None where there is none."""
    return mapping.get(key) if mapping else None


@register.filter
def event_words(event: Event) -> str:
    """Say a line of the timeline in the reader's language."""
    return words_of(event)


@register.simple_tag(takes_context=True)
def allowed(context: Any, action: str) -> bool:
    """Tell whether the reader may do `action` (a dotted name of ACCESS) in this store."""
    request = context["request"]
    return bool(request.store) and may(request.user, request.store, action)
