"""An accident car between the insurer and the workshop."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from dealership.models import RowKey, StoreModel, Visit


class AccidentCase(StoreModel):
    """What the insurer knows of the damage and where the repair stands; one a visit. The price follows `assessed`."""

    class State(models.TextChoices):
        SURVEY = "survey", _("Waiting for the survey")
        ASSESSMENT = "assessment", _("Waiting for the loss assessment")
        PARTS = "parts", _("Waiting for parts")
        STRIPPING = "stripping", _("Being taken apart")
        BODY = "body", _("Body work")
        PAINT = "paint", _("Painting")
        REFIT = "refit", _("Being put together")
        DONE = "done", _("Done")

    visit = RowKey(Visit)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.SURVEY)
    state_since = models.DateTimeField(_("since"))
    insurer = models.CharField(_("insurer"), max_length=60, blank=True)
    claim_no = models.CharField(_("claim number"), max_length=40, blank=True)
    adjuster = models.CharField(_("adjuster"), max_length=40, blank=True)
    adjuster_phone = models.CharField(_("adjuster's phone"), max_length=20, blank=True)
    direct = models.BooleanField(_("insurer pays directly"), default=True)
    assessed = models.DecimalField(_("assessed loss, yuan"), max_digits=10, decimal_places=2, null=True, blank=True)
    assessed_at = models.DateTimeField(_("assessed"), null=True, blank=True)
    assessed_by = RowKey("dealership.Staff", null=True, blank=True)

    class Meta:
        verbose_name = _("accident case")
        verbose_name_plural = _("accident cases")
        constraints = [models.UniqueConstraint(fields=["store", "visit"], name="accident_of_visit")]


class AccidentChange(StoreModel):
    """A move of an accident case to another state."""

    case = RowKey(AccidentCase, related_name="changes")
    state = models.CharField(max_length=10, choices=AccidentCase.State.choices)
    at = models.DateTimeField()
    by = RowKey("dealership.Staff", null=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["store", "case", "at"], name="accident_change_case")]
