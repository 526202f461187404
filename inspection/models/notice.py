"""The customer was told that the car is ready."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from dealership.models import RowKey, StoreModel, Visit


class ReadyNotice(StoreModel):
    """The customer was told, by a message or by a person; its moment keeps the promise or not."""

    class Way(models.TextChoices):
        MESSAGE = "message", _("By message")
        PHONE = "phone", _("By a call")
        COPIED = "copied", _("Text sent by hand")
        PERSON = "person", _("In person, in the store")

    visit = RowKey(Visit)
    way = models.CharField(_("way"), max_length=8, choices=Way.choices)
    message = RowKey("dealership.Message", null=True, blank=True)
    due_at = models.DateTimeField(_("promised time"), null=True, blank=True)
    at = models.DateTimeField()
    by = RowKey("dealership.Staff")

    class Meta:
        verbose_name = _("ready notice")
        verbose_name_plural = _("ready notices")
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["store", "visit", "at"], name="ready_notice_visit")]

    @property
    def in_time(self) -> bool:
        """True when the customer was told by the promised time."""
        return self.due_at is None or self.at <= self.due_at
