"""Entries of the pre-check sheet and the fragments of its gate."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dealership.access import guarded, refuse_unless
from dealership.actions import stages
from dealership.actions.attachments import keep_photo
from dealership.forms.cleaning import cleaned
from dealership.models import Store, Visit
from dealership.refused import Refused
from dealership.requests import StaffRequest
from dealership.stages import Stage
from dealership.views.forms import done, operation_id
from dealership.views.stage import page_url
from reception.actions import marks as mark_actions
from reception.actions import sheet as actions
from reception.forms.sheet import MarkChangeForm, MarkForm, ReadingsForm
from reception.models import DamageMark
from reception.views.correction import asking_why, reason_given, seen_given


def after_entry(store: Store, visit: Visit) -> str:
    """Return where an entry leads: back to the walk, or to the stage whose gate asked for it."""
    return stage_url(store, visit) if visit.stage == Stage.RECEPTION else page_url(store, visit, visit.stage)


def stage_url(store: Store, visit: Visit, query: str = "?card=1.5") -> str:
    """Return the address of the reception page with one card open."""
    return reverse("reception-stage", kwargs={"store": store.code, "visit": visit.pk}) + query


@guarded(actions.record_readings)
@require_POST
@asking_why
def readings(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Write what was read at the car; with `onward` it goes on to that stage, as soon as the stage's gate agrees."""
    form = ReadingsForm(request.POST)
    data = cleaned(form)
    values = form.readings()
    id = operation_id(request)
    actions.record_readings(
        visit, by=request.user, readings=values, lower_is_right=data["confirm_mileage"],
        seen=seen_given(request), reason=reason_given(request), id=id,
    )  # fmt: skip
    if not data["onward"]:
        return done(request, after_entry(store, visit))
    refuse_unless(request.user, store, "dealership.actions.stages.advance")
    # Each reading has taken the id that follows the form's; the move has the next one.
    change = stages.advance(visit, to=data["onward"], by=request.user, id=UUID(int=id.int + len(values)))
    return done(request, page_url(store, visit, change.target))


@guarded(actions.record_readings)
@require_GET
def mileage(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Ask for the mileage in a gate's sheet."""
    return render(request, "reception/sheets/mileage.html", {"visit": visit, "next": request.GET.get("next", "")})


@guarded(mark_actions.add_mark)
@require_POST
@asking_why
def marks(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Put a mark on the car and open it for kind and size."""
    data = cleaned(MarkForm(request.POST))
    mark = mark_actions.add_mark(visit, by=request.user, reason=reason_given(request), id=operation_id(request), **data)
    return done(request, stage_url(store, visit, f"?card=1.5&step=exterior&view={mark.view}&mark={mark.pk}"))


@guarded(mark_actions.change_mark)
@require_POST
@asking_why
def mark(request: StaffRequest, store: Store, visit: Visit, mark: UUID) -> HttpResponse:
    """Say what kind of damage it is and how large."""
    row = get_object_or_404(DamageMark, pk=mark, visit=visit)
    data = cleaned(MarkChangeForm(request.POST))
    mark_actions.change_mark(
        row, by=request.user, kind=data["kind"] or None, size_cm=data["size_cm"],
        note=data["note"] if "note" in request.POST else None, seen=seen_given(request),
        reason=reason_given(request), id=operation_id(request),
    )  # fmt: skip
    return done(request, stage_url(store, visit, f"?card=1.5&step=exterior&view={row.view}&mark={row.pk}"))


@guarded(mark_actions.remove_mark)
@require_POST
@asking_why
def mark_removed(request: StaffRequest, store: Store, visit: Visit, mark: UUID) -> HttpResponse:
    """Take a mark off; the notice offers it back."""
    row = get_object_or_404(DamageMark, pk=mark, visit=visit)
    mark_actions.remove_mark(
        row, by=request.user, seen=seen_given(request), reason=reason_given(request), id=operation_id(request)
    )
    undo = reverse("sheet-mark-restored", kwargs={"store": store.code, "visit": visit.pk, "mark": row.pk})
    messages.success(request, _("Mark taken off."), extra_tags=undo)
    return done(request, stage_url(store, visit, f"?card=1.5&step=exterior&view={row.view}"))


@guarded(mark_actions.restore_mark)
@require_POST
@asking_why
def mark_restored(request: StaffRequest, store: Store, visit: Visit, mark: UUID) -> HttpResponse:
    """Put a mark back (撤销)."""
    row = get_object_or_404(DamageMark, pk=mark, visit=visit)
    mark_actions.restore_mark(
        row, by=request.user, seen=seen_given(request), reason=reason_given(request), id=operation_id(request)
    )
    return done(request, stage_url(store, visit, f"?card=1.5&step=exterior&view={row.view}"))


@guarded(actions.record_readings)
@require_POST
def photos(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Keep a photo of the sheet."""
    file = request.FILES.get("photo")
    if file is None:
        raise Refused(_("Take the photo first."), "photo.missing", field="photo")
    label, place = (request.POST.get(name, "") for name in ("label", "place"))
    keep_photo(visit, file=file, by=request.user, label=label, place=place, id=operation_id(request))
    return done(request, after_entry(store, visit))
