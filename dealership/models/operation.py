"""The log of what people did, the ticks it holds, and what they are worth."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from dealership.models.base import RowKey, StoreModel
from dealership.models.visit import Visit


class Operation(StoreModel):
    """One act of one person, append-only and idempotent by id. Written only by `actions.operations.submit`.

    `visit` is the id that the sender named: it may not exist (yet), so it is no foreign key; of a kind in
    `wiring.NOT_OF_A_VISIT` it names another row.
    `at` is the sender's clock; `offset` what was added to it; `moment` the corrected time that everything is judged by.
    """

    class State(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        PARKED = "parked", _("Waiting for its author")

    class Reason(models.TextChoices):
        UNKNOWN_VISIT = "unknown_visit", _("The visit has not arrived yet")
        OTHER_STORE = "other_store", _("The visit belongs to another store")
        UNKNOWN_KIND = "unknown_kind", _("This version of the app does not know the entry")
        ID_REUSED = "id_reused", _("The same id was used for something else")
        BLOB_MISSING = "blob_missing", _("The picture is still missing")
        REFUSED = "refused", _("A rule says no")

    device = RowKey("dealership.Device", null=True)
    seq = models.BigIntegerField()
    visit = models.UUIDField()
    staff = RowKey("dealership.Staff")
    kind = models.CharField(max_length=30)
    version = models.PositiveSmallIntegerField(default=1)
    payload = models.JSONField(default=dict)

    at = models.DateTimeField()
    offset = models.DurationField()
    received = models.DateTimeField()
    moment = models.DateTimeField()

    state = models.CharField(max_length=8, choices=State.choices)
    reason = models.CharField(max_length=14, choices=Reason.choices, blank=True)
    sentence = models.CharField(max_length=300, blank=True)
    # A parked operation that its author (or the supervisor) has dealt with by hand; it stays in the log.
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = RowKey("dealership.Staff", null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["store", "visit"], name="operation_visit"),
            models.Index(fields=["store", "device", "seq"], name="operation_device_seq"),
            models.Index(
                fields=["store", "staff"], condition=models.Q(state="parked", settled_at=None), name="operation_parked"
            ),
        ]


class StepTick(StoreModel):
    """An answer to a step; its id is the operation's. Never changed: an undo is a row of its own."""

    class Answer(models.TextChoices):
        DONE = "done", _("Done")
        NOT_APPLICABLE = "na", _("Not applicable")
        NOT_DONE = "not_done", _("Not done")

    visit = RowKey(Visit)
    touchpoint = models.CharField(max_length=4)
    step = models.CharField(max_length=32)
    answer = models.CharField(max_length=8, choices=Answer.choices)
    reason = models.CharField(max_length=60, blank=True)
    # "reception.Reading:<id>" where a record ticked the step; empty for a hand tick.
    evidence = models.CharField(max_length=80, blank=True)
    staff = RowKey("dealership.Staff", null=True)
    moment = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["store", "visit"], name="tick_visit")]

    @property
    def code(self) -> str:
        """`1.5/controls`."""
        return f"{self.touchpoint}/{self.step}"


class TickUndo(StoreModel):
    """An undo that names a tick; it may arrive before the tick does."""

    visit = RowKey(Visit)
    tick = models.UUIDField()
    staff = RowKey("dealership.Staff", null=True)
    moment = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["store", "visit"], name="undo_visit")]


class TouchpointRecord(StoreModel):
    """How one touchpoint of one visit was lived. Written only by `actions.records.recompute`.

    `day` is the business day on which its stage was (last) left; empty until then, and then in no mean.
    `steps` counts applicable steps, `live + late + bulk + skipped + unrecorded == steps`; `score` is 0.00 to 10.00.
    `states` holds a letter for each step in the order of the visit's standard (`dealership.scoring.LETTER`).
    """

    visit = RowKey(Visit)
    day = models.DateField(null=True)
    touchpoint = models.CharField(max_length=4)
    applicable = models.BooleanField()
    steps = models.PositiveSmallIntegerField()
    done = models.PositiveSmallIntegerField()
    live = models.PositiveSmallIntegerField(default=0)
    late = models.PositiveSmallIntegerField(default=0)
    bulk = models.PositiveSmallIntegerField(default=0)
    skipped = models.PositiveSmallIntegerField(default=0)
    states = models.CharField(max_length=16, blank=True, default="")
    score = models.DecimalField(max_digits=4, decimal_places=2, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "visit", "touchpoint"], name="record_once")]
        indexes = [
            models.Index(
                fields=["store", "day", "touchpoint"],
                include=["score", "applicable", "steps", "done", "visit"],
                name="record_day",
            )
        ]


class DirtyDay(StoreModel):
    """A store-day whose roll-up is out of date."""

    day = models.DateField()
    marked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "day"], name="dirty_once")]
