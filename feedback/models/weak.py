"""A weak item that a person confirmed, why it is weak, and who practised what."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from dealership.models import RowKey, StoreModel


class WeakItem(StoreModel):
    """A touchpoint that a person confirmed as weak, with the figures they saw (period `since` to `until`)."""

    touchpoint = models.CharField(_("touchpoint"), max_length=4)
    since = models.DateField()
    until = models.DateField()
    score = models.DecimalField(_("score"), max_digits=4, decimal_places=2)
    n = models.PositiveIntegerField()
    influence = models.PositiveSmallIntegerField(_("influence"))
    # Share of disappointed answers among the visits where it was weak, of `answers`; None below 5.
    disappointed = models.DecimalField(max_digits=4, decimal_places=3, null=True)
    answers = models.PositiveIntegerField(default=0)
    weight = models.DecimalField(_("weight"), max_digits=6, decimal_places=2)
    words = models.CharField(_("what goes wrong"), max_length=300, blank=True)
    examples = models.JSONField(default=list)

    confirmed_at = models.DateTimeField()
    confirmed_by = RowKey("dealership.Staff")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = RowKey("dealership.Staff", null=True, blank=True)
    closed_why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store", "touchpoint"], condition=models.Q(closed_at=None), name="weak_item_open"
            )
        ]
        indexes = [models.Index(fields=["store", "confirmed_at"], name="weak_item_confirmed")]


class RootCause(StoreModel):
    """The four questions in their order and the one cause they end in (`feedback.causes`).

    An answer after the first "no" is None: it was not asked any more. `evidence` keeps the figures that stood there.
    """

    class Cause(models.TextChoices):
        STANDARD = "standard", _("There is no standard")
        TRAINING = "training", _("People do not know how")
        RULES = "rules", _("They can, but do not")
        MONITORING = "monitoring", _("Nobody watches")

    weak_item = RowKey(WeakItem)
    has_standard = models.BooleanField(null=True)
    know_how = models.BooleanField(null=True)
    follow_rules = models.BooleanField(null=True)
    is_watched = models.BooleanField(null=True)
    notes = models.JSONField(default=dict)
    evidence = models.JSONField(default=dict)
    cause = models.CharField(_("cause"), max_length=12, choices=Cause.choices)
    measure = models.CharField(_("kind of measure"), max_length=32)
    at = models.DateTimeField()
    by = RowKey("dealership.Staff")

    class Meta:
        indexes = [models.Index(fields=["store", "weak_item", "at"], name="root_cause_item")]


class Practice(StoreModel):
    """A person was trained on a touchpoint, or played its roles."""

    class Kind(models.TextChoices):
        TRAINING = "training", _("Training")
        ROLE_PLAY = "role_play", _("Role play")

    staff = RowKey("dealership.Staff")
    touchpoint = models.CharField(_("touchpoint"), max_length=4)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    day = models.DateField(_("date"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    at = models.DateTimeField()
    by = RowKey("dealership.Staff", null=True)

    class Meta:
        ordering = ["-day", "-at"]
        constraints = [
            models.UniqueConstraint(fields=["store", "staff", "touchpoint", "kind", "day"], name="practice_once")
        ]
        indexes = [models.Index(fields=["store", "touchpoint", "day"], name="practice_touchpoint")]
