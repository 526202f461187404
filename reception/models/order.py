"""The repair order (任务委托书) of a visit and its lines."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from dealership.models import RowKey, StoreModel, Visit
from reception.answers import reason_words
from reception.models.pricelist import name_in


class RepairOrder(StoreModel):
    """What is to be done, for how much, until when. One a visit; written by `reception.actions.orders`."""

    class Kind(models.TextChoices):
        REPAIR = "repair", _("Repair")
        DIAGNOSIS = "diagnosis", _("Diagnosis first")

    class PayMethod(models.TextChoices):
        WECHAT = "wechat", _("WeChat")
        ALIPAY = "alipay", _("Alipay")
        CARD = "card", _("Card")
        CASH = "cash", _("Cash")
        TRANSFER = "transfer", _("Transfer")
        ACCOUNT = "account", _("On account")

    class OldParts(models.TextChoices):
        TAKE = "take", _("Old parts taken along")
        LEAVE = "leave", _("Old parts left here")
        CLAIM = "claim", _("Old parts kept for the claim")

    class Waiting(models.TextChoices):
        LOUNGE = "lounge", _("Waits in the lounge")
        LEAVE = "leave", _("Leaves and comes back")
        LOANER = "loaner", _("Takes a loaner")
        HOME = "home", _("Car is brought home")

    class Contact(models.TextChoices):
        PHONE = "phone", _("Phone call")
        SMS = "sms", _("Text message")
        WECHAT = "wechat", _("WeChat")
        EMAIL = "email", _("E-mail")

    visit = RowKey(Visit)
    number = models.CharField(_("number"), max_length=12)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.REPAIR)
    created_at = models.DateTimeField(_("begun"))
    by = RowKey("dealership.Staff", null=True)

    expected_start = models.DateTimeField(_("expected start"), null=True, blank=True)
    work_minutes = models.PositiveIntegerField(_("work, minutes"), null=True, blank=True)
    wash_minutes = models.PositiveSmallIntegerField(_("wash, minutes"), default=0)
    calculated_ready = models.DateTimeField(_("calculated ready time"), null=True, blank=True)
    ready_at = models.DateTimeField(_("ready time told"), null=True, blank=True)
    pay_method = models.CharField(_("way of paying"), max_length=10, choices=PayMethod.choices, blank=True)

    old_parts = models.CharField(_("old parts"), max_length=6, choices=OldParts.choices, default=OldParts.LEAVE)
    wash = models.BooleanField(_("wash"), default=True)
    # Nobody drives a customer's car on the road without having been allowed to.
    road_test = models.BooleanField(_("road test allowed"), default=False)
    contact_channel = models.CharField(_("contact by"), max_length=8, choices=Contact.choices, default=Contact.PHONE)
    waiting = models.CharField(_("while the car is here"), max_length=8, choices=Waiting.choices, blank=True)
    next_update_at = models.DateTimeField(_("next update"), null=True, blank=True)

    diagnosis_limit = models.DecimalField(_("at most"), max_digits=10, decimal_places=2, null=True, blank=True)
    call_back_at = models.DateTimeField(_("call back by"), null=True, blank=True)

    invoice_wanted = models.BooleanField(_("invoice wanted"), default=False)
    invoice_title = models.CharField(_("invoice to"), max_length=120, blank=True)
    tax_no = models.CharField(_("tax number"), max_length=30, blank=True)
    invoice_email = models.EmailField(_("invoice by e-mail to"), blank=True)

    class Meta:
        verbose_name = _("repair order")
        verbose_name_plural = _("repair orders")
        constraints = [
            models.UniqueConstraint(fields=["store", "visit"], name="order_of_visit"),
            models.UniqueConstraint(fields=["store", "number"], name="order_number"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def diagnosis(self) -> bool:
        """True while only a diagnosis is agreed (先检测后报价)."""
        return self.kind == self.Kind.DIAGNOSIS

    @property
    def has_terms(self) -> bool:
        """True once start, duration, ready time and way of paying are written down."""
        return bool(self.expected_start and self.ready_at and self.pay_method and self.work_minutes is not None)


class OrderLine(StoreModel):
    """One piece of work or one part, with its amounts as told to the customer.

    `names` is the name by language as it stood in the price list; `labour` and `parts` are the amounts of the whole
    line, `list_amount` what the price list said, `quote` what was told at booking (None: not part of the booking).
    """

    class Kind(models.TextChoices):
        PACKAGE = "package", _("Package")
        LABOUR = "labour", _("Labour")
        PART = "part", _("Part")

    class Payer(models.TextChoices):
        CUSTOMER = "customer", _("Customer")
        WARRANTY = "warranty", _("Maker's warranty")
        CAMPAIGN = "campaign", _("Maker's campaign or first service")
        INSURER = "insurer", _("Insurer, direct")
        EXTENDED = "extended", _("Extended warranty")
        ACCOUNT = "account", _("Company account")
        GOODWILL = "goodwill", _("Borne by the store")

    class Answer(models.TextChoices):
        OPEN = "open", _("Not answered yet")
        AGREED = "agreed", _("Agreed")
        DECLINED = "declined", _("Not this time")
        ADVISED_AGAINST = "advised_against", _("Advised against")

    class Why(models.TextChoices):
        BOOKED = "booked", _("As booked")
        WORDS = "words", _("The customer's words")
        DUE = "due", _("Due by mileage")
        FOUND = "found", _("Found at the walkaround")
        EXTRA = "extra", _("Found in the workshop")
        CAMPAIGN = "campaign", _("Maker's campaign")
        ADVICE = "advice", _("Advised last time")

    class Source(models.TextChoices):
        OWN = "own", _("Own")
        IMPORTED = "imported", _("Imported")

    CHARGED = (Answer.OPEN, Answer.AGREED)

    order = RowKey(RepairOrder, related_name="lines")
    position = models.PositiveSmallIntegerField(_("position"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    code = models.CharField(_("code"), max_length=20)
    names = models.JSONField(_("names"), default=dict)
    why = models.CharField(_("why"), max_length=10, choices=Why.choices, default=Why.WORDS)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    must = models.BooleanField(_("must be done"), default=True)

    quantity = models.PositiveSmallIntegerField(_("quantity"), default=1)
    hours = models.DecimalField(_("hours"), max_digits=6, decimal_places=2, default=Decimal(0))
    minutes = models.PositiveIntegerField(_("minutes of work"), default=0)
    hv = models.BooleanField(_("high voltage"), default=False)
    labour = models.DecimalField(_("labour"), max_digits=10, decimal_places=2, default=Decimal(0))
    parts = models.DecimalField(_("parts"), max_digits=10, decimal_places=2, default=Decimal(0))
    list_amount = models.DecimalField(_("list price"), max_digits=10, decimal_places=2, default=Decimal(0))
    quote = models.DecimalField(_("quoted at booking"), max_digits=10, decimal_places=2, null=True, blank=True)
    payer = models.CharField(_("payer"), max_length=10, choices=Payer.choices, default=Payer.CUSTOMER)

    answer = models.CharField(_("answer"), max_length=16, choices=Answer.choices, default=Answer.OPEN)
    answer_reason = models.CharField(_("why not"), max_length=30, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=8, choices=Source.choices, default=Source.OWN)
    added_at = models.DateTimeField(_("added"))
    by = RowKey("dealership.Staff", null=True)

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(labour__gte=0) & models.Q(parts__gte=0), name="order_line_positive"
            ),
        ]
        indexes = [models.Index(fields=["store", "order", "position"], name="order_line_order")]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The name of the work in the reader's language."""
        return name_in(self.names)

    @property
    def amount(self) -> Decimal:
        """Labour and parts of the line, tax included."""
        return self.labour + self.parts

    @property
    def said(self) -> str:
        """Why the customer says no, or we advise against it, in words."""
        return reason_words(self.answer_reason)

    @property
    def charged(self) -> bool:
        """True where the line is part of the sums: agreed, or not answered yet."""
        return self.answer in self.CHARGED

    @property
    def agreed(self) -> bool:
        """True where the customer said yes."""
        return self.answer == self.Answer.AGREED

    @property
    def of_customer(self) -> bool:
        """True where the customer pays the line."""
        return self.payer == self.Payer.CUSTOMER
