"""What somebody must allow who may do more: a discount, goodwill, work on account."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from dealership.models import RowKey, StoreModel, Visit
from reception.models.order import OrderLine, RepairOrder


class Approval(StoreModel):
    """A question to the manager within the flow, and the answer. One open question of a kind and line."""

    class Kind(models.TextChoices):
        DISCOUNT = "discount", _("Discount")
        GOODWILL = "goodwill", _("Borne by the store")
        ACCOUNT = "account", _("On account")

    class Answer(models.TextChoices):
        OPEN = "", _("Not answered yet")
        YES = "yes", _("Allowed")
        NO = "no", _("Not allowed")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    visit = RowKey(Visit)
    order = RowKey(RepairOrder)
    line = RowKey(OrderLine, null=True, blank=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    # What the line costs the customer (or the store bears) once it is allowed, and what it costs now.
    amount = models.DecimalField(_("amount"), max_digits=10, decimal_places=2)
    before = models.DecimalField(_("before"), max_digits=10, decimal_places=2)
    reason = models.CharField(_("reason"), max_length=200)
    asked_at = models.DateTimeField(_("asked"))
    asked_by = RowKey("dealership.Staff")

    answer = models.CharField(_("answer"), max_length=9, choices=Answer.choices, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = RowKey("dealership.Staff", null=True, blank=True)
    words = models.CharField(_("words"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["store", "order", "kind", "line"],
                condition=models.Q(answer=""),
                nulls_distinct=False,
                name="approval_open_once",
            )
        ]
        indexes = [
            models.Index(fields=["store", "asked_at"], condition=models.Q(answer=""), name="approval_open"),
            models.Index(fields=["store", "visit", "asked_at"], name="approval_visit"),
        ]
