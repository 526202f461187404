"""What cameras read at the gate, which lane a car gets, and how long a customer may wait."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from dealership.models import Arrival, Customer, Lane, RowKey, StoreModel, Work


class GateRead(StoreModel):
    """One read of a camera. A repeated read of the same car is counted on the first (`reads`), not written again.

    `candidates`: [{"plate", "confidence"}], the best first; confidence 0 to 1, None where the maker says nothing.
    """

    class Outcome(models.TextChoices):
        BOOKED = "booked", _("Booked")
        KNOWN = "known", _("Known car")
        BRAND = "brand", _("Car of our brand")
        UNKNOWN = "unknown", _("Unknown car")
        UNSURE = "unsure", _("Not read surely")
        INSIDE = "inside", _("Is here already")
        MAY_LEAVE = "may_leave", _("May leave")
        MAY_NOT_LEAVE = "may_not_leave", _("May not leave yet")

    device = models.ForeignKey("dealership.Device", models.PROTECT, related_name="+", db_index=False)
    plate = models.CharField(_("plate"), max_length=12)
    confidence = models.FloatField(_("confidence"), null=True, blank=True)
    candidates = models.JSONField(default=list, blank=True)
    make = models.CharField(_("make"), max_length=40, blank=True)
    lane = models.CharField(_("lane"), max_length=20, blank=True)
    # The camera's own clock, and ours.
    read_at = models.DateTimeField(_("read"))
    received_at = models.DateTimeField(_("received"))
    last_at = models.DateTimeField(_("last read"))
    reads = models.PositiveIntegerField(_("times read"), default=1)

    outcome = models.CharField(_("outcome"), max_length=13, choices=Outcome.choices)
    opened = models.BooleanField(_("barrier opened"), default=False)
    picture = models.FileField(max_length=200, blank=True)
    visit = RowKey("dealership.Visit", null=True, blank=True)
    # Taken off the guard's list by hand.
    dismissed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("gate read")
        verbose_name_plural = _("gate reads")
        ordering = ["-received_at", "-id"]
        indexes = [
            models.Index(fields=["store", "received_at"], name="gate_read_received"),
            models.Index(fields=["store", "device", "plate", "last_at"], name="gate_read_plate"),
        ]


class LaneRule(StoreModel):
    """Which lane a car gets: the first rule in order that fits. An empty condition fits every car."""

    class History(models.TextChoices):
        ANY = "", _("any")
        COMEBACK = "comeback", _("same concern within 30 days")
        FIRST = "first", _("first visit")

    position = models.PositiveSmallIntegerField(_("order"))
    arrivals = ArrayField(
        models.CharField(max_length=10, choices=Arrival.choices), default=list, blank=True, verbose_name=_("arrival")
    )
    works = ArrayField(
        models.CharField(max_length=14, choices=Work.choices), default=list, blank=True, verbose_name=_("work")
    )
    # True: every work of the visit must be among `works`; else one is enough.
    only = models.BooleanField(_("nothing else"), default=False)
    levels = ArrayField(
        models.CharField(max_length=5, choices=Customer.Level.choices), default=list, blank=True,
        verbose_name=_("level"),
    )  # fmt: skip
    history = models.CharField(_("history"), max_length=8, choices=History.choices, blank=True)
    opens = models.TimeField(_("from"), null=True, blank=True)
    closes = models.TimeField(_("until"), null=True, blank=True)

    lane = models.CharField(_("lane"), max_length=10, choices=Lane.choices)
    sign = models.CharField(_("on the sign"), max_length=20, blank=True)
    first = models.BooleanField(_("goes first"), default=False)
    tell_manager = models.BooleanField(_("the manager is told"), default=False)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("lane rule")
        verbose_name_plural = _("lane rules")
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["store", "position"], name="lane_rule_position")]


class DropOff(StoreModel):
    """A car left out of hours: the key in the box, photos instead of a walk with the customer."""

    visit = RowKey("dealership.Visit")
    at = models.DateTimeField(_("left"))
    key_box = models.CharField(_("key box"), max_length=20)
    place = models.CharField(_("where the car stands"), max_length=60, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    called_at = models.DateTimeField(_("customer called"), null=True, blank=True)
    by = RowKey("dealership.Staff", null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "visit"], name="drop_off_of_visit")]


class WaitLimit(StoreModel):
    """How long a customer may wait for the first greeting, by kind of day."""

    class Day(models.TextChoices):
        WEEKDAY = "weekday", _("Monday to Friday")
        SATURDAY = "saturday", _("Saturday")
        SUNDAY = "sunday", _("Sunday")
        RUSH = "rush", _("The week before a long holiday")

    day = models.CharField(_("day"), max_length=8, choices=Day.choices)
    minutes = models.PositiveSmallIntegerField(_("minutes"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "day"], name="wait_limit_day")]


class WaitAlert(StoreModel):
    """One message for a quarter of an hour in which customers waited too long."""

    since = models.DateTimeField()
    cars = models.PositiveSmallIntegerField()
    longest_minutes = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "since"], name="wait_alert_quarter")]


class RushWeek(StoreModel):
    """Days on which more cars come than usual."""

    first = models.DateField(_("from"))
    last = models.DateField(_("until"))
    name = models.CharField(_("name"), max_length=60)

    class Meta:
        indexes = [models.Index(fields=["store", "last"], name="rush_week_last")]
