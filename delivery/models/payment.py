"""Money at the counter, money on account, and money given back: rows, never changed amounts."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from dealership.models import RowKey, StoreModel


class Method(models.TextChoices):
    """How money is handed over."""

    WECHAT = "wechat", _("WeChat Pay")
    ALIPAY = "alipay", _("Alipay")
    CARD = "card", _("Card")
    CASH = "cash", _("Cash")
    TRANSFER = "transfer", _("Bank transfer")
    STORED_VALUE = "stored_value", _("Stored value")


class Payment(StoreModel):
    """Money taken for a settlement; its id is the operation's, so a second press finds the first."""

    visit = RowKey("dealership.Visit")
    settlement = RowKey("delivery.Settlement")
    method = models.CharField(_("method"), max_length=12, choices=Method.choices)
    amount = models.DecimalField(_("amount"), max_digits=10, decimal_places=2)
    reference = models.CharField(_("reference"), max_length=60, blank=True)
    at = models.DateTimeField(_("taken"))
    by = RowKey("dealership.Staff")

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["at", "id"]
        constraints = [models.CheckConstraint(condition=models.Q(amount__gt=0), name="payment_above_zero")]
        indexes = [
            models.Index(fields=["store", "visit"], name="payment_visit"),
            models.Index(fields=["store", "at"], name="payment_at"),
        ]


class Reversal(StoreModel):
    """A payment given back (反结算): asked for, approved by the manager, done by the cashier."""

    visit = RowKey("dealership.Visit")
    payment = RowKey(Payment)
    amount = models.DecimalField(_("amount"), max_digits=10, decimal_places=2)
    reason = models.CharField(_("reason"), max_length=200)
    asked_at = models.DateTimeField()
    asked_by = RowKey("dealership.Staff")
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = RowKey("dealership.Staff", null=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = RowKey("dealership.Staff", null=True)

    class Meta:
        verbose_name = _("reversal")
        verbose_name_plural = _("reversals")
        ordering = ["asked_at", "id"]
        constraints = [models.UniqueConstraint(fields=["store", "payment"], name="reversal_once")]
        indexes = [models.Index(fields=["store", "visit"], name="reversal_visit")]


class OnAccount(StoreModel):
    """A sum that is owed instead of paid (挂账): asked for, then approved within the customer's credit limit."""

    visit = RowKey("dealership.Visit")
    settlement = RowKey("delivery.Settlement")
    customer = RowKey("dealership.Customer")
    amount = models.DecimalField(_("amount"), max_digits=10, decimal_places=2)
    asked_at = models.DateTimeField()
    asked_by = RowKey("dealership.Staff")
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = RowKey("dealership.Staff", null=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("sum on account")
        verbose_name_plural = _("sums on account")
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["store", "visit"], condition=models.Q(withdrawn_at=None), name="on_account_once"
            ),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="on_account_above_zero"),
        ]
        indexes = [models.Index(fields=["store", "customer", "approved_at"], name="on_account_customer")]
