"""Refusals and errors as JSON."""

from typing import Any

from django.core.exceptions import PermissionDenied
from rest_framework.response import Response
from rest_framework.views import exception_handler

from dealership.refused import Refused


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer a refusal with 422 {"code", "message", "field", "missing"}; the rest as DRF does."""
    if isinstance(error, Refused):
        missing = [{"code": each.code, "message": str(each.sentence)} for each in error.missing]
        body = {"code": error.code, "message": error.message, "field": error.field, "missing": missing}
        return Response(body, status=422)
    if isinstance(error, PermissionDenied):
        return Response({"code": "forbidden", "message": str(error) or "Forbidden"}, status=403)
    return exception_handler(error, context)
