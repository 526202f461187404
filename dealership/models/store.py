"""A store, when it is open, and the places of its cars."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext_lazy as _

from dealership import hours
from dealership.models.base import StoreModel
from dealership.uuids import uuid7


class Store(models.Model):
    """One dealership. Its code stands in every URL; its time zone decides what a business day is."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.SlugField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=80)
    brand = models.CharField(_("brand"), max_length=40, blank=True)

    address = models.CharField(_("address"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=32, blank=True)
    complaint_phone = models.CharField(_("complaint phone"), max_length=32, blank=True)

    timezone = models.CharField(_("time zone"), max_length=40, default="Asia/Shanghai")
    language = models.CharField(_("language"), max_length=8, default="zh-hans")
    province = models.CharField(_("usual plate province"), max_length=1, default="沪")

    quiet_from = models.TimeField(_("no messages from"), default=time(21))
    quiet_until = models.TimeField(_("no messages until"), default=time(8))

    class Meta:
        verbose_name = _("store")
        verbose_name_plural = _("stores")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """The store's time zone."""
        return ZoneInfo(self.timezone)


class OpeningHours(StoreModel):
    """The hours of one weekday (0 = Monday); a weekday without a row is closed."""

    weekday = models.PositiveSmallIntegerField(_("weekday"))
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "weekday"], name="hours_per_weekday")]


class Holiday(StoreModel):
    """A date with hours of its own; without hours the store is closed that day."""

    date = models.DateField(_("date"))
    name = models.CharField(_("name"), max_length=60)
    opens = models.TimeField(_("opens"), null=True, blank=True)
    closes = models.TimeField(_("closes"), null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "date"], name="holiday_per_date")]


class Bay(StoreModel):
    """A place where a car can stand or be worked on."""

    class Kind(models.TextChoices):
        RECEPTION = "reception", _("Reception bay")
        GENERAL = "general", _("General bay")
        EXPRESS = "express", _("Express bay")
        ALIGNMENT = "alignment", _("Alignment bay")
        WASH = "wash", _("Wash")
        HANDOVER = "handover", _("Handover place")
        PARKING = "parking", _("Parking")

    WORK_KINDS = (Kind.GENERAL, Kind.EXPRESS, Kind.ALIGNMENT)

    name = models.CharField(_("name"), max_length=20)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("bay")
        verbose_name_plural = _("bays")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["store", "name"], name="bay_per_name")]

    def __str__(self) -> str:
        return self.name


def business_day(store: Store, moment: datetime) -> date:
    """Return the store's local date of `moment` (aware)."""
    return hours.business_day(store.zone, moment)
