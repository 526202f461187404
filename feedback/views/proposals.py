"""Proposals to the standard: writing one beside today's words, talking about it, deciding."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dealership.access import find_visit, guarded, may
from dealership.models import Store, Visit
from dealership.queries.staff import roles_in
from dealership.queries.versions import Words, newest_of, words_at, words_of
from dealership.requests import StaffRequest
from dealership.standard.data import LANGUAGES
from dealership.views.forms import done, operation_id
from feedback.actions import proposals as actions
from feedback.forms.words import id_from, language_from, texts_from
from feedback.models import Plan, Proposal
from feedback.queries.previews import SEES_SUMS, cars_today, chips, preview
from feedback.queries.proposals import compared, moved_on, name_of, proposal_lines, talk, vote_of
from feedback.variables import FIELDS, readable
from feedback.views.standards import frame_of, reader

HERE = (Proposal.State.OPEN, Proposal.State.ACCEPTED)


def editor(request: StaffRequest, store: Store, today: Words, texts: dict[str, dict[str, str]]) -> dict[str, Any]:
    """Return the context of a form of words: today's beside those being written, and how they read."""
    language = language_from(request.POST, reader())
    visit = car_of(request, store)
    return frame_of(request, store) | {
        "words": today, "name": today.name(reader()), "chips": chips(), "visit_shown": visit,
        "tabs_of_words": [
            (code, [(name, readable(today.said(code)[name]), texts[code][name]) for name in today.fields])
            for code in LANGUAGES
        ],
        "chosen": language, "cars": cars_today(store, request.user),
        "preview": preview(today.touchpoint, today.step, language, texts[language], visit=visit),
    }  # fmt: skip


def typed(request: StaffRequest, today: Words) -> dict[str, dict[str, str]]:
    """Return language → field → text: what is typed, today's words where nothing is."""
    given = texts_from(request.POST, today)
    return {code: today.said(code) | given.get(code, {}) for code in LANGUAGES}


def car_of(request: StaffRequest, store: Store) -> Visit | None:
    """Return the car chosen for the preview; None without one and for who may not see its amounts."""
    chosen = id_from(request.POST.get("visit", ""))
    return find_visit(chosen) if chosen and may(request.user, store, SEES_SUMS) else None


@guarded(actions.propose)
def proposal_new(request: StaffRequest, store: Store, touchpoint: str, step: str = "") -> HttpResponse:
    """Show today's words beside those to be proposed; take the proposal."""
    today = place_of(store, touchpoint, step)
    plan = plan_of(request)
    if request.method == "POST" and "save" in request.POST:
        proposal = actions.propose(
            store, touchpoint=touchpoint, step=step, texts=texts_from(request.POST, today), by=request.user,
            reason=request.POST.get("reason", ""), plan=plan, id=operation_id(request),
        )  # fmt: skip
        messages.success(request, _("Thank you. Your colleagues can now say what they think of it."))
        return redirect("proposal", store=store.code, proposal=proposal.pk)
    standard = newest_of(store)
    here = proposal_lines(HERE, standard, reader())
    context = editor(request, store, today, typed(request, today)) | {
        "title": name_of(words_of(standard.pk), touchpoint, step, reader()),
        "reason": request.POST.get("reason", plan.title if plan else ""),
        "plan": plan, "others": [
            line for line in here if (line.proposal.touchpoint, line.proposal.step) == (touchpoint, step)
        ],
    }  # fmt: skip
    return render(request, "feedback/proposal_new.html", context)


def plan_of(request: StaffRequest) -> Plan | None:
    """Return the plan whose measure is to be kept, where the page was opened from one."""
    asked = id_from(request.POST.get("plan", "") or request.GET.get("plan", ""))
    return Plan.objects.filter(pk=asked).first() if asked else None


@guarded()
@require_POST
def words_check(request: StaffRequest, store: Store, touchpoint: str, step: str = "") -> HttpResponse:
    """Answer what is typed with its lengths, what is wrong with it, and how it reads."""
    # A step that is only being written stands in no version yet.
    today = words_at(newest_of(store).pk, touchpoint, step) or Words(touchpoint, step, "", {})
    language, visit = language_from(request.POST, reader()), car_of(request, store)
    shown = preview(touchpoint, step, language, typed(request, today)[language], visit=visit)
    return render(
        request, "feedback/parts/words_check.html", {"preview": shown, "visit_shown": visit, "labels": FIELDS}
    )


@guarded()
@require_GET
def proposal(request: StaffRequest, store: Store, proposal: UUID) -> HttpResponse:
    """Show a proposal: before and after, what others say, and the decision."""
    found = proposal_of(proposal)
    comments, agree, against = talk(found)
    context = frame_of(request, store) | {
        "proposal": found, "comments": comments, "agree": agree, "against": against,
        "my_vote": vote_of([*agree, *against], request.user), "mine": found.by_id == request.user.pk,
        "name": name_of(words_of(found.base_id), found.touchpoint, found.step, reader()),
        "changes": (listed := compared(found)), "in_mine": any(one.language == reader() for one in listed),
        "moved_on": found.state == Proposal.State.OPEN and moved_on(found),
        "may_decide": may(request.user, store, actions.accept), "roles": roles_in(request.user, store),
    }  # fmt: skip
    return render(request, "feedback/proposal.html", context)


@guarded(actions.comment)
@require_POST
def proposal_comment(request: StaffRequest, store: Store, proposal: UUID) -> HttpResponse:
    """Say something of it."""
    text = request.POST.get("text", "")
    actions.comment(proposal_of(proposal), text=text, by=request.user, id=operation_id(request))
    return done(request, "proposal", store=store.code, proposal=proposal)


@guarded(actions.vote)
@require_POST
def proposal_vote(request: StaffRequest, store: Store, proposal: UUID) -> HttpResponse:
    """Agree or not."""
    actions.vote(proposal_of(proposal), agrees=request.POST.get("agrees") == "1", by=request.user)
    return done(request, "proposal", store=store.code, proposal=proposal)


@guarded(actions.withdraw)
@require_POST
def proposal_withdraw(request: StaffRequest, store: Store, proposal: UUID) -> HttpResponse:
    """Take back one's own."""
    actions.withdraw(proposal_of(proposal), by=request.user)
    messages.success(request, _("Withdrawn. It stays readable for everybody."))
    return done(request, "proposal", store=store.code, proposal=proposal)


@guarded(actions.decline)
@require_POST
def proposal_decline(request: StaffRequest, store: Store, proposal: UUID) -> HttpResponse:
    """Do not take it up, with words."""
    actions.decline(proposal_of(proposal), words=request.POST.get("words", ""), by=request.user)
    return done(request, "proposal", store=store.code, proposal=proposal)


@guarded(actions.accept)
@require_POST
def proposal_accept(request: StaffRequest, store: Store, proposal: UUID) -> HttpResponse:
    """Put it into the draft."""
    actions.accept(proposal_of(proposal), by=request.user)
    messages.success(request, _("Taken into the draft. It is in force once you publish it."))
    return done(request, "standard-draft", store=store.code)


def place_of(store: Store, touchpoint: str, step: str) -> Words:
    """Return today's words of a place, those of the newest version; 404 where it has none."""
    found = words_at(newest_of(store).pk, touchpoint, step)
    if found is None:
        raise Http404
    return found


def proposal_of(proposal: UUID) -> Proposal:
    """Return a proposal of the open scope; 404 where this store has none."""
    rows = Proposal.objects.select_related("by", "decided_by", "version", "store", "base")
    return get_object_or_404(rows, pk=proposal)
