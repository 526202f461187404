"""A customer who said when the car will come."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from dealership.models import Bay, RowKey, StoreModel, Work


class Appointment(StoreModel):
    """A booked arrival. Made by `actions.appointments.book`; `state` is written only by that module."""

    class State(models.TextChoices):
        BOOKED = "booked", _("Booked")
        ARRIVED = "arrived", _("Arrived")
        NO_SHOW = "no_show", _("Did not come")
        CANCELLED = "cancelled", _("Called off")

    class Via(models.TextChoices):
        PHONE = "phone", _("By phone")
        DESK = "desk", _("At the desk")
        WEB = "web", _("By the customer online")
        IMPORT = "import", _("Imported")

    class Transport(models.TextChoices):
        NONE = "", _("Comes and waits or leaves")
        LOANER = "loaner", _("Wants a loaner")
        PICKUP = "pickup", _("Wants the car picked up")

    customer = RowKey("dealership.Customer")
    vehicle = RowKey("dealership.Vehicle")
    at = models.DateTimeField(_("agreed time"))
    work = models.CharField(_("work"), max_length=14, choices=Work.choices, default=Work.SERVICE)
    # In the customer's own words: what is wrong, and what else is wanted.
    concern = models.CharField(_("concern"), max_length=300, blank=True)
    wish = models.CharField(_("wish"), max_length=300, blank=True)
    transport = models.CharField(_("way on"), max_length=6, choices=Transport.choices, blank=True)
    bay_kind = models.CharField(_("bay"), max_length=12, choices=Bay.Kind.choices, default=Bay.Kind.GENERAL)

    quote_amount = models.DecimalField(_("quote given, yuan"), max_digits=10, decimal_places=2, null=True, blank=True)
    quote_note = models.CharField(_("what the quote covers"), max_length=200, blank=True)

    advisor = RowKey("dealership.Staff", null=True, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.BOOKED)
    visit = RowKey("dealership.Visit", null=True, blank=True)
    made_by = RowKey("dealership.Staff", null=True)
    made_at = models.DateTimeField(_("made"))
    via = models.CharField(_("made"), max_length=6, choices=Via.choices, default=Via.PHONE)
    # The other system's own number, so that a file read twice books once.
    reference = models.CharField(_("reference"), max_length=40, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    confirmed_by = RowKey("dealership.Staff", null=True, blank=True)
    # The day before: the car's history read, the parts laid aside.
    history_read_at = models.DateTimeField(_("history read"), null=True, blank=True)
    parts_reserved_at = models.DateTimeField(_("parts laid aside"), null=True, blank=True)
    prepared_by = RowKey("dealership.Staff", null=True, blank=True)
    preparation = models.CharField(_("note of the preparation"), max_length=300, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    close_reason = models.CharField(_("why"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quote_amount=None) | models.Q(quote_amount__gte=0),
                name="appointment_quote_not_below_0",
            ),
            models.UniqueConstraint(
                fields=["store", "reference"], condition=~models.Q(reference=""), name="appointment_imported_once"
            ),
        ]
        indexes = [
            models.Index(fields=["store", "at"], name="appointment_at"),
            models.Index(fields=["store", "vehicle", "at"], name="appointment_of_car"),
            models.Index(fields=["store", "visit"], name="appointment_of_visit"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.vehicle_id}"
