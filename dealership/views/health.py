"""Signs of life, for load balancers and for people."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache

from dealership.access import open_to_all
from dealership.queries.health import alive, report


@open_to_all
@never_cache
def livez(request: HttpRequest) -> HttpResponse:
    """Say whether this process serves and reaches its database."""
    problem = alive()
    return JsonResponse({"status": "down", "database": problem} if problem else {"status": "ok"}, status=_code(problem))


@open_to_all
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Say how every part is, a line each; 503 with the reasons when one is not well."""
    lines, problem = report()
    return JsonResponse({"status": "down" if problem else "ok", **lines}, status=_code(problem))


def _code(problem: str) -> int:
    return 503 if problem else 200
