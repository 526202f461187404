"""The store's standard: by stage, what changed in a version, the product's update beside one's own."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dealership.access import guarded, may
from dealership.actions import drafts
from dealership.models import Role, Standard, Store
from dealership.queries.menu import menu_for
from dealership.queries.staff import roles_in
from dealership.queries.standards import current_id, stage_names
from dealership.queries.versions import newest_of, published_of, update_for, words_of
from dealership.requests import StaffRequest
from dealership.views.forms import done
from feedback.actions import versions
from feedback.queries.proposals import DECIDED_SHOWN, WAITING, State, name_of, open_counts, proposal_lines
from feedback.queries.standards import STAGES, point_lines
from feedback.queries.tabs import tabs_for
from feedback.queries.updates import offered
from feedback.queries.versions import changes_in, proposed_by, seen_by, shown, unseen
from feedback.variables import FIELDS


def frame_of(request: StaffRequest, store: Store) -> dict[str, Any]:
    """Return what stands around every page of the standard."""
    return {
        "tabs": tabs_for(request.user, store, current="standard"),
        "menu": menu_for(request.user, store, current="standard"),
        "may_write": may(request.user, store, drafts.set_texts),
        "language": reader(),
        "labels": FIELDS,
    }


def reader() -> str:
    """Return the reader's language."""
    return get_language() or "zh-hans"


@guarded()
@require_GET
def standard(request: StaffRequest, store: Store) -> HttpResponse:
    """Show the standard in force, a stage at a time, or only where something is proposed."""
    language, counts = reader(), open_counts()
    version = get_object_or_404(Standard.objects.select_related("published_by"), pk=current_id(store))
    names, newest = stage_names(version.pk, language), newest_of(store)
    stage = request.GET.get("stage", "")
    stage = stage if stage in STAGES else STAGES[0]
    proposed = request.GET.get("with") == "proposals"
    lines = point_lines(version.pk, language, counts)
    context = frame_of(request, store) | {
        "version": version, "newest": newest, "coming": newest if newest.pk != version.pk else None,
        "points": [line for line in lines if (line.proposed if proposed else line.words.stage == stage)],
        "stages": [(code, names[code]) for code in STAGES], "stage": stage, "proposed": proposed,
        "proposed_count": sum(counts.values()), "versions": published_of(store), "update": update_for(newest),
        "open": proposal_lines(WAITING, version, language),
        "decided": proposal_lines(set(State) - set(WAITING), version, language, limit=DECIDED_SHOWN),
        "unseen": unseen(store, request.user),
    }  # fmt: skip
    return render(request, "feedback/standard.html", context)


@guarded()
@require_GET
def standard_changes(request: StaffRequest, store: Store, version: int) -> HttpResponse:
    """Show what a version changed, before and after, and why."""
    found = _version(store, version)
    language, words = reader(), words_of(found.pk)
    whose = proposed_by(found)
    seen, missing = seen_by(found, store)
    context = frame_of(request, store) | {
        "version": found, "count": len(changes_in(found)),
        "changes": [
            (change, name_of(words | _gone(change), *change.words.place, language), shown(change, language),
             whose.get(change.words.place, []))
            for change in changes_in(found)
        ],
        "people": len(seen) + len(missing), "seen": seen, "missing": missing, "mine": request.user in missing,
    }  # fmt: skip
    return render(request, "feedback/standard_changes.html", context)


@guarded(versions.confirm)
@require_POST
def version_seen(request: StaffRequest, store: Store, version: int) -> HttpResponse:
    """Confirm that one has seen what changed."""
    versions.confirm(_version(store, version), store=store, by=request.user)
    messages.success(request, _("Thank you. You work by the new version from its first day on."))
    return done(request, "home")


@guarded()
@require_GET
def version_notice(request: StaffRequest, store: Store) -> HttpResponse:
    """Say that there is a new version, to whoever has not confirmed it; empty for the others."""
    works_here = roles_in(request.user, store) - {Role.CHAIN}
    version = unseen(store, request.user) if works_here else None
    context = {"version": version, "count": len(changes_in(version)) if version else 0}
    return render(request, "feedback/parts/version_notice.html", context)


@guarded()
@require_GET
def standard_compare(request: StaffRequest, store: Store) -> HttpResponse:
    """Show what the product's newest version changed beside the store's own words."""
    own = Standard.objects.filter(store=store, published_at=None).select_related("base").first() or newest_of(store)
    update = update_for(own)
    context = frame_of(request, store) | {
        "own": own,
        "update": update,
        "offers": offered(own, update, reader()) if update else [],
    }
    return render(request, "feedback/standard_compare.html", context)


@guarded(drafts.take_update)
@require_POST
def standard_take(request: StaffRequest, store: Store) -> HttpResponse:
    """Take what was chosen of the product's update into the draft."""
    draft = drafts.draft_of(store, by=request.user)
    drafts.take_update(draft, take=request.POST.getlist("take"), by=request.user)
    messages.success(request, _("Taken into the draft. Publish it when you have looked at it."))
    return done(request, reverse("standard-draft", kwargs={"store": store.code}))


def _version(store: Store, number: int) -> Standard:
    rows = Standard.objects.filter(store=store, published_at__isnull=False).select_related("published_by", "base")
    found = rows.filter(number=number).first()
    if found is None:
        raise Http404
    return found


def _gone(change: Any) -> dict[Any, Any]:
    return {change.words.place: change.words}
