"""Template tags of the house."""

from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from django import template
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dealership import wiring
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
def icon(name: str, label: str = "") -> SafeString:
    """Draw an icon of static/icons.txt; `label` is read aloud where it stands alone."""
    if label:
        return format_html('<svg class="rx-ic" role="img" aria-label="{}"><use href="{}#{}"></use></svg>',
                           label, _sprite(), name)  # fmt: skip
    return format_html('<svg class="rx-ic" aria-hidden="true"><use href="{}#{}"></use></svg>', _sprite(), name)


@register.simple_tag
def chip(kind: str, name: str, text: str, solid: bool = False) -> SafeString:
    """Draw a state (ok, risk, bad, neutral, brand, saved): icon, word, colour; `solid` on tinted panels."""
    drawn = icon(name) if name else ""
    solidly = " is-solid" if solid else ""
    return format_html(
        '<span class="rx-st rx-st-{}{}">{}<span>{}</span></span>', kind or "neutral", solidly, drawn, text
    )


@lru_cache(maxsize=1)
def _sprite() -> str:
    """Return the address of the icons: a page names it hundreds of times."""
    return static("icons.svg")


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


@register.simple_tag(takes_context=True)
def top_panels(context: Any) -> list[str]:
    """Return the addresses of what other apps show above the page of somebody's work."""
    store = context["request"].store
    return [reverse(name, kwargs={"store": store.code}) for name in wiring.PANELS["staff.top"]] if store else []


@register.simple_tag(takes_context=True)
def propose_url(context: Any, touchpoint: str, step: str) -> str:
    """Return the address of the page that proposes other words for a step."""
    where = {"store": context["request"].store.code, "touchpoint": touchpoint, "step": step}
    return reverse(wiring.PROPOSAL_PAGE, kwargs=where)
