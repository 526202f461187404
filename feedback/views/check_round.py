"""A self-check round on the tablet: five cards, a tap each."""

from datetime import date
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dealership.access import guarded
from dealership.actions.attachments import keep_photo
from dealership.forms.cleaning import cleaned
from dealership.models import Store, Visit, business_day
from dealership.queries.menu import menu_for
from dealership.refused import Refused
from dealership.requests import StaffRequest
from dealership.views.forms import done, operation_id
from feedback.actions import check_scores as actions
from feedback.forms.check_scores import CheckForm
from feedback.models import CheckRound, CheckTask
from feedback.queries.check_round import TILES, cards_of, coming_back, whys
from feedback.queries.checks import PLACE, state_of


@guarded()
@require_GET
def check_round(request: StaffRequest, store: Store, day: date, number: int) -> HttpResponse:
    """Show the cards of a round; on its own day they can be answered."""
    found: CheckRound = get_object_or_404(CheckRound.objects.select_related("by"), day=day, number=number)
    cards = cards_of(found, store, request.user)
    now = timezone.now()
    context: dict[str, Any] = {
        "round": found, "cards": [(card, whys(card)) for card in cards], "tiles": TILES,
        "state": state_of(found, now), "today": business_day(store, now) == day,
        "answered": sum(card.mine is not None for card in cards), "back": coming_back(cards),
        "open": next((card for card in cards if card.mine is None and card.may_score), None),
        "back_url": reverse("checks", kwargs={"store": store.code}),
        "menu": menu_for(request.user, store, current="checks"),
    }  # fmt: skip
    return render(request, "feedback/check_round.html", context)


@guarded(actions.check)
@require_POST
def check_scored(request: StaffRequest, store: Store, day: date, number: int) -> HttpResponse:
    """Keep what the checker saw of one card and go on to the next."""
    found: CheckRound = get_object_or_404(CheckRound, day=day, number=number)
    tasks = CheckTask.objects.filter(round=found).select_related("store", "round", "item")
    data = cleaned(CheckForm(request.POST, tasks=tasks))
    task, score, why = data["task"], data["score"], data["why"]
    if score is None and not why:
        raise Refused(_("Tap a number from 0 to 10 first, or say why it could not be seen."), "check.score")
    actions.check(task, by=request.user, score=score, why=why, note=data["note"], id=operation_id(request))
    following = reverse("check-round", kwargs={"store": store.code, "day": day, "number": number})
    return done(request, f"{following}#task-{task.position + 1}")


@guarded(actions.check)
@require_POST
def check_photo(request: StaffRequest, store: Store, task: UUID) -> HttpResponse:
    """Keep a photo of a card with the car that was drawn for it."""
    row: CheckTask = get_object_or_404(CheckTask.objects.select_related("round"), pk=task)
    car: Visit = get_object_or_404(Visit.objects.select_related("store"), pk=row.visit_id)
    file = request.FILES.get("photo")
    if not isinstance(file, UploadedFile):
        raise Refused(_("Take the photo first."), "photo.missing", field="photo")
    keep_photo(
        car, file=file, by=request.user, label=request.POST.get("label", ""),
        place=f"{PLACE}{row.pk}", id=operation_id(request),
    )  # fmt: skip
    of = {"store": store.code, "day": row.round.day, "number": row.round.number}
    return done(request, reverse("check-round", kwargs=of) + f"#task-{row.position}")
