"""Versions of the store's standard: published with what the staff proposed, and confirmed by each who works by it."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dealership.actions import drafts
from dealership.models import Staff, Standard, Store
from dealership.refused import Refused
from feedback.actions.proposals import tell_author
from feedback.models import Proposal, VersionSeen

TAKEN_UP = gettext_noop("Your proposal is part of version %(number)s of the standard.")


@transaction.atomic
def publish(draft: Standard, *, valid_from: date, reason: str, by: Staff, now: datetime | None = None) -> Standard:
    """Publish the draft; what was taken into it from proposals is in force, and their authors are told.

    Effects, in order: the version (see `dealership.actions.drafts.publish`, whose refusals these are), the accepted
    proposals, an alert to each author, the publisher's own confirmation. Pressed twice it happens once.
    """
    now = now or timezone.now()
    version = drafts.publish(draft, valid_from=valid_from, reason=reason, by=by, now=now)
    if VersionSeen.objects.filter(standard=version, staff=by).exists():
        return version  # the second press
    accepted = Proposal.objects.filter(state=Proposal.State.ACCEPTED).select_related("by", "store")
    for proposal in accepted.order_by("pk"):
        proposal.state, proposal.version = Proposal.State.PUBLISHED, version
        proposal.save(update_fields=["state", "version"])
        tell_author(proposal, TAKEN_UP, said={"number": str(version.number)}, by=by, now=now)
    if version.store:
        confirm(version, store=version.store, by=by, now=now)
    return version


@transaction.atomic
def put_back(draft: Standard, *, touchpoint: str, step: str, by: Staff, now: datetime | None = None) -> None:
    """Undo what the draft changed at one place; a proposal that brought it there is open again.

    Raises Refused: "standard.published", "standard.place".
    """
    drafts.put_back(draft, touchpoint=touchpoint, step=step, by=by, now=now)
    here = Proposal.objects.filter(state=Proposal.State.ACCEPTED, touchpoint=touchpoint, step=step)
    here.update(state=Proposal.State.OPEN, decided_at=None, decided_by=None)


def confirm(version: Standard, *, store: Store, by: Staff, now: datetime | None = None) -> VersionSeen:
    """Note that a person has seen what a version changed; once. Raises Refused("version.none") for a draft."""
    if version.published_at is None or version.store_id != store.pk:
        raise Refused(_("There is no such version of the store's standard."), "version.none")
    seen, _made = VersionSeen.objects.get_or_create(
        store=store, standard=version, staff=by, defaults={"at": now or timezone.now()}
    )
    return seen
