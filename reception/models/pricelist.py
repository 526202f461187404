"""A store's plain price list: labour, parts and packages, tax included."""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from dealership.models import RowKey, StoreModel

FEN = Decimal("0.01")


def name_in(names: dict[str, str], language: str | None = None) -> str:
    """Return the name in `language` (the reader's by default), in the source language where it has none."""
    language = language or get_language() or ""
    return names.get(language) or names.get("zh-hans") or next(iter(names.values()), "")


class LabourRate(StoreModel):
    """What an hour of a kind of labour costs; for paint, a panel."""

    class Kind(models.TextChoices):
        MECHANICAL = "mechanical", _("Mechanical")
        HV = "hv", _("High voltage")
        PAINT = "paint", _("Paint")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    rate = models.DecimalField(_("rate"), max_digits=8, decimal_places=2)

    class Meta:
        verbose_name = _("labour rate")
        verbose_name_plural = _("labour rates")
        constraints = [
            models.UniqueConstraint(fields=["store", "kind"], name="labour_rate_kind"),
            models.CheckConstraint(condition=models.Q(rate__gte=0), name="labour_rate_positive"),
        ]


class Priced(StoreModel):
    """A thing of the price list, named in several languages ({"zh-hans": …, "zh-hant": …, "en": …})."""

    code = models.CharField(_("code"), max_length=20)
    names = models.JSONField(_("names"), default=dict)
    active = models.BooleanField(_("offered"), default=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return name_in(self.names)

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return name_in(self.names)


class LabourOperation(Priced):
    """Work sold by the hour; paint by the panel (`hours` is then the number of panels)."""

    hours = models.DecimalField(_("hours"), max_digits=5, decimal_places=2)
    rate_kind = models.CharField(_("rate"), max_length=12, choices=LabourRate.Kind.choices)

    class Meta:
        verbose_name = _("labour operation")
        verbose_name_plural = _("labour operations")
        constraints = [models.UniqueConstraint(fields=["store", "code"], name="labour_operation_code")]


class Part(Priced):
    """A part with the price of one `unit` (each, set, pair, bottle) and how many are in stock."""

    price = models.DecimalField(_("price"), max_digits=10, decimal_places=2)
    unit = models.CharField(_("unit"), max_length=10)
    stock = models.PositiveIntegerField(_("in stock"), default=0)

    class Meta:
        verbose_name = _("part")
        verbose_name_plural = _("parts")
        constraints = [
            models.UniqueConstraint(fields=["store", "code"], name="part_code"),
            models.CheckConstraint(condition=models.Q(price__gte=0), name="part_price_positive"),
        ]


class OperationPart(StoreModel):
    """A part that an operation usually needs: picking the operation brings it along."""

    operation = RowKey(LabourOperation, related_name="usual_parts")
    part = RowKey(Part)
    quantity = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "operation", "part"], name="operation_part_once")]


class Package(Priced):
    """Operations and parts sold together at one price."""

    price = models.DecimalField(_("price"), max_digits=10, decimal_places=2)
    # For which cars: words of the model, one a line (empty = all); energies; and from which mileage it is due.
    fits = models.TextField(_("models"), blank=True)
    energies = ArrayField(models.CharField(max_length=6), default=list, blank=True, verbose_name=_("energy"))
    mileage = models.PositiveIntegerField(_("at km"), null=True, blank=True)

    class Meta:
        verbose_name = _("package")
        verbose_name_plural = _("packages")
        constraints = [
            models.UniqueConstraint(fields=["store", "code"], name="package_code"),
            models.CheckConstraint(condition=models.Q(price__gte=0), name="package_price_positive"),
        ]


class PackageLine(StoreModel):
    """One operation or part of a package."""

    package = RowKey(Package, related_name="lines")
    operation = RowKey(LabourOperation, null=True, blank=True)
    part = RowKey(Part, null=True, blank=True)
    quantity = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store", "package", "operation", "part"], nulls_distinct=False, name="package_line_once"
            ),
            models.CheckConstraint(
                condition=models.Q(operation=None) ^ models.Q(part=None), name="package_line_one_thing"
            ),
        ]


class ServiceInterval(StoreModel):
    """How often a car is due: `km` or `months`, whichever is first. `fits`: words of the model, one a line."""

    name = models.CharField(_("name"), max_length=60)
    fits = models.TextField(_("models"), blank=True)
    energies = ArrayField(models.CharField(max_length=6), default=list, blank=True, verbose_name=_("energy"))
    km = models.PositiveIntegerField(_("every km"))
    months = models.PositiveSmallIntegerField(_("every months"))
    first_km = models.PositiveIntegerField(_("first at km"), null=True, blank=True)
    first_months = models.PositiveSmallIntegerField(_("first after months"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("service interval")
        verbose_name_plural = _("service intervals")
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["store", "name"], name="service_interval_name")]
