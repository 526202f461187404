"""What the customer is asked to answer on the own phone: an estimate or extra work, as it was sent."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from dealership.models import RowKey, StoreModel, Visit
from reception.models.consent import Consent
from reception.models.order import OrderLine, RepairOrder


class Offer(StoreModel):
    """Priced lines sent to the customer; one open offer a visit. Written only by `reception.actions.offers`.

    `ready_at` is the new ready time that comes with it; `reason` why it is offered, in the customer's words. It ends
    by the customer's answer (`answered_at`), or is withdrawn by the advisor, who may then send another.
    """

    visit = RowKey(Visit)
    order = RowKey(RepairOrder)
    sent_at = models.DateTimeField(_("sent"))
    by = RowKey("dealership.Staff", null=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    ready_at = models.DateTimeField(_("new ready time"), null=True, blank=True)

    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    consent = RowKey(Consent, null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        ordering = ["sent_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["store", "visit"],
                condition=models.Q(answered_at=None, withdrawn_at=None),
                name="offer_open_once",
            )
        ]
        indexes = [models.Index(fields=["store", "visit", "sent_at"], name="offer_visit")]


class OfferLine(StoreModel):
    """A line of an offer at the amount that the customer sees: another amount needs another offer."""

    class Answer(models.TextChoices):
        OPEN = "", _("Not answered yet")
        AGREED = "agreed", _("Agreed")
        DECLINED = "declined", _("Not this time")

    offer = RowKey(Offer, related_name="lines")
    line = RowKey(OrderLine)
    amount = models.DecimalField(_("amount"), max_digits=10, decimal_places=2)
    advised_against = models.BooleanField(_("advised against"), default=False)
    answer = models.CharField(_("answer"), max_length=8, choices=Answer.choices, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "offer", "line"], name="offer_line_once")]
        indexes = [models.Index(fields=["store", "line"], name="offer_line_line")]
