"""A customer who said when the car will come."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from dealership.models import RowKey, StoreModel, Work


class Appointment(StoreModel):
    """A booked arrival. Made by `actions.appointments.book`; `state` is written only by that module."""

    class State(models.TextChoices):
        BOOKED = "booked", _("Booked")
        ARRIVED = "arrived", _("Arrived")
        NO_SHOW = "no_show", _("Did not come")
        CANCELLED = "cancelled", _("Called off")

    customer = RowKey("dealership.Customer")
    vehicle = RowKey("dealership.Vehicle")
    at = models.DateTimeField(_("agreed time"))
    work = models.CharField(_("work"), max_length=14, choices=Work.choices, default=Work.SERVICE)
    wish = models.CharField(_("wish"), max_length=300, blank=True)

    quote_amount = models.DecimalField(_("quote given, yuan"), max_digits=10, decimal_places=2, null=True, blank=True)
    quote_note = models.CharField(_("what the quote covers"), max_length=200, blank=True)

    advisor = RowKey("dealership.Staff", null=True, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.BOOKED)
    visit = RowKey("dealership.Visit", null=True, blank=True)
    made_by = RowKey("dealership.Staff", null=True)
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quote_amount=None) | models.Q(quote_amount__gte=0),
                name="appointment_quote_not_below_0",
            )
        ]
        indexes = [
            models.Index(fields=["store", "at"], name="appointment_at"),
            models.Index(fields=["store", "vehicle", "at"], name="appointment_of_car"),
            models.Index(fields=["store", "visit"], name="appointment_of_visit"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.vehicle_id}"
