"""The people a store serves and their cars."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from dealership import people, plates
from dealership.models.base import RowKey, StoreModel


class Customer(StoreModel):
    """A person or company known to a store."""

    class Sex(models.TextChoices):
        UNKNOWN = "", _("Unknown")
        MALE = "m", _("Mr")
        FEMALE = "f", _("Ms")

    class Level(models.TextChoices):
        BASIC = "basic", _("Basic")
        VIP = "vip", _("VIP")
        SVIP = "svip", _("SVIP")

    name = models.CharField(_("name"), max_length=80)
    sex = models.CharField(_("form of address"), max_length=1, choices=Sex.choices, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)

    level = models.CharField(_("level"), max_length=5, choices=Level.choices, default=Level.BASIC)
    company = models.CharField(_("company"), max_length=120, blank=True)
    credit_limit = models.DecimalField(_("credit limit"), max_digits=10, decimal_places=2, default=0)

    language = models.CharField(_("language"), max_length=8, default="zh-hans")
    channel = models.CharField(_("preferred channel"), max_length=20, blank=True)
    # Who the customer is to the store's WeChat official account; known once they follow it from their own page.
    openid = models.CharField(_("WeChat openid"), max_length=64, blank=True)
    wishes = models.CharField(_("wishes"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        indexes = [
            models.Index(fields=["store", "phone"], name="customer_phone"),
            models.Index(fields=["store", "name"], name="customer_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def address(self, language: str) -> str:
        """Return surname and honorific in `language`; empty where the form of address is unknown."""
        return people.address(self.name, self.sex, language)


class Vehicle(StoreModel):
    """A car; its plate is kept normalised (`plates.normalise`)."""

    class Energy(models.TextChoices):
        FUEL = "fuel", _("Petrol or diesel")
        HYBRID = "hybrid", _("Hybrid")
        PHEV = "phev", _("Plug-in hybrid")
        EREV = "erev", _("Range extender")
        BEV = "bev", _("Electric")

    class Body(models.TextChoices):
        SEDAN = "sedan", _("Sedan")
        SUV = "suv", _("SUV")
        VAN = "van", _("Van")

    PLUGGED = (Energy.PHEV, Energy.EREV, Energy.BEV)

    owner = RowKey(Customer, null=True, blank=True)
    plate = models.CharField(_("plate"), max_length=12)
    vin = models.CharField(_("VIN"), max_length=17, blank=True)
    make = models.CharField(_("make"), max_length=40, blank=True)
    model = models.CharField(_("model"), max_length=60, blank=True)
    year = models.PositiveSmallIntegerField(_("model year"), null=True, blank=True)

    energy = models.CharField(_("energy"), max_length=6, choices=Energy.choices, default=Energy.FUEL)
    body = models.CharField(_("body"), max_length=5, choices=Body.choices, default=Body.SEDAN)
    mileage = models.PositiveIntegerField(_("last mileage, km"), null=True, blank=True)
    sold_on = models.DateField(_("sold on"), null=True, blank=True)

    class Meta:
        verbose_name = _("vehicle")
        verbose_name_plural = _("vehicles")
        constraints = [models.UniqueConstraint(fields=["store", "plate"], name="vehicle_plate")]
        indexes = [
            models.Index(fields=["store", "vin"], name="vehicle_vin"),
            models.Index(fields=["store", "owner"], name="vehicle_owner"),
        ]

    def __str__(self) -> str:
        return self.plate

    @property
    def plate_info(self) -> plates.PlateInfo:
        """How the plate is painted and written."""
        return plates.describe(self.plate)

    @property
    def electric(self) -> bool:
        """True where there is no engine under the front lid."""
        return self.energy == self.Energy.BEV
