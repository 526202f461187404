"""The digest of scores that managers are sent."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from dealership.models import RowKey, StoreModel


class DigestRule(StoreModel):
    """Whether and when a digest goes out; `next_at` is the moment of the next one (None while it is off)."""

    class Kind(models.TextChoices):
        DAY = "day", _("Every day")
        WEEK = "week", _("Every week")

    kind = models.CharField(_("kind"), max_length=4, choices=Kind.choices)
    on = models.BooleanField(_("on"), default=True)
    at = models.TimeField(_("at"))
    next_at = models.DateTimeField(null=True, blank=True)
    by = RowKey("dealership.Staff", null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "kind"], name="digest_rule_once")]
        indexes = [
            models.Index(fields=["store", "next_at"], condition=models.Q(next_at__isnull=False), name="digest_next")
        ]
