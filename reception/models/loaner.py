"""Loaner cars (代步车), when they are out, and on what terms."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from dealership.models import RowKey, StoreModel


class LoanerCar(StoreModel):
    """A car that the store lends."""

    plate = models.CharField(_("plate"), max_length=12)
    model = models.CharField(_("model"), max_length=60)
    mileage = models.PositiveIntegerField(_("mileage, km"), default=0)
    deposit = models.DecimalField(_("deposit, yuan"), max_digits=8, decimal_places=2, default=0)
    note = models.CharField(_("note"), max_length=200, blank=True)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("loaner car")
        verbose_name_plural = _("loaner cars")
        ordering = ["plate"]
        constraints = [models.UniqueConstraint(fields=["store", "plate"], name="loaner_plate")]

    def __str__(self) -> str:
        return self.plate


class Loan(StoreModel):
    """A loaner set aside, out or back. The database refuses two loans of a car at the same time.

    Fuel is counted in eighths of a tank, charge in per cent (`energy`: {"fuel": 6} or {"charge": 80}).
    """

    class State(models.TextChoices):
        BOOKED = "booked", _("Set aside")
        OUT = "out", _("Out")
        BACK = "back", _("Back")
        CANCELLED = "cancelled", _("Called off")

    car = RowKey(LoanerCar)
    customer = RowKey("dealership.Customer")
    visit = RowKey("dealership.Visit", null=True, blank=True)
    appointment = RowKey("reception.Appointment", null=True, blank=True)
    period = DateTimeRangeField(_("from, until"))
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.BOOKED)
    made_at = models.DateTimeField(_("made"))
    made_by = RowKey("dealership.Staff", null=True)

    driver = models.CharField(_("driver"), max_length=80, blank=True)
    licence_no = models.CharField(_("licence number, last four"), max_length=4, blank=True)
    # Deleted 30 days after the car is back.
    licence_photo = models.FileField(max_length=200, blank=True)
    licence_deleted_at = models.DateTimeField(null=True, blank=True)
    deposit = models.DecimalField(_("deposit, yuan"), max_digits=8, decimal_places=2, default=0)
    deposit_note = models.CharField(_("how the deposit was left"), max_length=120, blank=True)
    deposit_back_at = models.DateTimeField(_("deposit given back"), null=True, blank=True)

    out_at = models.DateTimeField(_("handed out"), null=True, blank=True)
    out_by = RowKey("dealership.Staff", null=True, blank=True)
    out_mileage = models.PositiveIntegerField(_("mileage out, km"), null=True, blank=True)
    out_energy = models.JSONField(default=dict, blank=True)
    out_damage = models.CharField(_("damage out"), max_length=300, blank=True)
    out_signature = models.FileField(max_length=200, blank=True)

    back_at = models.DateTimeField(_("came back"), null=True, blank=True)
    back_by = RowKey("dealership.Staff", null=True, blank=True)
    back_mileage = models.PositiveIntegerField(_("mileage back, km"), null=True, blank=True)
    back_energy = models.JSONField(default=dict, blank=True)
    back_damage = models.CharField(_("damage back"), max_length=300, blank=True)
    back_signature = models.FileField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("loan")
        verbose_name_plural = _("loans")
        ordering = ["period", "id"]
        constraints = [
            ExclusionConstraint(
                name="loan_never_overlaps",
                expressions=[
                    ("store", RangeOperators.EQUAL), ("car", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS),
                ],
                condition=~models.Q(state="cancelled"),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["store", "visit"], name="loan_visit"),
            models.Index(fields=["store", "back_at"], name="loan_back"),
        ]
