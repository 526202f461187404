"""Ways from one of the manager's pages to another: shown to who may go there."""

from typing import Any

from django.urls import NoReverseMatch, resolve, reverse

from dealership.access import may
from dealership.models import Staff, Store


def way_to(staff: Staff, store: Store, name: str, **more: Any) -> str:
    """Return the address of a page of the store; "" where `staff` may not open it or this product has it not."""
    try:
        url = reverse(name, kwargs={"store": store.code, **more})
    except NoReverseMatch:
        return ""
    return url if may(staff, store, str(getattr(resolve(url).func, "access", ""))) else ""
