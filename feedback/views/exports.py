"""Tables to take away: CSV and XLSX, without any customer."""

from datetime import date

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from dealership.access import guarded
from dealership.models import Store
from dealership.requests import StaffRequest
from feedback.queries.exports import TABLES
from feedback.spreadsheets import CONTENT_TYPE, CSV, as_csv, as_xlsx
from feedback.views.figures import period_in
from feedback.views.periods import span_of


@guarded()
@require_GET
def export(request: StaffRequest, store: Store) -> HttpResponse:
    """Send a table: `what` (day, period, figures, people), `kind` and `day` of the period, `format`, `advisor`."""
    what, form = request.GET.get("what", ""), request.GET.get("format", "")
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        raise Http404 from None
    if what not in TABLES or form not in CONTENT_TYPE:
        raise Http404
    span = span_of(request, store, period_in(request.GET.get("kind", ""), day))
    table = TABLES[what](span, timezone.now())
    body = as_csv(table) if form == CSV else as_xlsx(table)
    response = HttpResponse(body, content_type=CONTENT_TYPE[form])
    name = f"{store.code}-{what}-{span.period.kind}-{span.period.first.isoformat()}.{form}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
