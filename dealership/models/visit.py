"""A visit of a car, from the gate to the farewell."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from dealership.models.base import RowKey, StoreModel
from dealership.stages import ENDED, Stage


class Arrival(models.TextChoices):
    """How the car came."""

    BOOKED = "booked", _("Booked")
    WALK_IN = "walk_in", _("Walk-in")
    PICKED_UP = "picked_up", _("Picked up")
    TOWED = "towed", _("Towed in")
    FLEET = "fleet", _("Fleet")


class Work(models.TextChoices):
    """Kinds of work; a visit has one or several, the first is the main one."""

    SERVICE = "service", _("Service")
    FIRST_SERVICE = "first_service", _("First service")
    EXPRESS = "express", _("Express service")
    REPAIR = "repair", _("General repair")
    CLAIM = "claim", _("Warranty claim")
    RECALL = "recall", _("Recall")
    ACCIDENT = "accident", _("Accident")
    COMEBACK = "comeback", _("Comeback")
    INTERNAL = "internal", _("Internal")


class Lane(models.TextChoices):
    """The lane at the gate, computed from arrival and work."""

    BOOKED = "booked", _("Booked lane")
    GENERAL = "general", _("General lane")
    EXPRESS = "express", _("Express lane")
    CLAIM = "claim", _("Claims lane")
    ACCIDENT = "accident", _("Accident lane")
    COMEBACK = "comeback", _("Comeback lane")
    VIP = "vip", _("VIP lane")


class Visit(StoreModel):
    """One stay of a car. `stage` is written only by `dealership.actions.stages`."""

    vehicle = RowKey("dealership.Vehicle")
    customer = RowKey("dealership.Customer", null=True, blank=True)
    payer = RowKey("dealership.Customer", null=True, blank=True)
    standard = RowKey("dealership.Standard")

    arrival = models.CharField(_("arrival"), max_length=10, choices=Arrival.choices, default=Arrival.WALK_IN)
    works = ArrayField(models.CharField(max_length=14, choices=Work.choices), default=list, verbose_name=_("work"))
    lane = models.CharField(_("lane"), max_length=10, choices=Lane.choices, default=Lane.GENERAL)
    words = models.CharField(_("the customer's words"), max_length=500, blank=True)

    stage = models.CharField(_("stage"), max_length=12, choices=Stage.choices, default=Stage.RECEPTION)
    stage_since = models.DateTimeField(_("in this stage since"))
    arrived_at = models.DateTimeField(_("arrived"))
    greeted_at = models.DateTimeField(_("greeted"), null=True, blank=True)
    left_at = models.DateTimeField(_("left"), null=True, blank=True)

    advisor = RowKey("dealership.Staff", null=True, blank=True)
    offered_to = RowKey("dealership.Staff", null=True, blank=True)
    key_tag = models.CharField(_("key tag"), max_length=8, blank=True)
    place = RowKey("dealership.Bay", null=True, blank=True)
    ready_due = models.DateTimeField(_("promised ready time"), null=True, blank=True)

    mileage = models.PositiveIntegerField(_("mileage, km"), null=True, blank=True)
    dms_no = models.CharField(_("DMS number"), max_length=40, blank=True)
    joined_to = RowKey("self", null=True, blank=True)

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        constraints = [
            models.UniqueConstraint(
                fields=["store", "vehicle"],
                condition=models.Q(joined_to=None) & ~models.Q(stage__in=ENDED),
                name="visit_open_per_car",
            ),
            models.UniqueConstraint(
                fields=["store", "key_tag"],
                condition=~models.Q(key_tag="") & ~models.Q(stage__in=ENDED),
                name="visit_key_tag",
            ),
        ]
        indexes = [
            models.Index(
                fields=["store", "stage"],
                condition=models.Q(joined_to=None) & ~models.Q(stage__in=ENDED),
                name="visit_open",
            ),
            models.Index(fields=["store", "arrived_at"], name="visit_arrived"),
            models.Index(fields=["store", "left_at"], name="visit_left"),
            models.Index(fields=["store", "vehicle", "arrived_at"], name="visit_of_car"),
            models.Index(fields=["store", "customer", "arrived_at"], name="visit_of_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.vehicle_id} {self.stage}"

    @property
    def work(self) -> str:
        """The main kind of work."""
        return self.works[0] if self.works else Work.SERVICE

    @property
    def ended(self) -> bool:
        """True when the car has left."""
        return self.stage in ENDED

    @property
    def express(self) -> bool:
        """True in the express lane."""
        return self.lane == Lane.EXPRESS


class StageChange(StoreModel):
    """A move of a visit from one stage to another (`source` is empty for the arrival)."""

    visit = RowKey(Visit)
    source = models.CharField(max_length=12, choices=Stage.choices, blank=True)
    target = models.CharField(max_length=12, choices=Stage.choices)
    at = models.DateTimeField()
    by = RowKey("dealership.Staff", null=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["store", "visit", "at"], name="stage_change_visit")]


class Situation(StoreModel):
    """A fact that changes which touchpoints apply, written by the app that knows it."""

    class Kind(models.TextChoices):
        CLAIM_LINE = "claim_line", _("A line is paid by the maker's warranty")
        DIAGNOSIS_ONLY = "diagnosis_only", _("Diagnosis only")
        NOTHING_TO_PAY = "nothing_to_pay", _("Nothing to pay at the till")
        HOME_DELIVERY = "home_delivery", _("Home delivery")
        AGENT_OR_PHONE = "agent_or_phone", _("Collected by an agent, or explained by phone")
        OUT_OF_HOURS = "out_of_hours", _("Dropped off out of hours")

    visit = RowKey(Visit)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store", "visit", "kind"], condition=models.Q(until=None), name="situation_once"
            )
        ]


class Promise(StoreModel):
    """Something the customer was told. Settled only by `dealership.actions.promises`."""

    class Kind(models.TextChoices):
        PRICE = "price", _("Price")
        START = "start", _("Start of work")
        READY = "ready", _("Ready time")
        CALL_BACK = "call_back", _("Call back")
        UPDATE = "update", _("Next update")
        WASH = "wash", _("Wash")
        OLD_PARTS = "old_parts", _("Old parts back")
        HOME_DELIVERY = "home_delivery", _("Home delivery")

    class State(models.TextChoices):
        OPEN = "open", _("Still to be kept")
        KEPT = "kept", _("Kept")
        LATE = "late", _("Kept late")
        BROKEN = "broken", _("Broken")
        RELEASED = "released", _("Released by the customer")

    visit = RowKey(Visit)
    kind = models.CharField(_("kind"), max_length=14, choices=Kind.choices)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN)
    given_by = RowKey("dealership.Staff", null=True)
    given_at = models.DateTimeField(_("given"))

    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    calculated_at = models.DateTimeField(_("calculated time"), null=True, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=10, decimal_places=2, null=True, blank=True)
    moved = models.BooleanField(_("moved later before it was due"), default=False)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)

    class Meta:
        verbose_name = _("promise")
        verbose_name_plural = _("promises")
        constraints = [
            models.UniqueConstraint(
                fields=["store", "visit", "kind"], condition=models.Q(state="open"), name="promise_open_once"
            )
        ]
        indexes = [
            models.Index(fields=["store", "due_at"], condition=models.Q(state="open"), name="promise_due"),
            models.Index(fields=["store", "visit"], name="promise_visit"),
            models.Index(fields=["store", "settled_at"], name="promise_settled"),
        ]


class PromiseChange(StoreModel):
    """A promise moved with the customer's consent."""

    promise = RowKey(Promise)
    visit = RowKey(Visit)
    at = models.DateTimeField()
    by = RowKey("dealership.Staff", null=True)
    due_before = models.DateTimeField(null=True)
    due_after = models.DateTimeField(null=True)
    amount_before = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    amount_after = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    consent = models.CharField(max_length=20)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["store", "visit", "at"], name="promise_change_visit")]


