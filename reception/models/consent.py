"""The customer's consent: how it was given, and each line with the amount that was seen."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from dealership.models import RowKey, StoreModel, Visit
from reception.models.order import OrderLine, RepairOrder


class Consent(StoreModel):
    """One consent, never changed. `by` is None where the customer answered by link."""

    class How(models.TextChoices):
        SIGNATURE = "signature", _("Signature")
        LINK = "link", _("By link")
        PHONE = "phone", _("By phone")

    class Kind(models.TextChoices):
        DIAGNOSIS = "diagnosis", _("Diagnosis")
        REPAIR = "repair", _("Repair")
        CHANGE = "change", _("Change")

    visit = RowKey(Visit)
    order = RowKey(RepairOrder)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    how = models.CharField(_("how"), max_length=10, choices=How.choices)
    at = models.DateTimeField(_("given"))
    by = RowKey("dealership.Staff", null=True)

    # What the customer pays in all; of a diagnosis the most it may cost.
    amount = models.DecimalField(_("amount"), max_digits=10, decimal_places=2)
    signature = RowKey("dealership.Attachment", null=True)
    number_called = models.CharField(_("number called"), max_length=20, blank=True)
    second_person = RowKey("dealership.Staff", null=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(how="phone") | models.Q(second_person__isnull=False), name="consent_phone_heard"
            ),
            models.CheckConstraint(
                condition=~models.Q(how="signature") | models.Q(signature__isnull=False), name="consent_signed"
            ),
        ]
        indexes = [models.Index(fields=["store", "visit", "at"], name="consent_visit")]


class ConsentLine(StoreModel):
    """A line that a consent covers, at the amount and with the payer that the customer saw."""

    consent = RowKey(Consent, related_name="lines")
    line = RowKey(OrderLine)
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    payer = models.CharField(max_length=10, choices=OrderLine.Payer.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "consent", "line"], name="consent_line_once")]
        indexes = [models.Index(fields=["store", "line"], name="consent_line_line")]
