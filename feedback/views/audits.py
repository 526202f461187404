"""Mystery visits and audits from outside."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dealership.access import guarded
from dealership.forms.cleaning import cleaned
from dealership.models import Store, business_day
from dealership.queries.menu import menu_for
from dealership.requests import StaffRequest
from dealership.views.forms import done, operation_id
from feedback.actions.audits import add_audit
from feedback.actions.check_items import ensure_items
from feedback.forms.audits import AuditForm
from feedback.queries.audit_files import read_scores, template_rows
from feedback.queries.audits import audits_of
from feedback.queries.check_history import seen_by_stage
from feedback.queries.check_items import current_items
from feedback.queries.tabs import tabs_for


@guarded()
@require_GET
def audits(request: StaffRequest, store: Store) -> HttpResponse:
    """Show the audits beside the own figures."""
    today = business_day(store, timezone.now())
    context = {
        "audits": audits_of(store),
        "rows": [row for stage in seen_by_stage(store, today) for row in stage.rows if row.outside],
        "tabs": tabs_for(request.user, store, current="checks"),
        "menu": menu_for(request.user, store, current="checks"),
    }  # fmt: skip
    return render(request, "feedback/audits.html", context)


@guarded(add_audit)
def audit_new(request: StaffRequest, store: Store) -> HttpResponse:
    """Show an empty audit, keep what was entered or what stands in its file."""
    if request.method != "POST":
        first = {"day": business_day(store, timezone.now())}
        context = {
            "form": AuditForm(items=current_items(store), initial=first),
            "menu": menu_for(request.user, store, current="checks"),
        }  # fmt: skip
        return render(request, "feedback/audit_new.html", context)
    ensure_items(store, by=request.user)
    form = AuditForm(request.POST, request.FILES, items=current_items(store))
    data = cleaned(form)
    given = form.given() | (read_scores(data["file"], form.items) if data["file"] else {})
    audit = add_audit(
        store, by=request.user, kind=data["kind"], day=data["day"], organisation=data["organisation"],
        note=data["note"], given=given, id=operation_id(request),
    )  # fmt: skip
    messages.success(request, _("Kept with %(n)s scores.") % {"n": len(given)})
    return done(request, "audits", store=audit.store.code)


@guarded(add_audit)
@require_GET
def audit_template(request: StaffRequest, store: Store) -> HttpResponse:
    """Hand out a file with the items, to be filled in with scores."""
    response = HttpResponse(template_rows(current_items(store)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="self-check-items.csv"'
    return response
