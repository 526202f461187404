"""The one way to a picture: through the access table, or the customer's cookie."""

from typing import IO
from uuid import UUID

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse

from dealership.access import guarded
from dealership.actions.attachments import small_name
from dealership.models import Attachment, CustomerLink, Store, Visit
from dealership.requests import StaffRequest
from dealership.views.links import from_link


@guarded()
def attachment(request: StaffRequest, store: Store, visit: Visit, attachment: UUID) -> HttpResponse:
    """Serve a picture of this visit to the store's people."""
    return serve(visit, attachment, small=request.GET.get("size") == "thumb")


@from_link
def customer_attachment(request: HttpRequest, link: CustomerLink, attachment: UUID) -> HttpResponse:
    """Serve a photo of the customer's own visit; signatures and papers stay inside."""
    return serve(link.visit, attachment, kinds=[Attachment.Kind.PHOTO])


def serve(visit: Visit, pk: UUID, *, kinds: list[str] | None = None, small: bool = False) -> HttpResponse:
    """Return the file as it was written, or its small picture: nothing in it may run, no shared cache may keep it."""
    rows = Attachment.objects.filter(visit=visit, pk=pk)
    row = (rows.filter(kind__in=kinds) if kinds else rows).first()
    if row is None:
        raise Http404
    try:
        response = FileResponse(_file(row, small), content_type=row.content_type)
    except FileNotFoundError as missing:
        raise Http404 from missing
    response.headers["Cache-Control"] = "private, max-age=3600"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox"
    return response  # type: ignore[return-value]  # a FileResponse streams, the decorators do not care


def _file(row: Attachment, small: bool) -> IO[bytes]:
    """Return the small picture of a photo where it has one, else its file."""
    name = small_name(str(row.file.name))
    if small and default_storage.exists(name):
        return default_storage.open(name)
    return row.file.open()
