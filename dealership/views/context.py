"""What every template may use."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from dealership.queries.staff import roles_in
from dealership.version import app_version


def product(request: HttpRequest) -> dict[str, Any]:
    """Return the store in hand, the reader's roles in it the environment and the build."""
    store = getattr(request, "store", None)
    user = getattr(request, "user", None)
    roles = roles_in(user, store) if store and user and user.is_authenticated else frozenset()
    return {"store": store, "roles": roles, "environment": settings.ENVIRONMENT, "app_version": app_version()}
