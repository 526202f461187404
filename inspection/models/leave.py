"""A car that leaves before everything is done, because a part is on order (待料离店)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from dealership.models import RowKey, StoreModel, Visit


class PartsLeave(StoreModel):
    """The car left the workshop waiting for parts: what is done is settled now, `lines` wait on the appointment.

    `lines` are ids (text) of order lines that stay open.
    """

    visit = RowKey(Visit)
    appointment = RowKey("reception.Appointment")
    lines = models.JSONField(default=list)
    note = models.CharField(_("which part"), max_length=200, blank=True)
    at = models.DateTimeField()
    by = RowKey("dealership.Staff")

    class Meta:
        verbose_name = _("leave waiting for parts")
        verbose_name_plural = _("leaves waiting for parts")
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["store", "visit", "at"], name="parts_leave_visit")]
