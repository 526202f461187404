"""Files read in: list and upload, one run with its dry run, its columns, what became of it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dealership.access import guarded
from dealership.models import Role, Store
from dealership.queries.menu import menu_for
from dealership.queries.staff import roles_in
from dealership.requests import StaffRequest
from dealership.views.forms import done, operation_id
from reception.actions.imports import MANAGERS, match_columns, remembered, take_in, throw_away, upload
from reception.imports import KINDS
from reception.imports.cells import squeezed
from reception.imports.headings import known_headings, matched, module_of
from reception.imports.reasons import Failure, refusal
from reception.models import ImportRun
from reception.queries.imports import RunView, bad_file, headings_of, runs_of, sample_file, view_of

Kind = ImportRun.Kind


@guarded()
@require_GET
def imports(request: StaffRequest, store: Store) -> HttpResponse:
    """List the files of the store and offer to read another one in."""
    wanted = request.GET.get("kind", "")
    kinds = _kinds(request, store)
    context = {
        "runs": runs_of(store), "kinds": kinds, "wanted": wanted if wanted in dict(kinds) else kinds[0][0],
        "menu": menu_for(request.user, store, current="store-settings"),
    }  # fmt: skip
    return render(request, "reception/imports.html", context)


def _kinds(request: StaffRequest, store: Store) -> list[tuple[str, str]]:
    manager = Role.MANAGER in roles_in(request.user, store)
    return [(kind, str(Kind(kind).label)) for kind in KINDS if manager or kind not in MANAGERS]


@guarded(upload)
@require_POST
def import_file(request: StaffRequest, store: Store) -> HttpResponse:
    """Take a file."""
    file = request.FILES.get("file")
    if file is None:
        raise refusal(Failure.EMPTY)
    kind = request.POST.get("kind", "")
    run = upload(
        store, kind=kind, file=file, name=file.name or "", by=request.user, id=operation_id(request)
    )  # fmt: skip
    return done(request, "import-run" if run.columns else "import-columns", store=store.code, run=run.pk)


@guarded()
@require_GET
def import_run(request: StaffRequest, store: Store, run: UUID) -> HttpResponse:
    """Show a file: how far it is, its bad rows, what became of it. Polled while it works."""
    view = _view(run)
    template = "part" if request.htmx and request.htmx.target == "run" else "run"
    context = {"view": view, "run": view.run, "menu": menu_for(request.user, store, current="store-settings")}
    return render(request, f"reception/import_{template}.html", context)


@guarded(match_columns)
def import_columns(request: StaffRequest, store: Store, run: UUID) -> HttpResponse:
    """Match our fields with the headings of a file."""
    row = _run(run)
    columns = module_of(row.kind).COLUMNS
    if request.method == "POST":
        chosen = {column.name: request.POST.get(column.name, "") for column in columns}
        match_columns(row, by=request.user, columns=chosen)
        messages.success(request, _("Matched. The store's next file is matched the same way."))
        return done(request, "import-run", store=store.code, run=row.pk)
    _require_file(row)
    headings, first = headings_of(row, _known(row))
    found = row.columns or matched(columns, headings, remembered(row.kind))
    examples = {
        heading: "、".join(cells[place] for cells in first if place < len(cells) and cells[place])[:60]
        for place, heading in enumerate(headings)
    }
    context = {
        "run": row, "headings": [(heading, examples[heading]) for heading in dict.fromkeys(headings) if heading],
        "fields": [(column, found.get(column.name, "")) for column in columns],
        "menu": menu_for(request.user, store, current="store-settings"),
    }  # fmt: skip
    return render(request, "reception/import_columns.html", context)


@guarded(take_in)
@require_POST
def import_taken(request: StaffRequest, store: Store, run: UUID) -> HttpResponse:
    """Have the good rows taken in."""
    row = take_in(_run(run), by=request.user)
    return done(request, "import-run", store=store.code, run=row.pk)


@guarded(throw_away)
@require_POST
def import_thrown(request: StaffRequest, store: Store, run: UUID) -> HttpResponse:
    """Forget a file that was not taken in."""
    throw_away(_run(run), by=request.user)
    messages.success(request, _("The file is thrown away. Nothing was changed."))
    return done(request, "imports", store=store.code)


@guarded()
@require_GET
def import_bad(request: StaffRequest, store: Store, run: UUID) -> HttpResponse:
    """Download the bad rows with their reasons."""
    view = _view(run)
    _require_file(view.run)
    content = bad_file(view, _known(view.run), (_("Row"), _("Why bad")))
    return _csv(content, f"{view.run.name.rpartition('.')[0]}-bad")


@guarded()
@require_GET
def import_sample(request: StaffRequest, store: Store, kind: str) -> HttpResponse:
    """Download an empty file with our own headings."""
    if kind not in KINDS:
        raise Http404
    return _csv(sample_file(module_of(kind).COLUMNS), kind)


def _run(run: UUID) -> ImportRun:
    row: ImportRun = get_object_or_404(ImportRun.objects.select_related("store", "by"), pk=run)
    return row


def _view(run: UUID) -> RunView:
    row = _run(run)
    return view_of(row, module_of(row.kind).COLUMNS)


def _known(run: ImportRun) -> set[str]:
    if run.columns:
        return {squeezed(heading) for heading in run.columns.values()}
    return known_headings(module_of(run.kind).COLUMNS, remembered(run.kind))


def _require_file(run: ImportRun) -> None:
    if not run.file.name or not run.file.storage.exists(run.file.name):
        raise refusal(Failure.GONE)


def _csv(content: bytes, name: str) -> HttpResponse:
    name = slugify(name) or "rows"
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


def address_of(store: Store, kind: str) -> str:
    """Return where a file of this kind is read in."""
    return f"{reverse('imports', kwargs={'store': store.code})}?kind={kind}"
