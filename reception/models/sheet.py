"""The pre-check sheet (预检单) as facts: what was read, where damage was seen, and that the customer agreed."""

from django.contrib.postgres.fields import ArrayField
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
    symptom {"codes": […], "words": text} · charging {"port", "cable"} · valuables true · exam {part: result} ·
    concerns and fault_codes: see `reception.concerns` and `reception.fault_codes`.

    `seen` names the readings of the same item that their author had on the screen: a reading that nobody has seen
    stands beside the others, and two that differ are a conflict (`reception.queries.sheet`). None: all earlier ones.
    `reason` says why a sheet that the customer has confirmed is corrected.
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
        CHARGING = "charging", _("Charge port and cable")
        VALUABLES = "valuables", _("Valuables")
        EXAM = "exam", _("Seen on the walk")
        CONCERNS = "concerns", _("Concerns")
        FAULT_CODES = "fault_codes", _("Fault codes")

    visit = RowKey("dealership.Visit")
    item = models.CharField(_("item"), max_length=12, choices=Item.choices)
    value = models.JSONField(_("value"))
    seen = ArrayField(models.UUIDField(), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
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
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    # Field → what several people wrote of it without having seen each other's: [{"id", "value", "staff", "at"}].
    disputed = models.JSONField(default=dict, blank=True)

    staff = RowKey("dealership.Staff", null=True)
    moment = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("damage mark")
        verbose_name_plural = _("damage marks")
        ordering = ["moment", "id"]
        indexes = [models.Index(fields=["store", "visit", "moment"], name="damage_mark_visit")]


class SheetConfirmation(StoreModel):
    """The customer agreed to the sheet (or would not sign it). It is what gate 1 asks for; once per visit.

    `entries` names the readings and marks that stood on the sheet: it is frozen with them, all else is a correction.
    A refused signature has a `reason` and a second person as `witness`.
    """

    class How(models.TextChoices):
        SEEN = "seen", _("Seen on the screen")
        SIGNED = "signed", _("Signed")
        LINK = "link", _("By the link")
        REFUSED = "refused", _("Would not sign")

    visit = RowKey("dealership.Visit")
    how = models.CharField(_("how"), max_length=7, choices=How.choices)
    at = models.DateTimeField(_("at"))
    by = RowKey("dealership.Staff", null=True)
    signature = RowKey("dealership.Attachment", null=True, blank=True)
    entries = ArrayField(models.UUIDField(), default=list, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    witness = RowKey("dealership.Staff", null=True, blank=True)

    class Meta:
        verbose_name = _("confirmation of the pre-check sheet")
        verbose_name_plural = _("confirmations of the pre-check sheet")
        constraints = [models.UniqueConstraint(fields=["store", "visit"], name="sheet_confirmed_once")]
