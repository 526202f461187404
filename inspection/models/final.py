"""The final inspection by another person, and the car handed from the workshop to the advisor."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from dealership.models import RowKey, StoreModel, Visit


class FinalInspection(StoreModel):
    """A final inspection (终检). `items` maps an item's code (or an order line's id) to "ok" or "fault"."""

    class Result(models.TextChoices):
        PASSED = "passed", _("Passed")
        BACK = "back", _("Sent back for rework")

    class Item(models.TextChoices):
        WORK = "work", _("All work on the order is done")
        TIGHT = "tight", _("Bolts and covers are tight")
        FLUIDS = "fluids", _("Fluids are right, nothing leaks")
        LAMPS = "lamps", _("No warning lamp, functions work")
        BODY = "body", _("No new marks outside or inside")
        TOOLS = "tools", _("No tool or rag left in the car")

    visit = RowKey(Visit)
    result = models.CharField(_("result"), max_length=6, choices=Result.choices)
    items = models.JSONField(default=dict)
    note = models.CharField(_("note"), max_length=200, blank=True)
    road_test = models.BooleanField(_("road test"), default=False)
    inspector = RowKey("dealership.Staff")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("final inspection")
        verbose_name_plural = _("final inspections")
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["store", "visit", "at"], name="final_visit")]

    @property
    def faults(self) -> list[str]:
        """The items found at fault, in words."""
        return [str(item.label) for item in self.Item if self.items.get(item.value) == "fault"]


class WorkshopHandover(StoreModel):
    """Key, old parts and place of the car as the workshop gave them to the advisor."""

    class OldParts(models.TextChoices):
        NONE = "none", _("There are none")
        BAGGED = "bagged", _("Bagged for the customer")
        KEPT = "kept", _("Kept for the claim")
        DISPOSED = "disposed", _("Disposed of, as the customer wished")

    visit = RowKey(Visit)
    key_tag = models.CharField(_("key tag"), max_length=8, blank=True)
    place = RowKey("dealership.Bay", null=True, blank=True)
    old_parts = models.CharField(_("old parts"), max_length=10, choices=OldParts.choices)
    at = models.DateTimeField()
    by = RowKey("dealership.Staff")

    class Meta:
        verbose_name = _("handover to the advisor")
        verbose_name_plural = _("handovers to the advisor")
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["store", "visit", "at"], name="workshop_handover_visit")]
