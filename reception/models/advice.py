"""What stays open on a car after a visit: found, declined, advised against. Later apps write into it too."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from dealership.models import RowKey, StoreModel, Visit
from reception.models.order import OrderLine
from reception.models.pricelist import name_in


class OpenAdvice(StoreModel):
    """One advice about a car, shown at the next visit until it is closed. `texts` is the text by language."""

    class Kind(models.TextChoices):
        FOUND = "found", _("Found")
        DECLINED = "declined", _("Not this time")
        ADVISED_AGAINST = "advised_against", _("Advised against")

    class Colour(models.TextChoices):
        RED = "red", _("Urgent")
        YELLOW = "yellow", _("To watch")
        GREEN = "green", _("Fine")

    vehicle = RowKey("dealership.Vehicle")
    customer = RowKey("dealership.Customer", null=True, blank=True)
    visit = RowKey(Visit)
    line = RowKey(OrderLine, null=True, blank=True)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    colour = models.CharField(_("colour"), max_length=6, choices=Colour.choices, default=Colour.YELLOW)
    texts = models.JSONField(_("text"), default=dict)
    reason = models.CharField(_("why not"), max_length=30, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=10, decimal_places=2, null=True, blank=True)

    created_at = models.DateTimeField(_("since"))
    by = RowKey("dealership.Staff", null=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        verbose_name = _("open advice")
        verbose_name_plural = _("open advice")
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["store", "line"],
                condition=models.Q(closed_at=None) & models.Q(line__isnull=False),
                name="advice_once_per_line",
            )
        ]
        indexes = [
            models.Index(fields=["store", "vehicle"], condition=models.Q(closed_at=None), name="advice_open"),
            models.Index(fields=["store", "visit"], name="advice_visit"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """The advice in the reader's language."""
        return name_in(self.texts)
