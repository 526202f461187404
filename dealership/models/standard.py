"""The product's standard: stages, touchpoints and steps in versions (shared, read-only)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Standard(models.Model):
    """A version of the standard. Written only by `dealership.actions.standards.load`."""

    number = models.PositiveIntegerField(_("version"), unique=True)
    loaded_at = models.DateTimeField(_("loaded"), auto_now=True)
    stages = models.JSONField(_("stages"), default=list)

    class Meta:
        verbose_name = _("standard")
        verbose_name_plural = _("standards")

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
    """One of the 67 steps; `texts` maps a language to name, behaviour, script, plain, point."""

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
