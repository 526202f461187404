"""The standard in versions: the product's, and those that stores made of it; in force they are read-only."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Standard(models.Model):
    """A version of the standard: the product's (no `store`), or one that a store made of `base`.

    A draft has no `published_at`. Written only by `dealership.actions.standards`.
    """

    store = models.ForeignKey("dealership.Store", models.PROTECT, null=True, blank=True, related_name="+")
    base = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    number = models.PositiveIntegerField(_("version"))
    loaded_at = models.DateTimeField(_("loaded"), auto_now=True)
    stages = models.JSONField(_("stages"), default=list)

    # A store's own: from this business day on visits follow it, and why it was made.
    valid_from = models.DateField(_("in force from"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    published_by = models.ForeignKey("dealership.Staff", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("standard")
        verbose_name_plural = _("standards")
        constraints = [
            models.UniqueConstraint(fields=["store", "number"], nulls_distinct=False, name="standard_number"),
            models.UniqueConstraint(
                fields=["store"],
                condition=models.Q(published_at=None, store__isnull=False),
                name="standard_one_draft",
            ),
        ]

    def __str__(self) -> str:
        return f"v{self.number}"


class StandardTouchpoint(models.Model):
    """One of the 22 touchpoints; `texts` maps a language to name, place, requirements, expectation, value."""

    standard = models.ForeignKey(Standard, models.CASCADE, related_name="touchpoints")
    code = models.CharField(_("code"), max_length=4)
    stage = models.CharField(_("stage"), max_length=12)
    position = models.PositiveSmallIntegerField()
    element = models.CharField(_("element"), max_length=12)
    place = models.CharField(_("place"), max_length=12)
    influence = models.PositiveSmallIntegerField(_("influence"))
    texts = models.JSONField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["standard", "code"], name="touchpoint_code")]


class StandardStep(models.Model):
    """A step of a touchpoint; `texts` maps a language to name, behaviour, script, plain, point."""

    touchpoint = models.ForeignKey(StandardTouchpoint, models.CASCADE, related_name="steps")
    slug = models.SlugField(max_length=32)
    position = models.PositiveSmallIntegerField()
    role = models.CharField(_("role"), max_length=12)
    evidence = models.BooleanField()
    gate = models.BooleanField()
    texts = models.JSONField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["touchpoint", "slug"], name="step_slug")]
