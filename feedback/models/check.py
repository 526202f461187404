"""Self-check: what is looked at, the rounds of a day, and what a checker saw."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from dealership.models import Role, RowKey, StoreModel


class CheckItem(StoreModel):
    """One entry of the self-check form. A change is a new row with the next version; the old one is ended.

    `texts` maps a language to pain, item, standard, at_0, at_5, at_10. The ready set is `feedback.ready`.
    """

    class Way(models.TextChoices):
        WATCH = "watch", _("Stand by and look")
        SHEET = "sheet", _("Look at the papers")
        ASK = "ask", _("Ask the person")
        CAR = "car", _("Look at the car or the place")
        PHONE = "phone", _("By telephone")

    code = models.SlugField(_("code"), max_length=40, db_index=False)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    touchpoint = models.CharField(_("touchpoint"), max_length=4)
    step = models.CharField(_("step"), max_length=32, blank=True)
    who = models.CharField(_("who is checked"), max_length=12, choices=Role.choices)
    way = models.CharField(_("way"), max_length=6, choices=Way.choices)
    times_a_week = models.PositiveSmallIntegerField(_("times a week"), default=2)
    owner = models.CharField(_("who checks"), max_length=12, choices=Role.choices, default=Role.SUPERVISOR)
    needs_visit = models.BooleanField(_("a car is drawn for it"), default=True)
    texts = models.JSONField()

    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    by = RowKey("dealership.Staff", null=True)

    class Meta:
        verbose_name = _("self-check item")
        verbose_name_plural = _("self-check items")
        ordering = ["touchpoint", "code"]
        constraints = [
            models.UniqueConstraint(fields=["store", "code", "version"], name="check_item_version"),
            models.UniqueConstraint(
                fields=["store", "code"], condition=models.Q(ended_at=None), name="check_item_current"
            ),
        ]


class CheckRound(StoreModel):
    """Round 1 or 2 of a day, drawn by the app; done when each of its tasks has a score, missed after `due_at`."""

    day = models.DateField()
    number = models.PositiveSmallIntegerField()
    drawn_at = models.DateTimeField()
    due_at = models.DateTimeField(_("due"))
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    by = RowKey("dealership.Staff", null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "day", "number"], name="check_round_once")]


class CheckTask(StoreModel):
    """One item of a round with the car and the person drawn for it; `again`: it was under 7 the day before."""

    round = RowKey(CheckRound)
    item = RowKey(CheckItem)
    position = models.PositiveSmallIntegerField()
    visit = RowKey("dealership.Visit", null=True, blank=True)
    person = RowKey("dealership.Staff", null=True, blank=True)
    again = models.BooleanField(default=False)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["store", "round", "position"], name="check_task_once")]


class OutsideAudit(StoreModel):
    """A mystery visit or an audit by somebody from outside, on the same items."""

    class Kind(models.TextChoices):
        MYSTERY = "mystery", _("Mystery visit")
        OUTSIDE = "outside", _("Outside audit")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    day = models.DateField(_("date"))
    organisation = models.CharField(_("carried out by"), max_length=80, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    at = models.DateTimeField()
    by = RowKey("dealership.Staff", null=True)

    class Meta:
        ordering = ["-day", "-at"]
        indexes = [models.Index(fields=["store", "day"], name="outside_audit_day")]


class CheckScore(StoreModel):
    """What a checker gave an item, 0 to 10; its id is the operation's. None where it could not be seen, with `why`.

    Of a task of a round, or of an outside audit. Two checkers of one task make two rows.
    """

    task = RowKey(CheckTask, null=True, blank=True)
    audit = RowKey(OutsideAudit, null=True, blank=True)
    item = RowKey(CheckItem)
    touchpoint = models.CharField(max_length=4)
    visit = RowKey("dealership.Visit", null=True, blank=True)
    person = RowKey("dealership.Staff", null=True, blank=True)
    score = models.PositiveSmallIntegerField(_("score"), null=True, validators=[MaxValueValidator(10)])
    why = models.CharField(_("why not seen"), max_length=60, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    at = models.DateTimeField()
    day = models.DateField()
    by = RowKey("dealership.Staff", null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store", "task", "by"], condition=models.Q(task__isnull=False), name="check_score_once"
            ),
            models.UniqueConstraint(
                fields=["store", "audit", "item"], condition=models.Q(audit__isnull=False), name="audit_score_once"
            ),
            models.CheckConstraint(
                condition=models.Q(score=None) | models.Q(score__range=(0, 10)), name="check_score_range"
            ),
        ]
        indexes = [
            models.Index(fields=["store", "day", "touchpoint"], name="check_score_day"),
            models.Index(fields=["store", "item", "day"], name="check_score_item"),
        ]
