"""Standards made with the staff: proposals, what others say, and who has seen what changed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from dealership.models import RowKey, StoreModel


class Proposal(StoreModel):
    """A change that somebody proposes to a step (`step` "": to its touchpoint); `texts`: language → field → text."""

    class State(models.TextChoices):
        OPEN = "open", _("Being talked about")
        ACCEPTED = "accepted", _("Taken into the draft")
        PUBLISHED = "published", _("In force")
        DECLINED = "declined", _("Not taken up")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    base = models.ForeignKey("dealership.Standard", models.PROTECT, related_name="+", db_index=False)
    touchpoint = models.CharField(_("touchpoint"), max_length=4)
    step = models.CharField(_("step"), max_length=32, blank=True)
    texts = models.JSONField()
    reason = models.CharField(_("reason"), max_length=300)
    plan = RowKey("feedback.Plan", null=True, blank=True)
    at = models.DateTimeField()
    by = RowKey("dealership.Staff")

    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = RowKey("dealership.Staff", null=True, blank=True)
    decided_words = models.CharField(_("answer"), max_length=300, blank=True)
    version = models.ForeignKey(
        "dealership.Standard", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["-at"]
        indexes = [
            models.Index(fields=["store", "state", "at"], name="proposal_state"),
            models.Index(fields=["store", "touchpoint", "at"], name="proposal_touchpoint"),
        ]


class ProposalComment(StoreModel):
    """What a colleague says of a proposal; `agrees` None is a word without a vote."""

    proposal = RowKey(Proposal)
    text = models.CharField(_("comment"), max_length=300, blank=True)
    agrees = models.BooleanField(null=True)
    at = models.DateTimeField()
    by = RowKey("dealership.Staff")

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["store", "proposal", "by"], condition=models.Q(agrees__isnull=False), name="proposal_vote_once"
            )
        ]
        indexes = [models.Index(fields=["store", "proposal", "at"], name="proposal_comment")]


class VersionSeen(StoreModel):
    """A person has seen what a new version of the standard changed."""

    standard = models.ForeignKey("dealership.Standard", models.PROTECT, related_name="+", db_index=False)
    staff = RowKey("dealership.Staff")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "standard", "staff"], name="version_seen_once")]
