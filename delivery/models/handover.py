"""The car leaves: gate pass, and who drove it away."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from dealership.models import RowKey, StoreModel


class GatePass(StoreModel):
    """The car may leave (出门证). Written by `delivery.actions.gate_pass`; a live one is not revoked."""

    visit = RowKey("dealership.Visit")
    number = models.CharField(_("number"), max_length=8)
    issued_at = models.DateTimeField(_("issued"))
    issued_by = RowKey("dealership.Staff", null=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    returned_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    returned_to = RowKey("dealership.Staff", null=True)

    class Meta:
        verbose_name = _("gate pass")
        verbose_name_plural = _("gate passes")
        constraints = [
            models.UniqueConstraint(
                fields=["store", "visit"], condition=models.Q(revoked_at=None), name="gate_pass_once"
            )
        ]

    def __str__(self) -> str:
        return self.number


class Handover(StoreModel):
    """Keys and car given to the collector (取车人), who was checked: known, by pickup code or by a call."""

    class Check(models.TextChoices):
        KNOWN = "known", _("The contact, known by sight")
        CODE = "code", _("Pickup code")
        CALL = "call", _("Confirmed by a call")

    visit = RowKey("dealership.Visit")
    at = models.DateTimeField(_("handed over"))
    by = RowKey("dealership.Staff")
    check_kind = models.CharField(_("how the collector was checked"), max_length=5, choices=Check.choices)
    collector = models.CharField(_("collector"), max_length=80, blank=True)
    collector_sex = models.CharField(_("form of address"), max_length=1, blank=True)
    called = models.CharField(_("number called"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")
        constraints = [models.UniqueConstraint(fields=["store", "visit"], name="handover_once")]
        indexes = [models.Index(fields=["store", "at"], name="handover_at")]
