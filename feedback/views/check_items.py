"""The items of the self-check form: the list, one item, and back to the ready set."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dealership.access import guarded
from dealership.forms.cleaning import cleaned
from dealership.models import Store
from dealership.queries.menu import menu_for
from dealership.queries.standards import TouchpointWords, current_id, touchpoints
from dealership.requests import StaffRequest
from dealership.views.forms import done
from feedback.actions import check_items as actions
from feedback.forms.check_items import CheckItemForm
from feedback.models import CheckItem
from feedback.queries.check_items import current_items, is_ready_set, items_by_stage, stale_languages
from feedback.queries.tabs import tabs_for


@guarded()
@require_GET
def check_items(request: StaffRequest, store: Store) -> HttpResponse:
    """Show the items by touchpoint."""
    context = {
        "stages": items_by_stage(store), "ready": is_ready_set(current_items(store)),
        "tabs": tabs_for(request.user, store, current="checks"),
        "menu": menu_for(request.user, store, current="checks"),
    }  # fmt: skip
    return render(request, "feedback/check_items.html", context)


@guarded(actions.change_item)
def check_item(request: StaffRequest, store: Store, item: UUID) -> HttpResponse:
    """Show an item for a change in the reader's language, take the change as a new version."""
    row = get_object_or_404(CheckItem, pk=item)
    words = _touchpoint(store, row.touchpoint)
    if request.method != "POST":
        return _editor(request, store, words, CheckItemForm(steps=_steps(words), item=row), row)
    said = cleaned(CheckItemForm(request.POST, steps=_steps(words)))
    actions.change_item(row, by=request.user, language=get_language() or "zh-hans", said=said)
    messages.success(request, _("Kept. Rounds drawn from now on use it; earlier scores keep what they were given on."))
    return done(request, "check-items", store=store.code)


@guarded(actions.add_item)
def check_item_new(request: StaffRequest, store: Store, touchpoint: str) -> HttpResponse:
    """Show an empty item of a touchpoint, add it."""
    words = _touchpoint(store, touchpoint)
    if request.method != "POST":
        first = {"who": "advisor", "way": "watch", "times_a_week": 1, "owner": "supervisor"}
        return _editor(request, store, words, CheckItemForm(steps=_steps(words), initial=first), None)
    said = cleaned(CheckItemForm(request.POST, steps=_steps(words)))
    actions.ensure_items(store, by=request.user)
    actions.add_item(store, by=request.user, touchpoint=touchpoint, language=get_language() or "zh-hans", said=said)
    messages.success(request, _("Added. Rounds drawn from now on use it."))
    return done(request, "check-items", store=store.code)


@guarded(actions.end_item)
@require_POST
def check_item_end(request: StaffRequest, store: Store, item: UUID) -> HttpResponse:
    """Take an item out of the rounds."""
    actions.end_item(get_object_or_404(CheckItem, pk=item), by=request.user)
    messages.success(request, _("It is drawn no more. What was scored stays."))
    return done(request, "check-items", store=store.code)


@guarded(actions.restore)
@require_POST
def check_item_restore(request: StaffRequest, store: Store, item: UUID) -> HttpResponse:
    """Take an ended item up again."""
    actions.restore(get_object_or_404(CheckItem, pk=item), by=request.user)
    messages.success(request, _("It is drawn again."))
    return done(request, "check-items", store=store.code)


@guarded(actions.reset_items)
@require_POST
def check_items_reset(request: StaffRequest, store: Store) -> HttpResponse:
    """Go back to the ready set."""
    actions.reset_items(store, by=request.user)
    messages.success(request, _("The ready set holds again. What was scored stays."))
    return done(request, "check-items", store=store.code)


def _editor(
    request: StaffRequest, store: Store, words: TouchpointWords, form: CheckItemForm, item: CheckItem | None
) -> HttpResponse:
    stale = stale_languages(item) if item else []
    context = {
        "form": form, "item": item, "words": words,
        "language": get_language_info(get_language() or "zh-hans")["name_translated"],
        "stale": [get_language_info(one)["name_translated"] for one in stale if one != get_language()],
        "own_stale": get_language() in stale,
        "menu": menu_for(request.user, store, current="checks"),
    }  # fmt: skip
    return render(request, "feedback/check_item.html", context)


def _touchpoint(store: Store, code: str) -> TouchpointWords:
    for words in touchpoints(current_id(store), get_language() or "zh-hans"):
        if words.code == code:
            return words
    raise Http404


def _steps(words: TouchpointWords) -> list[tuple[str, str]]:
    return [(step.slug, step.name) for step in words.steps]
