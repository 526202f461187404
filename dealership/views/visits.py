"""What people do to a visit from any of its pages."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dealership.access import guarded
from dealership.actions import operations, stages, ticks, visits
from dealership.actions.operations import Incoming
from dealership.forms.cleaning import cleaned
from dealership.forms.visits import AdvanceForm, DescribeForm, OfferForm, PlaceForm, TickForm, UndoForm
from dealership.models import Attachment, Bay, Event, Role, Store, Visit
from dealership.queries.staff import people_with
from dealership.requests import StaffRequest
from dealership.stages import BACK, MOVES, PAGES, Stage
from dealership.views.forms import done, operation_id, operation_ids
from dealership.views.stage import page_url, top


@guarded()
@require_GET
def visit_home(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Lead to the page of the stage that the visit is in; an ended visit shows its timeline."""
    if visit.stage in PAGES:
        return redirect(page_url(store, visit, visit.stage))
    return redirect("visit-timeline", store=store.code, visit=visit.pk)


@guarded()
@require_GET
def timeline(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Show what happened in this visit, line by line."""
    context = {
        "visit": visit,
        "events": Event.objects.filter(visit=visit).select_related("by"),
        "photos": Attachment.objects.filter(visit=visit, kind=Attachment.Kind.PHOTO).order_by("at", "id"),
        **top(visit),
    }
    return render(request, "dealership/timeline.html", context)


@guarded(ticks.tick)
@require_POST
def tick(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Answer one step, or with one tap all hand steps of a card."""
    data = cleaned(TickForm(request.POST))
    ticks.tick(
        visit, by=request.user, steps=request.POST.getlist("step"), answer=data["answer"].answer,
        reason=data["answer"].reason, ids=operation_ids(request),
    )  # fmt: skip
    return done(request, page_url(store, visit, visit.stage))


@guarded(ticks.undo)
@require_POST
def undo(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Take a tick back."""
    data = cleaned(UndoForm(request.POST))
    ticks.undo(visit, by=request.user, ticks=[data["tick"]], ids=operation_ids(request)[:1])
    return done(request, page_url(store, visit, visit.stage))


@guarded(stages.advance)
@require_POST
def advance(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Move the visit to another stage and show its page."""
    data = cleaned(AdvanceForm(request.POST))
    change = stages.advance(visit, to=data["to"], by=request.user, id=operation_id(request), reason=data["reason"])
    return done(request, page_url(store, visit, change.target))


@guarded(stages.cancel)
@require_POST
def cancel(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Let the car leave without repair."""
    stages.cancel(visit, by=request.user, reason=request.POST.get("reason", ""), id=operation_id(request))
    return done(request, "board", store=store.code)


@guarded(visits.take)
@require_POST
def take(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Take a waiting car (接车)."""
    visits.take(visit, by=request.user)
    return done(request, page_url(store, visit, visit.stage))


@guarded(visits.greet)
@require_POST
def greet(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Greet first (先问候): the waiting clock stops."""
    visits.greet(visit, by=request.user)
    return done(request, "next", store=store.code)


@guarded(visits.offer)
def offer(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Choose a colleague (sheet), offer the car."""
    colleagues = [m.staff for m in people_with(store, [Role.ADVISOR], on_duty=True) if m.staff_id != visit.advisor_id]
    if request.method == "GET":
        return render(request, "dealership/sheets/offer.html", {"visit": visit, "colleagues": colleagues})
    data = cleaned(OfferForm(request.POST, colleagues=colleagues))
    visits.offer(visit, by=request.user, to=data["to"])
    return done(request, "next", store=store.code)


@guarded(visits.accept_offer)
@require_POST
def accept_offer(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Accept a car from a colleague."""
    visits.accept_offer(visit, by=request.user)
    return done(request, page_url(store, visit, visit.stage))


@guarded(visits.decline_offer)
@require_POST
def decline_offer(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Send an offered car back."""
    visits.decline_offer(visit, by=request.user)
    return done(request, "next", store=store.code)


@guarded(visits.place)
def place(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Note key tag and place (sheet)."""
    form = PlaceForm(request.POST or None)
    if request.method == "GET":
        return render(request, "dealership/sheets/place.html", {"visit": visit, "bays": Bay.objects.all()})
    data = cleaned(form)
    visits.place(visit, by=request.user, key_tag=data["key_tag"] or None, bay=data["bay"])
    return done(request, page_url(store, visit, visit.stage))


@guarded(visits.set_dms_no)
@require_POST
def dms_no(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Note the DMS number."""
    visits.set_dms_no(visit, by=request.user, dms_no=request.POST.get("dms_no", ""))
    return done(request, page_url(store, visit, visit.stage))


@guarded(visits.describe)
def describe(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Correct what the car came for (sheet)."""
    if request.method == "GET":
        return render(request, "dealership/sheets/describe.html", {"visit": visit, "form": DescribeForm()})
    data = cleaned(DescribeForm(request.POST))
    visits.describe(visit, by=request.user, works=data["works"], words=data["words"])
    return done(request, page_url(store, visit, visit.stage))


@guarded(operations.submit)
def note(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Write a line into the timeline (记一笔)."""
    if request.method == "GET":
        return render(request, "dealership/sheets/note.html", {"visit": visit})
    text = request.POST.get("text", "").strip()
    if text:
        now = timezone.now()
        line = Incoming(id=operation_id(request), visit=visit.pk, kind="note", at=now, payload={"text": text})
        operations.submit(store, by=request.user, operations=[line], now=now)
    return done(request, page_url(store, visit, visit.stage))


@guarded(stages.cancel)
@require_GET
def leave_sheet(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Ask why the car leaves without repair (sheet)."""
    return render(request, "dealership/sheets/cancel.html", {"visit": visit})


@guarded(stages.advance)
@require_GET
def back_sheet(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Ask why the car goes back a stage (sheet)."""
    return render(request, "dealership/sheets/back.html", {"visit": visit, "to": request.GET.get("to", "")})


@guarded(stages.cancel)
@require_GET
def more_sheet(request: StaffRequest, store: Store, visit: Visit) -> HttpResponse:
    """Show what else can be done with this visit (sheet)."""
    return render(request, "dealership/sheets/more.html", {"visit": visit, "entries": menu_of(store, visit)})


def menu_of(store: Store, visit: Visit) -> list[dict[str, object]]:
    """Return the entries of a visit's menu; those with `sheet` open over the page."""

    def entry(name: str, url: str, icon: str, *, query: str = "", sheet: bool = True) -> dict[str, object]:
        address = reverse(url, kwargs={"store": store.code, "visit": visit.pk})
        return {"name": name, "url": address + query, "icon": icon, "sheet": sheet}

    back = [target for source, target in sorted(BACK) if source == visit.stage]
    entries = [
        entry(_("What it came for"), "visit-describe", "pencil"),
        entry(_("Hand to a colleague"), "visit-offer", "users"),
        *(
            entry(
                _("Back to: %(stage)s") % {"stage": Stage(to).label}, "visit-back", "arrow-back-up", query=f"?to={to}"
            )
            for to in back
        ),
        entry(_("Timeline"), "visit-timeline", "list-check", sheet=False),
        entry(_("Messages"), "visit-messages", "message-2", sheet=False),
    ]
    if Stage.CANCELLED in MOVES.get(visit.stage, ()):
        entries.append(entry(_("Leaves without repair"), "visit-leave", "logout"))
    return entries
