"""What makes the pages an app on the tablet: the service worker, the manifest, the page without network."""

import json
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dealership.access import open_to_all
from dealership.version import app_version

KEPT = ("*.css", "*.svg", "js/*.js", "vendor/htmx/*.js", "vendor/idb/*.js", "vendor/signature_pad/*.js")
"""Static files that the tablet's pages stand on."""
KEPT_TOO = ("vendor/tabler/tabler.cut.css", "app/icon-192.png")
LEFT_OUT = frozenset({"js/sw.js", "js/opened.js", "link.css", "link-icons.svg", "manager.css"})
ICONS = (("icon-192", 192, "any"), ("icon-512", 512, "any"), ("maskable-512", 512, "maskable"))


@cache
def kept_files() -> tuple[str, ...]:
    """Return the names of the static files that the tablet keeps."""
    root = settings.BASE_DIR / "static"
    found = {path.relative_to(root).as_posix() for pattern in KEPT for path in root.glob(pattern)}
    return tuple(sorted((found | set(KEPT_TOO)) - LEFT_OUT))


@open_to_all
@require_GET
def service_worker(request: HttpRequest) -> HttpResponse:
    """Serve static/js/sw.js under a head line of what it must know."""
    facts = {
        "version": app_version(),
        "static": settings.STATIC_URL,
        "assets": [static(name) for name in kept_files()],
        "offline": reverse("offline-page"),
    }
    source = (settings.BASE_DIR / "static" / "js" / "sw.js").read_text("utf-8")
    response = HttpResponse(f"const RX = {json.dumps(facts)};\n{source}", content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    response["Service-Worker-Allowed"] = "/"
    return response


@open_to_all
@require_GET
def manifest(request: Any) -> HttpResponse:
    """Say how the app is installed, in the reader's language."""
    icons = [
        {"src": static(f"app/{name}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for name, size, purpose in ICONS
    ]
    content = {
        "id": "/", "start_url": "/", "scope": "/", "lang": request.LANGUAGE_CODE, "dir": "ltr",
        "name": _("Service reception"), "short_name": _("Reception"),
        "description": _("Receive a car at the bay, with or without network."),
        "display": "fullscreen", "display_override": ["fullscreen", "standalone", "minimal-ui"],
        "orientation": "any", "theme_color": "#004B5C", "background_color": "#EBEFF1", "icons": icons,
    }  # fmt: skip
    response = JsonResponse(
        content, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False}
    )
    response["Cache-Control"] = "no-cache"
    return response


@open_to_all
@require_GET
def offline_page(request: HttpRequest) -> HttpResponse:
    """Say that this page is not on the tablet and nothing is lost."""
    return render(request, "dealership/offline.html")
