"""A technician's piece of a visit, and the facts of its work."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from dealership.models import RowKey, StoreModel, Visit


class Job(StoreModel):
    """The work of one technician on a car, as dispatched; one open job a visit. `state` moves only in `actions.jobs`.

    A new dispatch before it is done (other technician or bay) takes the job over.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting to start")
        RUNNING = "running", _("At work")
        PAUSED = "paused", _("Interrupted")
        DONE = "done", _("Finished")
        STOPPED = "stopped", _("Stopped")

    OPEN = (State.WAITING, State.RUNNING, State.PAUSED)

    visit = RowKey(Visit)
    dispatch = RowKey("reception.Dispatch")
    technician = RowKey("dealership.Staff")
    bay = RowKey("dealership.Bay", null=True, blank=True)

    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    since = models.DateTimeField(_("in this state since"))
    pause_reason = models.CharField(_("why it rests"), max_length=10, blank=True)
    back_reason = models.CharField(_("why it came back"), max_length=200, blank=True)
    done_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints = [
            models.UniqueConstraint(
                fields=["store", "visit"],
                condition=models.Q(state__in=["waiting", "running", "paused"]),
                name="job_open_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["store", "technician"],
                condition=models.Q(state__in=["waiting", "running", "paused"]),
                name="job_open",
            ),
            models.Index(fields=["store", "visit"], name="job_visit"),
        ]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.state}"


class JobSpan(StoreModel):
    """A moment at which a job began, rested, went on, ended or came back; never changed.

    `technician` did the work, `by` pressed the button (the controller may do it for a technician).
    """

    class Kind(models.TextChoices):
        START = "start", _("Started")
        PAUSE = "pause", _("Interrupted")
        RESUME = "resume", _("Continued")
        DONE = "done", _("Finished")
        BACK = "back", _("Sent back for rework")
        STOP = "stop", _("Stopped")

    class Reason(models.TextChoices):
        PARTS = "parts", _("Waiting for parts")
        CUSTOMER = "customer", _("Waiting for the customer's answer")
        OUTSIDE = "outside", _("At an outside workshop")
        REST = "rest", _("Break")

    visit = RowKey(Visit)
    job = RowKey(Job)
    kind = models.CharField(max_length=6, choices=Kind.choices)
    reason = models.CharField(max_length=200, blank=True)
    technician = RowKey("dealership.Staff")
    at = models.DateTimeField()
    by = RowKey("dealership.Staff", null=True)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["store", "visit", "at"], name="job_span_visit")]

    @property
    def reason_label(self) -> str:
        """Why work rested, in words."""
        return str(self.Reason(self.reason).label) if self.reason in self.Reason.values else self.reason


class PowerOff(StoreModel):
    """The high-voltage system of a car was switched off and proved dead: before any such work (gate 3)."""

    visit = RowKey(Visit)
    voltage = models.DecimalField(_("voltage measured, V"), max_digits=6, decimal_places=1)
    locked = models.BooleanField(_("secured against switching on"))
    at = models.DateTimeField()
    by = RowKey("dealership.Staff")

    class Meta:
        verbose_name = _("high-voltage power-off record")
        verbose_name_plural = _("high-voltage power-off records")
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["store", "visit"], name="power_off_visit")]


class WorkReport(StoreModel):
    """What a technician tells the advisor at the end of a job (施工情况与建议)."""

    class Chip(models.TextChoices):
        ALL_DONE = "all_done", _("Everything on the order is done")
        MEASURED = "measured", _("Figures are within limits")
        PARTS_KEPT = "parts_kept", _("Old parts are bagged")
        TESTED = "tested", _("Tried out, works well")
        WATCH = "watch", _("Something to watch, see text")

    visit = RowKey(Visit)
    job = RowKey(Job)
    chips = ArrayField(models.CharField(max_length=12, choices=Chip.choices), default=list)
    text = models.CharField(_("figures and advice"), max_length=300, blank=True)
    at = models.DateTimeField()
    by = RowKey("dealership.Staff")

    class Meta:
        verbose_name = _("work report")
        verbose_name_plural = _("work reports")
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["store", "visit", "at"], name="work_report_visit")]

    @property
    def labels(self) -> list[str]:
        """The chips in words."""
        return [str(self.Chip(chip).label) for chip in self.chips]
