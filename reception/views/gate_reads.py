"""The strip of what the cameras read, on the guard's page."""

import hashlib
from uuid import UUID

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from dealership.access import guarded
from dealership.models import Store
from dealership.requests import StaffRequest
from dealership.views.forms import done
from reception.actions.cameras import dismiss
from reception.models import GateRead
from reception.queries.cameras import on_strip


@guarded()
@require_GET
def gate_reads(request: StaffRequest, store: Store) -> HttpResponse:
    """Answer the poll: 304 while nothing has changed, else the chips."""
    reads = on_strip(store, timezone.now())
    tag = f'"{strip_tag(reads, request.LANGUAGE_CODE)}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified()
    response = render(request, "reception/gate_reads.html", {"reads": reads, "store": store})
    # The page's own script sends the tag: the browser's conditional requests would swap every time.
    response["Cache-Control"] = "no-store"
    response["X-Tag"] = tag
    return response


def strip_tag(reads: list[GateRead], language: str) -> str:
    """Return a short text that changes whenever the strip does."""
    seen = [(str(read.pk), read.outcome, read.last_at.isoformat(), len(read.candidates)) for read in reads]
    return hashlib.sha256(repr((language, seen)).encode()).hexdigest()[:16]


@guarded(dismiss)
@require_POST
def gate_read_dismissed(request: StaffRequest, store: Store) -> HttpResponse:
    """Take a read off the strip."""
    try:
        pk = UUID(request.POST.get("read", ""))
    except ValueError as nonsense:
        raise Http404 from nonsense
    dismiss(get_object_or_404(GateRead, store=store, pk=pk), by=request.user)
    return done(request, "gate", store=store.code)


@guarded()
@require_GET
def gate_read_picture(request: StaffRequest, store: Store, read: UUID) -> HttpResponse:
    """Serve the picture of a read: nothing in it may run, no shared cache may keep it."""
    row = get_object_or_404(GateRead, store=store, pk=read)
    if not row.picture:
        raise Http404
    try:
        response = FileResponse(default_storage.open(str(row.picture)), content_type="image/jpeg")
    except FileNotFoundError as missing:
        raise Http404 from missing
    response.headers["Cache-Control"] = "private, max-age=3600"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox"
    return response  # type: ignore[return-value]  # a FileResponse streams, the decorators do not care
