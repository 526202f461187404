"""Standards made with the staff: anybody proposes, others say what they think, a manager decides and says why."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from dealership.actions.drafts import LONGEST_TEXT, draft_of, set_texts
from dealership.actions.messages import queue_for_staff
from dealership.models import Staff, Store
from dealership.queries.versions import Words, newest_of, words_at
from dealership.refused import Refused
from dealership.standard.data import LANGUAGES
from dealership.uuids import uuid7
from feedback.models import Plan, Proposal, ProposalComment

LONGEST = 300
"""Characters of a reason, a comment, an answer."""
NOT_TAKEN = gettext_noop("Your proposal was not taken up: %(words)s")


@transaction.atomic
def propose(
    store: Store, *, touchpoint: str, step: str, texts: Mapping[str, Mapping[str, str]], reason: str, by: Staff,
    plan: Plan | None = None, id: UUID | None = None, now: datetime | None = None,
) -> Proposal:  # fmt: skip
    """Propose other words for a step (`step` "": for its touchpoint): language → field → text, at least the author's.

    Only what differs from today's words is kept; the same `id` again returns the first. Raises Refused:
    "proposal.place", "proposal.field", "proposal.same" (nothing differs in the author's language), "proposal.long",
    "proposal.reason".
    """
    now = now or timezone.now()
    if id and (known := Proposal.objects.filter(pk=id).first()):
        return known
    base = newest_of(store)
    words = words_at(base.pk, touchpoint, step)
    if words is None:
        raise Refused(_("This step is no longer part of the standard. Go back and choose one."), "proposal.place")
    reason = _sentence(reason, "proposal.reason", _("Say in a sentence what would be better for the customer."))
    return Proposal.objects.create(
        id=id or uuid7(now), store=store, base=base, touchpoint=touchpoint, step=step, plan=plan,
        texts=_different(words, texts), reason=reason, at=now, by=by,
    )  # fmt: skip


@transaction.atomic
def comment(
    proposal: Proposal, *, text: str, by: Staff, id: UUID | None = None, now: datetime | None = None
) -> ProposalComment:
    """Say something of a proposal; the same `id` again returns the first. Raises Refused: "proposal.closed",
    "proposal.comment"."""
    now = now or timezone.now()
    if id and (known := ProposalComment.objects.filter(pk=id).first()):
        return known
    _open(proposal)
    text = _sentence(text, "proposal.comment", _("Write what you think of it."))
    return ProposalComment.objects.create(
        id=id or uuid7(now), store=proposal.store, proposal=proposal, text=text, by=by, at=now
    )


@transaction.atomic
def vote(proposal: Proposal, *, agrees: bool, by: Staff, now: datetime | None = None) -> ProposalComment:
    """Agree or not: one vote a person, the last one counts. Raises Refused: "proposal.closed", "proposal.own"."""
    now = now or timezone.now()
    _open(proposal)
    if proposal.by_id == by.pk:
        raise Refused(_("It is your own proposal: let the others say what they think."), "proposal.own")
    # The proposal's lock lets one vote of a person come after the other.
    mine = ProposalComment.objects.filter(proposal=proposal, by=by, agrees__isnull=False).first()
    if mine is None:
        return ProposalComment.objects.create(
            id=uuid7(now), store=proposal.store, proposal=proposal, agrees=agrees, by=by, at=now
        )
    mine.agrees, mine.at = agrees, now
    mine.save(update_fields=["agrees", "at"])
    return mine


@transaction.atomic
def withdraw(proposal: Proposal, *, by: Staff, now: datetime | None = None) -> Proposal:
    """Take back one's own proposal. Raises Refused: "proposal.closed", "proposal.other"."""
    _open(proposal)
    if proposal.by_id != by.pk:
        raise Refused(_("Only its author takes a proposal back."), "proposal.other")
    return _decide(proposal, Proposal.State.WITHDRAWN, by=by, words="", now=now)


@transaction.atomic
def decline(proposal: Proposal, *, words: str, by: Staff, now: datetime | None = None) -> Proposal:
    """Do not take a proposal up, with a reason that its author is told. Raises Refused: "proposal.closed",
    "proposal.words"."""
    _open(proposal)
    words = _sentence(words, "proposal.words", _("Say why: the author and everybody else will read it."))
    decided = _decide(proposal, Proposal.State.DECLINED, by=by, words=words, now=now)
    tell_author(decided, NOT_TAKEN, said={"words": words}, by=by, now=now)
    return decided


@transaction.atomic
def accept(proposal: Proposal, *, by: Staff, now: datetime | None = None) -> Proposal:
    """Put the proposed words into the draft, which becomes a version when it is published.

    Raises Refused: "proposal.closed", "standard.place" (the draft has no such step any more), "standard.published".
    """
    _open(proposal)
    draft = draft_of(proposal.store, by=by, now=now)
    for language, fields in proposal.texts.items():
        set_texts(
            draft, touchpoint=proposal.touchpoint, step=proposal.step, language=language, fields=fields, by=by, now=now
        )
    return _decide(proposal, Proposal.State.ACCEPTED, by=by, words="", now=now)


def tell_author(
    proposal: Proposal, text: str, *, said: Mapping[str, str], by: Staff, now: datetime | None = None
) -> None:
    """Send the author an alert in their language; `text` is a message id. Nobody is told what they did themselves."""
    if proposal.by_id == by.pk:
        return
    path = reverse("proposal", kwargs={"store": proposal.store.code, "proposal": proposal.pk})
    with translation.override(proposal.by.language):
        words = translation.gettext(text) % said
    queue_for_staff(
        proposal.by, store=proposal.store, text=words, key=f"proposal:{proposal.pk}:{proposal.state}"[:60],
        url=settings.PUBLIC_URL + path, now=now,
    )  # fmt: skip


def _open(proposal: Proposal) -> None:
    """Lock the proposal for the rest of the transaction; refuse when it is decided."""
    rows = Proposal.objects.select_for_update(no_key=True, of=("self",))
    locked = rows.get(pk=proposal.pk)
    if locked.state != Proposal.State.OPEN:
        raise Refused(_("This proposal is decided already. Reload the page."), "proposal.closed")


def _decide(proposal: Proposal, state: Proposal.State, *, by: Staff, words: str, now: datetime | None) -> Proposal:
    proposal.state, proposal.decided_words = state, words
    proposal.decided_at, proposal.decided_by = now or timezone.now(), by
    proposal.save(update_fields=["state", "decided_at", "decided_by", "decided_words"])
    return proposal


def _different(words: Words, texts: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for language, fields in texts.items():
        if language not in LANGUAGES or set(fields) - set(words.fields):
            raise Refused(_("This part of the standard cannot be changed."), "proposal.field")
        today = words.said(language)
        cleaned = {name: " ".join(text.split()) for name, text in fields.items()}
        if any(len(text) > LONGEST_TEXT for text in cleaned.values()):
            raise Refused(_("At most %(count)d characters.") % {"count": LONGEST_TEXT}, "proposal.long")
        if changed := {name: text for name, text in cleaned.items() if text != today[name]}:
            found[language] = changed
    if (get_language() or "zh-hans") not in found:
        raise Refused(_("These are today's words. Change what you would say differently."), "proposal.same")
    return found


def _sentence(text: str, code: str, wanted: str) -> str:
    text = " ".join(text.split())
    if not text:
        raise Refused(wanted, code)
    if len(text) > LONGEST:
        raise Refused(_("At most %(count)d characters.") % {"count": LONGEST}, code)
    return text
