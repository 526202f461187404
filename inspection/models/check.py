"""The advisor's own checks before the customer is told: the last barrier for quality."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from dealership.models import RowKey, StoreModel, Visit


class MidCheck(StoreModel):
    """The check before handover (交车前检查, 中检). `items` maps an item's code to "ok" or "fault"."""

    class Result(models.TextChoices):
        FINE = "fine", _("All fine")
        BACK = "back", _("Back to the workshop")

    class Item(models.TextChoices):
        WORDS = "words", _("What the customer mentioned is solved")
        CLEAN = "clean", _("Clean outside and inside")
        SETTINGS = "settings", _("Seat, clock and radio as they were")
        BELONGINGS = "belongings", _("Belongings are complete")

    visit = RowKey(Visit)
    result = models.CharField(max_length=4, choices=Result.choices)
    items = models.JSONField(default=dict)
    note = models.CharField(_("note"), max_length=200, blank=True)
    at = models.DateTimeField()
    by = RowKey("dealership.Staff")

    class Meta:
        verbose_name = _("check before handover")
        verbose_name_plural = _("checks before handover")
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["store", "visit", "at"], name="mid_check_visit")]


class MaterialCheck(StoreModel):
    """Pre-check sheet, repair order and parts issue side by side; the technician asked by name (物料检查)."""

    visit = RowKey(Visit)
    asked = RowKey("dealership.Staff", null=True, blank=True)
    # Codes of the papers compared: sheet, order, parts.
    papers = models.JSONField(default=list)
    note = models.CharField(_("note"), max_length=200, blank=True)
    at = models.DateTimeField()
    by = RowKey("dealership.Staff")

    class Meta:
        verbose_name = _("material check")
        verbose_name_plural = _("material checks")
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["store", "visit", "at"], name="material_visit")]


class Preparation(StoreModel):
    """The car stands ready: papers, old parts and position (交车准备)."""

    visit = RowKey(Visit)
    place = RowKey("dealership.Bay", null=True, blank=True)
    papers = models.BooleanField(_("papers are ready"), default=True)
    old_parts = models.BooleanField(_("old parts lie ready"), default=True)
    at = models.DateTimeField()
    by = RowKey("dealership.Staff")

    class Meta:
        verbose_name = _("preparation of the handover")
        verbose_name_plural = _("preparations of the handover")
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["store", "visit", "at"], name="preparation_visit")]


class Wash(StoreModel):
    """The car was washed."""

    visit = RowKey(Visit)
    at = models.DateTimeField()
    by = RowKey("dealership.Staff")

    class Meta:
        verbose_name = _("wash")
        verbose_name_plural = _("washes")
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["store", "visit", "at"], name="wash_visit")]
