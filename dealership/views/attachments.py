"""The one way to a picture: through the access table, or the customer's cookie; and who lets the customer see it."""

from typing import IO
from uuid import UUID

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from dealership.access import guarded
from dealership.actions.attachments import release_photo, small_name
from dealership.models import Attachment, CustomerLink, Store, Visit
from dealership.queries.photos import customers_photos, released_photos
from dealership.requests import LinkRequest, StaffRequest
from dealership.views.forms import done
from dealership.views.links import from_link


@guarded()
def attachment(request: StaffRequest, store: Store, visit: Visit, attachment: UUID) -> HttpResponse:
    """Serve a picture of this visit to the store's people."""
    return serve(visit, attachment, small=request.GET.get("size") == "thumb")


@guarded(release_photo)
@require_POST
def release(request: StaffRequest, store: Store, visit: Visit, attachment: UUID) -> HttpResponse:
    """Show a photo to the customer, or take it back."""
    photo: Attachment = get_object_or_404(Attachment.objects.select_related("visit"), visit=visit, pk=attachment)
    release_photo(photo, released=request.POST.get("released") == "1", by=request.user)
    return done(request, "visit-timeline", store=store.code, visit=visit.pk)


@from_link(shared=True)
def customer_attachment(request: LinkRequest, link: CustomerLink, attachment: UUID) -> HttpResponse:
    """Serve a photo that the customer may see; whoever was sent the shared page sees the released ones alone."""
    may_see = released_photos if request.link_address.shared else customers_photos
    if not may_see(link.visit).filter(pk=attachment).exists():
        raise Http404
    return serve(link.visit, attachment, small=request.GET.get("size") == "thumb")


def serve(visit: Visit, pk: UUID, *, small: bool = False) -> HttpResponse:
    """Return the file as it was written, or its small picture: nothing in it may run, no shared cache may keep it."""
    row = Attachment.objects.filter(visit=visit, pk=pk).first()
    if row is None:
        raise Http404
    try:
        return picture_response(_file(row, small), row.content_type)
    except FileNotFoundError as missing:
        raise Http404 from missing


def picture_response(file: IO[bytes], content_type: str, *, cache: str = "private, max-age=3600") -> HttpResponse:
    """Return a picture in whose file nothing may run; `cache` is its Cache-Control."""
    response = FileResponse(file, content_type=content_type)
    response.headers["Cache-Control"] = cache
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox"
    return response  # type: ignore[return-value]  # a FileResponse streams, the decorators do not care


def _file(row: Attachment, small: bool) -> IO[bytes]:
    """Return the small picture of a photo where it has one, else its file."""
    name = small_name(str(row.file.name))
    if small and default_storage.exists(name):
        return default_storage.open(name)
    return row.file.open()
