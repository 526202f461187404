"""Coming in: login, the way home, the language."""

from typing import Any

from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from dealership.access import open_to_all
from dealership.actions.devices import remember
from dealership.demo import cast
from dealership.models import Staff
from dealership.queries.menu import home_of
from dealership.queries.staff import stores_of
from dealership.views.devices import device_of
from dealership.views.forms import done

YEAR = 365 * 24 * 3600


class DeviceLoginView(LoginView):
    """A login that the device remembers: from then on the PIN is enough there."""

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Log in and note the person with the device."""
        device = device_of(self.request)
        if device:
            remember(device, staff=form.get_user())
        return super().form_valid(form)


@open_to_all
def login(request: HttpRequest) -> HttpResponse:
    """Ask who it is; a demo shows its accounts."""
    view = DeviceLoginView.as_view(
        template_name="dealership/login.html",
        redirect_authenticated_user=True,
        extra_context=demo_accounts() if settings.DEMO or settings.TEST else {},
    )
    response: HttpResponse = view(request)  # type: ignore[assignment]
    return response


def demo_accounts() -> dict[str, Any]:
    """Return what the login page of a demo shows: accounts and their one password."""
    people = {person.username: person for person in cast.STAFF}
    logins = [(name, people[name].name) for name in cast.LOGINS if name in people]
    return {"logins": logins, "demo_password": cast.PASSWORD}


@open_to_all
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Lead everybody to the page of their work."""
    if not request.user.is_authenticated:
        return redirect("login")
    staff: Staff = request.user  # type: ignore[assignment]
    stores = list(stores_of(staff))
    if not stores:
        return redirect("admin:index") if staff.is_staff else render(request, "dealership/no_store.html", status=403)
    return redirect(reverse(home_of(staff, stores[0]), kwargs={"store": stores[0].code}))


@open_to_all
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Speak another language from now on: kept with the account, and in a cookie for the login page."""
    wanted = request.POST.get("language", "")
    response = done(request, "home")
    if wanted not in dict(settings.LANGUAGES):
        return response
    if request.user.is_authenticated:
        request.user.language = wanted
        request.user.save(update_fields=["language"])
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, wanted, max_age=YEAR, httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
    return response
