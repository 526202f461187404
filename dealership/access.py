"""Asks the table of rights (`dealership.rights`): for every view, API view, operation and action."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from dealership.models import Staff, Store, Visit
from dealership.queries.staff import roles_in
from dealership.refused import Refused
from dealership.rights import ACCESS

OPEN_TO_ALL = "open"
"""Marks a view that needs no membership (login, health, the customer's page): it guards itself."""


def name_of(action: Callable[..., Any]) -> str:
    """Return the dotted name under which an action stands in ACCESS."""
    return f"{action.__module__}.{action.__qualname__}"


def may(staff: Staff, store: Store, action: str | Callable[..., Any]) -> bool:
    """Tell whether `staff` has a role in `store` that may do `action`."""
    name = action if isinstance(action, str) else name_of(action)
    return bool(ACCESS[name] & roles_in(staff, store))


def require(staff: Staff, store: Store, action: str | Callable[..., Any]) -> None:
    """Raise PermissionDenied unless `staff` may do `action` in `store`."""
    if not may(staff, store, action):
        raise PermissionDenied


def refuse_unless(staff: Staff, store: Store, action: str) -> None:
    """Raise Refused("role") unless `staff` may do `action` in `store`: an operation is parked, not forbidden."""
    if not may(staff, store, action):
        raise Refused(_("Your role may not do this here. Ask a colleague whose work it is."), "role")


def guarded(
    action: Callable[..., Any] | None = None, *, methods: Iterable[str] = ("GET", "HEAD", "POST")
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Guard a view of a store by ACCESS: by `action` where it does one, else by the view's own name.

    The view is called as `view(request, store, …)`; a URL part `visit` arrives as the Visit (of this store, an alias
    followed). 404 for another store's anything, 403 for a role that may not, the login page for nobody.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        name = name_of(action or view)

        @wraps(view)
        def inner(request: HttpRequest, store: Store, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            require(request.user, store, name)
            if "visit" in kwargs:
                kwargs["visit"] = find_visit(kwargs["visit"])
            return view(request, store, **kwargs)

        inner.access = name  # type: ignore[attr-defined]
        inner.methods = tuple(methods)  # type: ignore[attr-defined]
        return inner

    return decorate


def open_to_all(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Mark a view that guards itself (see OPEN_TO_ALL)."""
    view.access = OPEN_TO_ALL  # type: ignore[attr-defined]
    return view


def find_visit(visit_id: Any) -> Visit:
    """Return the visit of the open scope, following an alias; 404 where this store has none."""
    visits = Visit.objects.select_related("vehicle", "customer", "advisor", "place", "store", "offered_to", "standard")
    try:
        visit = visits.get(pk=visit_id)
        return visits.get(pk=visit.joined_to_id) if visit.joined_to_id else visit
    except Visit.DoesNotExist as missing:
        raise Http404 from missing
