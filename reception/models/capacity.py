"""How many cars a store takes in each half hour, and the code that confirms a phone."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from dealership.models import Bay, RowKey, StoreModel


class SlotCapacity(StoreModel):
    """So many cars in the half hour from `start` on a weekday (0 = Monday), edited by the store.

    A row with a `bay_kind` says what the bays of that kind take; a row with an `advisor` what that advisor receives.
    Whoever books locks the rows of the half hour (`actions.appointments`): the last place is given once.
    """

    weekday = models.PositiveSmallIntegerField(_("weekday"))
    start = models.TimeField(_("from"))
    bay_kind = models.CharField(_("bay"), max_length=12, choices=Bay.Kind.choices, blank=True)
    advisor = RowKey("dealership.Staff", null=True, blank=True)
    cars = models.PositiveSmallIntegerField(_("cars"))

    class Meta:
        verbose_name = _("places in a half hour")
        verbose_name_plural = _("places in a half hour")
        ordering = ["weekday", "start", "bay_kind", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["store", "weekday", "start", "bay_kind", "advisor"],
                nulls_distinct=False,
                name="slot_capacity_once",
            ),
            models.CheckConstraint(
                condition=models.Q(bay_kind="") ^ models.Q(advisor=None), name="slot_capacity_one_thing"
            ),
        ]


class PhoneCode(StoreModel):
    """A code sent to a phone that books without an account; kept as a hash, valid for minutes, tried a few times."""

    phone = models.CharField(max_length=20)
    code_hash = models.CharField(max_length=64)
    # What is to be booked once the code is right: the cleaned form, nothing else.
    booking = models.JSONField(default=dict)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    failures = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)
    appointment = RowKey("reception.Appointment", null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["store", "phone", "sent_at"], name="phone_code_phone")]
