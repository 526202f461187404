"""The manager's editor of the standard: the draft, its texts, and publishing it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dealership.access import guarded
from dealership.actions import drafts
from dealership.models import Role, Standard, Store, business_day
from dealership.queries.versions import STEP_FIELDS, Words, before_of, changes, existing_draft, update_for, words_of
from dealership.queries.wording import all_faults, faults
from dealership.refused import Refused
from dealership.requests import StaffRequest
from dealership.standard.data import LANGUAGES
from dealership.views.forms import done
from feedback.actions import versions
from feedback.forms.words import day_from, texts_from
from feedback.models import Proposal
from feedback.queries.drafts import free_slug, words_before, words_in_hand
from feedback.queries.proposals import name_of
from feedback.queries.versions import shown
from feedback.views.proposals import editor, typed
from feedback.views.standards import frame_of, reader

ROLES = [(role.value, role.label) for role in Role if role != Role.CHAIN]


@guarded()
@require_GET
def standard_draft(request: StaffRequest, store: Store) -> HttpResponse:
    """Show what the draft changes, what is wrong with it, and the form that publishes it."""
    draft = existing_draft(store)
    return render(request, "feedback/standard_draft.html", frame_of(request, store) | _draft_page(store, draft))


def _draft_page(store: Store, draft: Standard | None) -> dict[str, Any]:
    today = business_day(store, timezone.now())
    if draft is None:
        return {"draft": None, "today": today}
    language, words, old = reader(), words_of(draft.pk), words_of(before_of(draft).pk)
    found = changes(old, words)
    accepted = Proposal.objects.filter(state=Proposal.State.ACCEPTED).select_related("by").order_by("at")
    return {
        "draft": draft, "today": today, "update": update_for(draft),
        "changes": [
            {
                "change": change, "name": name_of(old | words, *change.words.place, language),
                "texts": [one for code in change.languages if (one := shown(change, code))],
                "faults": faults(change.words) if change.after else [],
                "proposals": [one for one in accepted if (one.touchpoint, one.step) == change.words.place],
            }
            for change in found
        ],
        "wrong": len(all_faults(words)),
    }  # fmt: skip


@guarded(versions.publish)
@require_POST
def standard_publish(request: StaffRequest, store: Store) -> HttpResponse:
    """Put the draft in force."""
    number = request.POST.get("draft", "")
    draft = Standard.objects.filter(store=store, pk=number).first() if number.isdecimal() else None
    if draft is None:
        raise Refused(_("There is no draft any more. Reload the page."), "standard.none")
    day = day_from(request.POST.get("valid_from", ""))
    if day is None:
        raise Refused(_("Choose today or a later day."), "standard.past", field="valid_from")
    version = versions.publish(draft, valid_from=day, reason=request.POST.get("reason", ""), by=request.user)
    messages.success(request, _("Published. Everybody is shown what changed; cars under way keep their version."))
    return done(request, "standard-changes", store=store.code, version=version.number)


@guarded(drafts.set_texts)
def standard_edit(request: StaffRequest, store: Store, touchpoint: str, step: str = "") -> HttpResponse:
    """Show the words of one place in three languages; keep them in the draft, which the first edit begins."""
    today = words_in_hand(store, touchpoint, step)
    if request.method == "POST" and "save" in request.POST:
        _keep(request, store, today)
        messages.success(request, _("Kept in the draft."))
        return redirect("standard-draft", store=store.code)
    before = words_before(store, touchpoint, step)
    texts = typed(request, today)
    context = editor(request, store, before or today, texts) | {
        "title": name_of({today.place: today}, touchpoint, step, reader()), "new": before is None,
        "may_drop": bool(step) and not today.evidence and not today.gate,
    }  # fmt: skip
    return render(request, "feedback/standard_edit.html", context)


def _keep(request: StaffRequest, store: Store, today: Words) -> None:
    draft = drafts.draft_of(store, by=request.user)
    for language, fields in texts_from(request.POST, today).items():
        drafts.set_texts(
            draft, touchpoint=today.touchpoint, step=today.step, language=language, fields=fields, by=request.user
        )


@guarded(drafts.add_step)
def step_add(request: StaffRequest, store: Store, touchpoint: str) -> HttpResponse:
    """Show the form of a new step, ticked by hand; add it to the draft."""
    point = words_in_hand(store, touchpoint, "")
    empty = Words(touchpoint, free_slug(store, touchpoint), point.stage, {})
    if request.method == "POST" and "save" in request.POST:
        draft = drafts.draft_of(store, by=request.user)
        given = texts_from(request.POST, empty)
        drafts.add_step(
            draft, touchpoint=touchpoint, slug=empty.step, role=request.POST.get("role", ""), by=request.user,
            texts={code: fields for code, fields in given.items() if any(text.strip() for text in fields.values())},
        )  # fmt: skip
        messages.success(request, _("The step is part of the draft."))
        return redirect("standard-draft", store=store.code)
    texts = {code: dict.fromkeys(STEP_FIELDS, "") | texts_from(request.POST, empty).get(code, {}) for code in LANGUAGES}
    context = editor(request, store, empty, texts) | {
        "title": name_of({point.place: point}, touchpoint, "", reader()), "new": True, "adding": True, "roles": ROLES,
        "role": request.POST.get("role", ""),
    }  # fmt: skip
    return render(request, "feedback/standard_edit.html", context)


@guarded(drafts.drop_step)
@require_POST
def step_drop(request: StaffRequest, store: Store, touchpoint: str, step: str) -> HttpResponse:
    """Take a step out of the draft."""
    draft = drafts.draft_of(store, by=request.user)
    drafts.drop_step(draft, touchpoint=touchpoint, step=step, by=request.user)
    messages.success(request, _("The step is taken out of the draft; you can put it back here."))
    return done(request, "standard-draft", store=store.code)


@guarded(versions.put_back)
@require_POST
def standard_back(request: StaffRequest, store: Store, touchpoint: str, step: str = "") -> HttpResponse:
    """Undo what the draft changed at one place."""
    draft = existing_draft(store)
    if draft is not None:
        versions.put_back(draft, touchpoint=touchpoint, step=step, by=request.user)
    return done(request, "standard-draft", store=store.code)
