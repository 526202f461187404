"""Proposals to the standard: those of a store, and one with its differences, votes and comments."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Q

from dealership.models import Staff, Standard
from dealership.queries.versions import Place, Words, newest_of, words_at, words_of
from dealership.queries.wording import Fault, faults_in
from dealership.standard.data import LANGUAGES
from feedback.differences import Difference, difference
from feedback.models import Proposal, ProposalComment
from feedback.variables import readable

State = Proposal.State
WAITING = (State.OPEN, State.ACCEPTED)
"""States before a decision is in force."""
DECIDED_SHOWN = 12


@dataclass(frozen=True)
class Line:
    """A proposal in a list: who agrees and how many have said something."""

    proposal: Proposal
    name: str
    agrees: int
    disagrees: int
    comments: int


@dataclass(frozen=True)
class Said:
    """One text before and after: `field` is its name in the row."""

    field: str
    before: str
    after: str
    shown: Difference


@dataclass(frozen=True)
class InLanguage:
    """What a proposal or a version changes in one language."""

    language: str
    texts: list[Said]
    faults: list[Fault] = field(default_factory=list)


def open_counts() -> dict[Place, int]:
    """Return place → proposals that are talked about or taken up, in the open scope. One query."""
    rows = Proposal.objects.filter(state__in=WAITING).values_list("touchpoint", "step").annotate(n=Count("pk"))
    return {(touchpoint, step): n for touchpoint, step, n in rows.order_by()}


def proposal_lines(states: Iterable[str], standard: Standard, language: str, *, limit: int | None = None) -> list[Line]:
    """Return the proposals in these states, the last first, in a constant number of queries."""
    rows = Proposal.objects.filter(state__in=list(states)).select_related("by", "decided_by", "version")
    found = list(rows.order_by("-at")[:limit])
    if not found:
        return []
    words = words_of(standard.pk)
    counted = ProposalComment.objects.filter(proposal__in=[row.pk for row in found]).values_list("proposal")
    said = counted.annotate(
        agrees_n=Count("pk", filter=Q(agrees=True)), disagrees_n=Count("pk", filter=Q(agrees=False)),
        comments_n=Count("pk", filter=~Q(text="")),
    ).order_by()  # fmt: skip
    counts = {pk: (agrees, disagrees, comments) for pk, agrees, disagrees, comments in said}
    return [
        Line(row, name_of(words, row.touchpoint, row.step, language), *counts.get(row.pk, (0, 0, 0))) for row in found
    ]


def name_of(words: dict[Place, Words], touchpoint: str, step: str, language: str) -> str:
    """Return `环车检查 · 操控问题挖掘`; the code alone where the standard no longer has the place."""
    names = [words[place].name(language) for place in ((touchpoint, ""), (touchpoint, step)) if place in words]
    return " · ".join(dict.fromkeys(name for name in names if name)) or touchpoint


def compared(proposal: Proposal) -> list[InLanguage]:
    """Return what a proposal would change, against the words that it was written beside."""
    words = words_at(proposal.base_id, proposal.touchpoint, proposal.step)
    if words is None:
        return []
    found = []
    for language in LANGUAGES:
        fields = proposal.texts.get(language)
        if fields:
            today = words.said(language)
            faults = faults_in(proposal.touchpoint, proposal.step, language, today | fields)
            mine = [fault for fault in faults if fault.field in fields or fault.field == "plain"]
            texts = [said(name, today[name], fields[name]) for name in words.fields if name in fields]
            found.append(InLanguage(language, texts, mine))
    return found


def said(name: str, before: str, after: str) -> Said:
    """Return one text before and after, its differences marked."""
    return Said(name, before, after, difference(readable(before), readable(after)))


def moved_on(proposal: Proposal) -> bool:
    """Tell whether the standard has changed at this place since the proposal was written."""
    newest = newest_of(proposal.store)
    if newest.pk == proposal.base_id:
        return False
    before = words_at(proposal.base_id, proposal.touchpoint, proposal.step)
    now = words_at(newest.pk, proposal.touchpoint, proposal.step)
    return (before and before.texts) != (now and now.texts)


def talk(proposal: Proposal) -> tuple[list[ProposalComment], list[ProposalComment], list[ProposalComment]]:
    """Return the comments, the votes for and the votes against, in order. One query."""
    rows = list(ProposalComment.objects.filter(proposal=proposal).select_related("by"))
    agree, against = ([row for row in rows if row.agrees is one] for one in (True, False))
    return [row for row in rows if row.text], agree, against


def vote_of(votes: Iterable[ProposalComment], staff: Staff) -> bool | None:
    """Return how a person voted, None for not yet."""
    return next((vote.agrees for vote in votes if vote.by_id == staff.pk), None)