class Event(StoreModel):
    """One line of a visit's timeline. `kind` is a dotted word of the app that wrote it; `data` its facts."""

    visit = RowKey(Visit)
    kind = models.CharField(max_length=40)
    at = models.DateTimeField()
    by = RowKey("dealership.Staff", null=True)
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["store", "visit", "at"], name="event_visit")]


class Attention(StoreModel):
    """A mark on the board and in 我的下一步; closed by setting `until`."""

    visit = RowKey(Visit)
    kind = models.CharField(max_length=40)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    url = models.CharField(max_length=200, blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store", "visit", "kind"], condition=models.Q(until=None), name="attention_once"
            )
        ]


class Attachment(StoreModel):
    """A photo, signature or paper of a visit, named and re-encoded by us."""

    class Kind(models.TextChoices):
        PHOTO = "photo", _("Photo")
        SIGNATURE = "signature", _("Signature")
        DOCUMENT = "document", _("Document")

    visit = RowKey(Visit)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    label = models.CharField(max_length=60, blank=True)
    # Where on the car or sheet a photo belongs: "front_left", "dashboard", "mark:<id>", a step's slug.
    place = models.CharField(max_length=48, blank=True)
    file = models.FileField(max_length=200)
    sha256 = models.CharField(max_length=64)
    content_type = models.CharField(max_length=40)
    at = models.DateTimeField()
    by = RowKey("dealership.Staff", null=True)
    # From then on the customer sees it on the own page.
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = RowKey("dealership.Staff", null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["store", "visit", "at"], name="attachment_visit")]
