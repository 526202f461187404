"""Who works on a car and where."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from dealership.models import RowKey, StoreModel, Visit


class Dispatch(StoreModel):
    """One work assignment (派工). Another technician or bay is a new row; `until` is when it was replaced or done.

    Written by `reception.actions.dispatch`; the workshop's own app ends it with `end_dispatch`.
    """

    visit = RowKey(Visit)
    technician = RowKey("dealership.Staff")
    bay = RowKey("dealership.Bay")
    at = models.DateTimeField(_("sent"))
    by = RowKey("dealership.Staff", null=True)
    until = models.DateTimeField(_("until"), null=True, blank=True)
    minutes = models.PositiveIntegerField(_("minutes of work"), default=0)
    hv_needed = models.BooleanField(_("high voltage"), default=False)
    diagnosis = models.BooleanField(_("diagnosis only"), default=False)

    class Meta:
        verbose_name = _("dispatch")
        verbose_name_plural = _("dispatches")
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["store", "visit"], condition=models.Q(until=None), name="dispatch_one_at_a_time"
            )
        ]
        indexes = [
            models.Index(
                fields=["store", "technician"], condition=models.Q(until=None), name="dispatch_open_technician"
            ),
            models.Index(fields=["store", "visit", "at"], name="dispatch_visit"),
        ]
