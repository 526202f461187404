"""The API's views: login, sync, visits and their actions."""

from typing import Any
from uuid import UUID

from django.contrib.auth import authenticate
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django_scopes import scope
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import AllowAny
from rest_framework.request import Request as AnyRequest
from rest_framework.response import Response
from rest_framework.views import APIView

from dealership import wiring
from dealership.access import find_visit, may, open_to_all, require
from dealership.actions import tokens
from dealership.actions.operations import Incoming, submit
from dealership.api.serializers import LoginIn, LoginOut, SyncIn, SyncOut
from dealership.forms.cleaning import cleaned
from dealership.models import ApiToken, Device, Staff
from dealership.queries.api import open_visit_dicts, standard_dict, visit_dict
from dealership.queries.staff import roles_in, stores_of


class Request(AnyRequest):
    """A request of somebody who is logged in."""

    user: Staff


class LoginView(APIView):
    """Account and password for a token."""

    permission_classes = [AllowAny]
    authentication_classes: list[Any] = []

    def get_authenticate_header(self, request: AnyRequest) -> str:
        """Make a wrong password 401, not 403."""
        return "Bearer"

    @extend_schema(request=LoginIn, responses=LoginOut, auth=[])
    def post(self, request: Request) -> Response:
        """Give a token; 401 for a wrong password or a locked account."""
        data = _valid(LoginIn, request)
        wire: HttpRequest = request._request
        staff = authenticate(wire, username=data["username"], password=data["password"])
        if not isinstance(staff, Staff):
            raise AuthenticationFailed(_("Account or password is not right. Try once more."))
        device = Device.objects.filter(pk=data["device"], revoked_at=None).first() if data.get("device") else None
        token, secret = tokens.issue(staff, device=device)
        stores = [
            {"code": store.code, "name": store.name, "roles": sorted(roles_in(staff, store))}
            for store in stores_of(staff)
        ]
        return Response({"token": secret, "expires_at": token.expires_at, "name": staff.name, "stores": stores})


class LogoutView(APIView):
    """Take the token of this request back."""

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        """Revoke; 204."""
        if isinstance(request.auth, ApiToken):
            tokens.revoke(request.auth)
        return Response(status=204)


class SyncView(APIView):
    """Operations of a device; the device names the store."""

    @extend_schema(request=SyncIn, responses=SyncOut)
    def post(self, request: Request) -> Response:
        """Take a batch of up to 500 operations; sending it again changes nothing."""
        data = _valid(SyncIn, request)
        device = Device.objects.select_related("store").filter(pk=data["device"], revoked_at=None).first()
        if device is None or device.enrolled_at is None or not roles_in(request.user, device.store):
            raise PermissionDenied(_("This device is not enrolled in a store of yours."))
        require(request.user, device.store, submit)
        now = timezone.now()
        with scope(store=device.store):
            results = submit(
                device.store, by=request.user, device=device, sent_at=data["sent_at"], now=now,
                operations=[Incoming(**operation) for operation in data["operations"]],
            )  # fmt: skip
        rows = [{"id": r.id, "state": r.state, "reason": r.reason, "sentence": r.sentence} for r in results]
        return Response({"received": now, "results": rows})


class VisitsView(APIView):
    """Cars in the house, over all stores of the person."""

    @extend_schema(responses={200: dict})
    def get(self, request: Request) -> Response:
        """List open visits, the most urgent first."""
        stores = [store for store in stores_of(request.user) if may(request.user, store, BOARD)]
        with scope(store=stores):
            return Response({"visits": open_visit_dicts(stores)})


class VisitView(APIView):
    """One visit."""

    @extend_schema(responses={200: dict})
    def get(self, request: Request, visit: UUID) -> Response:
        """Show the visit with its touchpoints and steps; 404 for another store's."""
        stores = list(stores_of(request.user))
        with scope(store=stores):
            found = find_visit(visit)
            require(request.user, found.store, "dealership.views.visits.visit_home")
            return Response(visit_dict(found))


class ActionView(APIView):
    """Any action of the access table that a visit takes."""

    @extend_schema(
        request=dict,
        responses={200: dict},
        parameters=[OpenApiParameter("name", str, OpenApiParameter.PATH, enum=sorted(wiring.API_ACTIONS))],
    )
    def post(self, request: Request, visit: UUID, name: str) -> Response:
        """Do it; 422 with code and message when a rule says no."""
        if name not in wiring.API_ACTIONS:
            raise Http404
        path, form_path = wiring.API_ACTIONS[name]
        with scope(store=list(stores_of(request.user))):
            found = find_visit(visit)
            require(request.user, found.store, path)
            # The form sees one store only: a bay of another one is no choice.
            with scope(store=found.store):
                given = cleaned(import_string(form_path)(request.data)) if form_path else {}
                given = {name: value for name, value in given.items() if name in request.data}
                import_string(path)(found, by=request.user, **given)
                return Response(visit_dict(find_visit(visit)))


class StandardView(APIView):
    """The current standard as words."""

    @extend_schema(
        parameters=[
            OpenApiParameter("language", str, enum=["zh-hans", "zh-hant", "en"]),
            OpenApiParameter("store", str, description="code of a store of yours; without it, the product's"),
        ],
        responses=dict,
    )
    def get(self, request: Request) -> Response:
        """Return stages, touchpoints and steps in one language."""
        language = request.query_params.get("language", request.user.language)
        code = request.query_params.get("store")
        store = get_object_or_404(stores_of(request.user), code=code) if code else None
        return Response(standard_dict(language, store=store))


BOARD = "dealership.views.board.board"


def _valid(serializer: Any, request: Request) -> dict[str, Any]:
    checked = serializer(data=request.data)
    checked.is_valid(raise_exception=True)
    return dict(checked.validated_data)


for _view in (LoginView, LogoutView, SyncView, VisitsView, VisitView, ActionView, StandardView):
    open_to_all(_view)  # type: ignore[arg-type] # each asks the table itself, for the store is in the body or the row
