"""The pre-check sheet (预检单) as facts: what was read, where damage was seen, and that the customer agreed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from dealership.models import RowKey, StoreModel


class View(models.TextChoices):
    """Sides from which the car is looked at, in the order of the walk around it."""

    LEFT = "left", _("Left side")
    FRONT = "front", _("Front")
    RIGHT = "right", _("Right side")
    REAR = "rear", _("Rear")
    ROOF = "roof", _("Roof")


WHOLE_CAR = "all"
"""Value of an exterior reading that answers every view at once."""


class Reading(StoreModel):
    """One thing found and by whom; the latest of an item counts. Written by operations of kind `reading`.

    `value` by item: covers true · mileage km · energy {"fuel": eighths, "charge": per cent} · lamps and belongings
    lists of codes (empty = none) · controls and engine_bay {"ok": bool, "findings": [codes], "note": text} ·
    exterior a view or "all" (nothing more to note there) · qualify true · coverage {"result", …} ·
    symptom {"codes": […], "words": text}.
    """

    class Item(models.TextChoices):
        COVERS = "covers", _("Protective covers")
        MILEAGE = "mileage", _("Mileage")
        ENERGY = "energy", _("Fuel or charge")
        LAMPS = "lamps", _("Warning lamps")
        BELONGINGS = "belongings", _("Belongings in the car")
        CONTROLS = "controls", _("Controls")
        EXTERIOR = "exterior", _("Exterior")
        ENGINE_BAY = "engine_bay", _("Engine bay")
        QUALIFY = "qualify", _("Fit for the express lane")
        COVERAGE = "coverage", _("Warranty cover")
        SYMPTOM = "symptom", _("Symptom")

    visit = RowKey("dealership.Visit")
    item = models.CharField(_("item"), max_length=12, choices=Item.choices)
    value = models.JSONField(_("value"))
    staff = RowKey("dealership.Staff", null=True)
    moment = models.DateTimeField()

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        ordering = ["moment", "id"]
        indexes = [models.Index(fields=["store", "visit", "item", "moment"], name="reading_visit")]


class DamageMark(StoreModel):
    """A damage seen on the car; `x` and `y` are units of the drawing of its view.

    It is what the operations of kind `mark` that name it come to, in the order of their moments.
    """

    class Kind(models.TextChoices):
        SCRATCH = "scratch", _("Scratch")
        DENT = "dent", _("Dent")
        CRACK = "crack", _("Crack")
        CHIP = "chip", _("Stone chip")
        RUST = "rust", _("Rust")
        MISSING = "missing", _("Part missing")

    visit = RowKey("dealership.Visit")
    view = models.CharField(_("view"), max_length=5, choices=View.choices)
    zone = models.CharField(_("zone"), max_length=24, blank=True)
    x = models.PositiveSmallIntegerField()
    y = models.PositiveSmallIntegerField()

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.SCRATCH)
    size_cm = models.PositiveSmallIntegerField(_("size, cm"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=120, blank=True)

    staff = RowKey("dealership.Staff", null=True)
    moment = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("damage mark")
        verbose_name_plural = _("damage marks")
        ordering = ["moment", "id"]
        indexes = [models.Index(fields=["store", "visit", "moment"], name="damage_mark_visit")]


class SheetConfirmation(StoreModel):
    """The customer agreed to the sheet. Its existence is what gate 1 asks for; once per visit."""

    class How(models.TextChoices):
        SEEN = "seen", _("Seen on the screen")
        SIGNED = "signed", _("Signed")
        LINK = "link", _("By the link")

    visit = RowKey("dealership.Visit")
    how = models.CharField(_("how"), max_length=6, choices=How.choices)
    at = models.DateTimeField(_("at"))
    by = RowKey("dealership.Staff", null=True)
    signature = RowKey("dealership.Attachment", null=True, blank=True)

    class Meta:
        verbose_name = _("confirmation of the pre-check sheet")
        verbose_name_plural = _("confirmations of the pre-check sheet")
        constraints = [models.UniqueConstraint(fields=["store", "visit"], name="sheet_confirmed_once")]
