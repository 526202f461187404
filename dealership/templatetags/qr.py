"""QR codes as inline SVG: no file, no script, no style attribute."""

import segno
from django import template
from django.utils.safestring import SafeString, mark_safe

from dealership.actions import links
from dealership.models import CustomerLink, Visit

register = template.Library()


@register.filter
def qr(text: str) -> SafeString:
    """Draw `text` as a QR code that fills its box (error correction M, quiet zone of four modules)."""
    code = segno.make(text, error="m", micro=False)
    drawn = code.svg_inline(border=4, omitsize=True, svgclass="qr", lineclass=None, light="#fff")
    return mark_safe(drawn)  # noqa: S308 - drawn by us, the text is in the modules only


@register.simple_tag
def paper_address(visit: Visit) -> str:
    """Return the address of the customer's page for a printed paper, empty where there is none."""
    link = CustomerLink.objects.filter(visit=visit, revoked_at=None).first()
    return (links.paper_address(link) if link else None) or ""
