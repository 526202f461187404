"""What a visit comes to: quoted against settled, who pays, what is deducted, and that the customer said yes."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from dealership.models import RowKey, StoreModel
from delivery.models.payment import Method
from reception.models import OrderLine


class Settlement(StoreModel):
    """The settlement sheet of a visit. `state` is written only by `delivery.actions.settlement`.

    `customer_sum` is what the customer pays at the till: own lines less deductions and discount. `account_sum` is
    what lines on account (企业挂账) come to; a manager approves it before the car may leave.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        FINAL = "final", _("Final")
        REOPENED = "reopened", _("Re-opened")

    class Invoice(models.TextChoices):
        NONE = "none", _("No invoice")
        PERSONAL = "personal", _("Personal invoice")
        COMPANY = "company", _("Company invoice")

    visit = RowKey("dealership.Visit")
    number = models.CharField(_("number"), max_length=20)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.DRAFT)
    drawn_at = models.DateTimeField(_("drawn up"))
    drawn_by = RowKey("dealership.Staff", null=True)

    customer_sum = models.DecimalField(_("the customer pays"), max_digits=10, decimal_places=2, default=Decimal(0))
    account_sum = models.DecimalField(_("on account"), max_digits=10, decimal_places=2, default=Decimal(0))
    confirmed_at = models.DateTimeField(_("confirmed by the customer"), null=True, blank=True)

    warranty_at = models.DateTimeField(_("warranty gone through"), null=True, blank=True)
    reviewed_at = models.DateTimeField(_("reviewed"), null=True, blank=True)
    reviewed_by = RowKey("dealership.Staff", null=True)
    final_at = models.DateTimeField(_("sent to the cashier"), null=True, blank=True)
    final_by = RowKey("dealership.Staff", null=True)

    invoice = models.CharField(_("invoice"), max_length=8, choices=Invoice.choices, default=Invoice.NONE)
    invoice_title = models.CharField(_("invoice title"), max_length=120, blank=True)
    tax_no = models.CharField(_("tax number"), max_length=20, blank=True)
    method = models.CharField(_("way of paying"), max_length=12, choices=Method.choices, blank=True)

    class Meta:
        verbose_name = _("settlement")
        verbose_name_plural = _("settlements")
        constraints = [
            models.UniqueConstraint(fields=["store", "visit"], name="settlement_once"),
            models.UniqueConstraint(fields=["store", "number"], name="settlement_number"),
            models.CheckConstraint(condition=models.Q(customer_sum__gte=0), name="settlement_not_negative"),
        ]
        indexes = [
            models.Index(fields=["store", "final_at"], condition=models.Q(state="final"), name="settlement_final"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def final(self) -> bool:
        """True while the cashier may take money for it."""
        return self.state == self.State.FINAL


class SettlementLine(StoreModel):
    """A line of the sheet: what was agreed (`quoted`) beside what is charged (`settled` = labour + parts)."""

    settlement = RowKey(Settlement)
    line = RowKey(OrderLine)
    position = models.PositiveSmallIntegerField(default=0)
    payer = models.CharField(_("payer"), max_length=10, choices=OrderLine.Payer.choices)
    # The payer that the customer saw when consenting: a line may not fall to the customer without new consent.
    consented_payer = models.CharField(max_length=10, choices=OrderLine.Payer.choices)
    note = models.CharField(_("note"), max_length=120, blank=True)

    quoted = models.DecimalField(_("quoted"), max_digits=10, decimal_places=2)
    labour = models.DecimalField(_("labour"), max_digits=10, decimal_places=2)
    parts = models.DecimalField(_("parts"), max_digits=10, decimal_places=2)
    settled = models.DecimalField(_("settled"), max_digits=10, decimal_places=2)

    warranty_months = models.PositiveSmallIntegerField(_("warranty, months"), default=0)
    warranty_km = models.PositiveIntegerField(_("warranty, km"), default=0)

    class Meta:
        verbose_name = _("settlement line")
        verbose_name_plural = _("settlement lines")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["store", "settlement", "line"], name="settlement_line_once"),
            models.CheckConstraint(
                condition=models.Q(settled=models.F("labour") + models.F("parts"), labour__gte=0, parts__gte=0),
                name="settlement_line_adds_up",
            ),
            # Gate 6: no amount above consent.
            models.CheckConstraint(condition=models.Q(settled__lte=models.F("quoted")), name="settlement_line_consent"),
        ]

    @property
    def title(self) -> str:
        """The name of the work in the reader's language."""
        return self.line.title

    @property
    def of_customer(self) -> bool:
        """True where the customer pays the line at the till."""
        return self.payer == OrderLine.Payer.CUSTOMER

    @property
    def less(self) -> Decimal:
        """How much less is charged than was agreed."""
        return self.quoted - self.settled


class Deduction(StoreModel):
    """Something that pays part of the customer's sum without being money at the till."""

    class Kind(models.TextChoices):
        COUPON = "coupon", _("Coupon")
        MEMBER = "member", _("Member's discount")
        PACKAGE = "package", _("Package used")
        STORED_VALUE = "stored_value", _("Stored value")
        POINTS = "points", _("Points")
        DEPOSIT = "deposit", _("Deposit")

    settlement = RowKey(Settlement)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    amount = models.DecimalField(_("amount"), max_digits=10, decimal_places=2)
    reference = models.CharField(_("reference"), max_length=40, blank=True)
    at = models.DateTimeField()
    by = RowKey("dealership.Staff", null=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.CheckConstraint(condition=models.Q(amount__gt=0), name="deduction_above_zero")]
        indexes = [models.Index(fields=["store", "settlement"], name="deduction_settlement")]


class Discount(StoreModel):
    """A discount within the limit of the role that gave it: per cent of labour, or an amount off the order."""

    class Kind(models.TextChoices):
        LABOUR = "labour", _("Per cent off labour")
        ORDER = "order", _("Amount off the order")

    settlement = RowKey(Settlement)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices)
    percent = models.DecimalField(_("per cent"), max_digits=5, decimal_places=2, default=Decimal(0))
    amount = models.DecimalField(_("amount"), max_digits=10, decimal_places=2)
    reason = models.CharField(_("reason"), max_length=120, blank=True)
    at = models.DateTimeField()
    by = RowKey("dealership.Staff", null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "settlement", "kind"], name="discount_once")]


class CustomerConfirmation(StoreModel):
    """The customer's one tap on the turned-round screen; the record behind 解释确认 of 4.1."""

    settlement = RowKey(Settlement)
    visit = RowKey("dealership.Visit")
    lines_sum = models.DecimalField(max_digits=10, decimal_places=2)
    customer_sum = models.DecimalField(max_digits=10, decimal_places=2)
    at = models.DateTimeField()
    by = RowKey("dealership.Staff", null=True)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["store", "settlement", "at"], name="confirmation_settlement")]
