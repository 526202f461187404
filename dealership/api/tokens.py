"""Bearer tokens: per person and device, expiring, revocable; only their hash is kept."""

import hashlib
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from dealership.models import ApiToken, Staff


def digest(secret: str) -> str:
    """Return the SHA-256 of a secret as hex."""
    return hashlib.sha256(secret.encode()).hexdigest()


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer <token>`."""

    def authenticate(self, request: Request) -> tuple[Staff, ApiToken] | None:
        """Return the person and token; None where no Bearer header is sent."""
        scheme, _space, secret = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = ApiToken.objects.select_related("staff", "device").filter(token_hash=digest(secret.strip())).first()
        if token is None or token.revoked_at or token.expires_at < timezone.now() or not token.staff.is_active:
            raise AuthenticationFailed(_("This token is not valid any more. Log in again."))
        return token.staff, token

    def authenticate_header(self, request: Request) -> str:
        """Make a missing login 401, not 403."""
        return "Bearer"


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema describes the token."""

    target_class = "dealership.api.tokens.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Return the OpenAPI security scheme."""
        return {"type": "http", "scheme": "bearer"}
